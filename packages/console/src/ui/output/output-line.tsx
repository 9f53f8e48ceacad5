import type { ReactNode } from 'react';
import type { Piece } from './ansi.ts';

/** A line's pieces, with what was searched for marked. */
export function OutputLineView({
  pieces,
  wanted,
}: {
  readonly pieces: readonly Piece[];
  /** In lower case; empty: nothing is marked. */
  readonly wanted: string;
}) {
  return (
    <span className="output-text">
      {pieces.map(({ text, look }, index) => (
        <span key={index} className={look === '' ? undefined : look}>
          {wanted === '' ? text : marked(text, wanted)}
        </span>
      ))}
    </span>
  );
}

function marked(text: string, wanted: string): ReactNode[] {
  const parts: ReactNode[] = [];
  const lower = text.toLowerCase();
  let from = 0;
  // Some letters change their length in lower case; then nothing is marked rather than the wrong thing.
  if (lower.length !== text.length) return [text];
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + wanted.length)}</mark>);
    from = at + wanted.length;
  }
  parts.push(text.slice(from));
  return parts;
}
