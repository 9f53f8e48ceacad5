import type { LibraryDocumentOf } from '@patchbay/contracts/library-document';
import { allWindows, findWindow } from '../db/windows.ts';
import type { DocumentKind } from './document-kind.ts';
import { removeWindow } from './remove.ts';
import { createWindow, replaceWindow } from './save-window.ts';
import { stillThere } from './still-there.ts';

/** Maintenance windows as documents. */
export const windowDocuments: DocumentKind<LibraryDocumentOf<'Window'>> = {
  kind: 'Window',
  noun: 'window',
  read: async (db) =>
    (await allWindows(db)).map(
      ({ id, name, description, endpoints, recurrence, durationMinutes, blackouts }) => ({
        id,
        document: { kind: 'Window', name, description, endpoints, recurrence, durationMinutes, blackouts },
      }),
    ),
  compared: ({ kind: _kind, ...window }) => window,
  lacking: async () => [],
  create: ({ tx, saved }, document) => createWindow(tx, document, saved),
  async change({ tx, saved }, id, document) {
    await replaceWindow(tx, stillThere(await findWindow(tx, id, 'lock')), document, saved);
  },
  useProblems: async () => [],
  async remove(tx, id) {
    await removeWindow(tx, stillThere(await findWindow(tx, id, 'lock')));
  },
};
