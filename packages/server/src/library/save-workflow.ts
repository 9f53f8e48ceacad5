import type { WorkflowInput } from '@patchbay/contracts/workflow';
import { operatingSystemNames } from '@patchbay/domain/operating-system';
import { workflowProblems } from '@patchbay/domain/workflow/problems';
import { type WorkflowPhase, workflowPhases } from '@patchbay/domain/workflow/workflow';
import type { Transaction } from '../db/pool.ts';
import type { Saved } from '../db/stored-thing.ts';
import { findTasksById, resolveTasks } from '../db/tasks.ts';
import {
  insertWorkflow,
  type StoredWorkflow,
  updateWorkflow,
  type WorkflowToStore,
  workflowUses,
} from '../db/workflows.ts';
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
  if (input.os !== current.os) await requireUnbound(tx, current);
  await updateWorkflow(tx, current.id, await toStore(tx, input), saved);
}

/** Plans and defaults count on a workflow's operating system. */
async function requireUnbound(tx: Transaction, current: StoredWorkflow): Promise<void> {
  const os = operatingSystemNames[current.os];
  const uses = await workflowUses(tx, current.id);
  const messages = [
    ...(current.isDefault ? [`it is the default of ${os}`] : []),
    ...uses.map((plan) => `the plan "${plan.name}" uses it for ${os}`),
  ];
  requireValid(
    'workflow',
    messages.slice(0, 1).map((reason) => ({ path: 'os', message: `cannot be changed: ${reason}` })),
  );
}

async function toStore(tx: Transaction, input: WorkflowInput): Promise<WorkflowToStore> {
  const ids = await resolveTasks(
    tx,
    workflowPhases.flatMap((phase) => input[phase].map(({ task }) => task)),
  );
  const tasks = await findTasksById(tx, [...ids.values()], 'lock');
  const tasksOf = (phase: WorkflowPhase) =>
    input[phase].map(({ task }) => tasks.get(ids.get(task) ?? '') ?? { name: task, missing: true as const });
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
