import { hasStarted } from '../rollout/counting.ts';
import type { ObservedWave } from '../rollout/cycle-state.ts';
import type { WaitingFor } from './state.ts';

/** What is known of an open cycle of a plan when one asks what it waits for. */
export interface CycleToAwait {
  readonly waves: readonly ObservedWave[];
  readonly openWaves: number;
  /** When the next maintenance window opens, epoch milliseconds; null: some endpoint needs none, or may start in its now. */
  readonly nextWindowAt: number | null;
}

/**
 * What an open cycle waits for before its first run starts (P-12): a maintenance window, or an endpoint that is online and free;
 * null: a run has started, or can now, or the waves wait for a person.
 */
export function cycleAwaits({
  waves,
  openWaves,
  nextWindowAt,
}: CycleToAwait): Exclude<WaitingFor, { what: 'start' }> | null {
  if (waves.some(hasStarted) || waves.some(({ ready }) => ready > 0)) return null;
  if (!waves.slice(0, openWaves).some(({ queued }) => queued > 0)) return null;
  return nextWindowAt === null ? { what: 'endpoints' } : { what: 'window', at: nextWindowAt };
}
