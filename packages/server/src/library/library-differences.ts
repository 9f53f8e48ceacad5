import { PatchbayError } from '@patchbay/contracts/errors';
import {
  type LibraryApplied,
  type LibraryApplyInput,
  type LibraryDocument,
  type LibraryDocumentKind,
  libraryDocumentKinds,
} from '@patchbay/contracts/library-document';
import type { FieldProblem } from '@patchbay/domain/field-problem';
import {
  type KeyedDocument,
  type LibraryChange,
  libraryChanges,
  repeatedNames,
} from '@patchbay/domain/library/changes';
import type { Transaction } from '../db/pool.ts';
import { kindOf, readDocuments } from './document-kinds.ts';
import { type KnownLibrary, knowLibrary } from './known-library.ts';
import { settledDefaults, type WorkflowDefaults } from './settled-defaults.ts';

/** A document that the library does not have as it is. */
export interface DocumentToSave {
  /** Its place among the documents. */
  readonly index: number;
  readonly document: LibraryDocument;
  /** Of the thing that it changes; null: it is new. */
  readonly id: string | null;
  /** Those that change. */
  readonly fields: readonly string[];
}

/** A thing that no document describes. */
export interface ThingToRemove {
  readonly kind: LibraryDocumentKind;
  readonly id: string;
  readonly name: string;
}

/** How the library differs from what documents say of it. */
export interface LibraryDifferences {
  /** In the order in which they can be stored. */
  readonly saves: readonly DocumentToSave[];
  /** In the order in which they can be deleted. */
  readonly removals: readonly ThingToRemove[];
  readonly defaults: WorkflowDefaults;
  readonly known: KnownLibrary;
  /** The same in words for the caller. */
  readonly told: Omit<LibraryApplied, 'dryRun'>;
}

type Change = LibraryChange<LibraryDocumentKind>;
type Keyed = KeyedDocument<LibraryDocumentKind>;

/**
 * Compares the library with documents (L-52); INVALID_INPUT when they contradict each other or take names of built-in
 * things.
 */
export async function libraryDifferences(
  tx: Transaction,
  { documents, prune, secrets }: LibraryApplyInput,
): Promise<LibraryDifferences> {
  const stored = await readDocuments(tx);
  const known = await knowLibrary(tx, documents, secrets);
  const { problems, documents: settled, ...defaults } = settledDefaults(documents, known);
  requireValidLibrary([...problems, ...builtInNames(documents, known)]);

  const keyed = (document: LibraryDocument): Keyed => ({
    kind: document.kind,
    name: document.name,
    key: known.keyOf(document.name),
    fields: kindOf(document.kind).compared(document, known.nameOf),
  });
  const present = stored.map(({ document }) => keyed(document));
  const ids = new Map(present.map((one, index) => [identity(one), stored[index]?.id]));
  const wanted: Keyed[] = [];
  for (const document of settled) {
    const one = keyed(document);
    const id = ids.get(identity(one));
    const lacking = id === undefined ? [] : await kindOf(document.kind).lacking(tx, id, document);
    wanted.push({
      ...one,
      fields: { ...one.fields, ...Object.fromEntries(lacking.map((f) => [f, 'lacking'])) },
    });
  }
  requireValidLibrary(repeatedNames(wanted));

  const { changes, unchanged, others } = libraryChanges(libraryDocumentKinds, present, wanted, prune);
  const places = new Map(wanted.map((one, index) => [one, index]));
  return {
    saves: changes.flatMap((change) => {
      if (change.change === 'deleted') return [];
      const index = places.get(change.wanted) ?? -1;
      const document = documents[index];
      const id = ids.get(identity(change.wanted)) ?? null;
      return document === undefined ? [] : [{ index, document, id, fields: fieldsOf(change) }];
    }),
    removals: changes.flatMap((change) => {
      const id = change.change === 'deleted' ? ids.get(identity(change.stored)) : undefined;
      return id === undefined ? [] : [{ ...nameOf(change), id }];
    }),
    defaults,
    known,
    told: {
      changes: changes.map((change) => ({
        ...nameOf(change),
        change: change.change,
        fields: fieldsOf(change),
      })),
      unchanged,
      others: others.map(({ kind, name }) => ({ kind, name })),
    },
  };
}

/** Throws INVALID_INPUT with all problems, when there are any. */
export function requireValidLibrary(problems: readonly FieldProblem[]): void {
  if (problems.length === 0) return;
  throw new PatchbayError('INVALID_INPUT', 'The library is not valid; nothing was changed.', problems);
}

function identity({ kind, key }: Keyed): string {
  return `${kind} ${key}`;
}

function fieldsOf(change: Change): string[] {
  return change.change === 'changed' ? [...change.fields] : [];
}

function nameOf(change: Change): { kind: LibraryDocumentKind; name: string } {
  const { kind, name } = change.change === 'deleted' ? change.stored : change.wanted;
  return { kind, name };
}

function builtInNames(documents: readonly LibraryDocument[], known: KnownLibrary): FieldProblem[] {
  return documents.flatMap((document, index) => {
    const { kind, name } = document;
    const { noun } = kindOf(kind);
    // Of a built-in Interactive Reboot the settings can be changed (L-24).
    if (document.kind === 'Task' && document.interactiveReboot !== null) return [];
    return known.isBuiltIn(noun, name)
      ? [{ path: `documents.${index}.name`, message: `is the name of a built-in ${noun}: choose another` }]
      : [];
  });
}
