import type { ParameterValues } from '@patchbay/contracts/task';
import type { ParameterValue, ScriptParameter } from '@patchbay/domain/script/parameter';
import type { GivenValue } from '@patchbay/domain/task/problems';
import type { Sealer } from '../db/secrets.ts';
import type { StoredTask } from '../db/tasks.ts';

/** What secret parameters are sealed for; snapshots hold them sealed as tasks do. */
export const secretPurpose = 'parameter';

/** What a task has stored, as the rules see it. */
export function givenValues(task: Pick<StoredTask, 'parameters' | 'secrets'>): Record<string, GivenValue> {
  const plain = Object.entries(task.parameters).map(([name, value]) => [name, { value }]);
  const secret = Object.keys(task.secrets).map((name) => [name, 'keep']);
  return Object.fromEntries([...plain, ...secret]);
}

/** What a request gives, as the rules see it. */
export function requestedValues(values: ParameterValues): Record<string, GivenValue> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'object' ? 'keep' : { value }]),
  );
}

/** Parameter values as they are stored: secrets sealed and apart (L-03). */
export interface StoredValues {
  readonly parameters: Record<string, ParameterValue>;
  readonly secrets: Record<string, string>;
}

/** Parts given values into plain ones and secrets, and seals the secrets; those that are kept stay as they were. */
export function sealedValues(
  parameters: readonly ScriptParameter[],
  given: Readonly<Record<string, GivenValue>>,
  stored: Readonly<Record<string, string>>,
  sealer: Sealer,
): StoredValues {
  const values: StoredValues = { parameters: {}, secrets: {} };
  for (const { name, type } of parameters) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined) continue;
    if (value === 'keep') values.secrets[name] = String(stored[name]);
    else if (type === 'secret') values.secrets[name] = sealer.seal(String(value.value), secretPurpose);
    else values.parameters[name] = value.value;
  }
  return values;
}
