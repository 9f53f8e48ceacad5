import { createSealer, newSecretKey, SecretKeyError } from '@patchbay/server/db/secrets';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('S-06 sealed secrets', () => {
  it('S-06 any text comes back as it was, and never looks alike twice', () => {
    const sealer = createSealer(newSecretKey());
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const sealed = sealer.seal(text, 'test');
        expect(sealer.open(sealed, 'test')).toBe(text);
        expect(sealer.seal(text, 'test')).not.toBe(sealed);
      }),
    );
  });

  it('S-06 a sealed text that was changed, or is used for another purpose, cannot be opened', () => {
    const sealer = createSealer(newSecretKey());
    const sealed = sealer.seal('secret', 'parameter');
    expect(() => sealer.open(sealed, 'signing key')).toThrow(/authenticate/);
    const [version, id, data = ''] = sealed.split('.');
    const bytes = Buffer.from(data, 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const forged = Buffer.from(bytes);
      forged[index] = (forged[index] ?? 0) ^ 1;
      expect(() => sealer.open(`${version}.${id}.${forged.toString('base64url')}`, 'parameter')).toThrow(
        /authenticate/,
      );
    }
    expect(() => sealer.open('', 'parameter')).toThrow(SecretKeyError);
  });

  it('S-06 after a change of the key the new one seals and the old one still opens', () => {
    const [first, second] = [newSecretKey(), newSecretKey()];
    const old = createSealer(first).seal('secret', 'test');
    const both = createSealer(`${second}\n${first}\n`);
    expect(both.open(old, 'test')).toBe('secret');
    const fresh = both.seal('secret', 'test');
    expect(createSealer(second).open(fresh, 'test')).toBe('secret');
    expect(() => createSealer(second).open(old, 'test')).toThrow(SecretKeyError);
  });

  it.each(['', '\n\n', 'short', `${Buffer.alloc(31).toString('base64')}`, `${newSecretKey()}x`])(
    'S-06 the key %j is refused',
    (key) => {
      expect(() => createSealer(key)).toThrow(SecretKeyError);
    },
  );
});
