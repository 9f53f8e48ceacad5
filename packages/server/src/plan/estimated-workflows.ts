import type { EstimatedStep } from '@patchbay/domain/forecast/estimate';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import { mergeRebootSettings } from '@patchbay/domain/reboot/merge-settings';
import type { RebootSettings } from '@patchbay/domain/reboot/settings';
import type { WorkflowPhase } from '@patchbay/domain/workflow/workflow';
import type { Queryable } from '../db/queryable.ts';
import { findTasksById, type StoredTask } from '../db/tasks.ts';
import { findWorkflowsById, type StoredWorkflow } from '../db/workflows.ts';

/** A workflow as far as its runs are foreseen (P-11). */
export interface EstimatedWorkflow {
  readonly id: string;
  readonly os: OperatingSystem;
  readonly steps: readonly EstimatedStep[];
  /** Of its last Interactive Reboot; null: it has none. */
  readonly reboot: RebootSettings | null;
}

/** Reads workflows with what their tasks are called, by their ids. */
export async function estimatedWorkflows(
  db: Queryable,
  ids: readonly string[],
): Promise<Map<string, EstimatedWorkflow>> {
  const workflows = await findWorkflowsById(db, ids);
  const used = workflows.flatMap(({ steps }) => Object.values(steps).flat());
  const tasks = await findTasksById(db, [...new Set(used.map(({ task }) => task))]);
  return new Map(workflows.map((workflow) => [workflow.id, estimated(workflow, tasks)]));
}

function estimated(
  { id, os, steps }: StoredWorkflow,
  tasks: ReadonlyMap<string, StoredTask>,
): EstimatedWorkflow {
  const stepsOf = (phase: WorkflowPhase): EstimatedStep[] =>
    steps[phase].map(({ task }) => ({ phase, task: { id: task, name: tasks.get(task)?.name ?? task } }));
  let reboot: RebootSettings | null = null;
  for (const { task, interactiveReboot } of [...steps.postPatching, ...steps.afterReboot]) {
    const settings = tasks.get(task)?.interactiveReboot ?? null;
    if (settings !== null) reboot = mergeRebootSettings(settings, interactiveReboot ?? null);
  }
  const patch: EstimatedStep = { phase: 'patch', task: null };
  return {
    id,
    os,
    reboot,
    steps: [...stepsOf('prePatching'), patch, ...stepsOf('postPatching'), ...stepsOf('afterReboot')],
  };
}
