import {
  endpoint,
  endpointPatch,
  endpointPatchQuery,
  endpointQuery,
  endpointSummary,
  tagsInput,
} from '@patchbay/contracts/endpoint';
import { PatchbayError } from '@patchbay/contracts/errors';
import { page } from '@patchbay/contracts/page';
import { referenceId } from '@patchbay/contracts/run';
import { revokedEntry } from '@patchbay/domain/log/endpoint-entries';
import { readSelector } from '../cycle/select-endpoints.ts';
import { requestScan, saveTags, tagsToReplace } from '../db/endpoint-requests.ts';
import { revokeEndpoint } from '../db/endpoints.ts';
import { insertLogEntries } from '../db/log-entries.ts';
import type { Transaction } from '../db/pool.ts';
import { findEndpoint, listEndpointPatches, listEndpoints } from '../db/views/endpoints.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { etagOfContent, matchIfAsked } from './etag.ts';
import { found } from './found.ts';
import { perform } from './perform.ts';

const tags = ['endpoints'];

/** `/api/v1/endpoints`: managed machines (E-02, E-03, E-10, E-13, S-04). */
export function endpointRoutes(app: App, context: HttpContext): void {
  const { pool, agents, engine } = context;

  app.get('/endpoints', {
    config: { action: 'endpoint.read' },
    schema: {
      tags,
      summary: 'List endpoints; revoked ones only when that status is asked for',
      querystring: endpointQuery,
      response: { 200: page(endpointSummary) },
    },
    handler: async ({ query }) => {
      const { search, sort, os, status, selector, health, pendingReboot } = query;
      const selected = selector === undefined ? undefined : readSelector(selector, 'selector');
      return listEndpoints(
        pool,
        { search, sort, os, status, health, pendingReboot, selector: selected },
        query,
      );
    },
  });

  app.get('/endpoints/:id', {
    config: { action: 'endpoint.read' },
    schema: {
      tags,
      summary: 'Show an endpoint; the ETag is that of its tags',
      params: referenceId,
      response: { 200: endpoint },
    },
    handler: async ({ params: { id } }, reply) => {
      const known = found('endpoint', id, await findEndpoint(pool, id));
      void reply.header('etag', etagOfTags(known.tags));
      return known;
    },
  });

  app.get('/endpoints/:id/patches', {
    config: { action: 'endpoint.read' },
    schema: {
      tags,
      summary: "List an endpoint's applicable patches",
      params: referenceId,
      querystring: endpointPatchQuery,
      response: { 200: page(endpointPatch) },
    },
    handler: async ({ params: { id }, query }) => {
      const known = found('endpoint', id, await findEndpoint(pool, id));
      return listEndpointPatches(pool, known.id, query.classification, query);
    },
  });

  app.post('/endpoints/:id/scan', {
    config: { action: 'endpoint.scan' },
    schema: {
      tags,
      summary: 'Ask an endpoint for a patch scan; one that is not connected scans when it comes',
      params: referenceId,
      response: { 202: endpoint },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit, afterCommit }) => {
        const known = await unrevoked(tx, request.params.id);
        await requestScan(tx, known.id, saved.at);
        await audit({ kind: 'endpoint', id: known.id, name: known.name });
        afterCommit(() => agents.requestScan(known.id));
        return { status: 202, body: known };
      }),
  });

  app.put('/endpoints/:id/tags', {
    config: { action: 'endpoint.tag' },
    schema: {
      tags,
      summary: "Replace an endpoint's tags",
      description: 'With If-Match only if they still are what was read.',
      params: referenceId,
      body: tagsInput,
      response: { 200: endpoint },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, audit }) => {
        const known = await unrevoked(tx, request.params.id);
        const before = await tagsToReplace(tx, known.id);
        matchIfAsked(request, etagOfTags(before), `The tags of "${known.name}" were`);
        const { tags: after } = request.body;
        await saveTags(tx, known.id, after);
        await audit({ kind: 'endpoint', id: known.id, name: known.name }, after);
        return { status: 200, body: { ...known, tags: after }, etag: etagOfTags(after) };
      }),
  });

  app.post('/endpoints/:id/revoke', {
    config: { action: 'endpoint.revoke' },
    schema: {
      tags,
      summary: 'Revoke an endpoint for good, at once',
      params: referenceId,
      response: { 200: endpoint },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit, afterCommit }) => {
        const known = await unrevoked(tx, request.params.id);
        const at = saved.at.getTime();
        await revokeEndpoint(tx, known.id, at);
        const news = { endpoint: known.id, name: known.name, at };
        await insertLogEntries(tx, [revokedEntry(news, saved.by)]);
        await audit({ kind: 'endpoint', id: known.id, name: known.name });
        afterCommit(() => {
          agents.revoke(known.id);
          engine.wake();
        });
        return { status: 200, body: { ...known, status: 'revoked' as const } };
      }),
  });
}

function etagOfTags(all: Readonly<Record<string, string>>): string {
  return etagOfContent(JSON.stringify(all, Object.keys(all).sort()));
}

async function unrevoked(tx: Transaction, reference: string) {
  const known = found('endpoint', reference, await findEndpoint(tx, reference));
  if (known.status !== 'revoked') return known;
  throw new PatchbayError('NOT_POSSIBLE_NOW', `The endpoint "${known.name}" has been revoked.`);
}
