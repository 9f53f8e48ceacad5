import { PatchbayError } from '@patchbay/contracts/errors';
import { parseSelector, type Selector } from '@patchbay/domain/selector/selector';
import type { Queryable } from '../db/queryable.ts';
import {
  missingEndpoints,
  missingGroups,
  type SelectedEndpoint,
  selectedEndpoints,
} from '../db/views/selected-endpoints.ts';

/** Reads a selector; throws INVALID_INPUT that names the field at `path`. */
export function readSelector(text: string, path: string): Selector {
  const parsed = parseSelector(text);
  if (parsed.ok) return parsed.selector;
  throw new PatchbayError('INVALID_INPUT', 'The selector is not valid.', [{ path, message: parsed.problem }]);
}

/**
 * The endpoints that a selector names; throws when one that is named by itself, or a
 * group, does not exist, or there is none at all.
 */
export async function selectEndpoints(
  db: Queryable,
  text: string,
  path: string,
): Promise<readonly SelectedEndpoint[]> {
  const selector = readSelector(text, path);
  requireFound('endpoint', await missingEndpoints(db, selector), path);
  requireFound('group', await missingGroups(db, selector), path);
  const endpoints = await selectedEndpoints(db, selector);
  if (endpoints.length > 0) return endpoints;
  throw new PatchbayError('NOT_POSSIBLE_NOW', `No endpoint matches "${text}".`);
}

function requireFound(noun: 'endpoint' | 'group', missing: readonly string[], path: string): void {
  if (missing.length === 0) return;
  const names = missing.map((name) => `"${name}"`).join(', ');
  throw new PatchbayError('NOT_FOUND', `There is no ${noun} ${names}.`, [
    { path, message: `names ${noun}s that do not exist: ${missing.join(', ')}` },
  ]);
}
