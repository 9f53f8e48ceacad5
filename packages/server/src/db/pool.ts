import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { BaseLogger } from 'pino';
import type { PostgresConnection } from './embedded/embedded-postgres.ts';
import { hasCode, messageOf } from './system-error.ts';

/** A connection on which a transaction is open; SQL modules take this, never a pool. */
export type Transaction = pg.PoolClient;

/** What {@link createPool} takes. */
export type PoolOptions = {
  /** Most connections at once. */
  readonly max: number;
  /** Shown in `pg_stat_activity`, such as `patchbay engine`. */
  readonly name: string;
  readonly log: BaseLogger;
  /** Plan each prepared statement once: for hot connections, whose statements are few and alike. */
  readonly genericPlans?: boolean;
};

const connectTimeoutMs = 10_000;
const forgottenTransactionMs = 60_000;

/**
 * A pool of connections to an embedded PostgreSQL or to the one of a `DATABASE_URL`. It outlives restarts of
 * the database: queries fail meanwhile, and new connections are made afterwards.
 *
 * `bigint` arrives as a number (a query whose result is beyond 2^53 fails), `date` as text `YYYY-MM-DD`.
 */
export function createPool(
  target: PostgresConnection | string,
  { max, name, log, genericPlans = false }: PoolOptions,
): pg.Pool {
  const pool = new pg.Pool({
    ...(typeof target === 'string' ? { connectionString: target } : target),
    max,
    application_name: name,
    connectionTimeoutMillis: connectTimeoutMs,
    idle_in_transaction_session_timeout: forgottenTransactionMs,
    keepAlive: true,
    types: { getTypeParser },
    ...(genericPlans ? { options: '-c plan_cache_mode=force_generic_plan' } : {}),
  });
  // Without listeners the loss of a connection would end the process: of an idle one, and of one in use.
  pool.on('error', (error) => log.warn({ pool: name, reason: error.message }, 'Lost a database connection'));
  pool.on('connect', (client) => {
    client.on('error', (error) => log.debug({ pool: name, reason: error.message }, 'A connection broke'));
  });
  return pool;
}

function getTypeParser(id: number, format?: 'text' | 'binary') {
  if (format === 'binary') return pg.types.getTypeParser(id, 'binary');
  if (id === pg.types.builtins.INT8) return safeInteger;
  if (id === pg.types.builtins.DATE) return (text: string) => text;
  const parse = pg.types.getTypeParser(id, 'text');
  if (id !== int8ArrayId) return parse;
  return (text: string) =>
    (parse(text) as (string | null)[]).map((one) => (one === null ? null : safeInteger(one)));
}

const int8ArrayId = 1016;

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`The bigint ${text} is beyond 2^53`);
  return value;
}

const mostAttempts = 5;
const serializationFailure = '40001';
const deadlockDetected = '40P01';

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it throws. When PostgreSQL
 * sacrificed the transaction to another one, all of it runs again, so `work` has no effects outside.
 *
 * @throws what `work` or the commit threw, after the fifth attempt for a conflict. After a lost connection
 * it is unknown whether a commit took place.
 */
export async function withTransaction<T>(pool: pg.Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptTransaction(pool, work);
    } catch (error) {
      if (attempt === mostAttempts || !hasCode(error, serializationFailure, deadlockDetected)) throw error;
    }
    await delay(Math.random() * 10 * 2 ** attempt);
  }
}

async function attemptTransaction<T>(pool: pg.Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    const end = await client.query('commit');
    if (end.command !== 'COMMIT')
      throw new Error('The transaction was not committed: a statement in it had failed');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(messageOf(failure));
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
