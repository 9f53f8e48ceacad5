import { type Cycle, cycle } from '@patchbay/contracts/cycle';
import { page } from '@patchbay/contracts/page';
import { activateInput, type Plan, plan, planInput, planQuery } from '@patchbay/contracts/plan';
import { referenceId } from '@patchbay/contracts/run';
import { operatingSystems } from '@patchbay/domain/operating-system';
import { planStatus } from '@patchbay/domain/plan/status';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { openPlanCycle } from '../cycle/open-plan-cycle.ts';
import { findPlan, listPlans, type StoredPlan } from '../db/plans.ts';
import type { Queryable } from '../db/queryable.ts';
import { findCycle } from '../db/views/cycles.ts';
import { defaultWorkflows } from '../db/workflows.ts';
import { removePlan } from '../library/remove.ts';
import { createPlan, replacePlan } from '../library/save-plan.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { etagOf, requireMatch } from './etag.ts';
import { found } from './found.ts';
import { type Answer, perform } from './perform.ts';

const tags = ['plans'];

/** `/api/v1/plans`: plans and their activation (P-01, P-04, P-10). */
export function planRoutes(app: App, context: HttpContext): void {
  const { pool } = context;

  app.get('/plans', {
    config: { action: 'plan.read' },
    schema: { tags, summary: 'List plans', querystring: planQuery, response: { 200: page(plan) } },
    handler: async ({ query }) => {
      const { items, nextCursor } = await listPlans(pool, query, query);
      const defaults = await defaultWorkflows(pool);
      return { items: items.map((stored) => toPlan(stored, defaults)), nextCursor };
    },
  });

  app.get('/plans/:id', {
    config: { action: 'plan.read' },
    schema: { tags, summary: 'Show a plan', params: referenceId, response: { 200: plan } },
    handler: async ({ params: { id } }, reply) => {
      const stored = found('plan', id, await findPlan(pool, id));
      void reply.header('etag', etagOf(stored.version));
      return toPlan(stored, await defaultWorkflows(pool));
    },
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

  app.put('/plans/:id', {
    config: { action: 'plan.write', deed: 'plan.edit' },
    schema: {
      tags,
      summary: 'Replace a plan',
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
    handler: async (request, reply) => {
      await perform(context, request, reply, async ({ tx, audit }) => {
        const { id } = request.params;
        const current = found('plan', id, await findPlan(tx, id, 'lock'));
        requireMatch(request, current, 'optional');
        await removePlan(tx, current);
        await audit({ kind: 'plan', id: current.id, name: current.name });
        return { status: 200, body: null };
      });
      return reply.code(204).send(null);
    },
  });

  const open = (
    request: FastifyRequest<{ Params: { id: string } }>,
    reply: FastifyReply,
    mode: 'real' | 'rehearsal',
  ): Promise<Cycle> =>
    perform(context, request, reply, async ({ tx, saved, audit, afterCommit }) => {
      const { id } = request.params;
      const current = found('plan', id, await findPlan(tx, id, 'lock'));
      const opened = await openPlanCycle(tx, context.engine, current, mode, saved);
      await audit({ kind: 'plan', id: current.id, name: current.name }, { cycle: String(opened), mode });
      afterCommit(() => context.engine.wake());
      const body = found('cycle', opened, await findCycle(tx, opened));
      return { status: 201, body, location: `/cycles/${opened}` };
    });

  app.post('/plans/:id/activate', {
    config: { action: 'plan.activate' },
    schema: {
      tags,
      summary: 'Open a cycle of a plan now',
      params: referenceId,
      body: activateInput,
      response: { 201: cycle },
    },
    handler: (request, reply) => open(request, reply, request.body.mode),
  });

  app.post('/plans/:id/rehearse', {
    config: { action: 'plan.rehearse' },
    schema: {
      tags,
      summary: 'Open a cycle in which nothing is installed and nothing rebooted',
      params: referenceId,
      response: { 201: cycle },
    },
    handler: (request, reply) => open(request, reply, 'rehearsal'),
  });
}

async function answer(status: 200 | 201, db: Queryable, id: string): Promise<Answer<Plan>> {
  const stored = found('plan', id, await findPlan(db, id));
  return {
    status,
    body: toPlan(stored, await defaultWorkflows(db)),
    etag: etagOf(stored.version),
    ...(status === 201 ? { location: `/plans/${id}` } : {}),
  };
}

/** A plan as answers show it: the default workflow stands where none was chosen (P-04). */
function toPlan(stored: StoredPlan, defaults: Awaited<ReturnType<typeof defaultWorkflows>>): Plan {
  const { id, name, description, patches, endpoints, chosen, lastCycle } = stored;
  const workflows = operatingSystems.flatMap((os) => {
    const own = chosen.find((one) => one.os === os);
    const used = own ?? defaults.find((one) => one.os === os);
    return used === undefined
      ? []
      : [{ os, workflow: { id: used.id, name: used.name }, chosen: own !== undefined }];
  });
  return {
    id,
    name,
    description,
    status: planStatus(lastCycle),
    patches,
    endpoints,
    workflows,
    lastCycle: lastCycle?.id ?? null,
    createdAt: stored.createdAt.toISOString(),
    createdBy: stored.createdBy,
    updatedAt: stored.updatedAt.toISOString(),
    updatedBy: stored.updatedBy,
  };
}
