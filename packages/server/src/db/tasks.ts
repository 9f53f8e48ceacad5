import type { Page } from '@patchbay/contracts/page';
import type { Task } from '@patchbay/contracts/task';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import { defaultRebootSettings } from '@patchbay/domain/reboot/settings';
import type { ParameterValue } from '@patchbay/domain/script/parameter';
import type { TaskCategory } from '@patchbay/domain/task/category';
import { storing } from './conflict.ts';
import { type LibrarySort, libraryOrder } from './list-order.ts';
import { isUuid, type PageRequest, pageOf } from './page-of.ts';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import { type Saved, type StoredThing, thingColumns, type Use } from './stored-thing.ts';
import { Where } from './where.ts';

/** What a save of a task stores. */
export interface TaskToStore {
  readonly name: string;
  readonly description: string;
  readonly os: OperatingSystem;
  /** null: an Interactive Reboot, which runs none. */
  readonly scriptId: string | null;
  /** null: it follows the latest. */
  readonly scriptRevision: number | null;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** Sealed values of secret parameters, by name (L-03). */
  readonly secrets: Readonly<Record<string, string>>;
  readonly successExitCodes: readonly number[];
  readonly timeoutMinutes: number;
  readonly runAs: string | null;
  readonly retryCount: number;
  readonly retryDelaySeconds: number;
  readonly category: TaskCategory;
  readonly reboots: boolean;
  /** The settings of an Interactive Reboot (L-24); null: it runs its script. */
  readonly interactiveReboot: Task['interactiveReboot'];
  readonly safeToRepeat: boolean;
  readonly safeInRehearsal: boolean;
}

/** A task. */
export interface StoredTask extends StoredThing, TaskToStore {
  readonly name: string;
  readonly description: string;
  readonly scriptName: string | null;
}

/** Which tasks a list shows (L-21). */
export interface TaskFilter {
  readonly search?: string | undefined;
  readonly sort?: LibrarySort | undefined;
  readonly os?: OperatingSystem | undefined;
  readonly category?: TaskCategory | undefined;
  readonly origin?: 'builtIn' | 'personal' | undefined;
}

const columns = `${thingColumns('t')}, t.os, t.script as "scriptId", s.name as "scriptName",
  t.script_revision as "scriptRevision", t.parameters, t.secrets, t.success_exit_codes as "successExitCodes",
  t.timeout_minutes as "timeoutMinutes", t.run_as as "runAs", t.retry_count as "retryCount",
  t.retry_delay_seconds as "retryDelaySeconds", t.category, t.reboots, t.interactive_reboot as "interactiveReboot", t.safe_to_repeat as "safeToRepeat",
  t.safe_in_rehearsal as "safeInRehearsal"`;
const tables = 'from tasks t left join scripts s on s.id = t.script';

/** Lists tasks by name (L-20, L-21). */
export async function listTasks(
  db: Queryable,
  filter: TaskFilter,
  page: PageRequest,
): Promise<Page<StoredTask>> {
  const where = new Where()
    .and('position(lower(?) in lower(t.name)) > 0', filter.search)
    .and('t.os = ?', filter.os)
    .and('t.category = ?', filter.category)
    .and('t.origin = ?', filter.origin);
  const order = libraryOrder(filter.sort ?? 'name', 't');
  const item = (row: StoredTask) => row;
  return pageOf(db, { select: `select ${columns} ${tables}`, where, ...order, item }, page);
}

/** The task of this name or id; `lock` keeps it from changing until the commit. */
export async function findTask(
  db: Queryable,
  reference: string,
  lock: 'lock' | 'read' = 'read',
): Promise<StoredTask | null> {
  const { rows } = await db.query<StoredTask>(
    `select ${columns} ${tables} where ${isUuid(reference) ? 't.id = $1' : 'lower(t.name) = lower($1)'}
     ${lock === 'lock' ? 'for update of t' : ''}`,
    [reference],
  );
  return rows[0] ?? null;
}

/** All personal tasks. */
export async function personalTasks(db: Queryable): Promise<StoredTask[]> {
  const { rows } = await db.query<StoredTask>(`select ${columns} ${tables} where t.origin = 'personal'`);
  return rows;
}

/** The built-in tasks that are an Interactive Reboot. */
export async function builtInRebootTasks(db: Queryable): Promise<StoredTask[]> {
  const { rows } = await db.query<StoredTask>(
    `select ${columns} ${tables} where t.origin = 'builtIn' and t.interactive_reboot is not null`,
  );
  return rows;
}

/** Gives an Interactive Reboot the default settings back. */
export async function resetRebootSettings(tx: Transaction, id: string): Promise<void> {
  await tx.query('update tasks set interactive_reboot = $2, version = version + 1 where id = $1', [
    id,
    JSON.stringify(defaultRebootSettings),
  ]);
}

