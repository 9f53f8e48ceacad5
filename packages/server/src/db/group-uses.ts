import { parseSelector } from '@patchbay/domain/selector/selector';
import type { Queryable } from './queryable.ts';

/** Something that names a group in its selector. */
export interface GroupUse {
  readonly kind: 'plan' | 'window' | 'schedule';
  readonly id: string;
  readonly name: string;
}

/** What names a group, by its name or id (E-13): plans, windows, and task runs that are still to start. */
export async function groupUses(
  db: Queryable,
  group: { readonly id: string; readonly name: string },
): Promise<GroupUse[]> {
  const { rows } = await db.query<GroupUse & { endpoints: string }>(
    `select 'plan' as kind, p.id, p.name, a.endpoints from plan_assignments a join plans p on p.id = a.plan
     union select 'plan', p.id, p.name, 'group:' || (wave -> 'size' ->> 'group')
       from plans p cross join jsonb_array_elements(p.content -> 'rollout' -> 'waves') as waves (wave)
       where wave -> 'size' ->> 'kind' = 'group'
     union all select 'window', id, name, endpoints from windows
     union all select 'schedule', id, task_name, endpoints from task_schedules where status = 'waiting'
     order by kind, name`,
  );
  const named = rows.map((use) => ({ use, groups: groupsNamed(use.endpoints) }));
  const { rows: meant } = await db.query<{ reference: string }>(
    `select reference from unnest($1::text[]) as named (reference)
     where lower(reference) = lower($2) or lower(reference) = $3`,
    [[...new Set(named.flatMap(({ groups }) => groups))], group.name, group.id],
  );
  const references = new Set(meant.map(({ reference }) => reference));
  const uses = named
    .filter(({ groups }) => groups.some((reference) => references.has(reference)))
    .map(({ use: { kind, id, name } }): [string, GroupUse] => [`${kind} ${id}`, { kind, id, name }]);
  return [...new Map(uses).values()];
}

function groupsNamed(selector: string): string[] {
  const parsed = parseSelector(selector);
  return parsed.ok ? parsed.selector.flatMap((term) => (term.kind === 'group' ? [term.group] : [])) : [];
}
