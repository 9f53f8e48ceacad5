import { kindInWords, type LibraryKind } from '@patchbay/domain/library/refusal';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Transaction } from '../db/pool.ts';
import type { HttpContext } from './context.ts';
import { type EditedThing, requireMatch } from './etag.ts';
import { found } from './found.ts';
import { perform } from './perform.ts';

/** How a kind of thing is found by its name or id, and removed. */
interface Removal<Thing> {
  readonly kind: LibraryKind;
  readonly find: (tx: Transaction, reference: string, lock: 'lock') => Promise<Thing | null>;
  /** Rejects with what stands against it, such as IN_USE. */
  readonly remove: (tx: Transaction, current: Thing) => Promise<void>;
}

/** Answers a request that deletes a thing; a version that it names must be the present one. */
export async function deleteThing<Thing extends EditedThing & { readonly id: string; readonly name: string }>(
  context: HttpContext,
  request: FastifyRequest<{ Params: { id: string } }>,
  reply: FastifyReply,
  { kind, find, remove }: Removal<Thing>,
): Promise<null> {
  await perform(context, request, reply, async ({ tx, audit }) => {
    const { id } = request.params;
    const current = found(kindInWords(kind), id, await find(tx, id, 'lock'));
    requireMatch(request, current, 'optional');
    await remove(tx, current);
    await audit({ kind, id: current.id, name: current.name });
    return { status: 200, body: null };
  });
  void reply.code(204);
  return null;
}
