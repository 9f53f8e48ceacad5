import type { LibraryDocument } from '@patchbay/contracts/library-document';
import type { FieldProblem } from '@patchbay/domain/field-problem';
import type { LibraryKind } from '@patchbay/domain/library/refusal';
import type { Transaction } from '../db/pool.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Sealer } from '../db/secrets.ts';
import type { Saved } from '../db/stored-thing.ts';

/** A thing of the library that is stored, as a document. */
export interface StoredDocument<Document extends LibraryDocument> {
  readonly id: string;
  readonly document: Document;
}

/** The name that a reference in a document means: a thing that is stored or described by another document. */
export type NameOf = (kind: LibraryKind, reference: string) => string;

/** What applying documents takes. */
export interface Applying {
  readonly tx: Transaction;
  readonly sealer: Sealer;
  readonly saved: Saved;
  /** The value that came with the documents for a secret of a task; undefined: none. */
  readonly secretOf: (task: string, parameter: string) => string | undefined;
}

/** How documents of one kind are read, compared and stored (L-52). */
export interface DocumentKind<Document extends LibraryDocument> {
  readonly kind: Document['kind'];
  readonly noun: LibraryKind;
  /** All personal things of the kind. */
  read(db: Queryable): Promise<StoredDocument<Document>[]>;
  /** What is compared of a document, things that it refers to by the names that they have in the end. */
  compared(document: Document, nameOf: NameOf): Readonly<Record<string, unknown>>;
  /** The fields that lack something which the document of the thing itself does not show. */
  lacking(tx: Transaction, id: string, document: Document): Promise<readonly string[]>;
  /** Adds a personal thing and returns its id. */
  create(applying: Applying, document: Document): Promise<string>;
  /** Replaces a thing without a look at what uses it: that may be about to change too. */
  change(applying: Applying, id: string, document: Document): Promise<void>;
  /** What is wrong about a changed thing with those that use it, when all documents have been stored. */
  useProblems(tx: Transaction, id: string): Promise<FieldProblem[]>;
  /** Deletes a thing; IN_USE. */
  remove(tx: Transaction, id: string): Promise<void>;
}
