import type { OperatingSystem } from '@patchbay/domain/operating-system';
import type { Selector } from '@patchbay/domain/selector/selector';
import type { Queryable } from '../queryable.ts';
import { Where } from '../where.ts';
import { placesSql, readPlaces } from './places.ts';
import { groupRules, selectorCondition } from './selected-endpoints.ts';

/** An endpoint as a plan sees it. */
export interface EndpointOfPlan {
  readonly id: string;
  readonly name: string;
  readonly os: OperatingSystem;
  readonly tags: Readonly<Record<string, string>>;
  readonly connected: boolean;
  /** The indexes of the selectors that name it, ascending. */
  readonly selectors: readonly number[];
  /** The indexes of the groups that have it, ascending. */
  readonly groups: readonly number[];
}

interface EndpointRow extends Omit<EndpointOfPlan, 'selectors' | 'groups'> {
  readonly named: string;
  readonly belongs: string;
}

/** The endpoints that any of the selectors names, by name, in one walk over the endpoints; revoked ones are left out. */
export async function endpointsOfPlan(
  db: Queryable,
  selectors: readonly Selector[],
  groups: readonly string[],
): Promise<EndpointOfPlan[]> {
  const ofGroups = groups.map((group): Selector => [{ kind: 'group', group }]);
  const rules = await groupRules(db, [...selectors, ...ofGroups]);
  const where = new Where().andThat('e.revoked_at is null');
  const named = placesSql(selectors.map((one) => selectorCondition(where, one, rules)));
  const belongs = placesSql(ofGroups.map((one) => selectorCondition(where, one, rules)));
  const { rows } = await db.query<EndpointRow>(
    `with walked as materialized (
       select e.id, e.name, e.os, e.tags, ${named} as named, ${belongs} as belongs from endpoints e ${where.sql}
     )
     select w.id, w.name, w.os, w.tags, w.named, w.belongs, c.endpoint is not null as connected
     from walked w left join connections c on c.endpoint = w.id
     where w.named <> '' order by lower(w.name), w.id`,
    where.values,
  );
  const selectorsOf = readPlaces();
  const groupsOf = readPlaces();
  return rows.map(({ named: ofSelectors, belongs: ofGroup, ...endpoint }) => ({
    ...endpoint,
    selectors: selectorsOf(ofSelectors),
    groups: groupsOf(ofGroup),
  }));
}

/** How many patches are applicable to each of these endpoints; those without any are missing. */
export async function countPatches(db: Queryable, ids: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await db.query<{ endpoint: string; patches: number }>(
    `select endpoint, count(*) as patches from endpoint_patches
     where endpoint = any($1::uuid[]) group by endpoint`,
    [ids],
  );
  return new Map(rows.map(({ endpoint, patches }) => [endpoint, patches]));
}

/** The time zones of these endpoints, as their agents name them. */
export async function timeZonesOf(db: Queryable, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await db.query<{ id: string; zone: string }>(
    'select id, time_zone as zone from endpoints where id = any($1::uuid[]) and time_zone is not null',
    [ids],
  );
  return new Map(rows.map(({ id, zone }) => [id, zone]));
}
