import { hasApiTokens, insertApiToken } from './db/api-tokens.ts';
import { insertAudit } from './db/audit.ts';
import type { Transaction } from './db/pool.ts';
import { newToken } from './db/token-hash.ts';

/** Who is named as the maker of what the server makes itself. */
const server = 'Patchbay';
const firstTokenName = 'first administrator';

/**
 * Makes an administrator's API token while there is none at all: the wanted one, or a random one when `make` is set.
 * Returns the token that was made, which is shown this once; null when none was.
 */
export async function ensureFirstToken(
  tx: Transaction,
  { wanted, make, now }: { readonly wanted: string | null; readonly make: boolean; readonly now: Date },
): Promise<string | null> {
  if ((wanted === null && !make) || (await hasApiTokens(tx))) return null;
  const token = wanted ?? newToken('patchbay_api');
  const name = firstTokenName;
  const stored = {
    name,
    role: 'administrator',
    token,
    createdBy: server,
    createdAt: now,
    expiresAt: null,
  } as const;
  const id = await insertApiToken(tx, stored);
  await insertAudit(tx, {
    actor: server,
    action: 'apiToken.create',
    object: { kind: 'apiToken', id, name },
    details: { role: stored.role },
    address: null,
    correlationId: null,
    at: now,
  });
  return token;
}
