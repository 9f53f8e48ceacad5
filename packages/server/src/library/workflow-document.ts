import type { LibraryDocumentOf } from '@patchbay/contracts/library-document';
import type { WorkflowInput } from '@patchbay/contracts/workflow';
import { type WorkflowPhase, workflowPhases } from '@patchbay/domain/workflow/workflow';
import { findTasksById } from '../db/tasks.ts';
import { findWorkflow, personalWorkflows, type StoredWorkflow } from '../db/workflows.ts';
import type { DocumentKind } from './document-kind.ts';
import { removeWorkflow } from './remove.ts';
import { changeWorkflow, createWorkflow, workflowUseProblems } from './save-workflow.ts';
import { stillThere } from './still-there.ts';

/** Workflows as documents. Which one is the default is settled for all of them together, not here. */
export const workflowDocuments: DocumentKind<LibraryDocumentOf<'Workflow'>> = {
  kind: 'Workflow',
  noun: 'workflow',
  async read(db) {
    const stored = await personalWorkflows(db);
    const ids = stored.flatMap((workflow) => tasksOf(workflow));
    const tasks = await findTasksById(db, [...new Set(ids)]);
    const nameOf = (task: string) => tasks.get(task)?.name ?? task;
    return stored.map(({ id, name, description, os, isDefault, control, steps }) => ({
      id,
      document: {
        kind: 'Workflow',
        name,
        description,
        os,
        default: isDefault,
        control,
        ...withTasks(steps as WorkflowInput, nameOf),
      },
    }));
  },
  compared: ({ kind: _, ...workflow }, nameOf) => ({
    ...workflow,
    ...withTasks(workflow, (task) => nameOf('task', task)),
  }),
  lacking: async () => [],
  create: ({ tx, saved }, document) => createWorkflow(tx, document, 'personal', saved),
  async change({ tx, saved }, id, document) {
    const current = stillThere(await findWorkflow(tx, id, 'lock'));
    await changeWorkflow(tx, current, document, saved);
  },
  useProblems: workflowUseProblems,
  async remove(tx, id) {
    await removeWorkflow(tx, stillThere(await findWorkflow(tx, id, 'lock')));
  },
};

function tasksOf({ steps }: StoredWorkflow): string[] {
  return workflowPhases.flatMap((phase) => steps[phase].map(({ task }) => task));
}

function withTasks(
  steps: Pick<WorkflowInput, WorkflowPhase>,
  nameOf: (task: string) => string,
): Pick<WorkflowInput, WorkflowPhase> {
  const named = (phase: WorkflowPhase) => steps[phase].map((step) => ({ ...step, task: nameOf(step.task) }));
  return {
    prePatching: named('prePatching'),
    postPatching: named('postPatching'),
    afterReboot: named('afterReboot'),
  };
}
