import { PatchbayError } from '@patchbay/contracts/errors';
import { operatingSystemNames } from '@patchbay/domain/operating-system';
import { type GivenValue, parameterProblems } from '@patchbay/domain/task/problems';
import { buildTaskRun } from '@patchbay/domain/workflow/build-run';
import { insertCycle } from '../db/cycles.ts';
import type { Transaction } from '../db/pool.ts';
import type { Sealer } from '../db/secrets.ts';
import { readSettings } from '../db/settings.ts';
import { insertSnapshot } from '../db/snapshots.ts';
import type { Saved } from '../db/stored-thing.ts';
import { scriptsOfTasks, type TaskScriptRevision } from '../db/task-scripts.ts';
import type { StoredTask } from '../db/tasks.ts';
import type { SelectedEndpoint } from '../db/views/selected-endpoints.ts';
import type { Engine } from '../engine/engine.ts';
import { requireValid } from '../library/refused.ts';
import { givenValues, sealedValues } from '../library/task-values.ts';
import { taskToRun } from './tasks-to-run.ts';

/** What opening runs of a task takes. */
export interface TaskRunTools {
  readonly engine: Pick<Engine, 'openRuns'>;
  readonly sealer: Sealer;
  /** From 0 to 1, as `Math.random`. */
  readonly random: () => number;
}

/** Values over a task's own, and the stored secrets that `keep` among them means, sealed. */
export interface OverridingValues {
  readonly given: Readonly<Record<string, GivenValue>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** A task that is to run on endpoints, all of its operating system. */
export interface TaskRunToOpen {
  readonly task: StoredTask;
  readonly endpoints: readonly SelectedEndpoint[];
  readonly values: OverridingValues;
  /** Each endpoint starts at a random moment within this time. */
  readonly spreadMinutes: number;
  /** The schedule that opens it. */
  readonly schedule?: string;
}

/**
 * *Run Task* (L-26): opens a cycle of its own with one run of one step for each endpoint, and returns its id.
 * `engine.wake` after the commit.
 *
 * @throws INVALID_INPUT when the values do not fit the script.
 */
export async function openTaskRun(
  tx: Transaction,
  { engine, sealer, random }: TaskRunTools,
  { task, endpoints, values, spreadMinutes, schedule }: TaskRunToOpen,
  opened: Saved,
): Promise<number> {
  const { script, given, secrets } = await fittingValues(tx, task, values);
  const sealed = sealedValues(script?.parameters ?? [], given, secrets, sealer);
  const cycle = await insertCycle(
    tx,
    {
      origin: { kind: 'task', id: task.id, name: task.name },
      mode: 'real',
      openedBy: opened.by,
      ...(schedule === undefined ? {} : { schedule }),
    },
    opened.at.getTime(),
  );
  const built = buildTaskRun(taskToRun(task, script, sealed), await readSettings(tx));
  const snapshot = await insertSnapshot(tx, { ...built, workflow: null, workflowName: null, os: task.os });
  const startAfter = (): { startAfter?: number } =>
    spreadMinutes === 0 ? {} : { startAfter: opened.at.getTime() + random() * spreadMinutes * 60_000 };
  await engine.openRuns(
    tx,
    endpoints.map(({ id }) => ({ cycle, snapshot, endpoint: id, openedBy: opened.by, ...startAfter() })),
  );
  return cycle;
}

/** The task's values with others over them, and the script that they fit, if it runs one; throws INVALID_INPUT. */
export async function fittingValues(
  tx: Transaction,
  task: StoredTask,
  over: OverridingValues,
): Promise<OverridingValues & { readonly script: TaskScriptRevision | null }> {
  const script = (await scriptsOfTasks(tx, [task.id])).get(task.id) ?? null;
  const given = { ...givenValues(task), ...over.given };
  const secrets = { ...task.secrets, ...over.secrets };
  const scriptAsRules = {
    name: script?.name ?? task.name,
    os: [task.os],
    parameters: script?.parameters ?? [],
  };
  requireValid('task run', parameterProblems(given, scriptAsRules, new Set(Object.keys(secrets))));
  return { script, given, secrets };
}

/** Those of the endpoints that the task is for; throws NOT_POSSIBLE_NOW when there are none. */
export function endpointsOfTask(
  task: StoredTask,
  selected: readonly SelectedEndpoint[],
  on: string,
): readonly SelectedEndpoint[] {
  const endpoints = selected.filter(({ os }) => os === task.os);
  if (endpoints.length > 0) return endpoints;
  throw new PatchbayError(
    'NOT_POSSIBLE_NOW',
    `The task "${task.name}" is for ${operatingSystemNames[task.os]}, and no such endpoint matches "${on}".`,
  );
}
