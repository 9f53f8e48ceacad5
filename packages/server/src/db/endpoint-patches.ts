import type { SelectablePatch } from '@patchbay/domain/patch/select';
import type { Queryable } from './queryable.ts';

/** The applicable patches of an endpoint's last scan, and since when the installation has known each (P-02). */
export async function selectablePatches(db: Queryable, endpoint: string): Promise<SelectablePatch[]> {
  const { rows } = await db.query<{ patch: Omit<SelectablePatch, 'firstSeenAt'>; firstSeenAt: Date | null }>(
    `select p.patch, k.first_seen_at as "firstSeenAt"
     from endpoint_patches p left join known_patches k on k.id = p.id where p.endpoint = $1`,
    [endpoint],
  );
  return rows.map(({ patch, firstSeenAt }) => ({ ...patch, firstSeenAt: firstSeenAt?.getTime() ?? 0 }));
}
