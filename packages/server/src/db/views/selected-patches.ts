import { type SelectablePatch, selectPatches } from '@patchbay/domain/patch/select';
import type { PatchFilter, PatchSelection } from '@patchbay/domain/patch/selection';
import type { Queryable } from '../queryable.ts';

/**
 * How many applicable patches of each of these endpoints a selection means (P-02); endpoints without any are missing.
 * The rules judge each patch once, however many endpoints it is applicable to.
 */
export async function countSelectedPatches(
  db: Queryable,
  endpoints: readonly string[],
  selection: PatchSelection<PatchFilter>,
  now: number,
): Promise<Map<string, number>> {
  const { chosen } = selectPatches(await allPatches(db), selection, now);
  const { rows } = await db.query<{ endpoint: string; patches: number }>(
    `select p.endpoint, count(*)::int as patches from endpoint_patches p
     join unnest($2::text[]) as chosen (id) on chosen.id = p.id
     where p.endpoint = any($1::uuid[]) group by p.endpoint`,
    [endpoints, chosen.map(({ id }) => id)],
  );
  return new Map(rows.map(({ endpoint, patches: count }) => [endpoint, count]));
}

/** A patch that is applicable to endpoints that are not revoked. */
export interface KnownPatch extends SelectablePatch {
  /** How many they are. */
  readonly endpoints: number;
}

/** Every patch that is applicable to any endpoint that is not revoked, once. */
export async function allPatches(db: Queryable): Promise<KnownPatch[]> {
  const { rows } = await db.query<{
    patch: Omit<SelectablePatch, 'firstSeenAt'>;
    firstSeenAt: Date | null;
    endpoints: number;
  }>(
    `select p.patch, k.first_seen_at as "firstSeenAt", each.endpoints
     from (
       select min(one.ctid) as place, count(*)::int as endpoints from endpoint_patches one
       join endpoints e on e.id = one.endpoint and e.revoked_at is null group by one.id
     ) as each join endpoint_patches p on p.ctid = each.place
     left join known_patches k on k.id = p.id`,
  );
  return rows.map(({ patch, firstSeenAt, endpoints }) => ({
    ...patch,
    firstSeenAt: firstSeenAt?.getTime() ?? 0,
    endpoints,
  }));
}
