// What endpoints and people have written must not be obeyed by the terminal that shows it: controls are shown as
// pictures (␛), and of the escape sequences only colours and the like pass.

const colour = /(\u001b\[(?:\d{1,3}(?:;\d{1,3})*)?m)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
const conceal = /[[;]8[;m]/;

/** Text that a terminal can show: line breaks and tabs stay. */
export function shownText(text: string): string {
  const parts = text.replaceAll('\r\n', '\n').split(colour);
  return parts
    .map((part, index) => {
      const isColour = index % 2 === 1;
      if (isColour) return conceal.test(part) ? '' : part;
      return part.replace(control, picture);
    })
    .join('');
}

/** Text for one line of a terminal. */
export function shownLine(text: string): string {
  return shownText(text.replaceAll(/\s*\r?\n\s*|\t/g, ' '));
}

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}

/** JSON in which every character that a terminal could obey is escaped; it is the same value. */
export function shownJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Makes bytes that come in pieces into text for a terminal; characters and colours may be cut between the pieces. */
export class ShownOutput {
  readonly #decoder = new TextDecoder();
  #rest = '';

  push(bytes: Uint8Array): string {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    const cut = /(?:\u001b(?:\[[\d;]{0,20})?|\r)$/.exec(text)?.index ?? text.length;
    this.#rest = text.slice(cut);
    return shownText(text.slice(0, cut));
  }

  /** What is left, and an end to all colours. */
  end(): string {
    return `${shownText(this.#rest + this.#decoder.decode())}\u001b[0m`;
  }
}
