import type pg from 'pg';
import type { BaseLogger } from 'pino';
import { claimDueRuns } from '../db/runs.ts';
import { Loop } from './loop.ts';

/** How the loop that fires clocks is made. Times in milliseconds. */
export interface TimersOptions {
  readonly pool: pg.Pool;
  readonly now: () => number;
  /** Before this instant no clock is fired (E-09). */
  readonly holdUntil: () => number;
  readonly everyMs: number;
  /** Hands the run the event `wake`; resolves when it is done. */
  readonly wake: (run: number, at: number) => Promise<unknown>;
  readonly log: BaseLogger;
}

const mostAtOnce = 500;
const leaseMs = 30_000;

/** Wakes the runs whose clock is due; each is taken by one node. A wake that comes too early changes nothing. */
export function createTimers(options: TimersOptions): Loop {
  const { pool, now, holdUntil, everyMs, wake, log } = options;
  return new Loop({
    what: 'fire due clocks',
    everyMs,
    log,
    task: async () => {
      for (;;) {
        const at = now();
        if (at < holdUntil()) return;
        const due = await claimDueRuns(pool, at, leaseMs, mostAtOnce);
        await Promise.all(due.map((run) => wake(run, at)));
        if (due.length < mostAtOnce) return;
      }
    },
  });
}
