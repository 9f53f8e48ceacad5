import { lstatSync, readFileSync, statSync } from 'node:fs';
import { fieldWords } from '@patchbay/contracts/field-words';
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { CommandError, exitCode } from './exit-code.ts';

/** A file is refused; each problem begins with file and line. */
export class InvalidFile extends CommandError {
  readonly problems: readonly string[];

  constructor(file: string, problems: readonly string[]) {
    const lines = problems.map((problem) => `  ${problem}`);
    super(exitCode.refused, [`INVALID_INPUT: ${file} is not valid:`, ...lines].join('\n'));
    this.name = 'InvalidFile';
    this.problems = problems;
  }
}

/** What a file of YAML or JSON holds, and where. */
export interface YamlText {
  readonly file: string;
  readonly value: unknown;
  /** A part, or the closest part around it that is there, as `FILE:LINE: prePatching.2.task`. */
  readonly where: (path: readonly PropertyKey[]) => string;
}

/** More problems of one file than anybody reads. */
const shownProblems = 20;
/** Beyond this an alias is an attack, or a mistake. */
const mostAliases = 100;

/** Reads a text file of at most so many bytes; `-` is standard input. */
export function readTextFile(file: string, mostBytes: number): string {
  return read(file, mostBytes, (path) => statSync(path).size);
}

/** Reads a text file that is really there: what only points to another place is refused. A mark of byte order stays. */
export function readPlainFile(file: string, mostBytes: number): string {
  return read(file, mostBytes, (path) => {
    const about = lstatSync(path);
    if (about.isFile()) return about.size;
    throw new InvalidFile(file, [`${file}: it is not a regular file`]);
  });
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function read(file: string, mostBytes: number, sizeOf: (path: string) => number): string {
  try {
    const isTooLarge = file !== '-' && sizeOf(file) > mostBytes;
    const content = isTooLarge ? null : readFileSync(file === '-' ? 0 : file);
    if (content === null || content.length > mostBytes) {
      throw new InvalidFile(file, [`${file}: larger than ${mostBytes} bytes`]);
    }
    return decoder.decode(content);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    if (error instanceof TypeError) throw new InvalidFile(file, [`${file}: it is not UTF-8 text`]);
    throw new CommandError(exitCode.usage, `${file} cannot be read: ${(error as Error).message}`);
  }
}

/** Parses YAML or JSON; what is wrong with it is refused with file, line and reason. */
export function parseYaml(file: string, content: string): YamlText {
  const lines = new LineCounter();
  try {
    // Its own search for repeated keys compares each with each.
    const document = parseDocument(content, { lineCounter: lines, uniqueKeys: false });
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem) {
      throw new InvalidFile(file, [`${file}:${problem.linePos?.[0].line ?? 1}: ${reasonOf(problem)}`]);
    }
    const repeated = repeatedKey(document);
    if (repeated) {
      const { line } = lines.linePos(repeated.offset);
      throw new InvalidFile(file, [`${file}:${line}: ${repeated.key} stands there twice`]);
    }
    return {
      file,
      value: document.toJS({ maxAliasCount: mostAliases }),
      where(path) {
        const { line } = lines.linePos(offsetOf(document, path));
        return `${file}:${line}: ${path.map(String).join('.') || '(whole)'}`;
      },
    };
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new InvalidFile(file, [`${file}: ${reasonOf(error as Error)}`]);
  }
}

function reasonOf({ message }: Error): string {
  const [reason = ''] = message.split('\n');
  return reason.startsWith('Maximum call stack') ? 'it is nested too deeply' : reason;
}

/** What the file holds, checked; every wrong part is refused with its line. */
export function checkedYaml<Schema extends z.ZodType>(text: YamlText, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(text.value, { error: fieldWords });
  if (parsed.success) return parsed.data;
  const all = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key], message: 'there is no such field' }))
      : [{ path: issue.path, message: issue.message }],
  );
  const shown = all.slice(0, shownProblems).map(({ path, message }) => `${text.where(path)}: ${message}`);
  const more = all.length - shownProblems;
  throw new InvalidFile(text.file, more > 0 ? [...shown, `… and ${more} more`] : shown);
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
