import type pg from 'pg';
import type { Transaction } from '../db/pool.ts';
import { messageOf } from '../db/system-error.ts';

/** The transaction failed for a reason that passes: the database is away, or preferred another transaction. */
export class TryAgain extends Error {
  override readonly name = 'TryAgain';
}

// PostgreSQL's classes of errors that have nothing to do with what was asked: connection, conflict, resources,
// not in the needed state, an operator's doing, the operating system.
const passing = /^(08|40|53|55|57|58)/;

/**
 * Runs `work` in one transaction.
 *
 * @throws TryAgain when the same work may succeed later; after a lost connection it is unknown whether a commit
 * took place. Otherwise what `work` threw.
 */
export async function transact<T>(pool: pg.Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw new TryAgain(messageOf(error), { cause: error });
  });
  let broken = false;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    // A connection on which not even this can be said has broken, whatever the error looks like.
    await client.query('rollback').catch(() => {
      broken = true;
    });
    throw broken || hasPassingCode(error) ? new TryAgain(messageOf(error), { cause: error }) : error;
  } finally {
    client.release(broken);
  }
}

function hasPassingCode(error: unknown): boolean {
  return error instanceof Error && 'code' in error && passing.test(String(error.code));
}
