import type { LibraryApplyInput, LibraryDocument } from '@patchbay/contracts/library-document';
import type { LibraryKind } from '@patchbay/domain/library/refusal';
import { type LibraryName, libraryNames, nameKeys } from '../db/library-names.ts';
import type { Transaction } from '../db/pool.ts';
import type { Applying, NameOf } from './document-kind.ts';
import { kindOf } from './document-kinds.ts';

/** What documents are compared with: all names of the library, and what names mean. */
export interface KnownLibrary {
  readonly names: readonly LibraryName[];
  /** A name as the database compares names. */
  readonly keyOf: (name: string) => string;
  readonly nameOf: NameOf;
  readonly isBuiltIn: (kind: LibraryKind, name: string) => boolean;
  readonly secretOf: Applying['secretOf'];
}

/** Reads what the library holds, and looks up every name that the documents mention. */
export async function knowLibrary(
  tx: Transaction,
  documents: readonly LibraryDocument[],
  secrets: LibraryApplyInput['secrets'],
): Promise<KnownLibrary> {
  const names = await libraryNames(tx);
  const keys = await nameKeys(tx, [...names.map(({ name }) => name), ...mentioned(documents, secrets)]);
  const keyOf = (name: string): string => keys.get(name) ?? name;
  const stored = new Map(names.map((one) => [`${one.kind} ${one.key}`, one]));
  const byId = new Map(names.map((one) => [`${one.kind} ${one.id}`, one]));
  const described = new Map(
    documents.map(({ kind, name }) => [`${kindOf(kind).noun} ${keyOf(name)}`, name] as const),
  );
  const values = new Map(
    secrets.map(({ task, parameter, value }) => [`${parameter} ${keyOf(task)}`, value] as const),
  );
  return {
    names,
    keyOf,
    nameOf(kind, reference) {
      const key = byId.get(`${kind} ${reference.toLowerCase()}`)?.key ?? keyOf(reference);
      return described.get(`${kind} ${key}`) ?? stored.get(`${kind} ${key}`)?.name ?? reference;
    },
    isBuiltIn: (kind, name) => stored.get(`${kind} ${keyOf(name)}`)?.origin === 'builtIn',
    secretOf: (task, parameter) => values.get(`${parameter} ${keyOf(task)}`),
  };
}

function mentioned(documents: readonly LibraryDocument[], secrets: LibraryApplyInput['secrets']): string[] {
  const found = secrets.map(({ task }) => task);
  for (const document of documents) {
    found.push(document.name);
    kindOf(document.kind).compared(document, (_kind, reference) => {
      found.push(reference);
      return reference;
    });
  }
  return found;
}
