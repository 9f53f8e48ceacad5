/** A piece of text that looks the same throughout; `look` names its CSS classes. */
export interface Piece {
  readonly text: string;
  readonly look: string;
}

/** One line of output as it came, and the look that the lines before have left on. */
export interface OutputLine {
  readonly raw: string;
  readonly look: Look;
}

/** What the sequences so far have switched on. */
export interface Look {
  readonly foreground: number | null;
  readonly bold: boolean;
  readonly faint: boolean;
  readonly underlined: boolean;
}

export const plainLook: Look = { foreground: null, bold: false, faint: false, underlined: false };

/** Every sequence that a terminal would obey: colours are kept in mind, all others vanish. */
const sequence =
  /\u001b(?:\[([0-9;:?<=>]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[PX^_].*?\u001b\\|[ -/]*[0-~])/g;
/** What cannot be seen and is no tab. */
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** The pieces of a line, and the look it leaves on (O-02). Everything comes out as text, whatever it says (S-08). */
export function lineToPieces({ raw, look }: OutputLine): { readonly pieces: Piece[]; readonly look: Look } {
  const pieces: Piece[] = [];
  let current = look;
  let from = 0;
  const add = (to: number): void => {
    const text = raw.slice(from, to).replace(invisible, '');
    if (text !== '') pieces.push({ text, look: classesOf(current) });
  };
  for (const match of raw.matchAll(sequence)) {
    add(match.index);
    from = match.index + match[0].length;
    if (match[2] === 'm') current = changed(current, match[1] ?? '');
  }
  add(raw.length);
  return { pieces, look: current };
}

/** The line without any sequence, as it is searched and saved. */
export function lineToText(raw: string): string {
  return raw.includes('\u001b') || invisibleIn(raw) ? raw.replace(sequence, '').replace(invisible, '') : raw;
}

function invisibleIn(text: string): boolean {
  invisible.lastIndex = 0;
  return invisible.test(text);
}

const changes: ReadonlyMap<number, Partial<Look>> = new Map<number, Partial<Look>>([
  [0, plainLook],
  [1, { bold: true }],
  [2, { faint: true }],
  [4, { underlined: true }],
  [22, { bold: false, faint: false }],
  [24, { underlined: false }],
  [39, { foreground: null }],
  ...colours(30),
  ...colours(90),
]);

/** The eight colours whose codes begin with this one. */
function colours(first: number): [code: number, look: Partial<Look>][] {
  return Array.from({ length: 8 }, (_, colour) => [first + colour, { foreground: colour }]);
}

function changed(look: Look, parameters: string): Look {
  const codes = parameters === '' ? [0] : parameters.split(/[;:]/).map(Number);
  let next = look;
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    // 256 and true colours are of terminals that we do not imitate: their arguments are passed over.
    if (code === 38 || code === 48) index += codes[index + 1] === 5 ? 2 : 4;
    next = { ...next, ...changes.get(code) };
  }
  return next;
}

function classesOf({ foreground, bold, faint, underlined }: Look): string {
  return [
    foreground === null ? '' : `ansi-${foreground}`,
    bold ? 'ansi-bold' : '',
    faint ? 'ansi-faint' : '',
    underlined ? 'ansi-underlined' : '',
  ]
    .filter((one) => one !== '')
    .join(' ');
}

/** Adds text to lines: the last line goes on where it ended, and a carriage return begins it anew. */
export function appendOutput(lines: readonly OutputLine[], text: string): OutputLine[] {
  const next = lines.slice(0, -1);
  const last = lines.at(-1) ?? { raw: '', look: plainLook };
  let look = last.look;
  const parts = (last.raw + text).split('\n');
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const raw = isLast ? part : overwritten(part);
    next.push({ raw, look });
    if (!isLast && raw.includes('\u001b[')) look = lineToPieces({ raw, look }).look;
  }
  return next;
}

/** What a terminal shows of a line in which the cursor went back to its beginning, such as a progress bar. */
function overwritten(line: string): string {
  const ended = line.endsWith('\r') ? line.slice(0, -1) : line;
  return ended.slice(ended.lastIndexOf('\r') + 1);
}
