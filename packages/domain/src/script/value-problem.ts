import type { ParameterValue, ScriptParameter } from './parameter.ts';

/** What is wrong with a value for a parameter (L-03); null when it fits. */
export function valueProblem(
  parameter: Pick<ScriptParameter, 'type' | 'choices'>,
  value: ParameterValue,
): string | null {
  switch (parameter.type) {
    case 'string':
    case 'secret':
      return typeof value === 'string' ? null : 'must be a text';
    case 'number':
      return typeof value === 'number' ? null : 'must be a number';
    case 'boolean':
      return typeof value === 'boolean' ? null : 'must be true or false';
    case 'choice':
      return typeof value === 'string' && parameter.choices.includes(value)
        ? null
        : `must be one of: ${parameter.choices.join(', ')}`;
  }
}
