import { createHash, randomBytes } from 'node:crypto';

/** Makes a token of 256 random bits; the prefix says what it is for and lets secret scanners find it. */
export function newToken(
  prefix: 'patchbay_api' | 'patchbay_enrol' | 'patchbay_link' | 'patchbay_session',
): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/**
 * What is stored of a token (S-03). A plain hash is enough, and quick enough for every request: 256 random bits
 * cannot be guessed from it.
 */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
