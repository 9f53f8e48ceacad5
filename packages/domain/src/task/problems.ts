import { type FieldProblem, onePerField } from '../field-problem.ts';
import { type OperatingSystem, operatingSystemNames } from '../operating-system.ts';
import type { ParameterValue, ScriptParameter } from '../script/parameter.ts';
import { valueProblem } from '../script/value-problem.ts';

/** A value given for a parameter; `'keep'`: the secret that is stored already. */
export type GivenValue = { readonly value: ParameterValue } | 'keep';

/** The part of a task that its script can contradict (L-22). */
export interface TaskContent {
  readonly os: OperatingSystem;
  readonly parameters: Readonly<Record<string, GivenValue>>;
  readonly successExitCodes: readonly number[];
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
