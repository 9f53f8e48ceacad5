import type { PatchSelection } from '@patchbay/contracts/activity-order';
import type { Page } from '@patchbay/contracts/page';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import type { PlanCycle, PlanStatus } from '@patchbay/domain/plan/status';
import { storing } from './conflict.ts';
import { isUuid, type PageRequest, pageOf } from './page-of.ts';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import type { Saved, StoredThing, Use } from './stored-thing.ts';
import { Where } from './where.ts';

/** What a save of a plan stores. */
export interface PlanToStore {
  readonly name: string;
  readonly description: string;
  readonly patches: PatchSelection;
  /** A selector. */
  readonly endpoints: string;
  /** The ids of the chosen workflows by operating system. */
  readonly workflows: ReadonlyMap<OperatingSystem, string>;
}

/** A plan. */
export interface StoredPlan extends Omit<StoredThing, 'origin'> {
  readonly patches: PatchSelection;
  readonly endpoints: string;
  /** The chosen workflows. */
  readonly chosen: readonly (Use & { readonly os: OperatingSystem })[];
  readonly lastCycle: (PlanCycle & { readonly id: number }) | null;
}

const select = `select p.id, p.name, p.description, p.patches, p.endpoints, p.version,
    p.created_at as "createdAt", p.created_by as "createdBy", p.updated_at as "updatedAt", p.updated_by as "updatedBy",
    (select coalesce(jsonb_agg(jsonb_build_object('os', u.os, 'id', w.id, 'name', w.name) order by u.os), '[]')
     from plan_workflows u join workflows w on w.id = u.workflow where u.plan = p.id) as chosen,
    case when c.id is not null then jsonb_build_object('id', c.id, 'mode', c.mode,
      'finished', c.finished_at is not null, 'cancelled', c.cancelled_at is not null) end as "lastCycle"
  from plans p left join cycles c on c.id = p.last_cycle`;

/** The condition for each status, as {@link planStatus} in the rules has it. */
const statusConditions: Record<PlanStatus, string> = {
  readyToActivate: "c.id is null or (c.finished_at is not null and c.mode = 'rehearsal')",
  running: 'c.id is not null and c.finished_at is null',
  done: "c.finished_at is not null and c.mode = 'real' and c.cancelled_at is null",
  cancelled: "c.finished_at is not null and c.mode = 'real' and c.cancelled_at is not null",
};

/** Lists plans by name. */
export async function listPlans(
  db: Queryable,
  filter: { readonly search?: string | undefined; readonly status?: PlanStatus | undefined },
  page: PageRequest,
): Promise<Page<StoredPlan>> {
  const where = new Where().and('position(lower(?) in lower(p.name)) > 0', filter.search);
  if (filter.status !== undefined) where.andThat(statusConditions[filter.status]);
  const sort = [{ sql: 'lower(p.name)', type: 'text' }] as const;
  return pageOf<StoredPlan, StoredPlan>(db, { select, where, sort, item: (row) => row }, page);
}

/** The plan of this name or id; `lock` keeps it from changing, and from being activated, until the commit. */
export async function findPlan(
  db: Queryable,
  reference: string,
  lock: 'lock' | 'read' = 'read',
): Promise<StoredPlan | null> {
  const { rows } = await db.query<StoredPlan>(
    `${select} where ${isUuid(reference) ? 'p.id = $1' : 'lower(p.name) = lower($1)'}
     ${lock === 'lock' ? 'for update of p' : ''}`,
    [reference],
  );
  return rows[0] ?? null;
}

/** All plans. */
export async function allPlans(db: Queryable): Promise<StoredPlan[]> {
  const { rows } = await db.query<StoredPlan>(select);
  return rows;
}

/** Adds a plan and returns its id; throws NAME_TAKEN. */
export async function insertPlan(tx: Transaction, plan: PlanToStore, saved: Saved): Promise<string> {
  const { rows } = await storing('plan', plan.name, () =>
    tx.query<{ id: string }>(
      `insert into plans (name, description, patches, endpoints, created_at, created_by, updated_at, updated_by)
       values ($1, $2, $3, $4, $5, $6, $5, $6) returning id`,
      [plan.name, plan.description, plan.patches, plan.endpoints, saved.at, saved.by],
    ),
  );
  const id = String(rows[0]?.id);
  await saveChosen(tx, id, plan.workflows);
  return id;
}

/** Replaces a plan; throws NAME_TAKEN. */
export async function updatePlan(
  tx: Transaction,
  id: string,
  plan: PlanToStore,
  saved: Saved,
): Promise<void> {
  await storing('plan', plan.name, () =>
    tx.query(
      `update plans set name = $2, description = $3, patches = $4, endpoints = $5,
         version = version + 1, updated_at = $6, updated_by = $7
       where id = $1`,
      [id, plan.name, plan.description, plan.patches, plan.endpoints, saved.at, saved.by],
    ),
  );
  await saveChosen(tx, id, plan.workflows);
}

async function saveChosen(
  tx: Transaction,
  plan: string,
  workflows: ReadonlyMap<OperatingSystem, string>,
): Promise<void> {
  await tx.query('delete from plan_workflows where plan = $1', [plan]);
  await tx.query(
    `insert into plan_workflows (plan, os, workflow)
     select $1, os, workflow from unnest($2::text[], $3::uuid[]) as chosen (os, workflow)`,
    [plan, [...workflows.keys()], [...workflows.values()]],
  );
}

/** Notes the cycle that was opened last. */
export async function saveLastCycle(tx: Transaction, plan: string, cycle: number): Promise<void> {
  await tx.query('update plans set last_cycle = $2 where id = $1', [plan, cycle]);
}

/** Deletes a plan; its cycles stay. */
export async function deletePlan(tx: Transaction, id: string): Promise<void> {
  await tx.query('delete from plans where id = $1', [id]);
}
