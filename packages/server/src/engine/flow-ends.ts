import type { RebootEnding } from '@patchbay/domain/reboot/state';
import type pg from 'pg';
import type { BaseLogger } from 'pino';
import { noteTold, untoldRuns } from '../db/reboot-flows.ts';
import { Loop } from './loop.ts';

/** How the loop that tells runs of ended flows is made. Times in milliseconds. */
export interface FlowEndsOptions {
  readonly pool: pg.Pool;
  readonly now: () => number;
  readonly everyMs: number;
  /** Hands the run the event `userFlowEnded`; resolves when it is done. */
  readonly tell: (run: number, ending: RebootEnding) => Promise<unknown>;
  readonly log: BaseLogger;
}

const mostAtOnce = 500;

/**
 * Tells runs that wait for a user that the flow on their endpoint is over (W-15). What they wait for is on record, so
 * neither a crash nor the order in which an endpoint reports can lose it; telling twice does no harm.
 */
export function createFlowEnds({ pool, now, everyMs, tell, log }: FlowEndsOptions): Loop {
  return new Loop({
    what: 'tell runs of ended flows',
    everyMs,
    log,
    task: async () => {
      for (;;) {
        const runs = await untoldRuns(pool, mostAtOnce);
        await Promise.all(runs.map(({ run, ending }) => tell(run, ending)));
        await noteTold(pool, new Date(now()));
        if (runs.length < mostAtOnce) return;
      }
    },
  });
}
