import { type Cycle, cycle } from '@patchbay/contracts/cycle';
import { PatchbayError } from '@patchbay/contracts/errors';
import { page } from '@patchbay/contracts/page';
import {
  activateInput,
  type Plan,
  plan,
  planCheck,
  planInput,
  planQuery,
  planRevision,
  verdictInput,
} from '@patchbay/contracts/plan';
import { referenceId } from '@patchbay/contracts/run';
import { firstStart } from '@patchbay/domain/plan/start';
import type { PlanEvent } from '@patchbay/domain/plan/state';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { openPlanCycle } from '../cycle/open-plan-cycle.ts';
import { listPlanRevisions } from '../db/plan-revisions.ts';
import { findPlan, listPlans, type StoredPlan } from '../db/plans.ts';
import type { Queryable } from '../db/queryable.ts';
import { findCycle } from '../db/views/cycles.ts';
import { removePlan } from '../library/remove.ts';
import { createPlan, readPlan, replacePlan, requireComplete } from '../library/save-plan.ts';
import { movePlan } from '../plan/move-plan.ts';
import { afterMove } from '../plan/plan-shell.ts';
import { verdictDetails, verdictEvent } from '../plan/verdict-event.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { deleteThing } from './delete-thing.ts';
import { etagOf, requireMatch } from './etag.ts';
import { found } from './found.ts';
import { type Answer, type Deed, perform } from './perform.ts';
import { showPlan } from './show-plan.ts';

const tags = ['plans'];

