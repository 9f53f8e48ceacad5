import { activityIdText } from '@patchbay/contracts/activity-order';
import { PatchbayError } from '@patchbay/contracts/errors';
import { page, pageQuery } from '@patchbay/contracts/page';
import { rebootSettings } from '@patchbay/contracts/reboot';
import {
  type RebootFlow,
  rebootFlow,
  rebootFlowEvent,
  rebootFlowQuery,
  rebootFlowSummary,
} from '@patchbay/contracts/reboot-flow';
import { activityId, parseActivityId } from '@patchbay/domain/activity/activity-id';
import { rebootCancelledEntry } from '@patchbay/domain/log/reboot-entries';
import { forecast } from '@patchbay/domain/reboot/forecast';
import { z } from 'zod';
import { insertLogEntries } from '../db/log-entries.ts';
import type { Queryable } from '../db/queryable.ts';
import { askFlowToStop } from '../db/reboot-flows.ts';
import { findEndpoint } from '../db/views/endpoints.ts';
import {
  findRebootFlow,
  flowMembers,
  listRebootFlowEvents,
  listRebootFlows,
  type StoredFlow,
} from '../db/views/reboot-flows.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { found } from './found.ts';
import { perform } from './perform.ts';

const tags = ['reboots'];
const flowId = z.strictObject({ id: activityIdText });

/** `/api/v1/reboots`: flows of Interactive Reboot on endpoints. */
export function rebootRoutes(app: App, context: HttpContext): void {
  const { pool, engine } = context;

  app.get('/reboots', {
    config: { action: 'reboot.read' },
    schema: {
      tags,
      summary: 'List flows of Interactive Reboot, the latest first',
      querystring: rebootFlowQuery,
      response: { 200: page(rebootFlowSummary) },
    },
    handler: async ({ query }) => {
      const { endpoint } = query;
      const id = endpoint && found('endpoint', endpoint, await findEndpoint(pool, endpoint)).id;
      return listRebootFlows(pool, { ...query, endpoint: id }, query);
    },
  });

  app.get('/reboots/:id', {
    config: { action: 'reboot.read' },
    schema: {
      tags,
      summary: 'Show a flow of Interactive Reboot, with what comes next',
      params: flowId,
      response: { 200: rebootFlow },
    },
    handler: async ({ params: { id } }) => show(pool, found('reboot', id, await findRebootFlow(pool, id))),
  });

  app.get('/reboots/:id/events', {
    config: { action: 'reboot.read' },
    schema: {
      tags,
      summary: 'List what happened in a flow of Interactive Reboot, in order',
      params: flowId,
      querystring: pageQuery,
      response: { 200: page(rebootFlowEvent) },
    },
    handler: async ({ params: { id }, query }) => {
      const flow = found('reboot', id, await findRebootFlow(pool, id));
      return listRebootFlowEvents(pool, flow.id, query);
    },
  });

  app.post('/reboots/:id/cancel', {
    config: { action: 'reboot.cancel' },
    schema: {
      tags,
      summary:
        'Ask an endpoint to give up its Interactive Reboot; one that is not connected is asked when it comes',
      params: flowId,
      response: { 202: rebootFlow },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit, afterCommit }) => {
        const { id } = request.params;
        const flow = found('reboot', id, await findRebootFlow(tx, id));
        const activity = parseActivityId(flow.id);
        const endpoint = flow.endpoint.id;
        if (!flow.pending || activity === null || endpoint === null) {
          throw new PatchbayError('NOT_POSSIBLE_NOW', `The Interactive Reboot ${id} has ended.`);
        }
        if (await askFlowToStop(tx, flow.id, saved.at)) {
          const now = saved.at.getTime();
          const logged = { flow: flow.id, endpoint, activity, since: 0, now, disputed: false };
          await insertLogEntries(tx, [rebootCancelledEntry(logged, saved.by)]);
          await audit({ kind: 'reboot', id: flow.id, name: flow.endpoint.name });
          afterCommit(() => engine.stopsAsked([endpoint]));
        }
        return { status: 202, body: await show(tx, flow) };
      }),
  });
}

async function show(db: Queryable, { state, settings, ...summary }: StoredFlow): Promise<RebootFlow> {
  const members = await flowMembers(db, summary.id);
  const coming = summary.pending ? forecast(settings, state, state.now, 'latest').entries : [];
  return {
    ...summary,
    settings: rebootSettings.parse(settings),
    because: summary.pending && 'because' in state ? state.because : null,
    activities: members.map(({ stopAskedAt, ...key }) => ({
      id: activityId(key),
      stopAskedAt: stopAskedAt?.toISOString() ?? null,
    })),
    forecast: coming.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() })),
    canCancel: summary.pending && members.some(({ stopAskedAt }) => stopAskedAt === null),
  };
}
