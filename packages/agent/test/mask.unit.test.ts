import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Masker, maskText } from '../src/execute/mask.ts';

function maskChunks(secrets: readonly string[], chunks: readonly Buffer[]): string {
  const masker = new Masker(secrets);
  return Buffer.concat([...chunks.map((chunk) => masker.push(chunk)), masker.end()]).toString();
}

/** Cuts bytes at the given places, in whatever order they come. */
function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [
    0,
    ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b),
    bytes.length,
  ];
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}

/** Few letters, so that secrets overlap, repeat and contain one another. */
const letters = (size: { minLength: number; maxLength: number }) =>
  fc.string({ unit: fc.constantFrom('a', 'b', 'ä'), ...size });

describe('masking secrets in output', () => {
  it.each([
    ['a secret', ['tiger'], 'the tiger sleeps', 'the *** sleeps'],
    ['a secret at both ends', ['tiger'], 'tiger tiger', '*** ***'],
    ['the longer of two that begin alike', ['tiger', 'tigerlily'], 'tigerlily tiger', '*** ***'],
    ['nothing for an empty value', [''], 'text', 'text'],
    ['a beginning of a secret is no secret', ['tiger'], 'tige', 'tige'],
    [
      'each line of a secret with several',
      ['first line\nother line\n'],
      '> first line\n> other line',
      '> ***\n> ***',
    ],
    ['a value without its last line break', ['secret\n'], 'secret secret\n', '*** ***'],
    ['letters beyond ASCII', ['schlüssel'], 'ein schlüssel', 'ein ***'],
  ])('L-03 masks %s', (_, secrets, text, masked) => {
    expect(maskText(secrets, text)).toBe(masked);
  });

  it('L-03 given any secrets and any text, when it comes in any chunks, then the result is that of the whole and holds no secret', () => {
    fc.assert(
      fc.property(
        fc.array(letters({ minLength: 1, maxLength: 6 }), { maxLength: 4 }),
        letters({ minLength: 0, maxLength: 60 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (secrets, text, places) => {
          const masked = maskChunks(secrets, cutAt(Buffer.from(text), places));
          expect(masked).toBe(maskText(secrets, text));
          for (const secret of secrets) expect(masked).not.toContain(secret);
          expect(masked.split('***').join('').length).toBeLessThanOrEqual(text.length);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('leaves output alone that holds no secret, byte for byte', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 6 }), (chunks) => {
        const buffers = chunks.map((chunk) => Buffer.from(chunk));
        const masker = new Masker(['no such text in there, it is far too long for that']);
        const out = Buffer.concat([...buffers.map((chunk) => masker.push(chunk)), masker.end()]);
        expect(out.equals(Buffer.concat(buffers))).toBe(true);
      }),
    );
  });

  it('is not misled when the caller uses its buffer again', () => {
    const masker = new Masker(['tiger']);
    const chunk = Buffer.from('a tig');
    const first = String(masker.push(chunk));
    chunk.fill(0);
    expect(first + masker.push(Buffer.from('er!')) + masker.end()).toBe('a ***!');
  });
});