/** The tasks with these ids; `lock` keeps them as they are, for others to use as well, until the commit. */
export async function findTasksById(
  db: Queryable,
  ids: readonly string[],
  lock: 'lock' | 'read' = 'read',
): Promise<Map<string, StoredTask>> {
  const { rows } = await db.query<StoredTask>(
    `select ${columns} ${tables} where t.id = any($1::uuid[]) order by t.id
     ${lock === 'lock' ? 'for share of t' : ''}`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** The ids of the tasks that these names and ids mean, by reference; those that do not exist are missing. */
export async function resolveTasks(
  db: Queryable,
  references: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await db.query<{ reference: string; id: string }>(
    `select distinct on (wanted.reference) wanted.reference, t.id
     from unnest($1::text[]) as wanted (reference)
     join tasks t on t.id::text = lower(wanted.reference) or lower(t.name) = lower(wanted.reference)
     order by wanted.reference, t.id::text = lower(wanted.reference) desc`,
    [[...new Set(references)]],
  );
  return new Map(rows.map(({ reference, id }) => [reference, id]));
}

/** The tasks that run a script's latest revision. */
export async function tasksFollowing(tx: Transaction, script: string): Promise<StoredTask[]> {
  const { rows } = await tx.query<StoredTask>(
    `select ${columns} ${tables} where t.script = $1 and t.script_revision is null order by lower(t.name)`,
    [script],
  );
  return rows;
}

function values(task: TaskToStore, saved: Saved): unknown[] {
  return [
    task.name,
    task.description,
    task.os,
    task.scriptId,
    task.scriptRevision,
    JSON.stringify(task.parameters),
    JSON.stringify(task.secrets),
    task.successExitCodes,
    task.timeoutMinutes,
    task.runAs,
    task.retryCount,
    task.retryDelaySeconds,
    task.category,
    task.reboots,
    task.safeToRepeat,
    task.safeInRehearsal,
    task.interactiveReboot === null ? null : JSON.stringify(task.interactiveReboot),
    saved.at,
    saved.by,
  ];
}

/** Adds a task and returns its id; throws NAME_TAKEN. */
export async function insertTask(
  tx: Transaction,
  task: TaskToStore,
  origin: 'builtIn' | 'personal',
  saved: Saved,
): Promise<string> {
  const { rows } = await storing('task', task.name, () =>
    tx.query<{ id: string }>(
      `insert into tasks (name, description, os, script, script_revision, parameters, secrets, success_exit_codes,
         timeout_minutes, run_as, retry_count, retry_delay_seconds, category, reboots, safe_to_repeat,
         safe_in_rehearsal, interactive_reboot, updated_at, updated_by, created_at, created_by, origin)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $18, $19, $20)
       returning id`,
      [...values(task, saved), origin],
    ),
  );
  return String(rows[0]?.id);
}

/** Replaces a task; throws NAME_TAKEN. */
export async function updateTask(
  tx: Transaction,
  id: string,
  task: TaskToStore,
  saved: Saved,
): Promise<void> {
  await storing('task', task.name, () =>
    tx.query(
      `update tasks set name = $1, description = $2, os = $3, script = $4, script_revision = $5, parameters = $6,
         secrets = $7, success_exit_codes = $8, timeout_minutes = $9, run_as = $10, retry_count = $11,
         retry_delay_seconds = $12, category = $13, reboots = $14, safe_to_repeat = $15, safe_in_rehearsal = $16,
         interactive_reboot = $17, updated_at = $18, updated_by = $19, version = version + 1
       where id = $20`,
      [...values(task, saved), id],
    ),
  );
}

/** Renames a task, to free its name. */
export async function renameTask(tx: Transaction, id: string, name: string, saved: Saved): Promise<void> {
  await storing('task', name, () =>
    tx.query(
      'update tasks set name = $2, version = version + 1, updated_at = $3, updated_by = $4 where id = $1',
      [id, name, saved.at, saved.by],
    ),
  );
}

/** Deletes a task, and what it has said of endpoints as a health check (L-27). */
export async function deleteTask(tx: Transaction, id: string): Promise<void> {
  await tx.query('delete from endpoint_health where task = $1', [id]);
  await tx.query('delete from tasks where id = $1', [id]);
}

/** The workflows that use a task (L-25). */
export async function taskUses(db: Queryable, id: string): Promise<Use[]> {
  const { rows } = await db.query<Use>(
    `select w.id, w.name from workflow_tasks u join workflows w on w.id = u.workflow
     where u.task = $1 order by lower(w.name)`,
    [id],
  );
  return rows;
}

/** The workflows that use each of these tasks, by task. */
export async function usesOfTasks(db: Queryable, ids: readonly string[]): Promise<Map<string, Use[]>> {
  const { rows } = await db.query<Use & { task: string }>(
    `select u.task, w.id, w.name from workflow_tasks u join workflows w on w.id = u.workflow
     where u.task = any($1::uuid[]) order by lower(w.name)`,
    [ids],
  );
  const uses = new Map<string, Use[]>();
  for (const { task, id, name } of rows) uses.set(task, [...(uses.get(task) ?? []), { id, name }]);
  return uses;
}
