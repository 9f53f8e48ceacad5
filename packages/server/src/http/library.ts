import { library, libraryApplied, libraryApplyInput } from '@patchbay/contracts/library-document';
import { limits } from '@patchbay/contracts/limits';
import { withTransaction } from '../db/pool.ts';
import { applyLibrary, type Tell } from '../library/apply-library.ts';
import { readDocuments } from '../library/document-kinds.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { type Deed, perform } from './perform.ts';

const tags = ['library'];

/** `/api/v1/library`: all personal things of the library at once, as documents (L-52). */
export function libraryRoutes(app: App, context: HttpContext): void {
  const { pool, sealer } = context;

  app.get('/library', {
    config: { action: 'library.read' },
    schema: { tags, summary: 'Export the personal library', response: { 200: library } },
    handler: () =>
      withTransaction(pool, async (tx) => {
        await tx.query('set transaction isolation level repeatable read, read only');
        return { documents: (await readDocuments(tx)).map(({ document }) => document) };
      }),
  });

  app.post('/library/apply', {
    config: { action: 'library.write', mostValues: limits.libraryValues },
    bodyLimit: limits.libraryBytes,
    schema: {
      tags,
      summary: 'Make the personal library what these documents say',
      description:
        'All of it or nothing. What is the same already stays untouched; `dryRun` tells what differs.',
      body: libraryApplyInput,
      response: { 200: libraryApplied },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { dryRun } = request.body;
        if (dryRun) await tx.query('savepoint before_dry_run');
        const body = await applyLibrary({ tx, sealer, saved }, request.body, tellAudit(audit));
        if (dryRun) await tx.query('rollback to savepoint before_dry_run');
        return { status: 200, body };
      }),
  });
}

/** Every change has an audit entry of its own, as if it had been made alone (O-09). */
function tellAudit(audit: Deed['audit']): Tell {
  return (action, object, details) => audit(object, { ...details, by: 'library.apply' }, action);
}
