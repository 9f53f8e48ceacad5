import {
  type AttemptLimit,
  addressToCount,
  attemptLimits,
  waitBeforeAttempt,
  withAttempt,
} from '@patchbay/domain/user/sign-in-attempts';
import type pg from 'pg';
import { withTransaction } from '../db/pool.ts';
import { forgetAttempts, lockAttempts, saveAttempts, takeBackAttempt } from '../db/sign-in-attempts.ts';

/** A sign-in that may be tried, or how long it must wait. */
export type Admission =
  | { readonly admitted: true; readonly succeeded: () => Promise<void> }
  | { readonly admitted: false; readonly waitMs: number };

/**
 * Counts a try at a password for its name and its address, for all server nodes together, and says whether it may be
 * made now (S-01). A try that is not admitted does not count. Call `succeeded` when the password was right.
 */
export async function admitSignIn(
  pool: pg.Pool,
  name: string,
  address: string,
  now: Date,
): Promise<Admission> {
  const nameKey = keyOfName(name);
  const addressKey = `address:${addressToCount(address)}`;
  const limits = new Map<string, AttemptLimit>([
    [nameKey, attemptLimits.name],
    [addressKey, attemptLimits.address],
  ]);
  const at = now.getTime();
  try {
    await withTransaction(pool, async (tx) => {
      const known = await lockAttempts(tx, [...limits.keys()], now);
      const waits = [...limits].map(([key, limit]) => waitBeforeAttempt(known.get(key) ?? null, limit, at));
      const waitMs = Math.max(...waits);
      if (waitMs > 0) throw new TooSoon(waitMs);
      for (const [key, limit] of limits)
        await saveAttempts(tx, key, withAttempt(known.get(key) ?? null, limit, at));
    });
  } catch (error) {
    if (error instanceof TooSoon) return { admitted: false, waitMs: error.waitMs };
    throw error;
  }
  return {
    admitted: true,
    succeeded: async () => {
      await forgetAttempts(pool, nameKey);
      await takeBackAttempt(pool, addressKey);
    },
  };
}

/** Forgets the tries at the password of a user who has set a new one. */
export async function forgetNameAttempts(pool: pg.Pool, name: string): Promise<void> {
  await forgetAttempts(pool, keyOfName(name));
}

function keyOfName(name: string): string {
  return `name:${name.toLowerCase()}`;
}

/** Rolls the transaction back: who may not try leaves no row behind. */
class TooSoon extends Error {
  readonly waitMs: number;

  constructor(waitMs: number) {
    super('the attempt comes too soon');
    this.waitMs = waitMs;
  }
}
