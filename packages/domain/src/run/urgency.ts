import type { RunResult, RunState } from './state.ts';

/** What a run does, or has come to. */
export interface RunStanding {
  readonly status: RunState['status'];
  /** Null until it has finished. */
  readonly result: RunResult['result'] | null;
}

type Word = Exclude<RunState['status'], 'finished'> | RunResult['result'];

/**
 * How soon somebody looks for a run among those of its cycle (P-14): what failed, whom a user keeps waiting, what is at
 * work, what is still to come, and what has ended, the best last. The column `urgency` of runs says the same.
 */
const urgencies: Readonly<Record<Word, number>> = {
  failed: 0,
  awaitingUser: 1,
  running: 2,
  retrying: 2,
  returning: 2,
  queued: 3,
  missedWindow: 4,
  partial: 5,
  cancelled: 6,
  skipped: 7,
  succeeded: 8,
};

/** The place of a run in that order, from 0 on: the smaller, the sooner. */
export function urgencyOf({ status, result }: RunStanding): number {
  if (status !== 'finished') return urgencies[status];
  if (result === null) throw new RangeError('a finished run has a result');
  return urgencies[result];
}
