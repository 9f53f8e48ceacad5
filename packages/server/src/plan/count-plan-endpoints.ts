import { expand } from '@patchbay/domain/plan/expand';
import type { PlanContent } from '../db/plans.ts';
import type { Queryable } from '../db/queryable.ts';
import { defaultWorkflows } from '../db/workflows.ts';
import { planEndpoints } from './plan-endpoints.ts';

/** How many endpoints a cycle of a plan would work on if it opened now: those that are exempt are not among them. */
export async function countPlanEndpoints(db: Queryable, plan: PlanContent): Promise<number> {
  const defaults = new Map((await defaultWorkflows(db)).map(({ os, id, name }) => [os, { id, name }]));
  const { assignments } = expand(plan.assignments, await planEndpoints(db, plan), defaults);
  return assignments.filter(({ kind }) => kind === 'assigned').length;
}
