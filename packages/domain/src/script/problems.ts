import { type FieldProblem, onePerField } from '../field-problem.ts';
import { type OperatingSystem, operatingSystemNames } from '../operating-system.ts';
import { type Interpreter, interpretersOf } from './interpreter.ts';
import { environmentName, type ScriptParameter } from './parameter.ts';
import { valueProblem } from './value-problem.ts';

/** The part of a script that can be wrong. */
export interface ScriptContent {
  readonly os: readonly OperatingSystem[];
  readonly interpreter: Interpreter;
  readonly content: string;
  readonly parameters: readonly ScriptParameter[];
}

/** Environment variables that the endpoint sets itself; no parameter may hide them. */
const reservedNames: ReadonlySet<string> = new Set(
  ['FACTS', 'TREE', 'ACTIVITY', 'REHEARSAL'].map((name) => environmentName(name)),
);

/** Everything that is wrong with a script, one message per field (L-06); empty when it can be saved. */
export function scriptProblems(script: ScriptContent): FieldProblem[] {
  return onePerField([
    ...osProblems(script),
    ...interpreterProblems(script),
    ...(script.content.trim() === '' ? [{ path: 'content', message: 'must not be empty' }] : []),
    ...script.parameters.flatMap((parameter, index) =>
      parameterProblems(script.parameters, parameter, index),
    ),
  ]);
}

function osProblems({ os }: ScriptContent): FieldProblem[] {
  const repeated = os.find((one, index) => os.indexOf(one) !== index);
  if (os.length === 0) return [{ path: 'os', message: 'name at least one operating system' }];
  return repeated === undefined
    ? []
    : [{ path: 'os', message: `names ${operatingSystemNames[repeated]} more than once` }];
}

function interpreterProblems({ os, interpreter }: ScriptContent): FieldProblem[] {
  const lacking = os.find((one) => !interpretersOf[one].includes(interpreter));
  if (lacking === undefined) return [];
  const common = interpretersOf[lacking].filter((one) =>
    os.every((other) => interpretersOf[other].includes(one)),
  );
  const advice =
    common.length === 0 ? 'make a script for each operating system' : `choose one of: ${common.join(', ')}`;
  return [
    {
      path: 'interpreter',
      message: `"${interpreter}" does not run on ${operatingSystemNames[lacking]}; ${advice}`,
    },
  ];
}

function parameterProblems(
  all: readonly ScriptParameter[],
  parameter: ScriptParameter,
  index: number,
): FieldProblem[] {
  const { name, type, choices } = parameter;
  const problems: FieldProblem[] = [];
  const report = (field: string, message: string): void => {
    problems.push({ path: `parameters.${index}.${field}`, message });
  };
  const first = all.findIndex((other) => environmentName(other.name) === environmentName(name));
  if (first < index) {
    report('name', `is the same as parameter ${first + 1}: both would be ${environmentName(name)}`);
  }
  if (reservedNames.has(environmentName(name))) {
    report('name', `is reserved: the endpoint sets ${environmentName(name)} itself`);
  }
  if (type === 'choice' && choices.length === 0) report('choices', 'name at least one choice');
  if (type !== 'choice' && choices.length > 0)
    report('choices', 'only a parameter of type "choice" has choices');
  if (new Set(choices).size < choices.length) report('choices', 'the same choice is listed more than once');
  if (parameter.default !== null) {
    const message =
      type === 'secret' ? 'a secret has no default' : valueProblem(parameter, parameter.default);
    if (message !== null) report('default', message);
  }
  return problems;
}
