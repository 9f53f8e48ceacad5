import type { SignInAttempts } from '@patchbay/domain/user/sign-in-attempts';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';

/** Locks what is known of these keys and returns it by key; what nobody has tried yet is null. */
export async function lockAttempts(
  tx: Transaction,
  keys: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, SignInAttempts | null>> {
  // In one order, so that two sign-ins do not wait for each other.
  const sorted = [...keys].sort();
  await tx.query(
    `insert into sign_in_attempts (key, count, last_at) select key, 0, $2 from unnest($1::text[]) key order by key
     on conflict (key) do nothing`,
    [sorted, now],
  );
  const { rows } = await tx.query<{ key: string; count: number; lastAt: Date }>(
    `select key, count, last_at as "lastAt" from sign_in_attempts where key = any($1) order by key for update`,
    [sorted],
  );
  return new Map(
    rows.map(({ key, count, lastAt }) => [key, count === 0 ? null : { count, lastAt: lastAt.getTime() }]),
  );
}

/** Keeps the attempts for a key. */
export async function saveAttempts(tx: Transaction, key: string, attempts: SignInAttempts): Promise<void> {
  await tx.query(
    `insert into sign_in_attempts (key, count, last_at) values ($1, $2, $3)
     on conflict (key) do update set count = excluded.count, last_at = excluded.last_at`,
    [key, attempts.count, new Date(attempts.lastAt)],
  );
}

/** Takes back an attempt that succeeded. */
export async function takeBackAttempt(db: Queryable, key: string): Promise<void> {
  await db.query('update sign_in_attempts set count = greatest(count - 1, 0) where key = $1', [key]);
}

/** Forgets all attempts for a key. */
export async function forgetAttempts(db: Queryable, key: string): Promise<void> {
  await db.query('delete from sign_in_attempts where key = $1', [key]);
}

/** Forgets attempts from before this moment. */
export async function forgetAttemptsBefore(tx: Transaction, before: Date): Promise<void> {
  await tx.query('delete from sign_in_attempts where last_at < $1', [before]);
}
