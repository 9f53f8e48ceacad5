import { readFileSync, statSync } from 'node:fs';
import { type LibraryFile, libraryFile } from '@patchbay/contracts/library-file';
import { limits } from '@patchbay/contracts/limits';
import { LineCounter, parseDocument } from 'yaml';
import { CommandError, exitCode } from './exit-code.ts';

/** Reads a YAML or JSON file of the library; anything wrong with it is refused with the file, the line and the reason. */
export function readLibraryFile<Kind extends LibraryFile['kind']>(
  file: string,
  kind: Kind,
): Extract<LibraryFile, { kind: Kind }> {
  const content = readText(file);
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, maxAliasCount: 100 } as never);
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) throw refused(`${file}:${problem.linePos?.[0].line ?? 1}: ${problem.message.split('\n')[0]}`);
  const parsed = libraryFile.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (!parsed.success) {
    throw refused(
      parsed.error.issues
        .map((issue) => {
          const node = document.getIn(issue.path as (string | number)[], true) as
            | { range?: [number] }
            | undefined;
          const line = node?.range ? lines.linePos(node.range[0]).line : 1;
          return `${file}:${line}: ${issue.path.join('.') || '(whole)'}: ${issue.message}`;
        })
        .join('\n'),
    );
  }
  if (parsed.data.kind !== kind)
    throw refused(`${file}: this is a ${parsed.data.kind}, and a ${kind} is wanted`);
  return parsed.data as Extract<LibraryFile, { kind: Kind }>;
}

function readText(file: string): string {
  try {
    if (statSync(file).size > limits.requestBytes)
      throw refused(`${file}: larger than ${limits.requestBytes} bytes`);
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const broken = error instanceof TypeError;
    throw new CommandError(
      broken ? exitCode.refused : exitCode.usage,
      broken
        ? `INVALID_INPUT: ${file} is not UTF-8 text`
        : `${file} cannot be read: ${(error as Error).message}`,
    );
  }
}

function refused(message: string): CommandError {
  return new CommandError(exitCode.refused, `INVALID_INPUT: ${message}`);
}
