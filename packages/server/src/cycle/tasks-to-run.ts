import { environmentName, type ParameterValue } from '@patchbay/domain/script/parameter';
import { environmentOf } from '@patchbay/domain/task/environment';
import type { TaskToRun } from '@patchbay/domain/workflow/build-run';
import type { Transaction } from '../db/pool.ts';
import { scriptsOfTasks, type TaskScriptRevision } from '../db/task-scripts.ts';
import { findTasksById, type StoredTask } from '../db/tasks.ts';

/** Loads tasks with the script revisions that they run now, and holds them until the commit (L-05, L-49). */
export async function loadTasksToRun(
  tx: Transaction,
  ids: readonly string[],
): Promise<Map<string, TaskToRun>> {
  const tasks = await findTasksById(tx, ids, 'lock');
  const scripts = await scriptsOfTasks(tx, ids);
  return new Map(
    [...tasks].map(([id, task]) => {
      const script = scripts.get(id);
      if (script === undefined && task.interactiveReboot === null)
        throw new Error(`the task ${id} has no script`);
      return [id, taskToRun(task, script ?? null, task)];
    }),
  );
}

/** A task as runs need it, with these values for its parameters; its secrets stay sealed (L-03). */
export function taskToRun(
  task: StoredTask,
  script: TaskScriptRevision | null,
  values: {
    readonly parameters: Readonly<Record<string, ParameterValue>>;
    readonly secrets: Readonly<Record<string, string>>;
  },
): TaskToRun {
  const { id, name, successExitCodes, timeoutMinutes, runAs, reboots, safeToRepeat, safeInRehearsal } = task;
  const secrets = Object.entries(values.secrets).map(([secret, sealed]) => [environmentName(secret), sealed]);
  return {
    id,
    name,
    script: script && {
      name: script.name,
      revision: script.revision,
      interpreter: script.interpreter,
      content: script.content,
    },
    environment: {
      ...environmentOf(script?.parameters ?? [], values.parameters),
      ...Object.fromEntries(secrets),
    },
    secretNames: secrets.map(([variable]) => String(variable)),
    successExitCodes,
    timeoutMinutes,
    retries: { count: task.retryCount, delaySeconds: task.retryDelaySeconds },
    runAs,
    reboots,
    interactiveReboot: task.interactiveReboot,
    safeToRepeat,
    safeInRehearsal,
    healthCheck: task.category === 'Health Check',
  };
}
