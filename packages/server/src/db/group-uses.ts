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
    `select 'plan' as kind, id, name, endpoints from plans
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
  return named
    .filter(({ groups }) => groups.some((reference) => references.has(reference)))
    .map(({ use: { kind, id, name } }) => ({ kind, id, name }));
}

function groupsNamed(selector: string): string[] {
  const parsed = parseSelector(selector);
  return parsed.ok ? parsed.selector.flatMap((term) => (term.kind === 'group' ? [term.group] : [])) : [];
}
