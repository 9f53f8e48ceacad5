import type { Page } from '@patchbay/contracts/page';
import type { GroupRule } from '@patchbay/domain/group/rule';
import { storing } from './conflict.ts';
import { countEndpoints } from './count-endpoints.ts';
import { groupCondition } from './group-condition.ts';
import { isUuid, type PageRequest, pageOf } from './page-of.ts';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import type { Saved, StoredThing } from './stored-thing.ts';
import { Where } from './where.ts';

/** What a save of a group stores. */
export interface GroupToStore {
  readonly name: string;
  readonly description: string;
  readonly rule: GroupRule;
}

/** A group. */
export interface StoredGroup extends Omit<StoredThing, 'origin'> {
  readonly rule: GroupRule;
}

const select = `select g.id, g.name, g.description, g.rule, g.version, g.created_at as "createdAt",
    g.created_by as "createdBy", g.updated_at as "updatedAt", g.updated_by as "updatedBy"
  from groups g`;

/** Lists groups by name. */
export async function listGroups(
  db: Queryable,
  filter: { readonly search?: string | undefined },
  page: PageRequest,
): Promise<Page<StoredGroup>> {
  const where = new Where().and('position(lower(?) in lower(g.name)) > 0', filter.search);
  const sort = [{ sql: 'lower(g.name)', type: 'text' }] as const;
  return pageOf<StoredGroup, StoredGroup>(db, { select, where, sort, item: (row) => row }, page);
}

/** The group of this name or id; `lock` keeps it from changing until the commit. */
export async function findGroup(
  db: Queryable,
  reference: string,
  lock: 'lock' | 'read' = 'read',
): Promise<StoredGroup | null> {
  const { rows } = await db.query<StoredGroup>(
    `${select} where ${isUuid(reference) ? 'g.id = $1' : 'lower(g.name) = lower($1)'}
     ${lock === 'lock' ? 'for update of g' : ''}`,
    [reference],
  );
  return rows[0] ?? null;
}

/** All groups. */
export async function allGroups(db: Queryable): Promise<StoredGroup[]> {
  const { rows } = await db.query<StoredGroup>(select);
  return rows;
}

/** The groups of these names or ids, by what they were asked for with; `hold` keeps them from being deleted. */
export async function findGroups(
  db: Queryable,
  references: readonly string[],
  hold: 'hold' | 'read' = 'read',
): Promise<Map<string, StoredGroup>> {
  if (references.length === 0) return new Map();
  const { rows } = await db.query<StoredGroup & { reference: string }>(
    `${select.replace('from groups g', ', wanted.reference from groups g')}
     join unnest($1::text[]) as wanted (reference)
       on lower(g.name) = lower(wanted.reference) or g.id::text = lower(wanted.reference)
     ${hold === 'hold' ? 'for share of g' : ''}`,
    [[...new Set(references)]],
  );
  return new Map(rows.map(({ reference, ...group }) => [reference, group]));
}

/** Adds a group and returns its id; throws NAME_TAKEN. */
export async function insertGroup(tx: Transaction, group: GroupToStore, saved: Saved): Promise<string> {
  const { rows } = await storing('group', group.name, () =>
    tx.query<{ id: string }>(
      `insert into groups (name, description, rule, created_at, created_by, updated_at, updated_by)
       values ($1, $2, $3, $4, $5, $4, $5) returning id`,
      [group.name, group.description, group.rule, saved.at, saved.by],
    ),
  );
  return String(rows[0]?.id);
}

/** Replaces a group; throws NAME_TAKEN. */
export async function updateGroup(
  tx: Transaction,
  id: string,
  group: GroupToStore,
  saved: Saved,
): Promise<void> {
  await storing('group', group.name, () =>
    tx.query(
      `update groups set name = $2, description = $3, rule = $4, version = version + 1,
         updated_at = $5, updated_by = $6
       where id = $1`,
      [id, group.name, group.description, group.rule, saved.at, saved.by],
    ),
  );
}

/** Deletes a group. */
export async function deleteGroup(tx: Transaction, id: string): Promise<void> {
  await tx.query('delete from groups where id = $1', [id]);
}

/** How many endpoints each of the rules means now, all counted in one walk over the endpoints (E-13). */
export async function countMembers(db: Queryable, rules: readonly GroupRule[]): Promise<number[]> {
  const where = new Where();
  const conditions = rules.map((rule) => groupCondition(where, rule));
  return countEndpoints(db, where, conditions);
}

/** The groups that an endpoint belongs to now, by name. */
export async function groupsOfEndpoint(db: Queryable, endpoint: string): Promise<StoredGroup[]> {
  const groups = await allGroups(db);
  if (groups.length === 0) return [];
  const where = new Where().and('e.id = ?', endpoint);
  const belongs = groups.map(({ rule }) => groupCondition(where, rule));
  const { rows } = await db.query<{ belongs: boolean[] }>(
    `select array[${belongs.join(', ')}] as belongs from endpoints e ${where.sql}`,
    where.values,
  );
  const found = groups.filter((_, index) => rows[0]?.belongs[index] === true);
  return found.toSorted((one, other) => one.name.localeCompare(other.name));
}
