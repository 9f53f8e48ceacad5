import type { LibraryKind } from '@patchbay/domain/library/refusal';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';

/** Something of the library, by name. */
export interface LibraryName {
  readonly kind: LibraryKind;
  readonly id: string;
  readonly name: string;
  /** The name as the database compares names. */
  readonly key: string;
  readonly origin: 'builtIn' | 'personal';
  /** Of a workflow. */
  readonly os: OperatingSystem | null;
  /** A default workflow (L-40). */
  readonly isDefault: boolean;
}

/** Everything in the library, built-in things too. */
export async function libraryNames(db: Queryable): Promise<LibraryName[]> {
  const { rows } = await db.query<LibraryName>(
    `select 'script' as kind, id, name, lower(name) as key, origin, null as os, false as "isDefault" from scripts
     union all select 'task', id, name, lower(name), origin, null, false from tasks
     union all select 'workflow', id, name, lower(name), origin, os, is_default from workflows
     union all select 'group', id, name, lower(name), 'personal', null, false from groups
     union all select 'window', id, name, lower(name), 'personal', null, false from windows
     union all select 'patchFilter', id, name, lower(name), 'personal', null, false from patch_filters
     union all select 'plan', id, name, lower(name), 'personal', null, false from plans`,
  );
  return rows;
}

/** Names as the database compares them, by name. */
export async function nameKeys(db: Queryable, names: Iterable<string>): Promise<Map<string, string>> {
  const { rows } = await db.query<{ name: string; key: string }>(
    'select name, lower(name) as key from unnest($1::text[]) as given (name)',
    [[...new Set(names)]],
  );
  return new Map(rows.map(({ name, key }) => [name, key]));
}

/** Lets nobody else change the library until the commit; reading it goes on. */
export async function lockLibrary(tx: Transaction): Promise<void> {
  await tx.query(
    'lock table plans, patch_filters, windows, groups, workflows, tasks, scripts in exclusive mode',
  );
}
