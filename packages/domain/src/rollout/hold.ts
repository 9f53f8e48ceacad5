import type { CycleState } from './cycle-state.ts';

/** What there is to know of a queued run to tell whether it can start at this moment. */
export interface QueuedRun {
  /** It was let start. */
  readonly admitted: boolean;
  readonly waveOpen: boolean;
  /** It may start by its maintenance windows (P-05, P-07). */
  readonly windowOpen: boolean;
  readonly exempt: boolean;
  readonly connected: boolean;
  /** Its endpoint works on another run. */
  readonly busy: boolean;
}

/** Why a queued run does not start (P-05, P-07, P-08, P-13). */
export const holds = ['exempt', 'ending', 'halted', 'wave', 'window', 'offline', 'busy', 'place'] as const;
export type Hold = (typeof holds)[number];

/** Each as it is said of one run, and of several. */
export const holdWords: Readonly<Record<Hold, { readonly one: string; readonly many: string }>> = {
  exempt: { one: 'its endpoint is exempt', many: 'exempt' },
  ending: { one: 'its cycle is ending', many: 'in a cycle that is ending' },
  halted: { one: 'its cycle is halted', many: 'in a halted cycle' },
  wave: { one: 'its wave is not open yet', many: 'in waves that are not open yet' },
  window: { one: 'outside of its maintenance windows', many: 'outside of their maintenance windows' },
  offline: { one: 'its endpoint is offline', many: 'offline' },
  busy: { one: 'its endpoint works on another run', many: 'at work on another run' },
  place: { one: 'as many are at work at once as may be', many: 'waiting for a free place' },
};

/** Why a queued run does not start, the first reason that holds; null: it starts at any moment. */
export function holdOf(run: QueuedRun, cycle: CycleState['status']): Hold | null {
  if (!run.admitted) {
    if (run.exempt) return 'exempt';
    if (cycle !== 'running') return cycle === 'halted' ? 'halted' : 'ending';
    if (!run.waveOpen) return 'wave';
  }
  if (!run.windowOpen) return 'window';
  if (!run.connected) return 'offline';
  if (run.busy) return 'busy';
  return run.admitted ? null : 'place';
}

/** Whether a run could start if its wave is open and there is a free place: the `ready` of what is observed of a wave. */
export function isReady(run: Omit<QueuedRun, 'waveOpen'>): boolean {
  return holdOf({ ...run, waveOpen: true }, 'running') === 'place';
}

/** How many queued runs of a cycle do not start, and why. */
export type HeldCounts = Readonly<Record<Hold, number>>;

/** Counts what holds runs back. */
export function countHolds(
  found: Iterable<{ readonly hold: Hold | null; readonly runs: number }>,
): HeldCounts {
  const counts = { exempt: 0, ending: 0, halted: 0, wave: 0, window: 0, offline: 0, busy: 0, place: 0 };
  for (const { hold, runs } of found) if (hold !== null) counts[hold] += runs;
  return counts;
}

/** How long a run that was let start or go on keeps its place without doing so, in milliseconds. */
export const absentMs = 60_000;

/** A run that was let start, or go on after its user has answered (W-15), and has not yet. */
export interface AdmittedRun {
  readonly status: 'queued' | 'awaitingUser';
  /** Epoch milliseconds. */
  readonly admittedAt: number;
  readonly windowOpen: boolean;
  readonly connected: boolean;
  readonly busy: boolean;
}

/**
 * Whether another run gets its place: its endpoint is away or at work otherwise for too long, or its window is over, or
 * nearly (P-07, P-13).
 */
export function losesPlace(run: AdmittedRun, at: number): boolean {
  const isLate = run.admittedAt < at - absentMs;
  if (run.status === 'awaitingUser') return isLate;
  return !run.windowOpen || (isLate && (!run.connected || run.busy));
}
