import { nextStart } from '@patchbay/domain/plan/start';
import type { PlanEvent, Verdict } from '@patchbay/domain/plan/state';
import type { StoredPlan } from '../db/plans.ts';
import type { Queryable } from '../db/queryable.ts';
import { readSettings } from '../db/settings.ts';
import { countPlanEndpoints } from './count-plan-endpoints.ts';

/** What somebody has decided about a plan (P-09). */
export interface GivenVerdict extends Omit<Verdict, 'endpoints'> {
  readonly kind: 'approve' | 'reject';
}

/** Makes the event of a plan that somebody has approved or rejected, by the settings and the endpoints of now. */
export async function verdictEvent(
  db: Queryable,
  plan: StoredPlan,
  verdict: GivenVerdict,
): Promise<PlanEvent> {
  return {
    ...verdict,
    authors: plan.authors,
    authorsMayApprove: (await readSettings(db))['plan.authorsMayApprove'] === 'yes',
    endpoints: await countPlanEndpoints(db, plan),
    next: nextStart(plan, verdict.at),
  };
}

/** What the audit keeps of a verdict. */
export function verdictDetails({ onBehalfOf, reference, reason }: GivenVerdict): Record<string, string> {
  const details = { onBehalfOf, reference, reason };
  return Object.fromEntries(
    Object.entries(details).filter((one): one is [string, string] => one[1] !== null),
  );
}
