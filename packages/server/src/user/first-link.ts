import { insertLink } from '../db/one-time-links.ts';
import type { Transaction } from '../db/pool.ts';
import { newToken } from '../db/token-hash.ts';
import { hasUsers } from '../db/users.ts';
import { linkPath } from './link-path.ts';

const validMs = 24 * 3_600_000;

/**
 * Makes the one-time link that creates the first administrator, while there is no user (S-01). Returns its path, which
 * is shown this once; null when there is a user.
 */
export async function makeFirstLink(tx: Transaction, now: Date): Promise<string | null> {
  if (await hasUsers(tx)) return null;
  const token = newToken('patchbay_link');
  const use = { purpose: 'firstAdministrator', role: 'administrator' } as const;
  await insertLink(tx, token, use, new Date(now.getTime() + validMs), { by: 'Patchbay', at: now });
  return linkPath(token);
}
