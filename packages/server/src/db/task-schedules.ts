import type { Page } from '@patchbay/contracts/page';
import type { TaskScheduleStatus } from '@patchbay/contracts/task-schedule';
import type { ParameterValue } from '@patchbay/domain/script/parameter';
import { isUuid, type PageRequest, pageOf } from './page-of.ts';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import type { Saved } from './stored-thing.ts';
import { Where } from './where.ts';

/** What is stored of a task that is to run at a set time (L-26, L-27). */
export interface TaskScheduleToStore {
  readonly task: string;
  readonly taskName: string;
  readonly endpoints: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** Sealed values of secret parameters, by name (L-03). */
  readonly secrets: Readonly<Record<string, string>>;
  readonly startsAt: Date;
  readonly withinMinutes: number | null;
  readonly everyMinutes: number | null;
  readonly spreadMinutes: number;
}

/** A task's schedule and what has become of it. */
export interface StoredTaskSchedule extends Omit<TaskScheduleToStore, 'task'> {
  readonly id: string;
  /** Null once the task has been deleted. */
  readonly task: string | null;
  readonly status: TaskScheduleStatus;
  readonly nextAt: Date | null;
  readonly note: string | null;
  readonly lastAt: Date | null;
  readonly lastCycle: number | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly cancelledAt: Date | null;
  readonly cancelledBy: string | null;
}

const columns = `s.id, s.task, coalesce(t.name, s.task_name) as "taskName", s.endpoints, s.parameters, s.secrets,
  s.starts_at as "startsAt", s.within_minutes as "withinMinutes", s.every_minutes as "everyMinutes",
  s.spread_minutes as "spreadMinutes", s.status, s.next_at as "nextAt", s.note, s.last_at as "lastAt",
  s.last_cycle as "lastCycle", s.created_at as "createdAt", s.created_by as "createdBy",
  s.cancelled_at as "cancelledAt", s.cancelled_by as "cancelledBy"`;
const tables = 'from task_schedules s left join tasks t on t.id = s.task';

/** Lists schedules, the newest first. */
export async function listTaskSchedules(
  db: Queryable,
  filter: { readonly status?: TaskScheduleStatus | undefined; readonly task?: string | undefined },
  page: PageRequest,
): Promise<Page<StoredTaskSchedule>> {
  const where = new Where().and('s.status = ?', filter.status).and('s.task = ?', filter.task);
  const sort = [
    { sql: 's.created_at', type: 'timestamptz' },
    { sql: 's.id', type: 'uuid' },
  ] as const;
  const item = (row: StoredTaskSchedule) => row;
  return pageOf(db, { select: `select ${columns} ${tables}`, where, sort, descending: true, item }, page);
}

/** The schedule with this id; `lock` keeps it from changing until the commit. */
export async function findTaskSchedule(
  db: Queryable,
  id: string,
  lock: 'lock' | 'read' = 'read',
): Promise<StoredTaskSchedule | null> {
  if (!isUuid(id)) return null;
  const { rows } = await db.query<StoredTaskSchedule>(
    `select ${columns} ${tables} where s.id = $1 ${lock === 'lock' ? 'for update of s' : ''}`,
    [id],
  );
  return rows[0] ?? null;
}

/** Adds a waiting schedule and returns its id. */
export async function insertTaskSchedule(
  tx: Transaction,
  schedule: TaskScheduleToStore,
  saved: Saved,
): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into task_schedules (task, task_name, endpoints, parameters, secrets, starts_at, within_minutes,
       every_minutes, spread_minutes, status, next_at, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $6, $10, $11) returning id`,
    [
      schedule.task,
      schedule.taskName,
      schedule.endpoints,
      JSON.stringify(schedule.parameters),
      JSON.stringify(schedule.secrets),
      schedule.startsAt,
      schedule.withinMinutes,
      schedule.everyMinutes,
      schedule.spreadMinutes,
      saved.at,
      saved.by,
    ],
  );
  return String(rows[0]?.id);
}

/** What became of a schedule when it was due. */
export interface ScheduleTurn {
  readonly status: Exclude<TaskScheduleStatus, 'cancelled'>;
  readonly nextAt: Date | null;
  readonly note: string | null;
  readonly at: Date;
  /** The cycle that was opened; null: none was. */
  readonly cycle: number | null;
}

/** Keeps what became of a schedule when it was due. */
export async function saveScheduleTurn(tx: Transaction, id: string, turn: ScheduleTurn): Promise<void> {
  await tx.query(
    `update task_schedules set status = $2, next_at = $3, note = $4, last_at = $5,
       last_cycle = coalesce($6, last_cycle) where id = $1`,
    [id, turn.status, turn.nextAt, turn.note, turn.at, turn.cycle],
  );
}

/** Marks a waiting schedule as cancelled. */
export async function markScheduleCancelled(tx: Transaction, id: string, { by, at }: Saved): Promise<void> {
  await tx.query(
    `update task_schedules set status = 'cancelled', next_at = null, cancelled_at = $2, cancelled_by = $3
     where id = $1 and status = 'waiting'`,
    [id, at, by],
  );
}

/** The endpoints that have not finished what this schedule gave them before. */
export async function busyEndpoints(tx: Transaction, schedule: string): Promise<Set<string>> {
  const { rows } = await tx.query<{ endpoint: string }>(
    `select distinct r.endpoint from cycles c join runs r on r.cycle = c.id
     where c.schedule = $1 and c.finished_at is null and r.status <> 'finished'`,
    [schedule],
  );
  return new Set(rows.map(({ endpoint }) => endpoint));
}
