import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import type { Saved } from './stored-thing.ts';

/** Notes that a cycle is cancelled; false when it has finished, or does not exist. */
export async function markCancelled(tx: Transaction, id: number, saved: Saved): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update cycles set cancelled_by = coalesce(cancelled_by, $2), cancelled_at = coalesce(cancelled_at, $3)
     where id = $1 and finished_at is null`,
    [id, saved.by, saved.at],
  );
  return rowCount === 1;
}

/** The runs of a cycle that have not finished, and were not told that it is cancelled (W-13). */
export async function uncancelledRuns(db: Queryable, cycle: number): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    `select id from runs where cycle = $1 and status <> 'finished' and state ->> 'cancelledBy' is null order by id`,
    [cycle],
  );
  return rows.map((row) => row.id);
}

/** The cycles that were cancelled and have not finished, and by whom. */
export async function cancelledCycles(
  db: Queryable,
): Promise<{ readonly id: number; readonly by: string }[]> {
  const { rows } = await db.query<{ id: number; by: string }>(
    `select id, cancelled_by as by from cycles where finished_at is null and cancelled_at is not null`,
  );
  return rows;
}

/** Who cancelled a cycle. */
export async function cancelledBy(db: Queryable, cycle: number): Promise<string> {
  const { rows } = await db.query<{ by: string | null }>(
    'select cancelled_by as by from cycles where id = $1',
    [cycle],
  );
  return rows[0]?.by ?? 'Patchbay';
}
