import { type FieldProblem, onePerField } from '../field-problem.ts';
import { type OperatingSystem, operatingSystemNames } from '../operating-system.ts';
import type { RebootSettings } from '../reboot/settings.ts';
import { rebootSettingsProblems } from '../reboot/settings-problems.ts';
import type { ParameterValue, ScriptParameter } from '../script/parameter.ts';
import { valueProblem } from '../script/value-problem.ts';
import type { TaskCategory } from './category.ts';

/** A value given for a parameter; `'keep'`: the secret that is stored already. */
export type GivenValue = { readonly value: ParameterValue } | 'keep';

/** The part of a task that its script can contradict (L-22). */
export interface TaskContent {
  readonly os: OperatingSystem;
  readonly parameters: Readonly<Record<string, GivenValue>>;
  readonly successExitCodes: readonly number[];
}

/** A task as far as it decides whether it may be an Interactive Reboot, which runs no script (L-24). */
export interface InteractiveRebootTask {
  readonly os: OperatingSystem;
  readonly script: string | null;
  readonly scriptRevision: number | null;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly runAs: string | null;
  readonly category: TaskCategory;
  readonly interactiveReboot: RebootSettings;
}

/** The operating systems whose users can be asked. */
const askedSystems: readonly OperatingSystem[] = ['linux', 'windows'];

/** Everything that is wrong with a task that is an Interactive Reboot, one message per field. */
export function interactiveRebootProblems(task: InteractiveRebootTask): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const refuse = (path: string, message: string): void => {
    problems.push({ path, message });
  };
  if (task.script !== null) refuse('script', 'an Interactive Reboot runs no script');
  if (task.scriptRevision !== null) refuse('scriptRevision', 'an Interactive Reboot runs no script');
  if (Object.keys(task.parameters).length > 0) {
    refuse('parameters', 'an Interactive Reboot has settings, no parameters');
  }
  if (task.runAs !== null) refuse('runAs', 'an Interactive Reboot is done by the agent itself');
  if (task.category === 'Health Check') refuse('category', 'a reboot is no health check');
  if (!askedSystems.includes(task.os)) {
    const systems = askedSystems.map((os) => operatingSystemNames[os]).join(' and ');
    refuse('os', `users can be asked on ${systems} only`);
  }
  for (const { path, message } of rebootSettingsProblems(task.interactiveReboot)) {
    refuse(`interactiveReboot.${path}`, message);
  }
  return onePerField(problems);
}

/** The revision of the script that the task runs. */
export interface TaskScript {
  readonly name: string;
  readonly os: readonly OperatingSystem[];
  readonly parameters: readonly ScriptParameter[];
}

/**
 * Everything that is wrong with a task, one message per field (L-22); empty when it can be saved.
 * `storedSecrets` names the secret parameters for which the task holds a value already.
 */
export function taskProblems(
  task: TaskContent,
  script: TaskScript,
  storedSecrets: ReadonlySet<string>,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (!script.os.includes(task.os)) {
    const meant = script.os.map((os) => operatingSystemNames[os]).join(', ');
    problems.push({
      path: 'os',
      message: `the script "${script.name}" is not meant for ${operatingSystemNames[task.os]}, but for ${meant}`,
    });
  }
  if (new Set(task.successExitCodes).size < task.successExitCodes.length) {
    problems.push({ path: 'successExitCodes', message: 'the same exit code is listed more than once' });
  }
  return onePerField([...problems, ...parameterProblems(task.parameters, script, storedSecrets)]);
}

/** What is wrong with the values for a script's parameters, by `parameters.<name>` (L-03). */
export function parameterProblems(
  given: Readonly<Record<string, GivenValue>>,
  script: TaskScript,
  storedSecrets: ReadonlySet<string>,
): FieldProblem[] {
  const known = new Map(script.parameters.map((parameter) => [parameter.name, parameter]));
  const unknown = Object.keys(given)
    .filter((name) => !known.has(name))
    .map((name) => ({
      path: `parameters.${name}`,
      message: `the script "${script.name}" has no such parameter; it has ${[...known.keys()].join(', ') || 'none'}`,
    }));
  const wrong = script.parameters.flatMap((parameter): FieldProblem[] => {
    const message = givenProblem(parameter, own(given, parameter.name), storedSecrets);
    return message === null ? [] : [{ path: `parameters.${parameter.name}`, message }];
  });
  return [...unknown, ...wrong];
}

function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function givenProblem(
  parameter: ScriptParameter,
  given: GivenValue | undefined,
  storedSecrets: ReadonlySet<string>,
): string | null {
  if (given === undefined) {
    return parameter.required && parameter.default === null ? 'is required' : null;
  }
  if (given !== 'keep') {
    if (parameter.required && given.value === '') return 'must not be empty';
    return valueProblem(parameter, given.value);
  }
  if (parameter.type !== 'secret') return 'is not a secret: give its value';
  return storedSecrets.has(parameter.name) ? null : 'no secret is stored yet: give its value';
}
