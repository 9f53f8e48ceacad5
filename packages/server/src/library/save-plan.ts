import type { PlanInput } from '@patchbay/contracts/plan';
import { onePerField } from '@patchbay/domain/field-problem';
import { type OperatingSystem, operatingSystems } from '@patchbay/domain/operating-system';
import { planProblems } from '@patchbay/domain/plan/problems';
import { insertPlan, type PlanToStore, type StoredPlan, updatePlan } from '../db/plans.ts';
import type { Transaction } from '../db/pool.ts';
import type { Saved } from '../db/stored-thing.ts';
import { findWorkflow } from '../db/workflows.ts';
import { requireValid } from './refused.ts';
import { selectorProblems } from './selector-problems.ts';

/** Adds a plan and returns its id (P-01). */
export async function createPlan(tx: Transaction, input: PlanInput, saved: Saved): Promise<string> {
  return insertPlan(tx, await toStore(tx, input), saved);
}

/** Replaces a plan; a cycle that has opened keeps what it opened with. */
export async function replacePlan(
  tx: Transaction,
  current: StoredPlan,
  input: PlanInput,
  saved: Saved,
): Promise<void> {
  await updatePlan(tx, current.id, await toStore(tx, input), saved);
}

type ChosenWorkflow = {
  readonly os: OperatingSystem;
  readonly workflow: { readonly id: string; readonly name: string; readonly os: OperatingSystem | null };
};

async function toStore(tx: Transaction, input: PlanInput): Promise<PlanToStore> {
  const chosen: ChosenWorkflow[] = [];
  for (const os of operatingSystems) {
    const reference = input.workflows[os];
    if (reference === undefined) continue;
    const workflow = await findWorkflow(tx, reference, 'lock');
    chosen.push({ os, workflow: workflow ?? { id: '', name: reference, os: null } });
  }
  const problems = [
    ...planProblems({ ...input, workflows: chosen }),
    ...(await selectorProblems(tx, input.endpoints, 'endpoints')),
  ];
  requireValid('plan', onePerField(problems));
  const { name, description, patches, endpoints } = input;
  const workflows = new Map(chosen.map(({ os, workflow }) => [os, workflow.id]));
  return { name, description, patches, endpoints, workflows };
}
