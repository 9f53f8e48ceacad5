import type { Verdict } from '@patchbay/domain/plan/state';
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
  /** The approval that its plan had (P-09). */
  readonly approval?: Verdict | null;
}

/** Opens a cycle and returns its id. `now` in epoch milliseconds. */
export async function insertCycle(tx: Transaction, cycle: CycleToOpen, now: number): Promise<number> {
  const { origin } = cycle;
  const plan = origin.kind === 'plan' ? origin : null;
  const task = origin.kind === 'task' ? origin : null;
  const { rows } = await tx.query<{ id: number }>(
    `insert into cycles (kind, plan, plan_name, task, task_name, mode, opened_by, opened_at, schedule,
       approval)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id`,
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
      cycle.approval ? JSON.stringify(cycle.approval) : null,
    ],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the cycle was not stored');
  return id;
}

/**
 * Closes cycles at $1, and counts the patches that are applicable to their endpoints then (P-15). An endpoint that was
 * patched and has not been scanned since is left to its next scan, see {@link countAfterScan}.
 */
const close = (which: string): string => `
with closed as (update cycles set finished_at = $1 where ${which} returning id)
update runs r set patches_after = case when not exists (
    select from activities a where a.run = r.id and a.step = 'patch'
      and (e.scanned_at is null or e.scanned_at < a.finished_at or e.scan_problem is not null)
  ) then (select count(*) from endpoint_patches p where p.endpoint = r.endpoint) end
from closed, endpoints e where r.cycle = closed.id and r.patches_before is not null and e.id = r.endpoint`;

/** Closes a cycle. */
export async function finishCycle(tx: Transaction, cycle: number, at: Date): Promise<void> {
  await tx.query(close('id = $2'), [at, cycle]);
}

/** Closes those cycles whose runs have all finished. `now` in epoch milliseconds. */
export async function closeFinishedCycles(db: pg.Pool, now: number): Promise<void> {
  await db.query({
    name: 'close-finished-cycles',
    text: close(`finished_at is null and (state is null or state ->> 'status' = 'finished')
       and not exists (select from runs where runs.cycle = cycles.id and runs.status = any($2::text[]))`),
    values: [new Date(now), runStatuses.filter((status) => status !== 'finished')],
  });
}

/** An endpoint was scanned: the first time since a cycle that has ended patched it, that is how the cycle left it (P-15). */
export async function countAfterScan(tx: Transaction, endpoint: string): Promise<void> {
  await tx.query(
    `update runs r set patches_after = (select count(*) from endpoint_patches where endpoint = $1)
     from cycles c where r.endpoint = $1 and r.status = 'finished' and r.patches_before is not null
       and r.patches_after is null and c.id = r.cycle and c.finished_at is not null`,
    [endpoint],
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
