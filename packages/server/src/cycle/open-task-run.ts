import { PatchbayError } from '@patchbay/contracts/errors';
import type { TaskRunInput } from '@patchbay/contracts/task';
import { operatingSystemNames } from '@patchbay/domain/operating-system';
import { parameterProblems } from '@patchbay/domain/task/problems';
import { buildTaskRun } from '@patchbay/domain/workflow/build-run';
import { insertCycle } from '../db/cycles.ts';
import type { Transaction } from '../db/pool.ts';
import type { Sealer } from '../db/secrets.ts';
import { readSettings } from '../db/settings.ts';
import { insertSnapshot } from '../db/snapshots.ts';
import type { Saved } from '../db/stored-thing.ts';
import { scriptsOfTasks } from '../db/task-scripts.ts';
import type { StoredTask } from '../db/tasks.ts';
import type { Engine } from '../engine/engine.ts';
import { requireValid } from '../library/refused.ts';
import { givenValues, requestedValues, sealedValues } from '../library/task-values.ts';
import { selectEndpoints } from './select-endpoints.ts';
import { taskToRun } from './tasks-to-run.ts';

/**
 * *Run Task* (L-26): opens a cycle of its own with one run of one step for each endpoint of the task's operating
 * system that the selector names; others are left out. `engine.wake` after the commit.
 */
export async function openTaskRun(
  tx: Transaction,
  { engine, sealer }: { readonly engine: Pick<Engine, 'openRuns'>; readonly sealer: Sealer },
  task: StoredTask,
  input: TaskRunInput,
  opened: Saved,
): Promise<number> {
  const script = (await scriptsOfTasks(tx, [task.id])).get(task.id) ?? null;
  if (script === null && task.interactiveReboot === null)
    throw new Error(`the task ${task.id} has no script`);
  const given = { ...givenValues(task), ...requestedValues(input.parameters) };
  const parameters = script?.parameters ?? [];
  const scriptAsRules = { name: script?.name ?? task.name, os: [task.os], parameters };
  requireValid('task run', parameterProblems(given, scriptAsRules, new Set(Object.keys(task.secrets))));
  const values = sealedValues(parameters, given, task.secrets, sealer);

  const selected = await selectEndpoints(tx, input.on, 'on');
  const endpoints = selected.filter(({ os }) => os === task.os);
  if (endpoints.length === 0) {
    throw new PatchbayError(
      'NOT_POSSIBLE_NOW',
      `The task "${task.name}" is for ${operatingSystemNames[task.os]}, and no such endpoint matches "${input.on}".`,
    );
  }
  const origin = { kind: 'task', id: task.id, name: task.name } as const;
  const cycle = await insertCycle(tx, { origin, mode: 'real', openedBy: opened.by }, opened.at.getTime());
  const built = buildTaskRun(taskToRun(task, script, values), await readSettings(tx));
  const snapshot = await insertSnapshot(tx, { ...built, workflow: null, workflowName: null, os: task.os });
  await engine.openRuns(
    tx,
    endpoints.map(({ id }) => ({ cycle, snapshot, endpoint: id, openedBy: opened.by })),
  );
  return cycle;
}
