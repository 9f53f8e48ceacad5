import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';

/** The installation's signing key: agents pin its public half at enrolment (S-05). */
export interface InstallationKey {
  /** Raw Ed25519 public key, 32 bytes in base64. */
  readonly publicKey: string;
  /** Signs a text (UTF-8); the answer is base64. */
  sign(text: string): string;
}

/** Makes a new key pair; `privateKey` is PKCS #8 in PEM and is to be sealed before it is stored. */
export function generateInstallationKey(): { publicKey: string; privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  return {
    publicKey: Buffer.from(String(x), 'base64url').toString('base64'),
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}

/** Loads a stored key pair for signing. */
export function loadInstallationKey(publicKey: string, privateKey: string): InstallationKey {
  const key = createPrivateKey(privateKey);
  return { publicKey, sign: (text) => sign(null, Buffer.from(text), key).toString('base64') };
}

/** Whether `signature` (base64) over `text` was made by the holder of `publicKey` (raw, base64). Never throws. */
export function verifySignature(publicKey: string, text: string, signature: string): boolean {
  try {
    const x = Buffer.from(publicKey, 'base64').toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
