import type { FieldProblem } from '@patchbay/domain/field-problem';
import { type WorkflowTasks, workflowProblems } from '@patchbay/domain/workflow/problems';
import {
  type PlacedTask,
  type StepOptions,
  type WorkflowPhase,
  workflowPhases,
} from '@patchbay/domain/workflow/workflow';
import type { Transaction } from '../db/pool.ts';
import { findTasksById, taskUses } from '../db/tasks.ts';
import { holdWorkflows, type StoredWorkflow } from '../db/workflows.ts';

/** What is wrong in the workflows that use a task (L-23, L-43, L-44). */
export async function placementProblems(tx: Transaction, id: string): Promise<FieldProblem[]> {
  const uses = await taskUses(tx, id);
  const workflows = await holdWorkflows(
    tx,
    uses.map((use) => use.id),
  );
  const tasks = await findTasksById(tx, taskIds(workflows));
  return workflows.flatMap((workflow) =>
    workflowProblems(placed(workflow, tasks)).map(({ message }) => ({
      path: '',
      message: `it is used by the workflow "${workflow.name}", and there ${message}`,
    })),
  );
}

function taskIds(workflows: readonly StoredWorkflow[]): string[] {
  return workflows.flatMap(({ steps }) =>
    workflowPhases.flatMap((phase) => steps[phase].map(({ task }) => task)),
  );
}

function placed({ os, steps }: StoredWorkflow, tasks: ReadonlyMap<string, PlacedTask>): WorkflowTasks {
  const tasksOf = (phase: WorkflowPhase) =>
    steps[phase].map(({ task, interactiveReboot: over }) => placedStep(tasks.get(task), task, over));
  return {
    os,
    prePatching: tasksOf('prePatching'),
    postPatching: tasksOf('postPatching'),
    afterReboot: tasksOf('afterReboot'),
  };
}

/** A task where a step of a workflow places it, as the rules see it. */
export function placedStep(
  task: PlacedTask | undefined,
  name: string,
  over: StepOptions['interactiveReboot'] = null,
): WorkflowTasks[WorkflowPhase][number] {
  return task === undefined ? { name, missing: true } : { ...task, over };
}
