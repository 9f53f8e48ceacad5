import type { GroupRule } from '@patchbay/domain/group/rule';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import type { Selector } from '@patchbay/domain/selector/selector';
import { countEndpoints } from '../count-endpoints.ts';
import { groupCondition } from '../group-condition.ts';
import { countMembers, findGroups } from '../groups.ts';
import { isUuid } from '../page-of.ts';
import type { Queryable } from '../queryable.ts';
import { Where } from '../where.ts';

/** An endpoint that a selector names. */
export interface SelectedEndpoint {
  readonly id: string;
  readonly os: OperatingSystem;
}

/** The rules of groups by what selectors call them; a group that does not exist has none, and no endpoints. */
export type GroupRules = ReadonlyMap<string, GroupRule>;

/** Looks up the groups that selectors name. */
export async function groupRules(db: Queryable, selectors: readonly Selector[]): Promise<GroupRules> {
  const groups = await findGroups(db, selectors.flatMap(groupsNamed));
  return new Map([...groups].map(([reference, { rule }]) => [reference, rule]));
}

/** The groups that a selector names. */
function groupsNamed(selector: Selector): string[] {
  return selector.flatMap((term) => (term.kind === 'group' ? [term.group] : []));
}

/** The condition that the endpoint `e` is one that the selector names; one without terms names none. */
export function selectorCondition(where: Where, selector: Selector, groups: GroupRules): string {
  const terms = selector.map((term): string => {
    switch (term.kind) {
      case 'all':
        return 'true';
      case 'endpoint':
        return isUuid(term.endpoint)
          ? `e.id = ${where.value(term.endpoint)}`
          : `lower(e.name) = lower(${where.value(term.endpoint)})`;
      case 'group': {
        const rule = groups.get(term.group);
        return rule === undefined ? 'false' : groupCondition(where, rule);
      }
      case 'tag':
        return `coalesce(e.tags ->> ${where.value(term.tag)} = ${where.value(term.value)}, false)`;
      case 'os':
        return `e.os = ${where.value(term.os)}`;
    }
  });
  return terms.length === 0 ? 'false' : `(${terms.join(' or ')})`;
}

/** Adds the condition that the endpoint `e` is one that the selector names. */
export async function whereSelected(db: Queryable, where: Where, selector: Selector): Promise<Where> {
  return where.andThat(selectorCondition(where, selector, await groupRules(db, [selector])));
}

/** The endpoints that a selector names, without revoked ones. */
export async function selectedEndpoints(db: Queryable, selector: Selector): Promise<SelectedEndpoint[]> {
  const where = await whereSelected(db, new Where().andThat('e.revoked_at is null'), selector);
  const { rows } = await db.query<SelectedEndpoint>(
    `select e.id, e.os from endpoints e ${where.sql} order by e.id`,
    where.values,
  );
  return rows;
}

/** How many endpoints each selector names, without revoked ones, all counted in one walk over the endpoints. */
export async function countSelected(db: Queryable, selectors: readonly Selector[]): Promise<number[]> {
  const groups = await groupRules(db, selectors);
  const where = new Where();
  const conditions = selectors.map((one) => selectorCondition(where, one, groups));
  return countEndpoints(db, where, conditions);
}

/** Which of the endpoints that a selector names one by one do not exist, as they are named there. */
export async function missingEndpoints(db: Queryable, selector: Selector): Promise<string[]> {
  const named = selector.flatMap((term) => (term.kind === 'endpoint' ? [term.endpoint] : []));
  if (named.length === 0) return [];
  const { rows } = await db.query<{ name: string }>(
    `select wanted.name from unnest($1::text[]) with ordinality as wanted (name, place)
     where not exists (
       select from endpoints e where e.revoked_at is null
         and (e.id::text = lower(wanted.name) or lower(e.name) = lower(wanted.name))
     ) order by place`,
    [named],
  );
  return rows.map((row) => row.name);
}

/** Which of the groups that a selector names do not exist; `hold` keeps the others from being deleted. */
export async function missingGroups(
  db: Queryable,
  selector: Selector,
  hold: 'hold' | 'read' = 'read',
): Promise<string[]> {
  const named = groupsNamed(selector);
  const groups = await findGroups(db, named, hold);
  return named.filter((reference) => !groups.has(reference));
}

/** Which of the groups that a selector names have no endpoints now (E-13). */
export async function emptyGroups(db: Queryable, selector: Selector): Promise<string[]> {
  const groups = [...(await findGroups(db, groupsNamed(selector))).values()];
  const counts = await countMembers(
    db,
    groups.map(({ rule }) => rule),
  );
  return groups.filter((_, index) => counts[index] === 0).map(({ name }) => name);
}
