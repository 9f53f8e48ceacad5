import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type LibraryDocumentKind, libraryDocumentKinds } from '@patchbay/contracts/library-document';
import { z } from 'zod';
import { CommandError, exitCode } from '../exit-code.ts';
import { type LocatedDocument, readDocument } from '../library-file.ts';
import { checkedYaml, InvalidFile, parseYaml, readPlainFile } from '../yaml-file.ts';
import { folderOf, markerFile } from './document-files.ts';

const marker = z.strictObject({ kind: z.literal('Library'), format: z.literal(1) });
const mostMarkerBytes = 4096;
const mostProblems = 50;

/**
 * Reads all documents of a library's folder (L-52). Whatever is wrong in any file is refused together, with file, line
 * and reason. Files that are no YAML in one of the folders of the kinds are left alone.
 */
export function readLibraryFolder(folder: string): LocatedDocument[] {
  if (!existsSync(folder)) throw new CommandError(exitCode.usage, `there is no folder ${folder}`);
  if (!isLibrary(folder)) throw new InvalidFile(folder, [lackingMarker(folder)]);
  const documents: LocatedDocument[] = [];
  const problems: string[] = [];
  for (const kind of libraryDocumentKinds) {
    for (const name of documentFiles(folder, kind)) {
      try {
        documents.push(readDocument(join(folder, folderOf(kind), name), kind));
      } catch (error) {
        if (!(error instanceof InvalidFile)) throw error;
        problems.push(...error.problems);
      }
    }
  }
  if (problems.length === 0) return documents;
  const more = problems.length - mostProblems;
  const shown = problems.slice(0, mostProblems);
  throw new InvalidFile(folder, more > 0 ? [...shown, `… and ${more} more`] : shown);
}

/** The names of the files in which the documents of a kind are. */
export function documentFiles(folder: string, kind: LibraryDocumentKind): string[] {
  const directory = join(folder, folderOf(kind));
  const about = lstatSync(directory, { throwIfNoEntry: false });
  if (about === undefined) return [];
  if (!about.isDirectory()) throw new InvalidFile(directory, [`${directory}: it is not a folder`]);
  return readdirSync(directory)
    .filter((name) => /\.ya?ml$/.test(name))
    .toSorted();
}

/** Whether a folder has the mark of a library, of a form that this program knows. */
export function isLibrary(folder: string): boolean {
  const file = join(folder, markerFile.path);
  if (!existsSync(file)) return false;
  checkedYaml(parseYaml(file, readPlainFile(file, mostMarkerBytes)), marker);
  return true;
}

/** A folder that is taken for a library by mistake would have everything deleted with `--prune`. */
function lackingMarker(folder: string): string {
  const lines = markerFile.text.trim().split('\n').join('" and "');
  return `${join(folder, markerFile.path)} is missing: "patchbay export" makes a library, or write "${lines}" into it`;
}
