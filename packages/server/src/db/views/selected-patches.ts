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

/** Every patch that is applicable to any endpoint, once, revoked endpoints included. */
export async function allPatches(db: Queryable): Promise<SelectablePatch[]> {
  const { rows } = await db.query<{
    patch: Omit<SelectablePatch, 'firstSeenAt'>;
    firstSeenAt: Date | null;
  }>(
    `select p.patch, k.first_seen_at as "firstSeenAt" from endpoint_patches p
     left join known_patches k on k.id = p.id
     where p.ctid in (select min(ctid) from endpoint_patches group by id)`,
  );
  return rows.map(({ patch, firstSeenAt }) => ({ ...patch, firstSeenAt: firstSeenAt?.getTime() ?? 0 }));
}
