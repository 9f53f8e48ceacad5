import type { Page } from '@patchbay/contracts/page';
import type { ScriptRevision, ScriptRevisionSummary } from '@patchbay/contracts/script';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import type { Interpreter } from '@patchbay/domain/script/interpreter';
import type { ScriptContent } from '@patchbay/domain/script/problems';
import { storing } from './conflict.ts';
import { type LibrarySort, libraryOrder } from './list-order.ts';
import { isUuid, type PageRequest, pageOf } from './page-of.ts';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import { type Saved, type StoredThing, thingColumns, type Use } from './stored-thing.ts';
import { Where } from './where.ts';

/** A script without the content of its latest revision. */
export interface ListedScript extends StoredThing {
  readonly category: string;
  /** False: shipped, but not run on a real system of its kind yet. */
  readonly verified: boolean;
  readonly revision: number;
  readonly os: OperatingSystem[];
  readonly interpreter: Interpreter;
}

/** A script with its latest revision. */
export interface StoredScript extends ListedScript {
  readonly content: string;
  readonly parameters: ScriptRevision['parameters'];
}

/** What a save of a script stores. */
export interface ScriptToStore extends ScriptContent {
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly note: string;
}

/** Which scripts a list shows. */
export interface ScriptFilter {
  readonly search?: string | undefined;
  readonly sort?: LibrarySort | undefined;
  readonly os?: OperatingSystem | undefined;
  readonly category?: string | undefined;
  readonly origin?: 'builtIn' | 'personal' | undefined;
}

const listed = `select ${thingColumns('s')}, s.category, s.verified, s.revision, r.os, r.interpreter
  from scripts s join script_revisions r on r.script = s.id and r.revision = s.revision`;

const whole = `select ${thingColumns('s')}, s.category, s.verified, s.revision, r.os, r.interpreter, r.content,
    r.parameters
  from scripts s join script_revisions r on r.script = s.id and r.revision = s.revision`;

/** Lists scripts by name (L-01). */
export async function listScripts(
  db: Queryable,
  filter: ScriptFilter,
  page: PageRequest,
): Promise<Page<ListedScript>> {
  const where = new Where()
    .and('position(lower(?) in lower(s.name)) > 0', filter.search)
    .and('? = any(r.os)', filter.os)
    .and('s.category = ?', filter.category)
    .and('s.origin = ?', filter.origin);
  const order = libraryOrder(filter.sort ?? 'name', 's');
  return pageOf<ListedScript, ListedScript>(
    db,
    { select: listed, where, ...order, item: (row) => row },
    page,
  );
}

/** The script of this name or id, with its latest revision; `lock` keeps it from changing until the commit. */
export async function findScript(
  db: Queryable,
  reference: string,
  lock: 'lock' | 'read' = 'read',
): Promise<StoredScript | null> {
  const { rows } = await db.query<StoredScript>(
    `${whole}
     where ${isUuid(reference) ? 's.id = $1' : 'lower(s.name) = lower($1)'}
     ${lock === 'lock' ? 'for update of s' : ''}`,
    [reference],
  );
  return rows[0] ?? null;
}

/** All personal scripts with their latest revisions. */
export async function personalScripts(db: Queryable): Promise<StoredScript[]> {
  const { rows } = await db.query<StoredScript>(`${whole} where s.origin = 'personal'`);
  return rows;
}

/** Adds a script with its first revision, which has this number, and returns its id; throws NAME_TAKEN. */
export async function insertScript(
  tx: Transaction,
  script: ScriptToStore,
  origin: 'builtIn' | 'personal',
  saved: Saved,
  revision = 1,
): Promise<string> {
  const { rows } = await storing('script', script.name, () =>
    tx.query<{ id: string }>(
      `insert into scripts (name, description, category, origin, revision, created_at, created_by, updated_at, updated_by)
       values ($1, $2, $3, $4, $7, $5, $6, $5, $6) returning id`,
      [script.name, script.description, script.category, origin, saved.at, saved.by, revision],
    ),
  );
  const id = String(rows[0]?.id);
  await insertRevision(tx, id, revision, script, saved);
  return id;
}

/** Replaces a script by a new revision (L-05) and returns the revision's number; throws NAME_TAKEN. */
export async function updateScript(
  tx: Transaction,
  id: string,
  script: ScriptToStore,
  saved: Saved,
): Promise<number> {
  const { rows } = await storing('script', script.name, () =>
    tx.query<{ revision: number }>(
      `update scripts set name = $2, description = $3, category = $4, revision = revision + 1,
         version = version + 1, updated_at = $5, updated_by = $6
       where id = $1 returning revision`,
      [id, script.name, script.description, script.category, saved.at, saved.by],
    ),
  );
  const revision = Number(rows[0]?.revision);
  await insertRevision(tx, id, revision, script, saved);
  return revision;
}

