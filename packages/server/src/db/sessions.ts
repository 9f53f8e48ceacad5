import type { Role } from '@patchbay/domain/permission/role';
import type { SessionLimits } from '@patchbay/domain/user/session-end';
import type { Theme } from '@patchbay/domain/user/theme';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';

/** A session that is to be stored. */
export interface SessionToStore {
  /** Of what the browser holds. */
  readonly hash: Buffer;
  readonly user: string;
  readonly at: Date;
  readonly address: string;
  readonly userAgent: string;
}

/** Somebody who is signed in, and since when; whether the session is over is for the caller to say. */
export interface SessionHolder {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  readonly theme: Theme;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
}

/** Adds a session. */
export async function insertSession(tx: Transaction, session: SessionToStore): Promise<void> {
  const { hash, user, at, address, userAgent } = session;
  await tx.query(
    `insert into sessions (hash, user_id, created_at, last_seen_at, address, user_agent)
     values ($1, $2, $3, $3, $4, $5)`,
    [hash, user, at, address, userAgent],
  );
}

/** Who holds this session; null when there is none, or its user is disabled. */
export async function findSessionHolder(db: Queryable, hash: Buffer): Promise<SessionHolder | null> {
  const { rows } = await db.query<SessionHolder>(
    `select u.id, u.name, u.display_name as "displayName", u.role, u.theme,
       s.created_at as "createdAt", s.last_seen_at as "lastSeenAt"
     from sessions s join users u on u.id = s.user_id
     where s.hash = $1 and u.disabled_at is null`,
    [hash],
  );
  return rows[0] ?? null;
}

/** Notes that a session is in use. */
export async function noteSessionUse(db: Queryable, hash: Buffer, at: Date): Promise<void> {
  await db.query('update sessions set last_seen_at = $2 where hash = $1', [hash, at]);
}

/** A user's session as stored. */
export interface StoredSession {
  readonly hash: Buffer;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly address: string;
  readonly userAgent: string;
}

/** A user's sessions, the one that was used last first; those that are over may still be among them. */
export async function listSessions(db: Queryable, user: string): Promise<StoredSession[]> {
  const { rows } = await db.query<StoredSession>(
    `select hash, created_at as "createdAt", last_seen_at as "lastSeenAt", address, user_agent as "userAgent"
     from sessions where user_id = $1 order by last_seen_at desc, hash`,
    [user],
  );
  return rows;
}

/** Ends a session. */
export async function deleteSession(tx: Transaction, hash: Buffer): Promise<void> {
  await tx.query('delete from sessions where hash = $1', [hash]);
}

/** Ends all sessions of a user but the one to keep; returns how many. */
export async function deleteSessions(tx: Transaction, user: string, keep: Buffer | null): Promise<number> {
  const { rowCount } = await tx.query(
    'delete from sessions where user_id = $1 and ($2::bytea is null or hash <> $2)',
    [user, keep],
  );
  return rowCount ?? 0;
}

/** Forgets sessions that are over. */
export async function forgetSessions(
  tx: Transaction,
  { idleMs, longestMs }: SessionLimits,
  now: Date,
): Promise<void> {
  await tx.query('delete from sessions where created_at <= $1 or last_seen_at <= $2', [
    new Date(now.getTime() - longestMs),
    new Date(now.getTime() - idleMs),
  ]);
}
