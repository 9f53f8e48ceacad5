import { PatchbayError } from '@patchbay/contracts/errors';
import type { PlanInput } from '@patchbay/contracts/plan';
import { newAssignments } from '@patchbay/domain/plan/expand';
import { isComplete, type PlanFinding } from '@patchbay/domain/plan/finding';
import type { PlanSchedule } from '@patchbay/domain/plan/plan';
import { newPlanState } from '@patchbay/domain/plan/state';
import { planTransitions } from '@patchbay/domain/plan/transitions';
import { findPatchFilter } from '../db/patch-filters.ts';
import { findPlan, insertPlan, type PlanContent, type StoredPlan, updatePlan } from '../db/plans.ts';
import type { Transaction } from '../db/pool.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Saved } from '../db/stored-thing.ts';
import { defaultWorkflows, findWorkflow } from '../db/workflows.ts';
import { checkPlan, type FoundReferences, type PlanVerdict, planRefusals } from '../plan/check-plan.ts';
import { planEdited } from '../plan/edit-plan.ts';
import { planAsInput } from '../plan/plan-as-input.ts';
import { requireValid } from './refused.ts';

/** A plan as it would be stored, and everything that is to be said about it. */
export interface ReadPlan extends PlanVerdict {
  readonly plan: PlanContent;
}

/** Adds a plan and returns its id (P-01); throws INVALID_INPUT for what cannot even be saved. */
export async function createPlan(tx: Transaction, input: PlanInput, saved: Saved): Promise<string> {
  const { plan, findings } = await readPlan(tx, input, saved.at, 'lock');
  requireSavable(findings);
  return insertPlan(tx, { plan, input }, newPlanState(isComplete(findings)), saved);
}

/** Replaces a plan, which the caller holds; a cycle that has opened keeps what it opened with (L-49). */
export async function replacePlan(
  tx: Transaction,
  current: StoredPlan,
  input: PlanInput,
  saved: Saved,
): Promise<void> {
  const { plan, findings } = await readPlan(tx, input, saved.at, 'lock');
  requireSavable(findings);
  await updatePlan(tx, current, { plan, input }, saved);
  await planEdited(tx, current, isComplete(findings), saved.at);
}

/**
 * A plan that is to be activated, which the caller holds, as it is judged now (P-04): one that was incomplete when it was
 * saved may lack nothing any more, such as a default workflow, and one that was complete may lack something, or its time
 * may have passed.
 *
 * @throws NOT_POSSIBLE_NOW with what it lacks.
 */
export async function requireComplete(tx: Transaction, current: StoredPlan, at: Date): Promise<StoredPlan> {
  const { status } = current.state;
  if (status !== 'incomplete' && planTransitions[status].activate === undefined) return current;
  const { findings } = await readPlan(tx, planAsInput(current), at, 'lock');
  const lacking = findings.filter(({ severity }) => severity !== 'warning');
  const [first] = lacking;
  if (first !== undefined) {
    throw new PatchbayError(
      'NOT_POSSIBLE_NOW',
      `The plan "${current.name}" is incomplete: ${first.message.replace(/\.$/, '')}.`,
      lacking.map(({ path, message }) => ({ path, message })),
    );
  }
  if (status !== 'incomplete') return current;
  await planEdited(tx, current, true, at);
  return (await findPlan(tx, current.id)) ?? current;
}

/** Looks up what a plan refers to, and says what is to be said about it; `lock` keeps that from being deleted. */
export async function readPlan(
  db: Queryable,
  input: PlanInput,
  at: Date,
  lock: 'lock' | 'read',
): Promise<ReadPlan> {
  const found = await findReferences(db, input, lock);
  const plan = contentOf(input, found);
  return { plan, ...(await checkPlan(db, plan, found, at.getTime())) };
}

/**
 * A plan as it would be stored, whatever there is to say about its endpoints.
 *
 * @throws INVALID_INPUT for what cannot even be saved.
 */
export async function savablePlan(db: Queryable, input: PlanInput, at: Date): Promise<PlanContent> {
  const found = await findReferences(db, input, 'read');
  const plan = contentOf(input, found);
  requireSavable(await planRefusals(db, plan, found, at.getTime()));
  return plan;
}

async function findReferences(
  db: Queryable,
  { assignments, patches: { choice } }: PlanInput,
  lock: 'lock' | 'read',
): Promise<FoundReferences> {
  const workflows: FoundReferences['workflows'] = [];
  if (assignments === null) {
    const defaults = await defaultWorkflows(db);
    for (const { endpoints, os } of newAssignments(new Map(defaults.map((one) => [one.os, one])))) {
      workflows.push({ row: { endpoints, os }, workflow: null });
    }
  }
  for (const { endpoints, os, workflow } of assignments ?? []) {
    const named = workflow === null ? null : await findNamedWorkflow(db, workflow, lock);
    workflows.push({ row: { endpoints, os }, workflow: named });
  }
  const filter = choice.which === 'filter' ? await findPatchFilter(db, choice.filter, lock) : null;
  return { workflows, filter };
}

/** A workflow that an assignment names; without an id when there is none. */
async function findNamedWorkflow(
  db: Queryable,
  name: string,
  lock: 'lock' | 'read',
): Promise<FoundReferences['workflows'][number]['workflow']> {
  const stored = await findWorkflow(db, name, lock);
  return stored === null ? { id: null, name, os: null } : { id: stored.id, name: stored.name, os: stored.os };
}

function contentOf(input: PlanInput, { workflows, filter }: FoundReferences): PlanContent {
  const { assignments: _, patches, schedule, ...rest } = input;
  const { choice } = patches;
  return {
    ...rest,
    patches: {
      ...patches,
      choice:
        choice.which === 'filter'
          ? { which: 'filter', filter: { id: filter?.id ?? '', name: filter?.name ?? choice.filter } }
          : choice,
    },
    assignments: workflows.map(({ row, workflow }) => ({
      ...row,
      workflow: workflow === null ? null : { id: workflow.id ?? '', name: workflow.name },
    })),
    schedule: scheduleOf(schedule),
  };
}

function scheduleOf(schedule: PlanInput['schedule']): PlanSchedule {
  return schedule.kind === 'at' ? { kind: 'at', at: Date.parse(schedule.at) } : schedule;
}

/** Throws INVALID_INPUT for what cannot even be saved. */
function requireSavable(findings: readonly PlanFinding[]): void {
  requireValid(
    'plan',
    findings.flatMap(({ severity, path, message }) => (severity === 'refused' ? [{ path, message }] : [])),
  );
}
