import type { EnrolmentToken } from '@patchbay/contracts/enrolment-token';
import type { Page } from '@patchbay/contracts/page';
import { type PageRequest, pageOf } from './page-of.ts';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import { hashToken } from './token-hash.ts';
import { Where } from './where.ts';

/** An enrolment token that is to be stored. */
export interface EnrolmentTokenToStore {
  readonly description: string;
  /** The token itself; only its hash is stored. */
  readonly token: string;
  readonly uses: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

interface TokenRow extends Omit<EnrolmentToken, 'createdAt' | 'expiresAt'> {
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

const select = (now: string): string => `select id, description, uses, uses_left as "usesLeft", tags,
  case when revoked_at is not null then 'revoked' when uses_left = 0 then 'usedUp'
    when expires_at <= ${now} then 'expired' else 'valid' end as status,
  created_at as "createdAt", created_by as "createdBy", expires_at as "expiresAt"
  from enrolment_tokens`;

function toEnrolmentToken(row: TokenRow): EnrolmentToken {
  const { id, description, uses, usesLeft, tags, status, createdAt, createdBy, expiresAt } = row;
  return {
    id,
    description,
    uses,
    usesLeft,
    tags,
    status,
    createdAt: createdAt.toISOString(),
    createdBy,
    expiresAt: expiresAt.toISOString(),
  };
}

/** Adds an enrolment token and returns its id (E-01). */
export async function insertEnrolmentToken(tx: Transaction, token: EnrolmentTokenToStore): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into enrolment_tokens (description, hash, uses, uses_left, tags, created_at, created_by, expires_at)
     values ($1, $2, $3, $3, $4, $5, $6, $7) returning id`,
    [
      token.description,
      hashToken(token.token),
      token.uses,
      token.tags,
      token.createdAt,
      token.createdBy,
      token.expiresAt,
    ],
  );
  return String(rows[0]?.id);
}

/** Takes one use of a valid token and returns the tags that it gives; null when it is not valid (any more). */
export async function takeEnrolmentToken(
  tx: Transaction,
  token: string,
  now: Date,
): Promise<{ readonly tags: Readonly<Record<string, string>> } | null> {
  const { rows } = await tx.query<{ tags: Record<string, string> }>(
    `update enrolment_tokens set uses_left = uses_left - 1
     where hash = $1 and revoked_at is null and uses_left > 0 and expires_at > $2
     returning tags`,
    [hashToken(token), now],
  );
  return rows[0] ?? null;
}

/** Lists enrolment tokens, the newest first. */
export async function listEnrolmentTokens(
  db: Queryable,
  page: PageRequest,
  now: Date,
): Promise<Page<EnrolmentToken>> {
  const where = new Where();
  const sort = [
    { sql: '(extract(epoch from created_at) * 1000000)::bigint', type: 'bigint' },
    { sql: 'id', type: 'uuid' },
  ] as const;
  const query = { select: select(where.value(now)), where, sort, descending: true, item: toEnrolmentToken };
  return pageOf(db, query, page);
}

/** The enrolment token with this id. */
export async function findEnrolmentToken(
  db: Queryable,
  id: string,
  now: Date,
): Promise<EnrolmentToken | null> {
  const { rows } = await db.query<TokenRow>(`${select('$2')} where id = $1`, [id, now]);
  return rows[0] ? toEnrolmentToken(rows[0]) : null;
}

/** Revokes a token: nobody can enrol with it any more. */
export async function revokeEnrolmentToken(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.query('update enrolment_tokens set revoked_at = $2 where id = $1 and revoked_at is null', [
    id,
    now,
  ]);
}
