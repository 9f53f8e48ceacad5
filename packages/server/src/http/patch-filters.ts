import { page } from '@patchbay/contracts/page';
import {
  patchFilterInput,
  patchFilterPreview,
  patchFilterPreviewInput,
  patchFilterQuery,
  type SavedPatchFilter,
  type SavedPatchFilterSummary,
  savedPatchFilter,
  savedPatchFilterSummary,
} from '@patchbay/contracts/patch-filter';
import { referenceId } from '@patchbay/contracts/run';
import { z } from 'zod';
import {
  findPatchFilter,
  insertPatchFilter,
  listPatchFilters,
  patchFilterUses,
  type StoredPatchFilter,
  updatePatchFilter,
} from '../db/patch-filters.ts';
import type { Queryable } from '../db/queryable.ts';
import { countMatches, matchingPatches } from '../db/views/matching-patches.ts';
import { removePatchFilter } from '../library/remove.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { deleteThing } from './delete-thing.ts';
import { etagOf, requireMatch } from './etag.ts';
import { found } from './found.ts';
import { type Answer, perform } from './perform.ts';

const tags = ['patch filters'];
const what = 'patch filter';
const shownPatches = 50;

/** `/api/v1/patch-filters`: filters over patches that plans use by their names (P-02). */
export function patchFilterRoutes(app: App, context: HttpContext): void {
  const { pool } = context;

  app.get('/patch-filters', {
    config: { action: 'patchFilter.read' },
    schema: {
      tags,
      summary: 'List patch filters with what they match now',
      querystring: patchFilterQuery,
      response: { 200: page(savedPatchFilterSummary) },
    },
    handler: async ({ query }) => {
      const { items, nextCursor } = await listPatchFilters(pool, query, query);
      return { items: await summariesOf(pool, items), nextCursor };
    },
  });

  app.get('/patch-filters/:id', {
    config: { action: 'patchFilter.read' },
    schema: {
      tags,
      summary: 'Show a patch filter',
      params: referenceId,
      response: { 200: savedPatchFilter },
    },
    handler: async ({ params: { id } }, reply) => {
      const stored = found(what, id, await findPatchFilter(pool, id));
      void reply.header('etag', etagOf(stored.version));
      return show(pool, stored);
    },
  });

  app.post('/patch-filters/preview', {
    config: { action: 'patchFilter.read' },
    schema: {
      tags,
      summary: 'Tell which applicable patches a filter matches now, without saving it',
      body: patchFilterPreviewInput,
      response: { 200: patchFilterPreview },
    },
    handler: ({ body: { filter } }) => matchingPatches(pool, filter, shownPatches),
  });

  app.post('/patch-filters', {
    config: { action: 'patchFilter.write', deed: 'patchFilter.create' },
    schema: {
      tags,
      summary: 'Create a patch filter',
      body: patchFilterInput,
      response: { 201: savedPatchFilter },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const id = await insertPatchFilter(tx, request.body, saved);
        await audit({ kind: 'patchFilter', id, name: request.body.name });
        return answer(201, tx, id);
      }),
  });

  app.put('/patch-filters/:id', {
    config: { action: 'patchFilter.write', deed: 'patchFilter.edit' },
    schema: {
      tags,
      summary: 'Replace a patch filter; open cycles keep it as it was',
      params: referenceId,
      body: patchFilterInput,
      response: { 200: savedPatchFilter },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { id } = request.params;
        const current = found(what, id, await findPatchFilter(tx, id, 'lock'));
        requireMatch(request, current);
        await updatePatchFilter(tx, current.id, request.body, saved);
        await audit({ kind: 'patchFilter', id: current.id, name: request.body.name });
        return answer(200, tx, current.id);
      }),
  });

  app.delete('/patch-filters/:id', {
    config: { action: 'patchFilter.write', deed: 'patchFilter.delete' },
    schema: {
      tags,
      summary: 'Delete a patch filter that no plan uses',
      params: referenceId,
      response: { 204: z.null() },
    },
    handler: (request, reply) =>
      deleteThing(context, request, reply, {
        kind: 'patchFilter',
        find: findPatchFilter,
        remove: removePatchFilter,
      }),
  });
}

async function answer(status: 200 | 201, db: Queryable, id: string): Promise<Answer<SavedPatchFilter>> {
  const stored = found(what, id, await findPatchFilter(db, id));
  return {
    status,
    body: await show(db, stored),
    etag: etagOf(stored.version),
    ...(status === 201 ? { location: `/patch-filters/${id}` } : {}),
  };
}

async function show(db: Queryable, stored: StoredPatchFilter): Promise<SavedPatchFilter> {
  const [summary] = await summariesOf(db, [stored]);
  if (summary === undefined) throw new Error('a patch filter has no summary');
  return { ...summary, createdAt: stored.createdAt.toISOString(), createdBy: stored.createdBy };
}

async function summariesOf(
  db: Queryable,
  filters: readonly StoredPatchFilter[],
): Promise<SavedPatchFilterSummary[]> {
  const matches = await countMatches(
    db,
    filters.map(({ filter }) => filter),
  );
  const uses = await patchFilterUses(
    db,
    filters.map(({ id }) => id),
  );
  return filters.map(({ id, name, description, filter, updatedAt, updatedBy }, index) => ({
    id,
    name,
    description,
    filter: {
      classifications: [...filter.classifications],
      severities: [...filter.severities],
      text: filter.text,
    },
    matches: matches[index] ?? { patches: 0, endpoints: 0 },
    usedBy: [...(uses.get(id) ?? [])],
    updatedAt: updatedAt.toISOString(),
    updatedBy,
  }));
}
