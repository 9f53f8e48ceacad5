import { PatchbayError } from '@patchbay/contracts/errors';
import type { FastifyRequest } from 'fastify';
import type { StoredThing } from '../db/stored-thing.ts';

/** What is known of a thing's last edit. */
type EditedThing = Pick<StoredThing, 'version' | 'updatedBy' | 'updatedAt'>;

/** The ETag of a thing in this version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * Refuses an edit of something that has changed since it was read. An edit must say in If-Match what it was made
 * from (`*`: whatever is there); a deletion may.
 *
 * The refusal names the present ETag, who saved it and when. The present version itself, with its ETag and the fields
 * `updatedBy` and `updatedAt`, is what a GET of the same address answers: a form shows it beside what was typed.
 *
 * @throws EDIT_CONFLICT, or INVALID_INPUT for an edit without If-Match.
 */
export function requireMatch(
  request: FastifyRequest,
  { version, updatedBy, updatedAt }: EditedThing,
  header: 'required' | 'optional' = 'required',
): void {
  const wanted = request.headers['if-match'];
  if (wanted === undefined) {
    if (header === 'optional') return;
    throw new PatchbayError('INVALID_INPUT', 'An edit must say which version it changes.', [
      { path: 'If-Match', message: 'must be the ETag of what was read, or *' },
    ]);
  }
  if (wanted.trim() === '*') return;
  const tags = wanted.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (!tags.includes(etagOf(version))) {
    throw new PatchbayError(
      'EDIT_CONFLICT',
      `${updatedBy} saved version ${etagOf(version)} at ${updatedAt.toISOString()}; this edit was made from ${wanted.slice(0, 100)}.`,
    );
  }
}
