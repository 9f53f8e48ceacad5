import { exemption } from '@patchbay/domain/plan/exemption';
import type { AssignableEndpoint } from '@patchbay/domain/plan/expand';
import { parseSelector, type Selector } from '@patchbay/domain/selector/selector';
import type { PlanContent } from '../db/plans.ts';
import type { Queryable } from '../db/queryable.ts';
import { type EndpointOfPlan, endpointsOfPlan } from '../db/views/plan-endpoints.ts';

/** An endpoint that a row of a plan's assignments means. */
export interface PlanEndpoint
  extends AssignableEndpoint,
    Omit<EndpointOfPlan, 'tags' | 'selectors' | 'groups'> {
  /** Those groups of the rollout's waves that have it. */
  readonly groups: readonly string[];
}

/** Every endpoint that the assignments of a plan mean, by name, as they are at this moment. */
export async function planEndpoints(
  db: Queryable,
  { assignments, rollout }: Pick<PlanContent, 'assignments' | 'rollout'>,
): Promise<PlanEndpoint[]> {
  const groups = rollout.waves.flatMap(({ size }) => (size.kind === 'group' ? [size.group] : []));
  const selectors = assignments.map(({ endpoints }) => selectorOf(endpoints));
  const found = await endpointsOfPlan(db, selectors, groups);
  return found.map(({ tags, selectors: rows, groups: ofWaves, ...endpoint }) => ({
    ...endpoint,
    rows,
    groups: ofWaves.flatMap((index) => groups[index] ?? []),
    exempt: exemption(tags),
  }));
}

/** A plan whose selector cannot be read is not stored. */
function selectorOf(text: string): Selector {
  const parsed = parseSelector(text);
  return parsed.ok ? parsed.selector : [];
}
