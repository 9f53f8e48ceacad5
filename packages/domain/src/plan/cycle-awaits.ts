import { hasStarted } from '../rollout/counting.ts';
import type { ObservedWave } from '../rollout/cycle-state.ts';
import type { HeldCounts } from '../rollout/hold.ts';
import type { WaitingFor } from './state.ts';

/** What is known of an open cycle of a plan when one asks what it waits for. */
export interface CycleToAwait {
  readonly waves: readonly ObservedWave[];
  readonly openWaves: number;
  readonly held: HeldCounts;
  /** When the first can start of those that are outside of their windows, epoch milliseconds; null: none of them ever can. */
  readonly nextWindowAt: number | null;
}

/**
 * What an open cycle waits for before its first run starts (P-12): endpoints that are offline or busy, or else a
 * maintenance window; null: a run has started, or can now, or the waves wait for a person.
 */
export function cycleAwaits({
  waves,
  openWaves,
  held,
  nextWindowAt,
}: CycleToAwait): Exclude<WaitingFor, { what: 'start' }> | null {
  const isReady = held.place > 0 || waves.slice(0, openWaves).some(({ ready }) => ready > 0);
  if (isReady || waves.some(hasStarted)) return null;
  if (held.offline > 0) return { what: 'endpoints', why: held.busy > 0 ? 'offlineOrBusy' : 'offline' };
  if (held.busy > 0) return { what: 'endpoints', why: 'busy' };
  if (held.window === 0) return null;
  return nextWindowAt === null
    ? { what: 'endpoints', why: 'noWindow' }
    : { what: 'window', at: nextWindowAt };
}
