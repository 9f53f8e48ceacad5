import { ShownOutput, shownJson, shownLine, shownText } from '@patchbay/cli/terminal-text';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const dangerous = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const withoutColours = (text: string): string => text.replaceAll(/\u001b\[[\d;]*m/g, '');

describe('S-07 text of endpoints on a terminal', () => {
  it.each([
    ['a title of the window', '\u001b]0;pwned\u0007', '␛]0;pwned␇'],
    ['a clearing of the screen', 'a\u001b[2Jb', 'a␛[2Jb'],
    ['a step back over what stands there', 'rm\b\bls\rfake', 'rm␈␈ls␍fake'],
    ['a control of the upper range', 'x\u009b2Jy', 'x\ufffd2Jy'],
    ['writing that runs backwards', 'a\u202eb', 'a\ufffdb'],
    ['text that is shown to nobody', 'a\u001b[8mb\u001b[0;8mc', 'abc'],
  ])('%s is shown, not obeyed', (_, text, shown) => {
    expect(shownText(text)).toBe(shown);
  });

  it('colours, line breaks, tabs and all languages pass', () => {
    const text = '\u001b[31mrot\u001b[0m\n\tÄrger 漢字 🚀';
    expect(shownText(text)).toBe(text);
    expect(shownText('a\r\nb')).toBe('a\nb');
  });

  it('one line stays one line', () => {
    expect(shownLine('a\n  b\tc\r\nd')).toBe('a b c d');
  });

  it('nothing that a terminal obeys is left of any text', () => {
    const unit = fc.oneof(
      fc.constantFrom('\u001b', '[', '[2J', '31m', ']0;', '\u0007', '\r', '\n', '\u009b', '\u202e'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(unit), (parts) => {
        const shown = withoutColours(shownText(parts.join('')));
        expect(shown).not.toMatch(dangerous);
        expect(shown).not.toContain('\u001b');
        expect(shownLine(parts.join(''))).not.toContain('\n');
      }),
    );
  });
});

describe('S-07 JSON on a terminal', () => {
  it('is the same value without controls', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = shownJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text).not.toMatch(dangerous);
      }),
    );
    expect(JSON.parse(shownJson('\u009b2J\u202e'))).toBe('\u009b2J\u202e');
  });
});

describe('O-02 output on a terminal', () => {
  const shownIn = (pieces: readonly Uint8Array[]): string => {
    const output = new ShownOutput();
    return pieces.map((piece) => output.push(piece)).join('') + output.end();
  };

  it('is the same however it is cut into pieces', () => {
    const text = 'grün \u001b[31mrot\u001b[0m 漢字\r\n\u001b[2J\u001b]0;x\u0007 Ende\r';
    const bytes = encode(text);
    const whole = shownIn([bytes]);
    expect(whole).toBe('grün \u001b[31mrot\u001b[0m 漢字\n␛[2J␛]0;x␇ Ende␍\u001b[0m');
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length })), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(shownIn(pieces)).toBe(whole);
      }),
    );
  });

  it('bytes that are no text are marked', () => {
    expect(shownIn([new Uint8Array([0x61, 0xff, 0x62])])).toBe('a\ufffdb\u001b[0m');
  });
});