/** Saves what is said about a script, without a new revision; throws NAME_TAKEN. */
export async function describeScript(
  tx: Transaction,
  id: string,
  script: Pick<ScriptToStore, 'name' | 'description' | 'category'>,
  saved: Saved,
): Promise<void> {
  await storing('script', script.name, () =>
    tx.query(
      `update scripts set name = $2, description = $3, category = $4,
         version = version + 1, updated_at = $5, updated_by = $6
       where id = $1`,
      [id, script.name, script.description, script.category, saved.at, saved.by],
    ),
  );
}

/** Makes an inserted revision the latest one. */
export async function raiseRevision(tx: Transaction, id: string, revision: number): Promise<void> {
  await tx.query('update scripts set revision = $2 where id = $1', [id, revision]);
}

/** Adds a revision that its script does not have, without making it the latest one. */
export async function insertRevision(
  tx: Transaction,
  script: string,
  revision: number,
  { os, interpreter, content, parameters, note }: Omit<ScriptToStore, 'name' | 'description' | 'category'>,
  saved: Saved,
): Promise<void> {
  await tx.query(
    `insert into script_revisions (script, revision, os, interpreter, content, parameters, author, note, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [script, revision, os, interpreter, content, JSON.stringify(parameters), saved.by, note, saved.at],
  );
}

/** Renames a script without a new revision, to free its name. */
export async function renameScript(tx: Transaction, id: string, name: string, saved: Saved): Promise<void> {
  await storing('script', name, () =>
    tx.query(
      'update scripts set name = $2, version = version + 1, updated_at = $3, updated_by = $4 where id = $1',
      [id, name, saved.at, saved.by],
    ),
  );
}

/** Notes whether a built-in script was verified on a real system of its kind; its content stays as it is. */
export async function markVerified(
  tx: Transaction,
  id: string,
  verified: boolean,
  saved: Saved,
): Promise<void> {
  await tx.query(
    'update scripts set verified = $2, version = version + 1, updated_at = $3, updated_by = $4 where id = $1',
    [id, verified, saved.at, saved.by],
  );
}

/** Deletes a script and its revisions. */
export async function deleteScript(tx: Transaction, id: string): Promise<void> {
  await tx.query('delete from scripts where id = $1', [id]);
}

/** The tasks that use a script (L-10). */
export async function scriptUses(db: Queryable, id: string): Promise<Use[]> {
  const { rows } = await db.query<Use>('select id, name from tasks where script = $1 order by lower(name)', [
    id,
  ]);
  return rows;
}

/** Lists a script's revisions, newest first (L-05). */
export async function listRevisions(
  db: Queryable,
  script: string,
  page: PageRequest,
): Promise<Page<ScriptRevisionSummary>> {
  const select = `select revision, author, created_at as "createdAt", note from script_revisions`;
  const where = new Where().and('script = ?', script);
  const sort = [{ sql: 'revision', type: 'bigint' }] as const;
  const item = (row: Dated<ScriptRevisionSummary>) => ({ ...row, createdAt: row.createdAt.toISOString() });
  return pageOf(db, { select, where, sort, descending: true, item }, page);
}

/** One revision of a script (L-05). */
export async function findRevision(
  db: Queryable,
  script: string,
  revision: number,
): Promise<ScriptRevision | null> {
  const { rows } = await db.query<Dated<ScriptRevision>>(
    `select revision, author, created_at as "createdAt", note, os, interpreter, content, parameters
     from script_revisions where script = $1 and revision = $2`,
    [script, revision],
  );
  return rows[0] ? { ...rows[0], createdAt: rows[0].createdAt.toISOString() } : null;
}

/** The revisions of personal scripts that tasks are pinned to, the oldest first. */
export async function pinnedRevisions(db: Queryable): Promise<PinnedScript[]> {
  const { rows } = await db.query<PinnedScript>(
    `select r.script, r.revision, r.os, r.interpreter, r.content, r.parameters
     from script_revisions r join scripts s on s.id = r.script and s.origin = 'personal'
     where exists (select from tasks t where t.script = r.script and t.script_revision = r.revision)
     order by r.script, r.revision`,
  );
  return rows;
}

/** What a pinned revision of a script holds. */
interface PinnedScript
  extends Pick<StoredScript, 'revision' | 'os' | 'interpreter' | 'content' | 'parameters'> {
  readonly script: string;
}

type Dated<Row extends { createdAt: string }> = Omit<Row, 'createdAt'> & { createdAt: Date };
