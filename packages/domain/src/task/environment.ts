import { environmentName, type ParameterValue, type ScriptParameter } from '../script/parameter.ts';

/**
 * The plain parameters as the environment variables in which they reach the script (L-03): the given value, else the
 * default, else nothing. Secrets are not among them: they stay sealed until they are sent.
 */
export function environmentOf(
  parameters: readonly ScriptParameter[],
  values: Readonly<Record<string, ParameterValue>>,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const { name, type, default: byDefault } of parameters) {
    if (type === 'secret') continue;
    const value = Object.hasOwn(values, name) ? values[name] : byDefault;
    if (value !== null && value !== undefined) environment[environmentName(name)] = String(value);
  }
  return environment;
}
