import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';

/** A request that carries an idempotency key. */
export interface KeyedRequest {
  readonly actor: string;
  readonly key: string;
  /** SHA-256 of method, path and body. */
  readonly request: Buffer;
}

/** What is known of a key: it is new, was used for another request, is being answered, or was answered. */
export type KeyState =
  | { readonly kind: 'new' | 'otherRequest' | 'underWay' }
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown };

/**
 * Takes the key for this request. While another transaction holds it uncommitted this waits, so that of two equal
 * requests at the same moment only one acts.
 */
export async function takeKey(db: Queryable, keyed: KeyedRequest, now: Date): Promise<KeyState> {
  const { actor, key, request } = keyed;
  const { rowCount } = await db.query(
    `insert into idempotency_keys (actor, key, request, created_at) values ($1, $2, $3, $4)
     on conflict (actor, key) do nothing`,
    [actor, key, request, now],
  );
  if (rowCount === 1) return { kind: 'new' };
  const { rows } = await db.query<{ request: Buffer; status: number | null; body: unknown }>(
    'select request, status, body from idempotency_keys where actor = $1 and key = $2',
    [actor, key],
  );
  const known = rows[0];
  if (known === undefined || !known.request.equals(request)) return { kind: 'otherRequest' };
  return known.status === null
    ? { kind: 'underWay' }
    : { kind: 'answered', status: known.status, body: known.body };
}

/** Keeps the answer to a request with a key. */
export async function saveAnswer(
  db: Queryable,
  { actor, key }: Pick<KeyedRequest, 'actor' | 'key'>,
  status: number,
  body: unknown,
): Promise<void> {
  await db.query('update idempotency_keys set status = $3, body = $4 where actor = $1 and key = $2', [
    actor,
    key,
    status,
    JSON.stringify(body),
  ]);
}

/** Gives a key back whose request was refused. */
export async function releaseKey(
  db: Queryable,
  { actor, key }: Pick<KeyedRequest, 'actor' | 'key'>,
): Promise<void> {
  await db.query('delete from idempotency_keys where actor = $1 and key = $2 and status is null', [
    actor,
    key,
  ]);
}

/** Forgets keys that were taken before this moment. */
export async function forgetKeys(tx: Transaction, before: Date): Promise<void> {
  await tx.query('delete from idempotency_keys where created_at < $1', [before]);
}
