import type { Page } from '@patchbay/contracts/page';
import type { PatchFilter, PatchSelection } from '@patchbay/domain/patch/selection';
import { storing } from './conflict.ts';
import { isUuid, type PageRequest, pageOf } from './page-of.ts';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import type { Saved, StoredThing, Use } from './stored-thing.ts';
import { Where } from './where.ts';

/** What a save of a patch filter stores. */
export interface PatchFilterToStore {
  readonly name: string;
  readonly description: string;
  readonly filter: PatchFilter;
}

/** A filter of patches that is kept under a name (P-02). */
export interface StoredPatchFilter extends Omit<StoredThing, 'origin'> {
  readonly filter: PatchFilter;
}

const select = `select f.id, f.name, f.description, f.filter, f.version, f.created_at as "createdAt",
    f.created_by as "createdBy", f.updated_at as "updatedAt", f.updated_by as "updatedBy"
  from patch_filters f`;

/** Lists patch filters by name. */
export async function listPatchFilters(
  db: Queryable,
  filter: { readonly search?: string | undefined },
  page: PageRequest,
): Promise<Page<StoredPatchFilter>> {
  const where = new Where().and('position(lower(?) in lower(f.name)) > 0', filter.search);
  const sort = [{ sql: 'lower(f.name)', type: 'text' }] as const;
  return pageOf<StoredPatchFilter, StoredPatchFilter>(db, { select, where, sort, item: (row) => row }, page);
}

/** The filter of this name or id; `lock` keeps it from changing until the commit. */
export async function findPatchFilter(
  db: Queryable,
  reference: string,
  lock: 'lock' | 'read' = 'read',
): Promise<StoredPatchFilter | null> {
  const { rows } = await db.query<StoredPatchFilter>(
    `${select} where ${isUuid(reference) ? 'f.id = $1' : 'lower(f.name) = lower($1)'}
     ${lock === 'lock' ? 'for update of f' : ''}`,
    [reference],
  );
  return rows[0] ?? null;
}

/** All filters. */
export async function allPatchFilters(db: Queryable): Promise<StoredPatchFilter[]> {
  const { rows } = await db.query<StoredPatchFilter>(select);
  return rows;
}

/** Adds a filter and returns its id; throws NAME_TAKEN. */
export async function insertPatchFilter(
  tx: Transaction,
  { name, description, filter }: PatchFilterToStore,
  saved: Saved,
): Promise<string> {
  const { rows } = await storing('patch filter', name, () =>
    tx.query<{ id: string }>(
      `insert into patch_filters (name, description, filter, created_at, created_by, updated_at, updated_by)
       values ($1, $2, $3, $4, $5, $4, $5) returning id`,
      [name, description, filter, saved.at, saved.by],
    ),
  );
  return String(rows[0]?.id);
}

/** Replaces a filter; throws NAME_TAKEN. Cycles that have opened keep the filter as it was (L-49). */
export async function updatePatchFilter(
  tx: Transaction,
  id: string,
  { name, description, filter }: PatchFilterToStore,
  saved: Saved,
): Promise<void> {
  await storing('patch filter', name, () =>
    tx.query(
      `update patch_filters set name = $2, description = $3, filter = $4, version = version + 1,
         updated_at = $5, updated_by = $6 where id = $1`,
      [id, name, description, filter, saved.at, saved.by],
    ),
  );
}

/** Deletes a filter. */
export async function deletePatchFilter(tx: Transaction, id: string): Promise<void> {
  await tx.query('delete from patch_filters where id = $1', [id]);
}

/** The plans that use each of these filters, by its id; a filter that none uses is missing. */
export async function patchFilterUses(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly Use[]>> {
  const { rows } = await db.query<Use & { filter: string }>(
    'select id, name, patch_filter as filter from plans where patch_filter = any($1::uuid[]) order by lower(name)',
    [ids],
  );
  const uses = new Map<string, Use[]>();
  for (const { filter, ...plan } of rows) uses.set(filter, [...(uses.get(filter) ?? []), plan]);
  return uses;
}

/** A plan's selection of patches with the filter itself in place of its name, as it is frozen with a cycle. */
export async function selectionWithFilter(
  db: Queryable,
  selection: PatchSelection<Use>,
): Promise<PatchSelection<PatchFilter>> {
  const { choice } = selection;
  if (choice.which !== 'filter') return { ...selection, choice };
  const stored = await findPatchFilter(db, choice.filter.id);
  if (stored === null) throw new Error(`the filter ${choice.filter.id} of a plan is gone`);
  return { ...selection, choice: { which: 'filter', filter: stored.filter } };
}
