import type { GroupPreview } from '@patchbay/contracts/group';
import type { GroupRule } from '@patchbay/domain/group/rule';
import { groupCondition } from '../group-condition.ts';
import type { Queryable } from '../queryable.ts';
import { Where } from '../where.ts';

/** The first endpoints, by name, that a rule means now (E-13). */
export async function firstMembers(
  db: Queryable,
  rule: GroupRule,
  most: number,
): Promise<GroupPreview['endpoints']> {
  const where = new Where().andThat('e.revoked_at is null');
  where.andThat(groupCondition(where, rule));
  const { rows } = await db.query<GroupPreview['endpoints'][number]>(
    `select e.id, e.name, e.os from endpoints e ${where.sql} order by lower(e.name) limit ${where.value(most)}`,
    where.values,
  );
  return rows;
}
