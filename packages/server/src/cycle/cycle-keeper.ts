import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { cyclesRollingOut } from '../db/cycle-rollouts.ts';
import { withTransaction } from '../db/pool.ts';
import { Loop } from '../engine/loop.ts';
import { movePlanCycle } from '../plan/move-plan-cycle.ts';
import { afterMove, type PlanShell } from '../plan/plan-shell.ts';

/** How the loop that moves cycles is made. Times in milliseconds. */
export interface CycleKeeperOptions extends PlanShell {
  readonly pool: pg.Pool;
  readonly now: () => number;
  /** How often it looks at every cycle that rolls out. */
  readonly everyMs?: number;
}

/** Counting a large cycle costs something: it rests for at least this after a look, and three times as long as that took. */
const restMs = 200;
const longestRestMs = 1_000;

/**
 * Makes the loop that looks at the cycles that roll out: who may start, which wave opens, whether to halt (P-08). Each
 * look is one transaction; of several nodes one does it.
 */
export function createCycleKeeper({ pool, now, everyMs = 1_000, ...shell }: CycleKeeperOptions): Loop {
  return new Loop({
    what: 'move cycles',
    everyMs,
    log: shell.log,
    task: async () => {
      const begin = performance.now();
      for (const cycle of await cyclesRollingOut(pool)) {
        const at = now();
        try {
          const moved = await withTransaction(pool, (tx) =>
            movePlanCycle(tx, shell, cycle, at, 'pass', (waves) => ({ kind: 'look', at, waves })),
          );
          // Awaited, so that the next look does not find runs that are being told.
          if (moved !== null) await afterMove(shell, moved.after);
        } catch (error) {
          // One cycle that cannot be moved holds no other up; the next look tries again.
          shell.log.warn({ err: error, cycle }, 'A cycle could not be moved');
        }
      }
      await delay(Math.min(Math.max(restMs, 3 * (performance.now() - begin)), longestRestMs));
    },
  });
}
