import { readFileSync, statSync } from 'node:fs';
import { type LibraryFile, libraryFile } from '@patchbay/contracts/library-file';
import { limits } from '@patchbay/contracts/limits';
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { CommandError, exitCode } from './exit-code.ts';

/** What a file asks for, its kind aside, and where its parts stand. */
export interface LibraryInput {
  readonly input: Readonly<Record<string, unknown>>;
  /** A part such as `prePatching.2.task` as `FILE:LINE: prePatching.2.task`. */
  where(path: string): string;
}

/** More problems of one file than anybody reads. */
const shownProblems = 20;
/** Beyond this an alias is an attack, or a mistake. */
const mostAliases = 100;

/** Reads a YAML or JSON file of the library; `-` is standard input. Refuses it with file, line and reason. */
export function readLibraryFile(file: string, kind: LibraryFile['kind']): LibraryInput {
  return parseLibraryFile(file === '-' ? '(standard input)' : file, readText(file), kind);
}

/** Reads a text of the library as {@link readLibraryFile} reads a file. */
export function parseLibraryFile(file: string, content: string, kind: LibraryFile['kind']): LibraryInput {
  const lines = new LineCounter();
  const { document, value } = parseYaml(file, content, lines);
  const where = (path: readonly PropertyKey[]): string => {
    const { line } = lines.linePos(offsetOf(document, path));
    return `${file}:${line}: ${path.map(String).join('.') || '(whole)'}`;
  };
  const found = (value as { kind?: unknown } | null)?.kind;
  if (found !== kind) {
    const isOther = libraryFile.options.some(({ shape }) => shape.kind.value === found);
    const other = isOther ? `, and this is a ${String(found)}` : '';
    throw refused(file, `${where(['kind'])}: must be "${kind}"${other}`);
  }
  const parsed = libraryFile.safeParse(value);
  if (!parsed.success) throw refused(file, ...problemLines(parsed.error.issues, where));
  const { kind: _, ...input } = parsed.data;
  return { input, where: (path) => where(path === '' ? [] : path.split('.')) };
}

const missing = /^Invalid input: expected .*, received undefined$/;

function problemLines(issues: readonly z.core.$ZodIssue[], where: (path: PropertyKey[]) => string): string[] {
  const all = issues.flatMap(({ path, ...issue }) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...path, key], message: 'there is no such field' }))
      : [{ path, message: issue.message.replace(missing, 'is missing') }],
  );
  const shown = all.slice(0, shownProblems).map(({ path, message }) => `${where(path)}: ${message}`);
  const more = all.length - shown.length;
  return more > 0 ? [...shown, `… and ${more} more`] : shown;
}

function parseYaml(
  file: string,
  content: string,
  lines: LineCounter,
): { document: Document; value: unknown } {
  try {
    // Its own search for repeated keys compares each with each.
    const document = parseDocument(content, { lineCounter: lines, uniqueKeys: false });
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem) {
      const [words = ''] = problem.message.split('\n');
      throw refused(file, `${file}:${problem.linePos?.[0].line ?? 1}: ${plainReason(words)}`);
    }
    const repeated = repeatedKey(document);
    if (repeated)
      throw refused(
        file,
        `${file}:${lines.linePos(repeated.offset).line}: ${repeated.key} stands there twice`,
      );
    return { document, value: document.toJS({ maxAliasCount: mostAliases }) };
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw refused(file, `${file}: ${plainReason((error as Error).message)}`);
  }
}

/** The parser's words without the place, which stands before them already. */
function plainReason(words: string): string {
  if (words.includes('call stack')) return 'it is nested too deeply';
  return words.replace(/ at line \d+, column \d+:?$/, '');
}

function repeatedKey(document: Document): { key: string; offset: number } | undefined {
  let found: { key: string; offset: number } | undefined;
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key: node } of items) {
        const key = isScalar(node) ? String(node.value) : '(a key that is no text)';
        if (seen.has(key)) {
          found = { key, offset: isScalar(node) ? (node.range?.[0] ?? 0) : 0 };
          return visit.BREAK;
        }
        seen.add(key);
      }
      return undefined;
    },
  });
  return found;
}

/** Where a part stands, or the closest part around it that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const name of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(name));
      if (pair === undefined) return offset;
      offset = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(name)];
      const range = (node as { range?: readonly number[] } | undefined)?.range;
      offset = range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}

function readText(file: string): string {
  try {
    const isTooLarge = file !== '-' && statSync(file).size > limits.requestBytes;
    const content = isTooLarge ? null : readFileSync(file === '-' ? 0 : file);
    if (content === null || content.length > limits.requestBytes) {
      throw refused(file, `${file}: larger than ${limits.requestBytes} bytes`);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    if (error instanceof TypeError) throw refused(file, `${file}: it is not UTF-8 text`);
    throw new CommandError(exitCode.usage, `${file} cannot be read: ${(error as Error).message}`);
  }
}

function refused(file: string, ...problems: readonly string[]): CommandError {
  const lines = problems.map((problem) => `  ${problem}`);
  return new CommandError(exitCode.refused, [`INVALID_INPUT: ${file} is not valid:`, ...lines].join('\n'));
}
