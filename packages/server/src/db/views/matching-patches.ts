import type { ApplicablePatch } from '@patchbay/contracts/inventory';
import { passesFilter } from '@patchbay/domain/patch/select';
import type { PatchFilter } from '@patchbay/domain/patch/selection';
import type { Queryable } from '../queryable.ts';
import { allPatches } from './selected-patches.ts';

/** How many of the patches that are applicable now pass a filter, and to how many endpoints one of them is (P-02). */
export interface FilterMatches {
  readonly patches: number;
  readonly endpoints: number;
}

/** A patch that is applicable to endpoints that are not revoked. */
export interface MatchingPatch
  extends Pick<ApplicablePatch, 'id' | 'title' | 'package' | 'classification' | 'severity' | 'cves'> {
  readonly endpoints: number;
}

/** What each of the filters matches now, all counted in one walk over the applicable patches. */
export async function countMatches(
  db: Queryable,
  filters: readonly PatchFilter[],
): Promise<readonly FilterMatches[]> {
  if (filters.length === 0) return [];
  const known = await allPatches(db);
  const passing = filters.flatMap((filter, number) =>
    known.filter((patch) => passesFilter(patch, filter)).map(({ id }) => ({ number, id })),
  );
  const { rows } = await db.query<FilterMatches & { number: number }>(
    `with passing as (select * from unnest($1::int[], $2::text[]) as passing (number, id)),
       met as (
         select passing.number, passing.id, p.endpoint
         from passing join endpoint_patches p on p.id = passing.id
         join endpoints e on e.id = p.endpoint and e.revoked_at is null
       )
     select number, patches, endpoints
     from (select number, count(*)::int as patches from (select distinct number, id from met) as m group by number) as p
     join (select number, count(*)::int as endpoints from (select distinct number, endpoint from met) as m group by number)
       as e using (number)`,
    [passing.map(({ number }) => number), passing.map(({ id }) => id)],
  );
  const counted = new Map(rows.map(({ number, patches, endpoints }) => [number, { patches, endpoints }]));
  return filters.map((_, number) => counted.get(number) ?? { patches: 0, endpoints: 0 });
}

/** The patches that pass a filter and are applicable to the most endpoints. */
export async function mostMatching(
  db: Queryable,
  filter: PatchFilter,
  limit: number,
): Promise<MatchingPatch[]> {
  const passing = (await allPatches(db)).filter((patch) => passesFilter(patch, filter));
  const { rows } = await db.query<{ id: string; endpoints: number }>(
    `select p.id, count(*)::int as endpoints
     from unnest($1::text[]) as passing (id) join endpoint_patches p on p.id = passing.id
     join endpoints e on e.id = p.endpoint and e.revoked_at is null
     group by p.id order by endpoints desc, p.id limit $2`,
    [passing.map(({ id }) => id), limit],
  );
  const byId = new Map(passing.map((patch) => [patch.id, patch]));
  return rows.flatMap(({ id, endpoints }) => {
    const patch = byId.get(id);
    if (patch === undefined) return [];
    const { title, package: name, classification, severity, cves } = patch;
    return [{ id, title, package: name, classification, severity, cves: [...cves], endpoints }];
  });
}
