import { hasApiTokens, insertApiToken } from './db/api-tokens.ts';
import { insertAudit } from './db/audit.ts';
import type { Transaction } from './db/pool.ts';

/** Who is named as the maker of what the server makes itself. */
const server = 'Patchbay';
const firstTokenName = 'first administrator';

/**
 * Makes the wanted token an administrator's API token while there is no API token at all. Returns it when it was made;
 * null when none was.
 */
export async function ensureFirstToken(
  tx: Transaction,
  { wanted: token, now }: { readonly wanted: string | null; readonly now: Date },
): Promise<string | null> {
  if (token === null || (await hasApiTokens(tx))) return null;
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
