import type { ApiToken } from '@patchbay/contracts/api-token';
import type { Page } from '@patchbay/contracts/page';
import type { Role } from '@patchbay/domain/permission/role';
import { storing } from './conflict.ts';
import { isUuid, type PageRequest, pageOf } from './page-of.ts';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import { hashToken } from './token-hash.ts';
import { Where } from './where.ts';

/** An API token that is to be stored. */
export interface ApiTokenToStore {
  readonly name: string;
  readonly role: Role;
  /** The token itself; only its hash is stored (S-03). */
  readonly token: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

/** Who a valid token stands for. */
export interface TokenHolder {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly expiresAt: Date | null;
}

interface TokenRow extends TokenHolder {
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly lastUsedAt: Date | null;
  readonly status: ApiToken['status'];
}

const select = (
  now: string,
): string => `select id, name, role, created_at as "createdAt", created_by as "createdBy",
  expires_at as "expiresAt", last_used_at as "lastUsedAt",
  case when revoked_at is not null then 'revoked' when expires_at <= ${now} then 'expired' else 'valid' end as status
  from api_tokens`;

function toApiToken({ id, name, role, status, createdBy, ...at }: TokenRow): ApiToken {
  return {
    id,
    name,
    role,
    status,
    createdAt: at.createdAt.toISOString(),
    createdBy,
    expiresAt: at.expiresAt?.toISOString() ?? null,
    lastUsedAt: at.lastUsedAt?.toISOString() ?? null,
  };
}

/** Adds an API token and returns its id; throws NAME_TAKEN. */
export async function insertApiToken(tx: Transaction, token: ApiTokenToStore): Promise<string> {
  const { rows } = await storing('API token', token.name, () =>
    tx.query<{ id: string }>(
      `insert into api_tokens (name, role, hash, created_at, created_by, expires_at)
       values ($1, $2, $3, $4, $5, $6) returning id`,
      [token.name, token.role, hashToken(token.token), token.createdAt, token.createdBy, token.expiresAt],
    ),
  );
  return String(rows[0]?.id);
}

const noteUseEverySeconds = 60;

/** Who holds this token; null when it is unknown, expired or revoked. Its use is noted about once a minute. */
export async function findTokenHolder(db: Queryable, token: string, now: Date): Promise<TokenHolder | null> {
  const { rows } = await db.query<TokenHolder & { noteUse: boolean }>(
    `select id, name, role, expires_at as "expiresAt",
       last_used_at is null or last_used_at < $2::timestamptz - $3 * interval '1 second' as "noteUse"
     from api_tokens where hash = $1 and revoked_at is null and (expires_at is null or expires_at > $2)`,
    [hashToken(token), now, noteUseEverySeconds],
  );
  const found = rows[0];
  if (found === undefined) return null;
  const { noteUse, ...holder } = found;
  if (noteUse) await db.query('update api_tokens set last_used_at = $2 where id = $1', [holder.id, now]);
  return holder;
}

/** Lists API tokens, revoked ones too, by name. */
export async function listApiTokens(db: Queryable, page: PageRequest, now: Date): Promise<Page<ApiToken>> {
  const where = new Where();
  const sort = [
    { sql: 'lower(name)', type: 'text' },
    { sql: 'id', type: 'uuid' },
  ] as const;
  return pageOf(db, { select: select(where.value(now)), where, sort, item: toApiToken }, page);
}

/** The API token with this id, or the unrevoked one of this name. */
export async function findApiToken(db: Queryable, reference: string, now: Date): Promise<ApiToken | null> {
  const { rows } = await db.query<TokenRow>(
    `${select('$2')} where ${isUuid(reference) ? 'id = $1' : 'lower(name) = lower($1) and revoked_at is null'}`,
    [reference, now],
  );
  return rows[0] ? toApiToken(rows[0]) : null;
}

/** Revokes a token at once. */
export async function revokeApiToken(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.query('update api_tokens set revoked_at = $2 where id = $1 and revoked_at is null', [id, now]);
}

/** Whether any API token was ever made. */
export async function hasApiTokens(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ any: boolean }>('select exists (select from api_tokens) as any');
  return rows[0]?.any ?? false;
}
