import type { UseFormReturnType } from '@mantine/form';
import type { Script, ScriptInput, ScriptRevision } from '@patchbay/contracts/script';
import type { FieldProblem } from '@patchbay/domain/field-problem';
import { parameterNamePattern } from '@patchbay/domain/script/parameter';
import { scriptProblems } from '@patchbay/domain/script/problems';
import { sentence } from '../../forms/field-errors.ts';

/** What the form of a script holds: the request that saves it. */
export type ScriptValues = ScriptInput;
export type ScriptForm = UseFormReturnType<ScriptValues>;
export type ParameterDefinition = ScriptValues['parameters'][number];

/** A script that is yet to be written. */
export const newScript: ScriptValues = {
  name: '',
  description: '',
  category: 'General',
  os: ['linux'],
  interpreter: 'sh',
  content: '#!/bin/sh\nset -eu\n\n',
  parameters: [],
  note: '',
};

/** What the form begins with. */
export function valuesOf({
  name,
  description,
  category,
  os,
  interpreter,
  content,
  parameters,
}: Script): ScriptValues {
  return {
    name,
    description,
    category,
    os: [...os],
    interpreter,
    content,
    parameters: parameters.map((one) => ({ ...one, choices: [...one.choices] })),
    note: '',
  };
}

/** Every field that is wrong, by its path (L-06). */
export function scriptErrors(values: ScriptValues): Record<string, string> {
  const problems: FieldProblem[] = [
    ...(values.name.trim() === '' ? [{ path: 'name', message: 'give it a name' }] : []),
    ...values.parameters.flatMap(({ name }, index) =>
      parameterNamePattern.test(name)
        ? []
        : [
            {
              path: `parameters.${index}.name`,
              message: 'must be a letter followed by letters, digits or “_”',
            },
          ],
    ),
    ...scriptProblems(values),
  ];
  const first = new Map<string, string>();
  for (const { path, message } of problems) if (!first.has(path)) first.set(path, sentence(message));
  return Object.fromEntries(first);
}

/** A script as one text, to compare everything about it: the content first, then what stands around it. */
export function scriptText(
  script: Pick<ScriptValues, 'os' | 'interpreter' | 'content' | 'parameters'> & Partial<ScriptValues>,
): string {
  const { content, name, description, category, os, interpreter, parameters } = script;
  const around = [
    ...(name === undefined ? [] : [`Name: ${name}`]),
    ...(description === undefined ? [] : [`Description: ${description}`]),
    ...(category === undefined ? [] : [`Category: ${category}`]),
    `Operating systems: ${os.join(', ')}`,
    `Interpreter: ${interpreter}`,
    ...parameters.map(parameterText),
  ];
  return `${content.replace(/\n*$/, '')}\n\n${around.map((line) => `## ${line}\n`).join('')}`;
}

function parameterText(parameter: ParameterDefinition): string {
  const { name, label, type, required, default: byDefault, choices, help } = parameter;
  const parts = [
    type,
    ...(required ? ['required'] : []),
    ...(byDefault === null ? [] : [`default ${JSON.stringify(byDefault)}`]),
    ...(choices.length === 0 ? [] : [`one of ${choices.join(' | ')}`]),
    ...(label === '' ? [] : [`“${label}”`]),
    ...(help === '' ? [] : [help]),
  ];
  return `Parameter ${name}: ${parts.join(', ')}`;
}

/** A revision as one text. */
export function revisionText({ os, interpreter, parameters, content }: ScriptRevision): string {
  return scriptText({ os, interpreter, parameters, content });
}
