import type { WorkflowInput } from '@patchbay/contracts/workflow';
import type { FieldProblem } from '@patchbay/domain/field-problem';
import { operatingSystemNames } from '@patchbay/domain/operating-system';
import { workflowProblems } from '@patchbay/domain/workflow/problems';
import { type WorkflowPhase, workflowPhases } from '@patchbay/domain/workflow/workflow';
import type { Transaction } from '../db/pool.ts';
import type { Saved } from '../db/stored-thing.ts';
import { findTasksById, resolveTasks } from '../db/tasks.ts';
import {
  insertWorkflow,
  plansOfOtherSystems,
  type StoredWorkflow,
  updateWorkflow,
  type WorkflowToStore,
} from '../db/workflows.ts';
import { placedStep } from './placement.ts';
import { requireValid } from './refused.ts';

/** Adds a workflow, not as a default, and returns its id (L-42). */
export async function createWorkflow(
  tx: Transaction,
  input: WorkflowInput,
  origin: 'builtIn' | 'personal',
  saved: Saved,
): Promise<string> {
  return insertWorkflow(tx, await toStore(tx, input), origin, saved);
}

/** Replaces a workflow; cycles that have started keep their snapshots (L-49). */
export async function replaceWorkflow(
  tx: Transaction,
  current: StoredWorkflow,
  input: WorkflowInput,
  saved: Saved,
): Promise<void> {
  await changeWorkflow(tx, current, input, saved);
  requireValid('workflow', await workflowUseProblems(tx, current.id));
}

/** Replaces a workflow without a look at the plans that use it. */
export async function changeWorkflow(
  tx: Transaction,
  current: StoredWorkflow,
  input: WorkflowInput,
  saved: Saved,
): Promise<void> {
  if (current.isDefault && input.os !== current.os) {
    const reason = `it is the default of ${operatingSystemNames[current.os]}`;
    requireValid('workflow', [{ path: 'os', message: `cannot be changed: ${reason}` }]);
  }
  await updateWorkflow(tx, current.id, await toStore(tx, input), saved);
}

/** Why plans that have chosen a workflow cannot do with its operating system. */
export async function workflowUseProblems(tx: Transaction, id: string): Promise<FieldProblem[]> {
  const [plan] = await plansOfOtherSystems(tx, id);
  if (plan === undefined) return [];
  const reason = `the plan "${plan.name}" uses it for ${operatingSystemNames[plan.os]}`;
  return [{ path: 'os', message: `cannot be changed: ${reason}` }];
}

async function toStore(tx: Transaction, input: WorkflowInput): Promise<WorkflowToStore> {
  const ids = await resolveTasks(
    tx,
    workflowPhases.flatMap((phase) => input[phase].map(({ task }) => task)),
  );
  const tasks = await findTasksById(tx, [...ids.values()], 'lock');
  const tasksOf = (phase: WorkflowPhase) =>
    input[phase].map(({ task, interactiveReboot: over }) =>
      placedStep(tasks.get(ids.get(task) ?? ''), task, over),
    );
  requireValid(
    'workflow',
    workflowProblems({
      os: input.os,
      prePatching: tasksOf('prePatching'),
      postPatching: tasksOf('postPatching'),
      afterReboot: tasksOf('afterReboot'),
    }),
  );
  const stepsOf = (phase: WorkflowPhase) =>
    input[phase].map((step) => ({ ...step, task: String(ids.get(step.task)) }));
  return {
    name: input.name,
    description: input.description,
    os: input.os,
    control: input.control,
    steps: {
      prePatching: stepsOf('prePatching'),
      postPatching: stepsOf('postPatching'),
      afterReboot: stepsOf('afterReboot'),
    },
  };
}
