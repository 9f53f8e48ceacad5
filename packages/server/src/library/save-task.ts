import { rebootSettings } from '@patchbay/contracts/reboot';
import type { TaskInput } from '@patchbay/contracts/task';
import type { FieldProblem } from '@patchbay/domain/field-problem';
import { wholeRebootSettings } from '@patchbay/domain/reboot/merge-settings';
import { interactiveRebootProblems, taskProblems } from '@patchbay/domain/task/problems';
import type { Transaction } from '../db/pool.ts';
import { findRevision, findScript } from '../db/scripts.ts';
import type { Sealer } from '../db/secrets.ts';
import type { Saved } from '../db/stored-thing.ts';
import { insertTask, type StoredTask, type TaskToStore, updateTask } from '../db/tasks.ts';
import { placementProblems } from './placement.ts';
import { requireValid } from './refused.ts';
import { requestedValues, sealedValues } from './task-values.ts';

/** Adds a task and returns its id (L-22). */
export async function createTask(
  tx: Transaction,
  sealer: Sealer,
  input: TaskInput,
  origin: 'builtIn' | 'personal',
  saved: Saved,
): Promise<string> {
  return insertTask(tx, await toStore(tx, sealer, input, {}), origin, saved);
}

/** Replaces a task; refused while it would not fit a workflow that uses it any more (L-23, L-43, L-44). */
export async function replaceTask(
  tx: Transaction,
  sealer: Sealer,
  current: StoredTask,
  input: TaskInput,
  saved: Saved,
): Promise<void> {
  await changeTask(tx, sealer, current, input, saved);
  requireValid('task', await placementProblems(tx, current.id));
}

/** Replaces a task without a look at the workflows that use it. */
export async function changeTask(
  tx: Transaction,
  sealer: Sealer,
  current: StoredTask,
  input: TaskInput,
  saved: Saved,
): Promise<void> {
  await updateTask(tx, current.id, await toStore(tx, sealer, input, current.secrets), saved);
}

async function toStore(
  tx: Transaction,
  sealer: Sealer,
  input: TaskInput,
  storedSecrets: Readonly<Record<string, string>>,
): Promise<TaskToStore> {
  if (input.interactiveReboot !== null) return interactiveReboot(input, input.interactiveReboot);
  const script = await scriptOf(tx, input);
  const given = requestedValues(input.parameters);
  const stored = new Set(Object.keys(storedSecrets));
  requireValid('task', taskProblems({ ...input, parameters: given }, script, stored));
  const { retries, ...rest } = input;
  return {
    ...rest,
    ...sealedValues(script.parameters, given, storedSecrets, sealer),
    interactiveReboot: null,
    scriptId: script.id,
    retryCount: retries.count,
    retryDelaySeconds: retries.delaySeconds,
  };
}

function interactiveReboot(
  input: TaskInput,
  given: NonNullable<TaskInput['interactiveReboot']>,
): TaskToStore {
  const settings = rebootSettings.parse(wholeRebootSettings(given));
  requireValid('task', interactiveRebootProblems({ ...input, interactiveReboot: settings }));
  const { retries, ...rest } = input;
  return {
    ...rest,
    parameters: {},
    secrets: {},
    // Whatever is said: it may stand last in post-patching only (L-43).
    reboots: true,
    interactiveReboot: settings,
    scriptId: null,
    retryCount: retries.count,
    retryDelaySeconds: retries.delaySeconds,
  };
}

async function scriptOf(tx: Transaction, { script: reference, scriptRevision }: TaskInput) {
  if (reference === null) return invalid('script', 'choose the script that it runs');
  const script = await findScript(tx, reference, 'lock');
  if (script === null) return invalid('script', `there is no script "${reference}"`);
  if (scriptRevision === null) return script;
  const revision = await findRevision(tx, script.id, scriptRevision);
  if (revision !== null) return { ...revision, id: script.id, name: script.name };
  return invalid('scriptRevision', `the script "${script.name}" has the revisions 1 to ${script.revision}`);
}

function invalid(path: string, message: string): never {
  const problem: FieldProblem = { path, message };
  requireValid('task', [problem]);
  throw new Error('unreachable');
}
