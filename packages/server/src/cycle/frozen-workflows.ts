import { PatchbayError } from '@patchbay/contracts/errors';
import type { PatchFilter, PatchSelection } from '@patchbay/domain/patch/selection';
import { buildPlanRun, type TaskToRun } from '@patchbay/domain/workflow/build-run';
import { type WorkflowPhase, workflowPhases } from '@patchbay/domain/workflow/workflow';
import type { Transaction } from '../db/pool.ts';
import { readSettings } from '../db/settings.ts';
import { insertSnapshot } from '../db/snapshots.ts';
import { holdWorkflows, type StoredWorkflow } from '../db/workflows.ts';
import { loadTasksToRun } from './tasks-to-run.ts';

/** Freezes workflows with their tasks and scripts (L-49) and returns the snapshot of each, by the workflow's id. */
export async function freezeWorkflows(
  tx: Transaction,
  ids: readonly string[],
  mode: 'real' | 'rehearsal',
  patches: PatchSelection<PatchFilter>,
): Promise<Map<string, number>> {
  const settings = await readSettings(tx);
  const workflows = await holdWorkflows(tx, ids);
  const used = new Set<string>();
  for (const { steps } of workflows) {
    for (const phase of workflowPhases) for (const { task } of steps[phase]) used.add(task);
  }
  const tasks = await loadTasksToRun(tx, [...used]);
  const snapshots = new Map<string, number>();
  for (const workflow of workflows) {
    const built = buildPlanRun(mode, withTasks(workflow, tasks), patches, settings);
    const { id, name, os } = workflow;
    snapshots.set(id, await insertSnapshot(tx, { ...built, workflow: id, workflowName: name, os }));
  }
  if (ids.some((id) => !snapshots.has(id))) {
    throw new PatchbayError('NOT_FOUND', 'A workflow was deleted at this moment.');
  }
  return snapshots;
}

function withTasks({ control, steps }: StoredWorkflow, tasks: ReadonlyMap<string, TaskToRun>) {
  const stepsOf = (phase: WorkflowPhase) =>
    steps[phase].map((step) => {
      const task = tasks.get(step.task);
      if (task === undefined) throw new Error(`the task ${step.task} is gone`);
      return { ...step, task };
    });
  return {
    control,
    prePatching: stepsOf('prePatching'),
    postPatching: stepsOf('postPatching'),
    afterReboot: stepsOf('afterReboot'),
  };
}
