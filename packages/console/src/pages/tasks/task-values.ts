import type { Task, TaskInput } from '@patchbay/contracts/task';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import { wholeRebootSettings } from '@patchbay/domain/reboot/merge-settings';
import type { ScriptParameter } from '@patchbay/domain/script/parameter';
import { type GivenValue, interactiveRebootProblems, taskProblems } from '@patchbay/domain/task/problems';
import { runAsPattern } from '@patchbay/domain/task/run-as';
import { sentence } from '../../forms/field-errors.ts';

/** What the form of a task holds. The script is its id; empty: none is chosen yet. */
export type TaskValues = TaskInput;

/** The revision of the script that the task will run. */
export interface TaskScript {
  readonly name: string;
  readonly os: readonly OperatingSystem[];
  readonly parameters: readonly ScriptParameter[];
}

/** A task that is yet to be made. */
export const newTask: TaskValues = {
  name: '',
  description: '',
  os: 'linux',
  script: '',
  scriptRevision: null,
  parameters: {},
  successExitCodes: [0],
  timeoutMinutes: 30,
  runAs: null,
  retries: { count: 0, delaySeconds: 60 },
  category: 'General',
  reboots: false,
  interactiveReboot: null,
  safeToRepeat: false,
  safeInRehearsal: false,
};

/** What the form begins with. */
export function valuesOf(task: Task): TaskValues {
  const { name, description, os, script, scriptRevision, parameters, successExitCodes, timeoutMinutes } =
    task;
  const { runAs, retries, category, reboots, interactiveReboot, safeToRepeat, safeInRehearsal } = task;
  return {
    name,
    description,
    os,
    script: interactiveReboot === null ? (script?.id ?? '') : null,
    scriptRevision,
    parameters: { ...parameters },
    successExitCodes: [...successExitCodes],
    timeoutMinutes,
    runAs,
    retries: { ...retries },
    category,
    reboots,
    interactiveReboot,
    safeToRepeat,
    safeInRehearsal,
  };
}

/** Every field that is wrong, by its path (L-22); `script` is null while it is not known. */
export function taskErrors(
  values: TaskValues,
  script: TaskScript | null,
  storedSecrets: ReadonlySet<string>,
): Record<string, string> {
  const given = givenOf(values.parameters);
  const problems =
    values.interactiveReboot !== null
      ? interactiveRebootProblems({
          ...values,
          interactiveReboot: wholeRebootSettings(values.interactiveReboot),
        })
      : script === null
        ? []
        : taskProblems({ ...values, parameters: given }, script, storedSecrets);
  const own = [
    ...(values.name.trim() === '' ? [{ path: 'name', message: 'give it a name' }] : []),
    ...(values.script === '' ? [{ path: 'script', message: 'choose the script that it runs' }] : []),
    ...(values.successExitCodes.length === 0
      ? [{ path: 'successExitCodes', message: 'name at least one exit code' }]
      : []),
    ...(values.runAs === null || runAsPattern.test(values.runAs)
      ? []
      : [{ path: 'runAs', message: 'must be the name of a user' }]),
  ];
  return Object.fromEntries([...problems, ...own].map(({ path, message }) => [path, sentence(message)]));
}

/** Values as the rules take them. */
export function givenOf(parameters: TaskValues['parameters']): Record<string, GivenValue> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, typeof value === 'object' ? 'keep' : { value }]),
  );
}

/** The names of the secrets that are stored with a task. */
export function storedSecretsOf({ parameters }: Pick<Task, 'parameters'>): Set<string> {
  return new Set(Object.keys(parameters).filter((name) => typeof parameters[name] === 'object'));
}

/** A task as one text, to compare everything about it. A secret is not in it. */
export function taskText(values: TaskValues, scriptName: string): string {
  const { script: _script, parameters, ...rest } = values;
  const shown = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === 'object' ? '(stored secret)' : value,
    ]),
  );
  return JSON.stringify({ script: scriptName, ...rest, parameters: shown }, null, 2);
}
