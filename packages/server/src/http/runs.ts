import { PatchbayError } from '@patchbay/contracts/errors';
import { page, pageQuery } from '@patchbay/contracts/page';
import { numberId, type Run, run, runEvent, runQuery, runSummary, stepInput } from '@patchbay/contracts/run';
import type { RunEvent } from '@patchbay/domain/run/event';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Saved } from '../db/stored-thing.ts';
import { findEndpoint } from '../db/views/endpoints.ts';
import { endpointOfRun, findRun, listRunEvents, listRuns } from '../db/views/runs.ts';
import type { App } from './app.ts';
import { deedOfRequest } from './audit-request.ts';
import type { HttpContext } from './context.ts';
import { found } from './found.ts';
import { performOutside } from './perform.ts';
import { showHeld } from './show-held.ts';
import { showRun } from './show-run.ts';

const tags = ['runs'];

/** `/api/v1/runs`: each endpoint's walk through a cycle, and what operators may ask of it (W-12 to W-14). */
export function runRoutes(app: App, context: HttpContext): void {
  const { pool } = context;
  const shown = async (id: number): Promise<Run> => {
    const stored = found('run', id, await findRun(pool, id));
    const [run = null] = await showHeld(pool, [stored], context.now());
    return showRun(found('run', id, run));
  };

  app.get('/runs', {
    config: { action: 'run.read' },
    schema: {
      tags,
      summary: 'List runs, the newest first unless they are sorted otherwise',
      querystring: runQuery,
      response: { 200: page(runSummary) },
    },
    handler: async ({ query }) => {
      const { endpoint } = query;
      const id = endpoint && found('endpoint', endpoint, await findEndpoint(pool, endpoint)).id;
      const { items, nextCursor } = await listRuns(pool, { ...query, endpoint: id }, query);
      return { items: await showHeld(pool, items, context.now()), nextCursor };
    },
  });

  app.get('/runs/:id', {
    config: { action: 'run.read' },
    schema: { tags, summary: 'Show a run', params: numberId, response: { 200: run } },
    handler: ({ params: { id } }) => shown(id),
  });

  app.get('/runs/:id/events', {
    config: { action: 'run.read' },
    schema: {
      tags,
      summary: 'List what happened to a run and what was decided',
      params: numberId,
      querystring: pageQuery,
      response: { 200: page(runEvent) },
    },
    handler: async ({ params: { id }, query }) => {
      found('run', id, await findRun(pool, id));
      return listRunEvents(pool, id, query);
    },
  });

  const operate = (
    request: FastifyRequest<{ Params: { id: number } }>,
    reply: FastifyReply,
    step: string | null,
    event: (saved: Saved) => Promise<RunEvent>,
  ): Promise<Run> =>
    performOutside(context, request, reply, async (saved) => {
      const { id } = request.params;
      const before = found('run', id, await findRun(pool, id));
      const object = { kind: 'run', id: String(id), name: before.endpoint.name };
      const details = step === null ? {} : { step };
      const deed = deedOfRequest(request, { actor: saved.by, object, details, at: saved.at });
      const answer = await context.engine.submit(id, await event(saved), deed);
      if (answer.kind !== 'accepted') {
        throw new PatchbayError('NOT_POSSIBLE_NOW', `Run ${id} cannot do this: ${answer.reason}.`);
      }
      return { status: 200, body: await shown(id) };
    });

  const operatorEvent = async (id: number, { by, at }: Saved) => {
    const endpoint = found('run', id, await endpointOfRun(pool, id));
    return { ...endpoint, by, at: at.getTime() };
  };

  app.post('/runs/:id/cancel', {
    config: { action: 'run.operate', deed: 'run.cancel' },
    schema: { tags, summary: 'Cancel a run', params: numberId, response: { 200: run } },
    handler: (request, reply) =>
      operate(request, reply, null, async ({ by, at }) => ({ kind: 'cancel', at: at.getTime(), by })),
  });

  app.post('/runs/:id/resume', {
    config: { action: 'run.operate', deed: 'run.resume' },
    schema: {
      tags,
      summary: 'Resume a failed run from the failed step',
      params: numberId,
      response: { 200: run },
    },
    handler: (request, reply) =>
      operate(request, reply, null, async (saved) => ({
        kind: 'resume',
        ...(await operatorEvent(request.params.id, saved)),
      })),
  });

  app.post('/runs/:id/skip', {
    config: { action: 'run.operate', deed: 'run.skip' },
    schema: {
      tags,
      summary: 'Skip the failed step and go on',
      params: numberId,
      body: stepInput,
      response: { 200: run },
    },
    handler: (request, reply) =>
      operate(request, reply, request.body.step, async (saved) => ({
        kind: 'skipStep',
        step: request.body.step,
        ...(await operatorEvent(request.params.id, saved)),
      })),
  });

  app.post('/runs/:id/repeat', {
    config: { action: 'run.operate', deed: 'run.repeat' },
    schema: {
      tags,
      summary: 'Repeat a step of a failed run and go on from there',
      params: numberId,
      body: stepInput,
      response: { 200: run },
    },
    handler: (request, reply) =>
      operate(request, reply, request.body.step, async (saved) => ({
        kind: 'repeatStep',
        step: request.body.step,
        ...(await operatorEvent(request.params.id, saved)),
      })),
  });
}
