import type { Page } from '@patchbay/contracts/page';
import type { WebhookSender } from '@patchbay/contracts/webhook-sender';
import { storing } from './conflict.ts';
import { isUuid, type PageRequest, pageOf } from './page-of.ts';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import type { Saved } from './stored-thing.ts';
import { Where } from './where.ts';

interface SenderRow extends Omit<WebhookSender, 'createdAt' | 'lastUsedAt'> {
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

const select = `select id, name, case when revoked_at is null then 'valid' else 'revoked' end as status,
  created_at as "createdAt", created_by as "createdBy", last_used_at as "lastUsedAt" from webhook_senders`;

function toSender(row: SenderRow): WebhookSender {
  const { createdAt, lastUsedAt } = row;
  return { ...row, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() ?? null };
}

/** By its id, or the unrevoked one by its name. */
const named = (sender: string): string =>
  isUuid(sender) ? 'id = $1' : 'lower(name) = lower($1) and revoked_at is null';

/** Adds a sender with its sealed secret and returns its id; throws NAME_TAKEN. */
export async function insertWebhookSender(
  tx: Transaction,
  { name, sealed }: { readonly name: string; readonly sealed: string },
  { by, at }: Saved,
): Promise<string> {
  const { rows } = await storing('webhook sender', name, () =>
    tx.query<{ id: string }>(
      `insert into webhook_senders (name, secret, created_at, created_by) values ($1, $2, $3, $4) returning id`,
      [name, sealed, at, by],
    ),
  );
  return String(rows[0]?.id);
}

/** Lists senders, revoked ones too, by name. */
export async function listWebhookSenders(db: Queryable, page: PageRequest): Promise<Page<WebhookSender>> {
  const sort = [
    { sql: 'lower(name)', type: 'text' },
    { sql: 'id', type: 'uuid' },
  ] as const;
  return pageOf(db, { select, where: new Where(), sort, item: toSender }, page);
}

/** The sender with this id, or the unrevoked one of this name. */
export async function findWebhookSender(db: Queryable, reference: string): Promise<WebhookSender | null> {
  const { rows } = await db.query<SenderRow>(`${select} where ${named(reference)}`, [reference]);
  return rows[0] ? toSender(rows[0]) : null;
}

/** A sender that is not revoked, with its sealed secret. */
export interface ValidSender {
  readonly id: string;
  readonly name: string;
  readonly sealed: string;
}

/** The sender with this id or name; null when there is none, or it is revoked. */
export async function findValidSender(db: Queryable, reference: string): Promise<ValidSender | null> {
  const { rows } = await db.query<ValidSender>(
    `select id, name, secret as sealed from webhook_senders where ${named(reference)} and revoked_at is null`,
    [reference],
  );
  return rows[0] ?? null;
}

/** Notes that a sender has decided something; false when it was revoked at this very moment. */
export async function noteSenderUse(tx: Transaction, id: string, now: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update webhook_senders set last_used_at = $2 where id = $1 and revoked_at is null',
    [id, now],
  );
  return rowCount === 1;
}

/** Revokes a sender at once and forgets its secret. */
export async function revokeWebhookSender(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.query(
    'update webhook_senders set revoked_at = $2, secret = null where id = $1 and revoked_at is null',
    [id, now],
  );
}
