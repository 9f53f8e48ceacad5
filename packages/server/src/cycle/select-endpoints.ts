import { PatchbayError } from '@patchbay/contracts/errors';
import { parseSelector, type Selector } from '@patchbay/domain/selector/selector';
import type { Queryable } from '../db/queryable.ts';
import {
  missingEndpoints,
  type SelectedEndpoint,
  selectedEndpoints,
} from '../db/views/selected-endpoints.ts';

/** Reads a selector; throws INVALID_INPUT that names the field at `path`. */
export function readSelector(text: string, path: string): Selector {
  const parsed = parseSelector(text);
  if (parsed.ok) return parsed.selector;
  throw new PatchbayError('INVALID_INPUT', 'The selector is not valid.', [{ path, message: parsed.problem }]);
}

/** The endpoints that a selector names; throws when one that is named by itself does not exist, or there is none at all. */
export async function selectEndpoints(
  db: Queryable,
  text: string,
  path: string,
): Promise<readonly SelectedEndpoint[]> {
  const selector = readSelector(text, path);
  const missing = await missingEndpoints(db, selector);
  if (missing.length > 0) {
    throw new PatchbayError(
      'NOT_FOUND',
      `There is no endpoint ${missing.map((name) => `"${name}"`).join(', ')}.`,
      [{ path, message: `names endpoints that do not exist: ${missing.join(', ')}` }],
    );
  }
  const endpoints = await selectedEndpoints(db, selector);
  if (endpoints.length > 0) return endpoints;
  throw new PatchbayError('NOT_POSSIBLE_NOW', `No endpoint matches "${text}".`);
}
