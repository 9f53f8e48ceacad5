import type { LibraryDocumentOf } from '@patchbay/contracts/library-document';
import {
  allPatchFilters,
  findPatchFilter,
  insertPatchFilter,
  updatePatchFilter,
} from '../db/patch-filters.ts';
import type { DocumentKind } from './document-kind.ts';
import { removePatchFilter } from './remove.ts';
import { stillThere } from './still-there.ts';

/** Patch filters as documents. */
export const patchFilterDocuments: DocumentKind<LibraryDocumentOf<'PatchFilter'>> = {
  kind: 'PatchFilter',
  noun: 'patchFilter',
  read: async (db) =>
    (await allPatchFilters(db)).map(({ id, name, description, filter }) => ({
      id,
      document: {
        kind: 'PatchFilter',
        name,
        description,
        filter: {
          classifications: [...filter.classifications],
          severities: [...filter.severities],
          text: filter.text,
        },
      },
    })),
  compared: ({ kind: _kind, ...filter }) => filter,
  lacking: async () => [],
  create: ({ tx, saved }, document) => insertPatchFilter(tx, document, saved),
  change: ({ tx, saved }, id, document) => updatePatchFilter(tx, id, document, saved),
  useProblems: async () => [],
  async remove(tx, id) {
    await removePatchFilter(tx, stillThere(await findPatchFilter(tx, id, 'lock')));
  },
};
