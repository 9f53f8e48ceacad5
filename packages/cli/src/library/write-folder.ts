import { lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type LibraryDocumentKind, libraryDocumentKinds } from '@patchbay/contracts/library-document';
import { libraryFiles } from '@patchbay/contracts/library-file';
import { limits } from '@patchbay/contracts/limits';
import { CommandError, exitCode } from '../exit-code.ts';
import { InvalidFile, parseYaml, readPlainFile } from '../yaml-file.ts';
import { type FolderFile, folderOf, markerFile } from './document-files.ts';
import { documentFiles, isLibrary } from './read-folder.ts';

/** What writing a library's folder came to, by paths relative to it. */
export interface WrittenFolder {
  readonly written: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Makes a folder hold these files of a library and no others of one (L-52). Files that are not a library's stay: one
 * that is in the way is refused before anything is written. What is the same already is not written again.
 */
export function writeLibraryFolder(folder: string, files: readonly FolderFile[]): WrittenFolder {
  const owned = ownedFiles(folder);
  const wanted = [markerFile, ...files];
  const inTheWay = wanted.filter(({ path }) => !owned.has(path) && isThere(join(folder, path)));
  if (inTheWay.length > 0) {
    const reason = 'nothing was written, for these files are in the way and are no valid files of a library:';
    const names = inTheWay.map(({ path }) => `  ${join(folder, path)}`);
    throw new CommandError(exitCode.refused, [reason, ...names].join('\n'));
  }
  const different = wanted.filter(
    ({ path, text }) => !owned.has(path) || readFileSync(join(folder, path), 'utf8') !== text,
  );
  for (const { path, text } of different) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const paths = new Set(wanted.map(({ path }) => path));
  const removed = [...owned].filter((path) => !paths.has(path)).toSorted();
  for (const path of removed) rmSync(join(folder, path));
  return { written: different.map(({ path }) => path), removed };
}

/** The files of a library in a folder: its mark, the documents, and the contents that they name. */
function ownedFiles(folder: string): Set<string> {
  const owned = new Set(isLibrary(folder) ? [markerFile.path] : []);
  for (const kind of libraryDocumentKinds) {
    for (const name of documentFiles(folder, kind)) {
      for (const path of filesOf(folder, kind, name)) owned.add(path);
    }
  }
  return owned;
}

/** A document and the files that it names, unless it is none. */
function filesOf(folder: string, kind: LibraryDocumentKind, name: string): string[] {
  const pathOf = (one: string) => `${folderOf(kind)}/${one}`;
  const parsed = libraryFiles[kind].safeParse(valueIn(join(folder, pathOf(name))));
  if (!parsed.success) return [];
  const bodies = parsed.data.kind === 'Script' ? [parsed.data, ...parsed.data.revisions] : [];
  const contents = bodies.flatMap(({ contentFile }) =>
    contentFile === undefined ? [] : [pathOf(contentFile)],
  );
  return [pathOf(name), ...contents.filter((path) => isFile(join(folder, path)))];
}

function valueIn(file: string): unknown {
  try {
    return parseYaml(file, readPlainFile(file, limits.requestBytes)).value;
  } catch (error) {
    if (error instanceof InvalidFile) return undefined;
    throw error;
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
