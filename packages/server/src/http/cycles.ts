import { type Cycle, cycle, cycleQuery } from '@patchbay/contracts/cycle';
import { PatchbayError } from '@patchbay/contracts/errors';
import { page } from '@patchbay/contracts/page';
import { numberId } from '@patchbay/contracts/run';
import { cancelRuns } from '../cycle/cancel-cycle.ts';
import { markCancelled } from '../db/cycle-cancellation.ts';
import { findPlan } from '../db/plans.ts';
import { withTransaction } from '../db/pool.ts';
import { findCycle, listCycles } from '../db/views/cycles.ts';
import { movePlanCycle } from '../plan/move-plan-cycle.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { found } from './found.ts';
import { perform } from './perform.ts';
import { showRollout } from './show-rollout.ts';

const tags = ['cycles'];

/** `/api/v1/cycles`: executions of plans and of Run Tasks. */
export function cycleRoutes(app: App, context: HttpContext): void {
  const { pool } = context;

  app.get('/cycles', {
    config: { action: 'cycle.read' },
    schema: {
      tags,
      summary: 'List cycles, newest first',
      querystring: cycleQuery,
      response: { 200: page(cycle) },
    },
    handler: async ({ query }) => {
      const plan =
        query.plan === undefined ? undefined : found('plan', query.plan, await findPlan(pool, query.plan));
      return listCycles(pool, { ...query, plan: plan?.id }, query);
    },
  });

  app.get('/cycles/:id', {
    config: { action: 'cycle.read' },
    schema: { tags, summary: 'Show a cycle', params: numberId, response: { 200: cycle } },
    handler: ({ params: { id } }) =>
      withTransaction(pool, async (tx) => {
        // Its counts come from several queries, and belong to one moment.
        await tx.query('set transaction isolation level repeatable read, read only');
        const stored = found('cycle', id, await findCycle(tx, id));
        return { ...stored, rollout: await showRollout(tx, id, context.now()) };
      }),
  });

  app.post('/cycles/:id/cancel', {
    config: { action: 'cycle.cancel' },
    schema: {
      tags,
      summary: 'Cancel all runs of a cycle',
      description:
        'Queued runs end at once; a running script is asked to stop; a patch operation is not cut. ' +
        'The answer comes when every run has been told; the cycle is finished when the last run has ended.',
      params: numberId,
      response: { 202: cycle },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const { by } = await perform(context, request, reply, async ({ tx, saved, audit }) => {
        const current = found('cycle', id, await findCycle(tx, id));
        const at = saved.at.getTime();
        await movePlanCycle(tx, context, id, at, 'wait', (waves) => ({
          kind: 'cancel',
          by: saved.by,
          at,
          waves,
        }));
        if (!(await markCancelled(tx, id, saved))) {
          throw new PatchbayError('NOT_POSSIBLE_NOW', `Cycle ${id} has finished.`);
        }
        await audit({ kind: 'cycle', id: String(id), name: nameOf(current) });
        return { status: 202, body: { by: saved.by } };
      });
      await cancelRuns(context, id, by);
      return found('cycle', id, await findCycle(pool, id));
    },
  });
}

function nameOf({ plan, task }: Cycle): string | null {
  return plan?.name ?? task?.name ?? null;
}