/** `/api/v1/plans`: plans, their approval and their activation (P-01 to P-12). */
export function planRoutes(app: App, context: HttpContext): void {
  const { pool } = context;

  app.get('/plans', {
    config: { action: 'plan.read' },
    schema: { tags, summary: 'List plans', querystring: planQuery, response: { 200: page(plan) } },
    handler: async ({ query }) => {
      const { items, nextCursor } = await listPlans(pool, query, query);
      return { items: items.map(showPlan), nextCursor };
    },
  });

  app.get('/plans/:id', {
    config: { action: 'plan.read' },
    schema: { tags, summary: 'Show a plan', params: referenceId, response: { 200: plan } },
    handler: async ({ params: { id } }, reply) => {
      const stored = found('plan', id, await findPlan(pool, id));
      void reply.header('etag', etagOf(stored.version));
      return showPlan(stored);
    },
  });

  app.get('/plans/:id/revisions', {
    config: { action: 'plan.read' },
    schema: {
      tags,
      summary: 'List the revisions of a plan, newest first',
      description: 'An old one is restored by replacing the plan with what it says.',
      params: referenceId,
      response: { 200: z.array(planRevision) },
    },
    handler: async ({ params: { id } }) =>
      listPlanRevisions(pool, found('plan', id, await findPlan(pool, id)).id),
  });

  app.post('/plans', {
    config: { action: 'plan.write', deed: 'plan.create' },
    schema: { tags, summary: 'Create a plan', body: planInput, response: { 201: plan } },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const id = await createPlan(tx, request.body, saved);
        await audit({ kind: 'plan', id, name: request.body.name });
        return answer(201, tx, id);
      }),
  });

  app.post('/plans/check', {
    config: { action: 'plan.check' },
    schema: {
      tags,
      summary: 'Say what there is to say about a plan, without saving it',
      body: planInput,
      response: { 200: planCheck },
    },
    handler: async ({ body }) => {
      const { findings, endpoints, perRow } = await readPlan(pool, body, new Date(context.now()), 'read');
      return { findings: [...findings], endpoints, perRow: [...perRow] };
    },
  });

  app.put('/plans/:id', {
    config: { action: 'plan.write', deed: 'plan.edit' },
    schema: {
      tags,
      summary: 'Replace a plan',
      description: 'An open cycle goes on as it was; what was activated or approved has to be again.',
      params: referenceId,
      body: planInput,
      response: { 200: plan },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { id } = request.params;
        const current = found('plan', id, await findPlan(tx, id, 'lock'));
        requireMatch(request, current);
        await replacePlan(tx, current, request.body, saved);
        await audit({ kind: 'plan', id: current.id, name: request.body.name });
        return answer(200, tx, current.id);
      }),
  });

  app.delete('/plans/:id', {
    config: { action: 'plan.write', deed: 'plan.delete' },
    schema: {
      tags,
      summary: 'Delete a plan; its cycles stay',
      params: referenceId,
      response: { 204: z.null() },
    },
    handler: (request, reply) =>
      deleteThing(context, request, reply, { kind: 'plan', find: findPlan, remove: removePlan }),
  });

  /** Hands a plan what somebody asks of it. */
  const move = async (
    { tx, saved, audit, afterCommit }: Deed,
    id: string,
    eventOf: (current: StoredPlan) => PlanEvent | Promise<PlanEvent>,
    details: Readonly<Record<string, string>> = {},
    prepare: (current: StoredPlan) => Promise<StoredPlan> = async (current) => current,
  ): Promise<{ current: StoredPlan; opened: number | null }> => {
    const current = await prepare(found('plan', id, await findPlan(tx, id, 'lock')));
    const { decision, opened, after } = await movePlan(
      tx,
      context,
      current,
      await eventOf(current),
      saved.by,
    );
    if (decision.kind !== 'accepted') {
      throw new PatchbayError(
        'NOT_POSSIBLE_NOW',
        `The plan "${current.name}" cannot do that now: ${decision.reason}.`,
      );
    }
    await audit(
      { kind: 'plan', id: current.id, name: current.name },
      opened === null ? details : { ...details, cycle: String(opened) },
    );
    afterCommit(() => void afterMove(context, after));
    return { current, opened };
  };

  app.post('/plans/:id/activate', {
    config: { action: 'plan.activate' },
    schema: {
      tags,
      summary: 'Activate a plan',
      description:
        'Answers 201 with the cycle that it opens now, or 202 with the plan when that has to wait: for the time of its ' +
        'schedule, or for an approval.',
      params: referenceId,
      body: activateInput,
      response: { 201: cycle, 202: plan },
    },
    handler: (request, reply) =>
      perform<Cycle | Plan>(context, request, reply, async (deed) => {
        const { id } = request.params;
        const at = context.now();
        const { current, opened } = await move(
          deed,
          id,
          ({ approvalRequired, ...stored }) => ({
            kind: 'activate',
            at,
            by: deed.saved.by,
            approvalRequired,
            start: firstStart(stored, at),
          }),
          {},
          (stored) => requireComplete(deed.tx, stored, deed.saved.at),
        );
        return opened === null ? answer(202, deed.tx, current.id) : openedCycle(deed.tx, opened);
      }),
  });

  for (const verdict of ['approve', 'reject'] as const) {
    app.post(`/plans/:id/${verdict}`, {
      config: { action: `plan.${verdict}` },
      schema: {
        tags,
        summary: verdict === 'approve' ? 'Approve an activated plan' : 'Reject an activated plan',
        params: referenceId,
        body: verdictInput,
        response: { 200: plan },
      },
      handler: (
        request: FastifyRequest<{ Params: { id: string }; Body: z.output<typeof verdictInput> }>,
        reply: FastifyReply,
      ) =>
        perform(context, request, reply, async (deed) => {
          const { by, at } = deed.saved;
          const given = { ...request.body, kind: verdict, by, onBehalfOf: null, at: at.getTime() };
          const { current } = await move(
            deed,
            request.params.id,
            (stored) => verdictEvent(deed.tx, stored, given),
            verdictDetails(given),
          );
          return answer(200, deed.tx, current.id);
        }),
    });
  }

  app.post('/plans/:id/cancel', {
    config: { action: 'plan.cancel' },
    schema: {
      tags,
      summary: 'Take the activation of a plan back, or cancel its open cycle',
      params: referenceId,
      response: { 200: plan },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async (deed) => {
        const event = { kind: 'cancel', at: context.now(), by: deed.saved.by } as const;
        const { current } = await move(deed, request.params.id, () => event);
        return answer(200, deed.tx, current.id);
      }),
  });

  app.post('/plans/:id/rehearse', {
    config: { action: 'plan.rehearse' },
    schema: {
      tags,
      summary: 'Open a cycle in which nothing is installed and nothing rebooted',
      description:
        'It looks at every endpoint of the plan at once: waves, gates and windows do not hold it back.',
      params: referenceId,
      response: { 201: cycle },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit, afterCommit }) => {
        const { id } = request.params;
        const current = found('plan', id, await findPlan(tx, id, 'lock'));
        const { opened, after } = await openPlanCycle(tx, context, current, { mode: 'rehearsal' }, saved);
        await audit(
          { kind: 'plan', id: current.id, name: current.name },
          { cycle: String(opened), mode: 'rehearsal' },
        );
        afterCommit(() => void afterMove(context, after));
        return openedCycle(tx, opened);
      }),
  });
}

async function openedCycle(db: Queryable, opened: number): Promise<Answer<Cycle>> {
  const body = found('cycle', opened, await findCycle(db, opened));
  return { status: 201, body, location: `/cycles/${opened}` };
}

async function answer(status: 200 | 201 | 202, db: Queryable, id: string): Promise<Answer<Plan>> {
  const stored = found('plan', id, await findPlan(db, id));
  return {
    status,
    body: showPlan(stored),
    etag: etagOf(stored.version),
    ...(status === 201 ? { location: `/plans/${id}` } : {}),
  };
}
