import { assignmentPreview, planInput } from '@patchbay/contracts/plan';
import { planOutlook, previewInput } from '@patchbay/contracts/plan-outlook';
import { referenceId } from '@patchbay/contracts/run';
import { findPlan } from '../db/plans.ts';
import { findEndpoint } from '../db/views/endpoints.ts';
import { savablePlan } from '../library/save-plan.ts';
import { forecastPlan } from '../plan/forecast-plan.ts';
import { previewAssignment } from '../plan/preview-assignment.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { found } from './found.ts';

const tags = ['plans'];

/** `/api/v1/plans/…`: what a plan would do, before anything is activated (P-03, P-11). */
export function planOutlookRoutes(app: App, { pool, now }: HttpContext): void {
  app.post('/plans/preview', {
    config: { action: 'plan.check' },
    schema: {
      tags,
      summary: 'Tell which workflow an endpoint would follow in a plan, and why, without saving it',
      body: previewInput,
      response: { 200: assignmentPreview },
    },
    handler: async ({ body: { plan, endpoint } }) => {
      const known = found('endpoint', endpoint, await findEndpoint(pool, endpoint));
      return previewAssignment(pool, await savablePlan(pool, plan, new Date(now())), known);
    },
  });

  app.post('/plans/forecast', {
    config: { action: 'plan.check' },
    schema: {
      tags,
      summary: 'Foresee what would happen if a plan was activated now, without saving it',
      body: planInput,
      response: { 200: planOutlook },
    },
    handler: async ({ body }) => forecastPlan(pool, await savablePlan(pool, body, new Date(now())), now()),
  });

  app.get('/plans/:id/forecast', {
    config: { action: 'plan.read' },
    schema: {
      tags,
      summary: 'Foresee what would happen if a plan was activated now',
      params: referenceId,
      response: { 200: planOutlook },
    },
    handler: async ({ params: { id } }) =>
      forecastPlan(pool, found('plan', id, await findPlan(pool, id)), now()),
  });
}
