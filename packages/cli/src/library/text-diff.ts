import { createTwoFilesPatch } from 'diff';
import { pc } from '../colours.ts';
import type { FolderFile } from './document-files.ts';

/** After so long two texts have hardly anything in common. */
const mostMs = 2000;

/** What differs between two groups of files, by path, as `diff -u` shows it; empty when nothing does. */
export function filesDiff(
  before: readonly FolderFile[],
  after: readonly FolderFile[],
  [oldSide, newSide]: readonly [string, string],
): string {
  const textOf = (files: readonly FolderFile[], path: string) =>
    files.find((file) => file.path === path)?.text;
  const paths = new Set([...before, ...after].map(({ path }) => path));
  return [...paths]
    .flatMap((path) => {
      const [old = '', now = ''] = [textOf(before, path), textOf(after, path)];
      return old === now ? [] : [textDiff(old, now, [`${oldSide}/${path}`, `${newSide}/${path}`])];
    })
    .join('\n');
}

function textDiff(before: string, after: string, [oldName, newName]: readonly [string, string]): string {
  const options = { context: 3, timeout: mostMs };
  const patch = createTwoFilesPatch(oldName, newName, before, after, undefined, undefined, options);
  if (patch === undefined) return `${oldName} and ${newName} have hardly anything in common`;
  // Without the line of signs above it.
  return patch.trimEnd().split('\n').slice(1).map(coloured).join('\n');
}

function coloured(line: string): string {
  if (/^(?:---|\+\+\+) /.test(line)) return pc.bold(line);
  if (line.startsWith('@@')) return pc.cyan(line);
  if (line.startsWith('+')) return pc.green(line);
  return line.startsWith('-') ? pc.red(line) : line;
}
