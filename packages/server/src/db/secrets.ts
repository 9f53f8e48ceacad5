import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** Seals texts for storage and opens them again (S-06). */
export interface Sealer {
  /** Encrypts a text; every call gives another sealed text. `purpose` must be the same when it is opened. */
  seal(text: string, purpose: string): string;
  /** Decrypts a sealed text; throws when it was changed, or sealed for another purpose or with an unknown key. */
  open(sealed: string, purpose: string): string;
}

const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/** A key that cannot be used; the message is a sentence for the operator. */
export class SecretKeyError extends Error {
  override readonly name = 'SecretKeyError';
}

/** A new key as a line of text. */
export function newSecretKey(): string {
  return randomBytes(keyBytes).toString('base64');
}

/**
 * Reads keys, one in base64 on each line, and makes a sealer of them: the first one seals, all of them open what
 * they have sealed, so that a key can be changed (S-06).
 */
export function createSealer(keyText: string): Sealer {
  const keys = keyText
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const key = Buffer.from(line, 'base64');
      if (key.length !== keyBytes || key.toString('base64') !== line) {
        throw new SecretKeyError(
          `The secret key must be ${keyBytes} random bytes in base64 on a line (openssl rand -base64 ${keyBytes}).`,
        );
      }
      return { id: createHash('sha256').update(key).digest('hex').slice(0, 8), key };
    });
  const [current] = keys;
  if (current === undefined) throw new SecretKeyError('The secret key file holds no key.');

  return {
    seal(text, purpose) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', current.key, iv).setAAD(Buffer.from(purpose));
      const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `v1.${current.id}.${sealed.toString('base64url')}`;
    },
    open(sealed, purpose) {
      const [version, id, data = ''] = sealed.split('.');
      const known = keys.find((key) => key.id === id);
      if (version !== 'v1' || known === undefined) {
        throw new SecretKeyError(
          'A stored secret was sealed with a key that the secret key file does not hold.',
        );
      }
      const bytes = Buffer.from(data, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', known.key, bytes.subarray(0, ivBytes), {
        authTagLength: tagBytes,
      })
        .setAAD(Buffer.from(purpose))
        .setAuthTag(bytes.subarray(-tagBytes));
      const text = decipher.update(bytes.subarray(ivBytes, -tagBytes));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    },
  };
}
