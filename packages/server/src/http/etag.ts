import { createHash } from 'node:crypto';
import { PatchbayError } from '@patchbay/contracts/errors';
import type { FastifyRequest } from 'fastify';
import type { StoredThing } from '../db/stored-thing.ts';

/** What is known of a thing's last edit. */
export type EditedThing = Pick<StoredThing, 'version' | 'updatedBy' | 'updatedAt'>;

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
  const present = etagOf(version);
  if (names(wanted, present)) return;
  throw new PatchbayError(
    'EDIT_CONFLICT',
    `${updatedBy} saved version ${present} at ${updatedAt.toISOString()}; this edit was made from ${wanted.slice(0, 100)}.`,
  );
}

/** The ETag of something that has no versions: a digest of what it is now. */
export function etagOfContent(content: string): string {
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
}

/**
 * Refuses to replace something that has no versions if it is not what the caller has read. Without If-Match it is
 * replaced, whatever it is.
 *
 * @throws EDIT_CONFLICT
 */
export function matchIfAsked(request: FastifyRequest, present: string, what: string): void {
  const wanted = request.headers['if-match'];
  if (wanted === undefined || names(wanted, present)) return;
  throw new PatchbayError(
    'EDIT_CONFLICT',
    `${what} changed meanwhile: the ETag is ${present} now; this edit was made from ${wanted.slice(0, 100)}.`,
  );
}

function names(wanted: string, present: string): boolean {
  if (wanted.trim() === '*') return true;
  const tags = wanted.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(present);
}
