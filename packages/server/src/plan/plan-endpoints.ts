import type { AssignableEndpoint } from '@patchbay/domain/plan/expand';
import { parseSelector, type Selector } from '@patchbay/domain/selector/selector';
import type { PlanContent } from '../db/plans.ts';
import type { Queryable } from '../db/queryable.ts';
import { type EndpointOfPlan, endpointsOfPlan } from '../db/views/plan-endpoints.ts';
import { selectedEndpoints } from '../db/views/selected-endpoints.ts';

/** An endpoint that a row of a plan's assignments means. */
export interface PlanEndpoint extends AssignableEndpoint, Omit<EndpointOfPlan, 'tags'> {
  /** Those groups of the rollout's waves that have it. */
  readonly groups: readonly string[];
}

/** The tag that exempts an endpoint from patching (P-13); its value is the reason. */
const exemptTag = 'exempt';

/** Every endpoint that the assignments of a plan mean, by name, as they are at this moment. */
export async function planEndpoints(
  db: Queryable,
  { assignments, rollout }: Pick<PlanContent, 'assignments' | 'rollout'>,
): Promise<PlanEndpoint[]> {
  const rows = new Map<string, number[]>();
  const members = new Map<string, readonly string[]>();
  for (const [row, { endpoints }] of assignments.entries()) {
    const named = members.get(endpoints) ?? (await membersOf(db, selectorOf(endpoints)));
    members.set(endpoints, named);
    for (const id of named) {
      const known = rows.get(id);
      if (known === undefined) rows.set(id, [row]);
      else known.push(row);
    }
  }
  const groups = await waveGroups(db, rollout);
  return (await endpointsOfPlan(db, [...rows.keys()])).map(({ tags, ...endpoint }) => ({
    ...endpoint,
    rows: rows.get(endpoint.id) ?? [],
    groups: groups.get(endpoint.id) ?? [],
    exempt: exemption(tags),
  }));
}

/** Why an endpoint with these tags is exempt from patching (P-13); null: it is not. */
export function exemption(tags: Readonly<Record<string, string>>): string | null {
  const reason = tags[exemptTag];
  return reason === undefined ? null : reason || 'no reason is given';
}

async function waveGroups(
  db: Queryable,
  { waves }: PlanContent['rollout'],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const groups = new Map<string, string[]>();
  for (const { size } of waves) {
    if (size.kind !== 'group') continue;
    for (const id of await membersOf(db, [{ kind: 'group', group: size.group }])) {
      groups.set(id, [...(groups.get(id) ?? []), size.group]);
    }
  }
  return groups;
}

async function membersOf(db: Queryable, selector: Selector): Promise<string[]> {
  return (await selectedEndpoints(db, selector)).map(({ id }) => id);
}

/** A plan whose selector cannot be read is not stored. */
function selectorOf(text: string): Selector {
  const parsed = parseSelector(text);
  return parsed.ok ? parsed.selector : [];
}
