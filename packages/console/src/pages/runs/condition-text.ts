import type { Condition } from '@patchbay/domain/run/definition';

/** A condition as people say it: `rebootNeeded is “true”`. */
export function conditionText({ fact, is, value }: Condition): string {
  return `${fact} is ${is === 'equal' ? '' : 'not '}“${value}”`;
}
