import type { Page } from '@patchbay/contracts/page';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import type { ControlOverrides, StepOptions, WorkflowPhase } from '@patchbay/domain/workflow/workflow';
import { storing } from './conflict.ts';
import { type LibrarySort, libraryOrder } from './list-order.ts';
import { isUuid, type PageRequest, pageOf } from './page-of.ts';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import { type Saved, type StoredThing, thingColumns, type Use } from './stored-thing.ts';
import { Where } from './where.ts';

/** A step as it is stored: its task by id. */
export interface StoredStep extends StepOptions {
  readonly task: string;
}

/** The steps of a workflow by phase. */
export type StoredSteps = Readonly<Record<WorkflowPhase, readonly StoredStep[]>>;

/** What a save of a workflow stores. */
export interface WorkflowToStore {
  readonly name: string;
  readonly description: string;
  readonly os: OperatingSystem;
  readonly control: ControlOverrides;
  readonly steps: StoredSteps;
}

/** A workflow without its steps. */
export interface ListedWorkflow extends StoredThing {
  readonly os: OperatingSystem;
  readonly isDefault: boolean;
  /** A plan with an open cycle uses it (L-46). */
  readonly active: boolean;
}

/** A workflow. */
export interface StoredWorkflow extends ListedWorkflow {
  readonly control: ControlOverrides;
  readonly steps: StoredSteps;
}

const listed = `${thingColumns('w')}, w.os, w.is_default as "isDefault", exists (
    select from cycle_workflows u join cycles c on c.id = u.cycle
    where u.workflow = w.id and c.finished_at is null
  ) as active`;

/** Lists workflows by name (L-45, L-46). */
export async function listWorkflows(
  db: Queryable,
  filter: {
    readonly search?: string | undefined;
    readonly sort?: LibrarySort | undefined;
    readonly os?: OperatingSystem | undefined;
  },
  page: PageRequest,
): Promise<Page<ListedWorkflow>> {
  const where = new Where()
    .and('position(lower(?) in lower(w.name)) > 0', filter.search)
    .and('w.os = ?', filter.os);
  const order = libraryOrder(filter.sort ?? 'name', 'w');
  const item = (row: ListedWorkflow) => row;
  return pageOf(db, { select: `select ${listed} from workflows w`, where, ...order, item }, page);
}

/** The workflow of this name or id; `lock` keeps it from changing until the commit. */
export async function findWorkflow(
  db: Queryable,
  reference: string,
  lock: 'lock' | 'read' = 'read',
): Promise<StoredWorkflow | null> {
  const { rows } = await db.query<StoredWorkflow>(
    `select ${listed}, w.control, w.steps from workflows w
     where ${isUuid(reference) ? 'w.id = $1' : 'lower(w.name) = lower($1)'}
     ${lock === 'lock' ? 'for update of w' : ''}`,
    [reference],
  );
  return rows[0] ?? null;
}

/** All personal workflows. */
export async function personalWorkflows(db: Queryable): Promise<StoredWorkflow[]> {
  const { rows } = await db.query<StoredWorkflow>(
    `select ${listed}, w.control, w.steps from workflows w where w.origin = 'personal'`,
  );
  return rows;
}

/** The workflows with these ids; they stay as they are until the commit. */
export async function holdWorkflows(tx: Transaction, ids: readonly string[]): Promise<StoredWorkflow[]> {
  const { rows } = await tx.query<StoredWorkflow>(
    `select ${listed}, w.control, w.steps from workflows w where w.id = any($1::uuid[]) order by w.id for share of w`,
    [ids],
  );
  return rows;
}

/** The workflows with these ids, as they are now. */
export async function findWorkflowsById(db: Queryable, ids: readonly string[]): Promise<StoredWorkflow[]> {
  const { rows } = await db.query<StoredWorkflow>(
    `select ${listed}, w.control, w.steps from workflows w where w.id = any($1::uuid[])`,
    [ids],
  );
  return rows;
}

/** The default workflow of each operating system that has one (L-40). */
export async function defaultWorkflows(db: Queryable): Promise<(Use & { readonly os: OperatingSystem })[]> {
  const { rows } = await db.query<Use & { os: OperatingSystem }>(
    'select id, name, os from workflows where is_default',
  );
  return rows;
}

