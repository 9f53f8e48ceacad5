import { describe, expect, it } from 'vitest';
import { appendOutput, lineToPieces, lineToText, plainLook } from '../src/ui/output/ansi.ts';

const pieces = (raw: string) => lineToPieces({ raw, look: plainLook }).pieces;

describe('output', () => {
  it('O-02 shows colours as looks of plain text', () => {
    expect(pieces('\u001b[31mred\u001b[0m and \u001b[1;32mbold green\u001b[m.')).toEqual([
      { text: 'red', look: 'ansi-1' },
      { text: ' and ', look: '' },
      { text: 'bold green', look: 'ansi-2 ansi-bold' },
      { text: '.', look: '' },
    ]);
  });

  it('S-08 keeps markup as the text that it is', () => {
    expect(pieces('<script>alert(1)</script>')).toEqual([{ text: '<script>alert(1)</script>', look: '' }]);
  });

  it.each([
    ['moves the cursor', 'a\u001b[2Jb\u001b[10;4Hc', 'abc'],
    ['sets a title', '\u001b]0;evil title\u0007text', 'text'],
    ['links elsewhere', '\u001b]8;;https://example.net\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['uses 256 colours', '\u001b[38;5;196mtext\u001b[48;2;1;2;3m!', 'text!'],
    ['rings', 'text\u0007\u0000', 'text'],
    ['is cut off', 'text\u001b', 'text'],
  ])('passes over a sequence that %s', (_, raw, text) => {
    expect(
      pieces(raw)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
    expect(lineToText(raw)).toBe(text);
  });

  it('goes on where the last line ended, with the look that was left on', () => {
    const first = appendOutput([], 'one\n\u001b[33mtw');
    const lines = appendOutput(first, 'o\nthree');
    expect(lines.map(({ raw }) => lineToText(raw))).toEqual(['one', 'two', 'three']);
    expect(lineToPieces(lines[2] ?? { raw: '', look: plainLook }).pieces).toEqual([
      { text: 'three', look: 'ansi-3' },
    ]);
  });

  it('shows of a progress bar what a terminal shows', () => {
    const lines = appendOutput([], ' 10%\r 50%\r100%\r\ndone\r\n');
    expect(lines.map(({ raw }) => raw)).toEqual(['100%', 'done', '']);
  });
});
