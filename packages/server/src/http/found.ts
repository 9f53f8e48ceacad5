import { PatchbayError } from '@patchbay/contracts/errors';

/** Throws NOT_FOUND for what was looked up by a name or id and does not exist. */
export function found<Thing>(what: string, reference: string | number, thing: Thing | null): Thing {
  if (thing !== null) return thing;
  throw new PatchbayError('NOT_FOUND', `There is no ${what} "${reference}".`);
}
