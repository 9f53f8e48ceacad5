import { runStatuses } from '@patchbay/domain/run/state';
import type pg from 'pg';
import type { Transaction } from './pool.ts';

/** A cycle that is to be opened: of a plan, or of its own for a Run Task (L-26). */
export interface CycleToOpen {
  readonly origin:
    | { readonly kind: 'plan'; readonly id: string; readonly name: string }
    | { readonly kind: 'task'; readonly id: string | null; readonly name: string };
  readonly mode: 'real' | 'rehearsal';
  readonly openedBy: string;
  /** The schedule of a task that opens it; absent: somebody does. */
  readonly schedule?: string;
}

/** Opens a cycle and returns its id. `now` in epoch milliseconds. */
export async function insertCycle(tx: Transaction, cycle: CycleToOpen, now: number): Promise<number> {
  const { origin } = cycle;
  const plan = origin.kind === 'plan' ? origin : null;
  const task = origin.kind === 'task' ? origin : null;
  const { rows } = await tx.query<{ id: number }>(
    `insert into cycles (kind, plan, plan_name, task, task_name, mode, opened_by, opened_at, schedule)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`,
    [
      origin.kind,
      plan?.id ?? null,
      plan?.name ?? null,
      task?.id ?? null,
      task?.name ?? null,
      cycle.mode,
      cycle.openedBy,
      new Date(now),
      cycle.schedule ?? null,
    ],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the cycle was not stored');
  return id;
}

/** Closes those cycles whose runs have all finished. `now` in epoch milliseconds. */
export async function closeFinishedCycles(db: pg.Pool, now: number): Promise<void> {
  await db.query(
    `update cycles set finished_at = $1 where finished_at is null and (state is null or state ->> 'status' = 'finished')
       and not exists (select from runs where runs.cycle = cycles.id and runs.status = any($2::text[]))`,
    [new Date(now), runStatuses.filter((status) => status !== 'finished')],
  );
}

/** Opens cycles again, of which a finished run goes on (W-12). */
export async function reopenCycles(tx: Transaction, cycles: readonly number[]): Promise<void> {
  await tx.query(`update cycles set finished_at = null where id = any($1::bigint[])`, [cycles]);
}

/** The cycle of a plan that has not finished, rehearsals left out; null when there is none. */
export async function openCycleOf(tx: Transaction, plan: string): Promise<number | null> {
  const { rows } = await tx.query<{ id: number }>(
    `select id from cycles where plan = $1 and finished_at is null and mode = 'real' order by id desc limit 1`,
    [plan],
  );
  return rows[0]?.id ?? null;
}
