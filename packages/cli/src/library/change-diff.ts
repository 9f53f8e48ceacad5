import type { LibraryApplied, LibraryDocument } from '@patchbay/contracts/library-document';
import { documentToFiles } from './document-files.ts';
import { fileStems } from './file-stems.ts';
import { filesDiff } from './text-diff.ts';

/** What changes about a thing, as the difference between its files; empty for what is created or deleted. */
export function changeDiff(
  { change, kind, name, fields }: LibraryApplied['changes'][number],
  stored: readonly LibraryDocument[],
  wanted: readonly LibraryDocument[],
  sides: readonly [string, string],
): string {
  if (change !== 'changed') return '';
  const before = named(stored, kind, name);
  const after = named(wanted, kind, name);
  if (before === undefined || after === undefined) return '';
  const changed = Object.fromEntries(fields.map((field) => [field, valueOf(field, before, after)]));
  const stem = fileStems([name]).get(name) ?? '';
  // What else differs, such as a reference in other letters, means the same.
  const becomes = { ...before, ...changed } as LibraryDocument;
  return filesDiff(documentToFiles(before, stem), documentToFiles(becomes, stem), sides);
}

function named(
  documents: readonly LibraryDocument[],
  kind: string,
  name: string,
): LibraryDocument | undefined {
  const ofKind = documents.filter((document) => document.kind === kind);
  return (
    ofKind.find((document) => document.name === name) ??
    ofKind.find((document) => document.name.toLowerCase() === name.toLowerCase())
  );
}

/** A default of which a file says nothing changes because another workflow becomes it. */
function valueOf(field: string, before: LibraryDocument, after: LibraryDocument): unknown {
  const value = new Map<string, unknown>(Object.entries(after)).get(field);
  return field === 'default' && value === undefined && before.kind === 'Workflow' ? !before.default : value;
}
