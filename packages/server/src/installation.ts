import { randomUUID } from 'node:crypto';
import { ensureInstallation } from './db/installation.ts';
import type { Transaction } from './db/pool.ts';
import type { Sealer } from './db/secrets.ts';
import { generateInstallationKey, type InstallationKey, loadInstallationKey } from './gateway/ed25519.ts';

const purpose = 'installation signing key';

/** The key with which this installation signs its orders (S-05); made at the first start and stored sealed. */
export async function openInstallation(tx: Transaction, sealer: Sealer): Promise<InstallationKey> {
  const { publicKey, sealedSigningKey } = await ensureInstallation(tx, () => {
    const made = generateInstallationKey();
    return {
      id: randomUUID(),
      publicKey: made.publicKey,
      sealedSigningKey: sealer.seal(made.privateKey, purpose),
    };
  });
  return loadInstallationKey(publicKey, sealer.open(sealedSigningKey, purpose));
}
