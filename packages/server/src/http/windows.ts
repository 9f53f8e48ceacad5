import { page } from '@patchbay/contracts/page';
import { referenceId } from '@patchbay/contracts/run';
import {
  endpointTimetable,
  type MaintenanceWindowDetail,
  maintenanceWindow,
  maintenanceWindowDetail,
  windowCheck,
  windowCheckInput,
  windowInput,
  windowQuery,
} from '@patchbay/contracts/window';
import { alwaysOpen, currentOpening, timetables } from '@patchbay/domain/schedule/timetable';
import { z } from 'zod';
import { withTransaction } from '../db/pool.ts';
import type { Queryable } from '../db/queryable.ts';
import { endpointWindows } from '../db/views/endpoint-windows.ts';
import { findEndpoint } from '../db/views/endpoints.ts';
import { allWindows, findWindow, listWindows } from '../db/windows.ts';
import { removeWindow } from '../library/remove.ts';
import { createWindow, replaceWindow, requireGood } from '../library/save-window.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { deleteThing } from './delete-thing.ts';
import { etagOf, requireMatch } from './etag.ts';
import { found } from './found.ts';
import { type Answer, perform } from './perform.ts';
import { checkWindow, shown, showWindow, showWindowDetail } from './show-window.ts';

const tags = ['windows'];
const lookAheadMs = 366 * 24 * 60 * 60 * 1000;
const mostOpenings = 10;

/** `/api/v1/windows`: maintenance windows (P-06). */
export function windowRoutes(app: App, context: HttpContext): void {
  const { pool, now } = context;

  app.get('/windows', {
    config: { action: 'window.read' },
    schema: {
      tags,
      summary: 'List maintenance windows; "endpoint": only those of this endpoint',
      querystring: windowQuery,
      response: { 200: page(maintenanceWindow) },
    },
    handler: async ({ query }) => {
      const { endpoint, search } = query;
      const ids = endpoint === undefined ? undefined : await windowsOf(pool, endpoint);
      const { items, nextCursor } = await listWindows(pool, { search, ids }, query);
      return { items: items.map((stored) => showWindow(stored, now())), nextCursor };
    },
  });

  app.get('/windows/:id', {
    config: { action: 'window.read' },
    schema: {
      tags,
      summary: 'Show a maintenance window',
      params: referenceId,
      response: { 200: maintenanceWindowDetail },
    },
    handler: async ({ params: { id } }, reply) => {
      const stored = found('window', id, await findWindow(pool, id));
      void reply.header('etag', etagOf(stored.version));
      return showWindowDetail(pool, stored, now());
    },
  });

  app.post('/windows/check', {
    config: { action: 'window.read' },
    schema: {
      tags,
      summary: 'Say what there is to say about a window, without saving it',
      body: windowCheckInput,
      response: { 200: windowCheck },
    },
    handler: async ({ body: { window, replaces } }) => {
      await withTransaction(pool, (tx) => requireGood(tx, window));
      return checkWindow(pool, { ...window, id: replaces }, now());
    },
  });

  app.post('/windows', {
    config: { action: 'window.write', deed: 'window.create' },
    schema: {
      tags,
      summary: 'Create a maintenance window',
      body: windowInput,
      response: { 201: maintenanceWindowDetail },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const id = await createWindow(tx, request.body, saved);
        await audit({ kind: 'window', id, name: request.body.name });
        return answer(201, tx, id, now());
      }),
  });

  app.put('/windows/:id', {
    config: { action: 'window.write', deed: 'window.edit' },
    schema: {
      tags,
      summary: 'Replace a maintenance window',
      params: referenceId,
      body: windowInput,
      response: { 200: maintenanceWindowDetail },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { id } = request.params;
        const current = found('window', id, await findWindow(tx, id, 'lock'));
        requireMatch(request, current);
        await replaceWindow(tx, current, request.body, saved);
        await audit({ kind: 'window', id: current.id, name: request.body.name });
        return answer(200, tx, current.id, now());
      }),
  });

  app.delete('/windows/:id', {
    config: { action: 'window.write', deed: 'window.delete' },
    schema: {
      tags,
      summary: 'Delete a maintenance window; not while an open cycle needs it',
      params: referenceId,
      response: { 204: z.null() },
    },
    handler: (request, reply) =>
      deleteThing(context, request, reply, { kind: 'window', find: findWindow, remove: removeWindow }),
  });

  app.get('/endpoints/:id/timetable', {
    config: { action: 'endpoint.read' },
    schema: {
      tags: ['endpoints'],
      summary: 'Tell when an endpoint may be worked on, by all its windows together',
      params: referenceId,
      response: { 200: endpointTimetable },
    },
    handler: async ({ params: { id } }) => {
      const at = now();
      const windows = await allWindows(pool);
      const ids = await windowsOf(pool, id);
      const known = new Map(windows.map((window) => [window.id, window]));
      const timetable = timetables(known, at, at + lookAheadMs)(ids.filter((one) => known.has(one)));
      const restricted = timetable !== alwaysOpen;
      const next = restricted ? timetable.filter(({ opensAt }) => opensAt > at).slice(0, mostOpenings) : [];
      return {
        restricted,
        current: restricted ? shown(currentOpening(timetable, at)) : null,
        next: next.map(shown),
      };
    },
  });
}

async function windowsOf(db: Queryable, reference: string): Promise<readonly string[]> {
  const known = found('endpoint', reference, await findEndpoint(db, reference));
  const [own] = await endpointWindows(db, await allWindows(db), [known.id]);
  return own?.windows ?? [];
}

async function answer(
  status: 200 | 201,
  db: Queryable,
  id: string,
  now: number,
): Promise<Answer<MaintenanceWindowDetail>> {
  const stored = found('window', id, await findWindow(db, id));
  return {
    status,
    body: await showWindowDetail(db, stored, now),
    etag: etagOf(stored.version),
    ...(status === 201 ? { location: `/windows/${id}` } : {}),
  };
}
