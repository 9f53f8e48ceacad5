import type { Page } from '@patchbay/contracts/page';
import type { PatchSelection } from '@patchbay/domain/patch/selection';
import { type Authorship, editedBy } from '@patchbay/domain/plan/authorship';
import type { Assignment, Plan } from '@patchbay/domain/plan/plan';
import type { PlanEvent, PlanState, PlanStatus } from '@patchbay/domain/plan/state';
import { storing } from './conflict.ts';
import { isUuid, type PageRequest, pageOf } from './page-of.ts';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import type { Saved, StoredThing, Use } from './stored-thing.ts';
import { Where } from './where.ts';

/** What a plan says, with what it refers to by id and name. */
export type PlanContent = Omit<Plan<Use>, 'patches'> & { readonly patches: PatchSelection<Use> };

/** A plan and where it stands. */
export interface StoredPlan extends Omit<StoredThing, 'origin'>, PlanContent, Authorship {
  readonly state: PlanState;
  /** The number of its last event. */
  readonly seq: number;
  /** The cycle that was opened last. */
  readonly lastCycle: number | null;
  /** A cycle of the plan is open, a rehearsal included. */
  readonly hasOpenCycle: boolean;
}

/** What a save of a plan stores; `input` is what was given, by names, for the revisions. */
export interface PlanToStore {
  readonly plan: PlanContent;
  readonly input: object;
}

/** A plan's row; what is named by id has its own columns. */
interface PlanRow extends Omit<StoredThing, 'origin'>, Authorship {
  readonly content: Omit<Plan, 'name' | 'description' | 'assignments' | 'patches'> & {
    readonly patches: PatchSelection<null>;
  };
  readonly filter: Use | null;
  readonly assignments: readonly Assignment<Use>[];
  readonly state: PlanState;
  readonly seq: number;
  readonly lastCycle: number | null;
  readonly hasOpenCycle: boolean;
}

const select = `select p.id, p.name, p.description, p.version, p.created_at as "createdAt", p.created_by as "createdBy",
    p.updated_at as "updatedAt", p.updated_by as "updatedBy", p.content, p.state, p.seq, p.authors,
    p.approved_as_is as "approvedAsIs",    p.last_cycle as "lastCycle",
    exists (select from cycles c where c.plan = p.id and c.finished_at is null) as "hasOpenCycle",
    (select json_build_object('id', f.id, 'name', f.name) from patch_filters f where f.id = p.patch_filter) as filter,
    (select coalesce(json_agg(json_build_object('endpoints', a.endpoints, 'os', a.os,
        'workflow', case when w.id is not null then json_build_object('id', w.id, 'name', w.name) end
      ) order by a.place), '[]')
     from plan_assignments a left join workflows w on w.id = a.workflow where a.plan = p.id) as assignments
  from plans p`;

/** Lists plans by name. */
export async function listPlans(
  db: Queryable,
  filter: { readonly search?: string | undefined; readonly status?: PlanStatus | undefined },
  page: PageRequest,
): Promise<Page<StoredPlan>> {
  const where = new Where()
    .and('position(lower(?) in lower(p.name)) > 0', filter.search)
    .and(`p.state ->> 'status' = ?`, filter.status);
  const sort = [{ sql: 'lower(p.name)', type: 'text' }] as const;
  return pageOf<PlanRow, StoredPlan>(db, { select, where, sort, item: toPlan }, page);
}

/** The plan of this name or id; `lock` keeps it from changing until the commit. */
export async function findPlan(
  db: Queryable,
  reference: string,
  lock: 'lock' | 'read' = 'read',
): Promise<StoredPlan | null> {
  const { rows } = await db.query<PlanRow>(
    `${select} where ${isUuid(reference) ? 'p.id = $1' : 'lower(p.name) = lower($1)'}
     ${lock === 'lock' ? 'for update of p' : ''}`,
    [reference],
  );
  return rows[0] === undefined ? null : toPlan(rows[0]);
}

/** All plans. */
export async function allPlans(db: Queryable): Promise<StoredPlan[]> {
  const { rows } = await db.query<PlanRow>(select);
  return rows.map(toPlan);
}

/** Adds a plan and returns its id; throws NAME_TAKEN. */
export async function insertPlan(
  tx: Transaction,
  { plan, input }: PlanToStore,
  state: PlanState,
  saved: Saved,
): Promise<string> {
  const { rows } = await storing('plan', plan.name, () =>
    tx.query<{ id: string }>(
      `insert into plans (name, description, content, patch_filter, state, authors,
         created_at, created_by, updated_at, updated_by)
       values ($1, $2, $3, $4, $5, array[$7::text], $6, $7, $6, $7) returning id`,
      [
        plan.name,
        plan.description,
        contentOf(plan),
        filterOf(plan),
        JSON.stringify(state),
        saved.at,
        saved.by,
      ],
    ),
  );
  const id = String(rows[0]?.id);
  await saveAssignments(tx, id, plan);
  await saveRevision(tx, id, 1, input, saved);
  return id;
}

