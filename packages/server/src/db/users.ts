import type { Page } from '@patchbay/contracts/page';
import type { User } from '@patchbay/contracts/user';
import type { Role } from '@patchbay/domain/permission/role';
import type { Theme } from '@patchbay/domain/user/theme';
import { storing } from './conflict.ts';
import { isUuid, type PageRequest, pageOf } from './page-of.ts';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import type { Saved } from './stored-thing.ts';
import { Where } from './where.ts';

interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly lastSignInAt: Date | null;
  readonly disabledAt: Date | null;
}

const select = `select id, name, display_name as "displayName", role, created_at as "createdAt", created_by as "createdBy",
  last_sign_in_at as "lastSignInAt", disabled_at as "disabledAt" from users`;

function toUser({ id, name, displayName, role, createdAt, createdBy, ...row }: UserRow): User {
  return {
    id,
    name,
    displayName,
    role,
    status: row.disabledAt === null ? 'active' : 'disabled',
    createdAt: createdAt.toISOString(),
    createdBy,
    lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
  };
}

/** A user who is to be stored. */
export interface UserToStore {
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  readonly passwordHash: string;
}

/** Adds a user and returns the id; throws NAME_TAKEN. */
export async function insertUser(tx: Transaction, user: UserToStore, saved: Saved): Promise<string> {
  const { rows } = await storing('user', user.name, () =>
    tx.query<{ id: string }>(
      `insert into users (name, display_name, role, password_hash, created_at, created_by)
       values ($1, $2, $3, $4, $5, $6) returning id`,
      [user.name, user.displayName, user.role, user.passwordHash, saved.at, saved.by],
    ),
  );
  return String(rows[0]?.id);
}

/** Whether there is any user, disabled ones too. */
export async function hasUsers(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ any: boolean }>('select exists (select from users) as any');
  return rows[0]?.any ?? false;
}

/** Keeps users from being added or changed until the transaction ends, so that only one of many can be the first. */
export async function lockUsers(tx: Transaction): Promise<void> {
  await tx.query('lock table users in share row exclusive mode');
}

/** Lists users, disabled ones too, by name. */
export async function listUsers(db: Queryable, page: PageRequest): Promise<Page<User>> {
  const sort = [{ sql: 'lower(name)', type: 'text' }] as const;
  return pageOf(db, { select, where: new Where(), sort, item: toUser }, page);
}

/** The user with this id or name. */
export async function findUser(db: Queryable, reference: string): Promise<User | null> {
  const { rows } = await db.query<UserRow>(
    `${select} where ${isUuid(reference) ? 'id = $1' : 'lower(name) = lower($1)'}`,
    [reference],
  );
  return rows[0] ? toUser(rows[0]) : null;
}

/** What a sign-in is checked against. */
export interface KnownUser {
  readonly id: string;
  readonly name: string;
  readonly passwordHash: string;
}

/** The user who signs in with this name, unless disabled. */
export async function findActiveUser(db: Queryable, name: string): Promise<KnownUser | null> {
  const { rows } = await db.query<KnownUser>(
    `select id, name, password_hash as "passwordHash" from users where lower(name) = lower($1) and disabled_at is null`,
    [name],
  );
  return rows[0] ?? null;
}

/** Locks a user who is still active and still has this password hash; false when not. */
export async function lockSignedIn(tx: Transaction, { id, passwordHash }: KnownUser): Promise<boolean> {
  const { rowCount } = await tx.query(
    'select from users where id = $1 and password_hash = $2 and disabled_at is null for no key update',
    [id, passwordHash],
  );
  return rowCount === 1;
}

/** Notes that a user has signed in. */
export async function noteSignIn(tx: Transaction, id: string, at: Date): Promise<void> {
  await tx.query('update users set last_sign_in_at = $2 where id = $1', [id, at]);
}

/** Locks all administrators who can sign in, so that of two changes at the same moment one comes second. */
export async function lockAdministrators(tx: Transaction): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from users where role = 'administrator' and disabled_at is null order by id for update`,
  );
  return rows.map(({ id }) => id);
}

/** Gives a user another role. */
export async function saveRole(tx: Transaction, id: string, role: Role): Promise<void> {
  await tx.query('update users set role = $2 where id = $1', [id, role]);
}

/** Disables a user, or enables with null. */
export async function saveDisabled(tx: Transaction, id: string, at: Date | null): Promise<void> {
  await tx.query('update users set disabled_at = $2 where id = $1', [id, at]);
}

/** Sets a user's password. */
export async function savePassword(tx: Transaction, id: string, passwordHash: string): Promise<void> {
  await tx.query('update users set password_hash = $2 where id = $1', [id, passwordHash]);
}

/** Changes what a user says of themselves. */
export async function saveProfile(
  tx: Transaction,
  id: string,
  { displayName, theme }: { readonly displayName: string; readonly theme: Theme },
): Promise<void> {
  await tx.query('update users set display_name = $2, theme = $3 where id = $1', [id, displayName, theme]);
}
