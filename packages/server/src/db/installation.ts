import type { Transaction } from './pool.ts';

/** What makes an installation itself; one row. */
export interface StoredInstallation {
  readonly id: string;
  /** Raw Ed25519 public key in base64; agents pin it (S-05). */
  readonly publicKey: string;
  readonly sealedSigningKey: string;
}

/** The installation; `made` is stored when there is none yet, also when several servers start at once. */
export async function ensureInstallation(
  tx: Transaction,
  made: () => StoredInstallation,
): Promise<StoredInstallation> {
  const known = await find(tx);
  if (known !== null) return known;
  const { id, publicKey, sealedSigningKey } = made();
  await tx.query(
    `insert into installation (id, public_key, sealed_signing_key) values ($1, $2, $3) on conflict do nothing`,
    [id, publicKey, sealedSigningKey],
  );
  const stored = await find(tx);
  if (stored === null) throw new Error('the installation was not stored');
  return stored;
}

async function find(tx: Transaction): Promise<StoredInstallation | null> {
  const { rows } = await tx.query<StoredInstallation>(
    `select id, public_key as "publicKey", sealed_signing_key as "sealedSigningKey" from installation`,
  );
  return rows[0] ?? null;
}
