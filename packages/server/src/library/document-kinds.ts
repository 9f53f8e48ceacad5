import {
  type LibraryDocument,
  type LibraryDocumentKind,
  type LibraryDocumentOf,
  libraryDocumentKinds,
} from '@patchbay/contracts/library-document';
import type { Queryable } from '../db/queryable.ts';
import type { DocumentKind, StoredDocument } from './document-kind.ts';
import { groupDocuments } from './group-document.ts';
import { patchFilterDocuments } from './patch-filter-document.ts';
import { planDocuments } from './plan-document.ts';
import { scriptDocuments } from './script-document.ts';
import { taskDocuments } from './task-document.ts';
import { windowDocuments } from './window-document.ts';
import { workflowDocuments } from './workflow-document.ts';

/** Every kind of document; another kind of thing joins the library's files by an entry here and its schema. */
const documentKinds: { readonly [Kind in LibraryDocumentKind]: DocumentKind<LibraryDocumentOf<Kind>> } = {
  Script: scriptDocuments,
  Task: taskDocuments,
  Workflow: workflowDocuments,
  Group: groupDocuments,
  Window: windowDocuments,
  PatchFilter: patchFilterDocuments,
  Plan: planDocuments,
};

/** How documents of this one's kind are handled. */
export function kindOf(kind: LibraryDocumentKind): DocumentKind<LibraryDocument> {
  return documentKinds[kind];
}

/** All personal things of the library as documents, in the order in which they can be stored, by name. */
export async function readDocuments(db: Queryable): Promise<StoredDocument<LibraryDocument>[]> {
  const all: StoredDocument<LibraryDocument>[] = [];
  for (const kind of libraryDocumentKinds) {
    const stored = await kindOf(kind).read(db);
    all.push(...stored.toSorted((one, other) => byName(one.document, other.document)));
  }
  return all;
}

/** By code units, so that the order is the same everywhere. */
function byName({ name: one }: LibraryDocument, { name: other }: LibraryDocument): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
