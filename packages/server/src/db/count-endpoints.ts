import type { Queryable } from './queryable.ts';
import type { Where } from './where.ts';

/** How many endpoints `e` that are not revoked meet each condition, all counted in one walk over the endpoints. */
export async function countEndpoints(
  db: Queryable,
  where: Where,
  conditions: readonly string[],
): Promise<number[]> {
  if (conditions.length === 0) return [];
  const counts = conditions.map((condition) => `count(*) filter (where ${condition})`);
  const { rows } = await db.query<{ counts: string[] }>(
    `select array[${counts.join(', ')}] as counts from endpoints e where e.revoked_at is null`,
    where.values,
  );
  return (rows[0]?.counts ?? []).map(Number);
}