/** Replaces a plan; throws NAME_TAKEN. Where it stands is moved apart from that. */
export async function updatePlan(
  tx: Transaction,
  { id, version, ...authorship }: Pick<StoredPlan, 'id' | 'version' | keyof Authorship>,
  { plan, input }: PlanToStore,
  saved: Saved,
): Promise<void> {
  const { authors, approvedAsIs } = editedBy(authorship, saved.by);
  await storing('plan', plan.name, () =>
    tx.query(
      `update plans set name = $2, description = $3, content = $4, patch_filter = $5, version = version + 1,
         updated_at = $6, updated_by = $7, authors = $8, approved_as_is = $9
       where id = $1`,
      [
        id,
        plan.name,
        plan.description,
        contentOf(plan),
        filterOf(plan),
        saved.at,
        saved.by,
        authors,
        approvedAsIs,
      ],
    ),
  );
  await saveAssignments(tx, id, plan);
  await saveRevision(tx, id, version + 1, input, saved);
}

/** Stores what was decided of a plan, and why. */
export async function savePlanState(
  tx: Transaction,
  { id, seq }: Pick<StoredPlan, 'id' | 'seq'>,
  state: PlanState,
  event: PlanEvent,
  notes: readonly string[],
): Promise<void> {
  await tx.query(
    'update plans set state = $2, seq = $3, approved_as_is = approved_as_is or $4 where id = $1',
    [id, JSON.stringify(state), seq + 1, event.kind === 'approve'],
  );
  await tx.query('insert into plan_events (plan, seq, at, event, notes) values ($1, $2, $3, $4, $5)', [
    id,
    seq + 1,
    new Date(event.at),
    JSON.stringify(event),
    JSON.stringify(notes),
  ]);
}

/** Notes the cycle that was opened last. */
export async function saveLastCycle(tx: Transaction, plan: string, cycle: number): Promise<void> {
  await tx.query('update plans set last_cycle = $2 where id = $1', [plan, cycle]);
}

/** Deletes a plan; its cycles stay. */
export async function deletePlan(tx: Transaction, id: string): Promise<void> {
  await tx.query('delete from plans where id = $1', [id]);
}

function contentOf(plan: PlanContent): PlanRow['content'] {
  const { patches, schedule, rollout, deadlineMinutes, reportTo, emergency, approvalRequired } = plan;
  const { choice } = patches;
  return {
    patches: { ...patches, choice: choice.which === 'filter' ? { which: 'filter', filter: null } : choice },
    schedule,
    rollout,
    deadlineMinutes,
    reportTo,
    emergency,
    approvalRequired,
  };
}

function filterOf({ patches: { choice } }: PlanContent): string | null {
  return choice.which === 'filter' ? choice.filter.id : null;
}

async function saveAssignments(
  tx: Transaction,
  id: string,
  { assignments }: Pick<PlanContent, 'assignments'>,
): Promise<void> {
  await tx.query('delete from plan_assignments where plan = $1', [id]);
  await tx.query(
    `insert into plan_assignments (plan, place, endpoints, os, workflow)
     select $1, place - 1, endpoints, os, workflow
     from unnest($2::text[], $3::text[], $4::uuid[]) with ordinality as row (endpoints, os, workflow, place)`,
    [
      id,
      assignments.map(({ endpoints }) => endpoints),
      assignments.map(({ os }) => os),
      assignments.map(({ workflow }) => workflow?.id ?? null),
    ],
  );
}

async function saveRevision(
  tx: Transaction,
  plan: string,
  revision: number,
  input: object,
  { by, at }: Saved,
): Promise<void> {
  await tx.query(
    'insert into plan_revisions (plan, revision, input, author, created_at) values ($1, $2, $3, $4, $5)',
    [plan, revision, input, by, at],
  );
}

function toPlan({ content: { patches, ...content }, filter, ...row }: PlanRow): StoredPlan {
  const { choice } = patches;
  if (choice.which !== 'filter') return { ...row, ...content, patches: { ...patches, choice } };
  if (filter === null) throw new Error(`the plan ${row.id} has lost its filter of patches`);
  return { ...row, ...content, patches: { ...patches, choice: { which: 'filter', filter } } };
}
