import { page, pageQuery } from '@patchbay/contracts/page';
import { referenceId } from '@patchbay/contracts/run';
import {
  type Script,
  type ScriptInput,
  type ScriptSummary,
  script,
  scriptInput,
  scriptQuery,
  scriptRevision,
  scriptRevisionSummary,
  scriptSummary,
} from '@patchbay/contracts/script';
import { duplicateInput } from '@patchbay/contracts/task';
import { editRefusal } from '@patchbay/domain/library/refusal';
import { z } from 'zod';
import type { Queryable } from '../db/queryable.ts';
import {
  findRevision,
  findScript,
  type ListedScript,
  listRevisions,
  listScripts,
  type StoredScript,
  scriptUses,
} from '../db/scripts.ts';
import { nameOfCopy } from '../library/copy.ts';
import { requireAllowed } from '../library/refused.ts';
import { removeScript } from '../library/remove.ts';
import { createScript, replaceScript } from '../library/save-script.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { deleteThing } from './delete-thing.ts';
import { etagOf, requireMatch } from './etag.ts';
import { found } from './found.ts';
import { type Answer, perform } from './perform.ts';

const tags = ['scripts'];
const revisionId = z.strictObject({
  ...referenceId.shape,
  revision: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 31 - 1),
});

/** `/api/v1/scripts`: the library's scripts and their revisions (L-01 to L-10). */
export function scriptRoutes(app: App, context: HttpContext): void {
  const { pool } = context;

  app.get('/scripts', {
    config: { action: 'script.read' },
    schema: {
      tags,
      summary: 'List scripts',
      querystring: scriptQuery,
      response: { 200: page(scriptSummary) },
    },
    handler: async ({ query }) => {
      const { items, nextCursor } = await listScripts(pool, query, query);
      return { items: items.map(summaryOf), nextCursor };
    },
  });

  app.get('/scripts/:id', {
    config: { action: 'script.read' },
    schema: { tags, summary: 'Show a script', params: referenceId, response: { 200: script } },
    handler: async ({ params: { id } }, reply) => {
      const stored = found('script', id, await findScript(pool, id));
      void reply.header('etag', etagOf(stored.version));
      return shown(pool, stored);
    },
  });

  app.post('/scripts', {
    config: { action: 'script.write', deed: 'script.create' },
    schema: { tags, summary: 'Create a script', body: scriptInput, response: { 201: script } },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const id = await createScript(tx, request.body, 'personal', saved);
        await audit({ kind: 'script', id, name: request.body.name });
        return answer(201, tx, id);
      }),
  });

  app.put('/scripts/:id', {
    config: { action: 'script.write', deed: 'script.edit' },
    schema: {
      tags,
      summary: 'Save a script as a new revision',
      params: referenceId,
      body: scriptInput,
      response: { 200: script },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { id } = request.params;
        const current = found('script', id, await findScript(tx, id, 'lock'));
        requireAllowed(editRefusal({ kind: 'script', ...current }));
        requireMatch(request, current);
        await replaceScript(tx, current, request.body, saved);
        await audit({ kind: 'script', id: current.id, name: request.body.name });
        return answer(200, tx, current.id);
      }),
  });

  app.delete('/scripts/:id', {
    config: { action: 'script.write', deed: 'script.delete' },
    schema: { tags, summary: 'Delete a script', params: referenceId, response: { 204: z.null() } },
    handler: (request, reply) =>
      deleteThing(context, request, reply, { kind: 'script', find: findScript, remove: removeScript }),
  });

  app.post('/scripts/:id/duplicate', {
    config: { action: 'script.write', deed: 'script.duplicate' },
    schema: {
      tags,
      summary: 'Copy a script into an editable one',
      params: referenceId,
      body: duplicateInput,
      response: { 201: script },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { id } = request.params;
        const original = found('script', id, await findScript(tx, id));
        const taken = async (name: string) => (await findScript(tx, name)) !== null;
        const name = await nameOfCopy(original.name, request.body.name, taken);
        const input: ScriptInput = { ...original, name, note: `Copy of "${original.name}"` };
        const copy = await createScript(tx, input, 'personal', saved);
        await audit({ kind: 'script', id: copy, name }, { of: original.name });
        return answer(201, tx, copy);
      }),
  });

  app.get('/scripts/:id/revisions', {
    config: { action: 'script.read' },
    schema: {
      tags,
      summary: "List a script's revisions",
      params: referenceId,
      querystring: pageQuery,
      response: { 200: page(scriptRevisionSummary) },
    },
    handler: async ({ params: { id }, query }) => {
      const stored = found('script', id, await findScript(pool, id));
      return listRevisions(pool, stored.id, query);
    },
  });

  app.post('/scripts/:id/revisions/:revision/restore', {
    config: { action: 'script.write', deed: 'script.restore' },
    schema: {
      tags,
      summary: 'Save an earlier revision as a new one',
      params: revisionId,
      response: { 200: script },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { id, revision } = request.params;
        const current = found('script', id, await findScript(tx, id, 'lock'));
        requireAllowed(editRefusal({ kind: 'script', ...current }));
        requireMatch(request, current);
        const earlier = found('revision', revision, await findRevision(tx, current.id, revision));
        const { name, description, category } = current;
        const input = { ...earlier, name, description, category, note: `Restored from revision ${revision}` };
        await replaceScript(tx, current, input, saved);
        await audit({ kind: 'script', id: current.id, name }, { revision: String(revision) });
        return answer(200, tx, current.id);
      }),
  });

  app.get('/scripts/:id/revisions/:revision', {
    config: { action: 'script.read' },
    schema: { tags, summary: 'Show a revision', params: revisionId, response: { 200: scriptRevision } },
    handler: async ({ params: { id, revision } }) => {
      const stored = found('script', id, await findScript(pool, id));
      return found('revision', revision, await findRevision(pool, stored.id, revision));
    },
  });
}

async function answer(status: 200 | 201, db: Queryable, id: string): Promise<Answer<Script>> {
  const stored = found('script', id, await findScript(db, id));
  return {
    status,
    body: await shown(db, stored),
    etag: etagOf(stored.version),
    ...(status === 201 ? { location: `/scripts/${id}` } : {}),
  };
}

function summaryOf(stored: ListedScript): ScriptSummary {
  const { id, name, description, category, origin, os, interpreter, verified, revision } = stored;
  return {
    id,
    name,
    description,
    category,
    origin,
    os,
    interpreter,
    verified,
    revision,
    updatedAt: stored.updatedAt.toISOString(),
    updatedBy: stored.updatedBy,
  };
}

async function shown(db: Queryable, stored: StoredScript): Promise<Script> {
  const { content, parameters, createdAt, createdBy } = stored;
  return {
    ...summaryOf(stored),
    content,
    parameters,
    createdAt: createdAt.toISOString(),
    createdBy,
    usedBy: await scriptUses(db, stored.id),
  };
}
