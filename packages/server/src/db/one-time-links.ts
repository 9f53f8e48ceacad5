import type { Invitation } from '@patchbay/contracts/invitation';
import type { Page } from '@patchbay/contracts/page';
import type { LinkPurpose } from '@patchbay/contracts/welcome';
import type { Role } from '@patchbay/domain/permission/role';
import { type PageRequest, pageOf } from './page-of.ts';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import type { Saved } from './stored-thing.ts';
import { hashToken } from './token-hash.ts';
import { Where } from './where.ts';

/** What a one-time link does for whoever opens it. */
export type LinkUse =
  | { readonly purpose: 'firstAdministrator' | 'invitation'; readonly role: Role }
  | { readonly purpose: 'passwordReset'; readonly user: string };

/** Adds a one-time link and returns its id; of the token only the hash is stored (S-01). */
export async function insertLink(
  tx: Transaction,
  token: string,
  use: LinkUse,
  expiresAt: Date,
  saved: Saved,
): Promise<string> {
  const role = use.purpose === 'passwordReset' ? null : use.role;
  const user = use.purpose === 'passwordReset' ? use.user : null;
  const { rows } = await tx.query<{ id: string }>(
    `insert into one_time_links (hash, purpose, role, user_id, created_at, created_by, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7) returning id`,
    [hashToken(token), use.purpose, role, user, saved.at, saved.by, expiresAt],
  );
  return String(rows[0]?.id);
}

// A link of the first start is of no use once there is a user, nor a new password to a user who is disabled.
const valid = (now: string): string => `l.used_at is null and l.revoked_at is null and l.expires_at > ${now}
  and (l.user_id is null or exists (select from users u where u.id = l.user_id and u.disabled_at is null))
  and (l.purpose <> 'firstAdministrator' or not exists (select from users))`;

/** What a one-time link is for; null when it is not valid (any more). */
export async function findLink(db: Queryable, token: string, now: Date): Promise<LinkPurpose | null> {
  const { rows } = await db.query<Omit<LinkPurpose, 'expiresAt'> & { expiresAt: Date }>(
    `select l.purpose, coalesce(l.role, u.role) as role, u.name, l.expires_at as "expiresAt"
     from one_time_links l left join users u on u.id = l.user_id where l.hash = $1 and ${valid('$2')}`,
    [hashToken(token), now],
  );
  return rows[0] ? { ...rows[0], expiresAt: rows[0].expiresAt.toISOString() } : null;
}

/** A one-time link that was used just now. */
export interface UsedLink {
  readonly purpose: LinkPurpose['purpose'];
  readonly role: Role | null;
  readonly user: string | null;
}

/** Uses a one-time link: of many who try at the same moment one gets it, the others null. */
export async function takeLink(tx: Transaction, token: string, now: Date): Promise<UsedLink | null> {
  const { rows } = await tx.query<UsedLink>(
    `update one_time_links l set used_at = $2 where l.hash = $1 and ${valid('$2')}
     returning l.purpose, l.role, l.user_id as "user"`,
    [hashToken(token), now],
  );
  return rows[0] ?? null;
}

/** Makes the unused links that set this user's password useless. */
export async function revokeLinksOf(tx: Transaction, user: string, now: Date): Promise<void> {
  await tx.query(
    'update one_time_links set revoked_at = $2 where user_id = $1 and used_at is null and revoked_at is null',
    [user, now],
  );
}

interface InvitationRow extends Omit<Invitation, 'createdAt' | 'expiresAt'> {
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

const selectInvitation = (now: string): string => `select id, role,
  case when used_at is not null then 'used' when revoked_at is not null then 'revoked'
    when expires_at <= ${now} then 'expired' else 'valid' end as status,
  created_at as "createdAt", created_by as "createdBy", expires_at as "expiresAt" from one_time_links`;

function toInvitation({ createdAt, expiresAt, ...row }: InvitationRow): Invitation {
  return { ...row, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
}

/** Lists invitations, the newest first. */
export async function listInvitations(
  db: Queryable,
  page: PageRequest,
  now: Date,
): Promise<Page<Invitation>> {
  const where = new Where();
  const sort = [
    { sql: '(extract(epoch from created_at) * 1000000)::bigint', type: 'bigint' },
    { sql: 'id', type: 'uuid' },
  ] as const;
  const select = selectInvitation(where.value(now));
  where.andThat(`purpose = 'invitation'`);
  return pageOf(db, { select, where, sort, descending: true, item: toInvitation }, page);
}

/** The invitation with this id. */
export async function findInvitation(db: Queryable, id: string, now: Date): Promise<Invitation | null> {
  const { rows } = await db.query<InvitationRow>(
    `${selectInvitation('$2')} where id = $1 and purpose = 'invitation'`,
    [id, now],
  );
  return rows[0] ? toInvitation(rows[0]) : null;
}

/** Revokes an invitation that was not used. */
export async function revokeInvitation(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.query(
    `update one_time_links set revoked_at = $2
     where id = $1 and purpose = 'invitation' and used_at is null and revoked_at is null`,
    [id, now],
  );
}
