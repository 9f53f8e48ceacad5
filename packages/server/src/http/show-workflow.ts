import { rebootSettingsOver } from '@patchbay/contracts/reboot';
import type { Workflow, WorkflowSummary } from '@patchbay/contracts/workflow';
import { type WorkflowPhase, workflowPhases } from '@patchbay/domain/workflow/workflow';
import type { Queryable } from '../db/queryable.ts';
import { findTasksById } from '../db/tasks.ts';
import { findWorkflow, type ListedWorkflow, type StoredWorkflow, workflowUses } from '../db/workflows.ts';
import { etagOf } from './etag.ts';
import { found } from './found.ts';
import type { Answer } from './perform.ts';

/** A workflow as lists show it (L-46). */
export function workflowSummaryOf(stored: ListedWorkflow): WorkflowSummary {
  const { id, name, description, origin, os, isDefault, active, updatedAt, updatedBy } = stored;
  return {
    id,
    name,
    description,
    origin,
    os,
    isDefault,
    active,
    updatedAt: updatedAt.toISOString(),
    updatedBy,
  };
}

const over = rebootSettingsOver.nullable();

/** A workflow, whole, its tasks by name. */
export async function showWorkflow(db: Queryable, stored: StoredWorkflow): Promise<Workflow> {
  const { steps, control, createdAt, createdBy } = stored;
  const ids = workflowPhases.flatMap((phase) => steps[phase].map(({ task }) => task));
  const tasks = await findTasksById(db, ids);
  const stepsOf = (phase: WorkflowPhase): Workflow[WorkflowPhase] =>
    steps[phase].map(({ task, onFailure, condition, timeoutMinutes, retries, interactiveReboot }) => ({
      task: { id: task, name: tasks.get(task)?.name ?? task },
      onFailure,
      condition,
      timeoutMinutes,
      retries,
      interactiveReboot: over.parse(interactiveReboot ?? null),
    }));
  return {
    ...workflowSummaryOf(stored),
    control,
    prePatching: stepsOf('prePatching'),
    postPatching: stepsOf('postPatching'),
    afterReboot: stepsOf('afterReboot'),
    createdAt: createdAt.toISOString(),
    createdBy,
    usedBy: await workflowUses(db, stored.id),
  };
}

/** The answer to a request that has changed a workflow. */
export async function workflowAnswer(
  status: 200 | 201,
  db: Queryable,
  id: string,
): Promise<Answer<Workflow>> {
  const stored = found('workflow', id, await findWorkflow(db, id));
  return {
    status,
    body: await showWorkflow(db, stored),
    etag: etagOf(stored.version),
    ...(status === 201 ? { location: `/workflows/${id}` } : {}),
  };
}