/** Adds a workflow, not as a default, and returns its id; throws NAME_TAKEN. */
export async function insertWorkflow(
  tx: Transaction,
  workflow: WorkflowToStore,
  origin: 'builtIn' | 'personal',
  saved: Saved,
): Promise<string> {
  const { name, description, os, control, steps } = workflow;
  const { rows } = await storing('workflow', name, () =>
    tx.query<{ id: string }>(
      `insert into workflows (name, description, origin, os, control, steps, created_at, created_by, updated_at, updated_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $7, $8) returning id`,
      [name, description, origin, os, control, JSON.stringify(steps), saved.at, saved.by],
    ),
  );
  const id = String(rows[0]?.id);
  await saveUsedTasks(tx, id, steps);
  return id;
}

/** Replaces a workflow; throws NAME_TAKEN. */
export async function updateWorkflow(
  tx: Transaction,
  id: string,
  workflow: WorkflowToStore,
  saved: Saved,
): Promise<void> {
  const { name, description, os, control, steps } = workflow;
  await storing('workflow', name, () =>
    tx.query(
      `update workflows set name = $2, description = $3, os = $4, control = $5, steps = $6,
         version = version + 1, updated_at = $7, updated_by = $8
       where id = $1`,
      [id, name, description, os, control, JSON.stringify(steps), saved.at, saved.by],
    ),
  );
  await saveUsedTasks(tx, id, steps);
}

async function saveUsedTasks(tx: Transaction, workflow: string, steps: StoredSteps): Promise<void> {
  const tasks = new Set(Object.values(steps).flatMap((phase) => phase.map((step) => step.task)));
  await tx.query('delete from workflow_tasks where workflow = $1', [workflow]);
  await tx.query('insert into workflow_tasks (workflow, task) select $1, unnest($2::uuid[])', [
    workflow,
    [...tasks],
  ]);
}

/** Makes a workflow the one default of its operating system (L-46). */
export async function setDefaultWorkflow(
  tx: Transaction,
  { id, os }: { readonly id: string; readonly os: OperatingSystem },
): Promise<void> {
  await tx.query('update workflows set is_default = false where os = $1 and is_default and id <> $2', [
    os,
    id,
  ]);
  await tx.query('update workflows set is_default = true where id = $1 and not is_default', [id]);
}

/** Leaves these operating systems without a default workflow, until another one is set in the same transaction. */
export async function clearDefaultWorkflows(
  tx: Transaction,
  systems: readonly OperatingSystem[],
): Promise<void> {
  await tx.query('update workflows set is_default = false where is_default and os = any($1)', [systems]);
}

/** Renames a workflow, to free its name. */
export async function renameWorkflow(tx: Transaction, id: string, name: string, saved: Saved): Promise<void> {
  await storing('workflow', name, () =>
    tx.query(
      'update workflows set name = $2, version = version + 1, updated_at = $3, updated_by = $4 where id = $1',
      [id, name, saved.at, saved.by],
    ),
  );
}

/** Deletes a workflow. */
export async function deleteWorkflow(tx: Transaction, id: string): Promise<void> {
  await tx.query('delete from workflows where id = $1', [id]);
}

/** The plans that name a workflow, and those with an open cycle that uses it (L-48). */
export async function workflowUses(db: Queryable, id: string): Promise<Use[]> {
  const { rows } = await db.query<Use>(
    `select id, name from plans
     where id in (select plan from plan_assignments where workflow = $1)
        or id in (select c.plan from cycle_workflows u join cycles c on c.id = u.cycle
                  where u.workflow = $1 and c.finished_at is null)
     order by lower(name)`,
    [id],
  );
  return rows;
}

/** The plans that have chosen a workflow for another operating system than its own. */
export async function plansOfOtherSystems(
  tx: Transaction,
  id: string,
): Promise<(Use & { readonly os: OperatingSystem })[]> {
  const { rows } = await tx.query<Use & { os: OperatingSystem }>(
    `select distinct p.id, p.name, u.os, lower(p.name) from plan_assignments u
     join plans p on p.id = u.plan join workflows w on w.id = u.workflow
     where w.id = $1 and u.os <> w.os order by lower(p.name)`,
    [id],
  );
  return rows;
}

/** Keeps which workflows an opened cycle uses. */
export async function insertCycleWorkflows(
  tx: Transaction,
  cycle: number,
  workflows: readonly string[],
): Promise<void> {
  await tx.query('insert into cycle_workflows (cycle, workflow) select $1, unnest($2::uuid[])', [
    cycle,
    workflows,
  ]);
}
