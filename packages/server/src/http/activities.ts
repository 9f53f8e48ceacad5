import { setTimeout as delay } from 'node:timers/promises';
import {
  activity,
  activityQuery,
  activitySummary,
  outputHeaders,
  outputQuery,
} from '@patchbay/contracts/activity';
import { activityIdText } from '@patchbay/contracts/activity-order';
import { PatchbayError } from '@patchbay/contracts/errors';
import { page } from '@patchbay/contracts/page';
import { type ActivityKey, parseActivityId } from '@patchbay/domain/activity/activity-id';
import { z } from 'zod';
import { outputLengths, readOutput } from '../db/activity-output.ts';
import { completeLength, findActivity, listActivities } from '../db/views/activities.ts';
import { findEndpoint } from '../db/views/endpoints.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { found } from './found.ts';
import { showActivity } from './show-activity.ts';

const tags = ['activities'];
const activityIdParam = z.strictObject({ id: activityIdText });
/** Most bytes in one answer. */
const chunkBytes = 1024 * 1024;
const lookEveryMs = 250;

/** `/api/v1/activities`: what ran on endpoints, and its output (O-01, O-02, O-03). */
export function activityRoutes(app: App, context: HttpContext): void {
  const { pool, now } = context;
  const stopping = new AbortController();
  app.addHook('preClose', async () => stopping.abort());

  app.get('/activities', {
    config: { action: 'activity.read' },
    schema: {
      tags,
      summary: 'List activities, the newest runs and in them the latest first',
      querystring: activityQuery,
      response: { 200: page(activitySummary) },
    },
    handler: async ({ query }) => {
      const { endpoint } = query;
      const id = endpoint && found('endpoint', endpoint, await findEndpoint(pool, endpoint)).id;
      return listActivities(pool, { ...query, endpoint: id }, query);
    },
  });

  app.get('/activities/:id', {
    config: { action: 'activity.read' },
    schema: { tags, summary: 'Show an activity', params: activityIdParam, response: { 200: activity } },
    handler: async ({ params: { id } }) => {
      const stored = found('activity', id, await findActivity(pool, keyOf(id)));
      const lengths = await outputLengths(pool, String(stored.endpoint.id), stored.key);
      return showActivity(stored, lengths ?? { stdout: 0, stderr: 0 });
    },
  });

  app.get('/activities/:id/output', {
    config: { action: 'activity.read' },
    schema: {
      tags,
      summary: 'Read the output of an activity as text/plain',
      description:
        `Answers up to ${chunkBytes} bytes of one stream from byte \`from\` on. With \`wait\` the answer comes when ` +
        'there is something new, or after that many seconds. The header Patchbay-Next-From says where to go on, ' +
        'Patchbay-End: true that nothing more will come.',
      params: activityIdParam,
      querystring: outputQuery,
      produces: ['text/plain'],
    },
    handler: async (request, reply) => {
      const { stream, from, wait } = request.query;
      const key = keyOf(request.params.id);
      const left = new AbortController();
      reply.raw.once('close', () => left.abort());
      const gone = AbortSignal.any([stopping.signal, left.signal]);
      const deadline = performance.now() + wait * 1000;
      for (;;) {
        // Asked first: output that comes with the end is read below.
        const length = found('activity', request.params.id, await completeLength(pool, key, stream, now()));
        const data = await readOutput(pool, key, stream, from, chunkBytes);
        const ended = from + data.length >= length && data.length < chunkBytes;
        if (data.length > 0 || ended || performance.now() >= deadline || gone.aborted) {
          return reply
            .type('text/plain; charset=utf-8')
            .header('content-security-policy', 'sandbox')
            .header(outputHeaders.nextFrom, String(from + data.length))
            .header(outputHeaders.end, String(ended))
            .send(data);
        }
        await delay(lookEveryMs, undefined, { signal: gone }).catch(() => undefined);
      }
    },
  });
}

function keyOf(id: string): ActivityKey {
  const key = parseActivityId(id);
  if (key === null) throw new PatchbayError('NOT_FOUND', `There is no activity "${id}".`);
  return key;
}
