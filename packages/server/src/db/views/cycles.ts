import type { Cycle, RunCounts } from '@patchbay/contracts/cycle';
import type { Page } from '@patchbay/contracts/page';
import { cycleResult } from '@patchbay/domain/cycle/result';
import { type PageRequest, pageOf } from '../page-of.ts';
import type { Queryable } from '../queryable.ts';
import { Where } from '../where.ts';

/** Which cycles a list shows. */
export interface CycleFilter {
  readonly kind?: 'plan' | 'task' | undefined;
  /** The id of a plan. */
  readonly plan?: string | undefined;
  readonly status?: Cycle['status'] | undefined;
}

interface CycleRow extends Omit<Cycle, 'result' | 'openedAt' | 'finishedAt' | 'plan' | 'task' | 'rollout'> {
  readonly planId: string | null;
  readonly planName: string | null;
  readonly taskId: string | null;
  readonly taskName: string | null;
  readonly cancelled: boolean;
  readonly openedAt: Date;
  readonly finishedAt: Date | null;
  readonly runs: RunCounts;
}

const status = `case when c.finished_at is not null then 'finished'
  when c.cancelled_at is not null then 'cancelling' else 'running' end`;

const count = (name: keyof RunCounts, condition: string): string =>
  `'${name}', count(*) filter (where ${condition})`;

const select = `select c.id, c.kind, c.plan as "planId", c.plan_name as "planName", c.task as "taskId",
    c.task_name as "taskName", c.mode, ${status} as status, c.cancelled_at is not null as cancelled,
    c.opened_at as "openedAt", c.opened_by as "openedBy", c.finished_at as "finishedAt", counted.runs
  from cycles c cross join lateral (
    select json_build_object('total', count(*), ${[
      count('queued', "status = 'queued'"),
      count('running', "status not in ('queued', 'finished')"),
      count('succeeded', "result = 'succeeded'"),
      count('partial', "result = 'partial'"),
      count('failed', "result = 'failed'"),
      count('cancelled', "result = 'cancelled'"),
      count('missedWindow', "result = 'missedWindow'"),
      count('skipped', "result = 'skipped'"),
    ].join(', ')}) as runs
    from runs r where r.cycle = c.id
  ) counted`;

function toCycle(row: CycleRow): Cycle {
  return {
    id: row.id,
    kind: row.kind,
    plan: row.planName === null ? null : { id: row.planId, name: row.planName },
    task: row.taskName === null ? null : { id: row.taskId, name: row.taskName },
    mode: row.mode,
    status: row.status,
    result: row.finishedAt === null ? null : cycleResult(row.runs, row.cancelled),
    openedAt: row.openedAt.toISOString(),
    openedBy: row.openedBy,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    runs: row.runs,
    rollout: null,
  };
}

/** Lists cycles, newest first. */
export async function listCycles(
  db: Queryable,
  filter: CycleFilter,
  page: PageRequest,
): Promise<Page<Cycle>> {
  const where = new Where()
    .and('c.kind = ?', filter.kind)
    .and('c.plan = ?', filter.plan)
    .and(`${status} = ?`, filter.status);
  const sort = [{ sql: 'c.id', type: 'bigint' }] as const;
  return pageOf<CycleRow, Cycle>(db, { select, where, sort, descending: true, item: toCycle }, page);
}

/** One cycle. */
export async function findCycle(db: Queryable, id: number): Promise<Cycle | null> {
  const { rows } = await db.query<CycleRow>(`${select} where c.id = $1`, [id]);
  return rows[0] ? toCycle(rows[0]) : null;
}
