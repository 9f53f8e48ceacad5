import { parseSelector } from '@patchbay/domain/selector/selector';
import type { Queryable } from '../queryable.ts';
import { Where } from '../where.ts';
import { groupRules, selectorCondition } from './selected-endpoints.ts';

/** The indexes, ascending, of those selectors that name an endpoint; one that cannot be read names none. */
export async function rowsOfEndpoint(
  db: Queryable,
  endpoint: string,
  selectors: readonly string[],
): Promise<number[]> {
  const parsed = selectors.map(parseSelector).map((one) => (one.ok ? one.selector : []));
  const groups = await groupRules(db, parsed);
  const where = new Where().and('e.id = ?', endpoint).andThat('e.revoked_at is null');
  const named = parsed.map(
    (selector, row) => `case when ${selectorCondition(where, selector, groups)} then ${row} end`,
  );
  const { rows } = await db.query<{ rows: number[] }>(
    `select array_remove(array[${named.join(', ')}]::integer[], null) as rows from endpoints e ${where.sql}`,
    where.values,
  );
  return rows[0]?.rows ?? [];
}
