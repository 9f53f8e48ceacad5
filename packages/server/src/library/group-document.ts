import type { LibraryDocumentOf } from '@patchbay/contracts/library-document';
import { allGroups, findGroup } from '../db/groups.ts';
import type { DocumentKind } from './document-kind.ts';
import { removeGroup } from './remove.ts';
import { createGroup, replaceGroup } from './save-group.ts';
import { stillThere } from './still-there.ts';

/** Groups as documents. */
export const groupDocuments: DocumentKind<LibraryDocumentOf<'Group'>> = {
  kind: 'Group',
  noun: 'group',
  read: async (db) =>
    (await allGroups(db)).map(({ id, name, description, rule }) => ({
      id,
      document: { kind: 'Group', name, description, rule },
    })),
  compared: ({ kind: _kind, ...group }) => group,
  lacking: async () => [],
  create: ({ tx, saved }, document) => createGroup(tx, document, saved),
  async change({ tx, saved }, id, document) {
    await replaceGroup(tx, stillThere(await findGroup(tx, id, 'lock')), document, saved);
  },
  useProblems: async () => [],
  async remove(tx, id) {
    await removeGroup(tx, stillThere(await findGroup(tx, id, 'lock')));
  },
};
