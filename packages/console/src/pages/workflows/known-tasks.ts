import type { Task } from '@patchbay/contracts/task';
import { workflowPhases } from '@patchbay/domain/workflow/workflow';
import { useQueries } from '@tanstack/react-query';
import { part } from '../../api/client.ts';
import { thingQuery } from '../../api/things.ts';
import type { KnownTasks, WorkflowDraft } from './workflow-values.ts';

/** Reads the tasks that stand in a workflow: where they may stand depends on what they are. */
export function useKnownTasks({ steps }: WorkflowDraft): KnownTasks {
  const ids = new Set(workflowPhases.flatMap((phase) => steps[phase].map(({ task }) => task.id)));
  return useQueries({
    queries: [...ids]
      .filter((id) => id !== '')
      .map((id) => ({ ...thingQuery<Task>('tasks', `/tasks/${part(id)}`), staleTime: 60_000 })),
    combine: (answers) =>
      new Map(answers.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data] as const]))),
  });
}
