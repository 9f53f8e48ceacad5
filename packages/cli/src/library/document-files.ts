import { type LibraryDocument, libraryDocumentKinds } from '@patchbay/contracts/library-document';
import { type LibraryFile, libraryFiles } from '@patchbay/contracts/library-file';
import type { Interpreter } from '@patchbay/contracts/operating-system';
import { compact } from './compact.ts';
import { exactYaml } from './exact-yaml.ts';
import { fileStems } from './file-stems.ts';

/** A file of a library's folder; `path` is relative to the folder, with `/`. */
export interface FolderFile {
  readonly path: string;
  readonly text: string;
}

/** What makes a folder a library, and says in which form. */
export const markerFile: FolderFile = {
  path: 'patchbay.yaml',
  text: exactYaml({ kind: 'Library', format: 1 }),
};

const extensions: Readonly<Record<Interpreter, string>> = {
  sh: 'sh',
  bash: 'bash',
  powershell: 'ps1',
  cmd: 'cmd',
  python3: 'py',
  perl: 'pl',
};

/** What a kind is called in a sentence: `patch filter`. */
export function kindInWords(kind: LibraryDocument['kind']): string {
  return kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

/** The folder in which the documents of a kind are. */
export function folderOf(kind: LibraryDocument['kind']): string {
  return `${kindInWords(kind).replaceAll(' ', '-')}s`;
}

/** The files of a library, the same bytes whenever it holds the same (L-52). */
export function libraryToFiles(documents: readonly LibraryDocument[]): FolderFile[] {
  return libraryDocumentKinds.flatMap((kind) => {
    const ofKind = documents.filter((document) => document.kind === kind);
    const stems = fileStems(ofKind.map(({ name }) => name));
    return ofKind.flatMap((document) => documentToFiles(document, stems.get(document.name) ?? ''));
  });
}

/** The files of one document: it itself, and the contents of a script as files that a script's own tools understand. */
export function documentToFiles(document: LibraryDocument, stem: string): FolderFile[] {
  const folder = folderOf(document.kind);
  const contents: FolderFile[] = [];
  const aside = <Body extends { interpreter: Interpreter; content: string }>(body: Body, part: string) => {
    const { content, ...rest } = body;
    const contentFile = `${stem}${part}.${extensions[body.interpreter]}`;
    contents.push({ path: `${folder}/${contentFile}`, text: content });
    return { ...rest, contentFile };
  };
  const file: LibraryFile =
    document.kind === 'Script'
      ? {
          ...aside(document, ''),
          revisions: document.revisions.map((one) => aside(one, `.revision-${one.revision}`)),
        }
      : document;
  const text = exactYaml(compact(libraryFiles[document.kind], file));
  return [{ path: `${folder}/${stem}.yaml`, text }, ...contents];
}
