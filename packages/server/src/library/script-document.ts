import { isDeepStrictEqual } from 'node:util';
import type { LibraryDocumentOf } from '@patchbay/contracts/library-document';
import type { FieldProblem } from '@patchbay/domain/field-problem';
import { type ScriptContent, scriptProblems } from '@patchbay/domain/script/problems';
import type { Transaction } from '../db/pool.ts';
import {
  describeScript,
  findRevision,
  findScript,
  insertRevision,
  insertScript,
  personalScripts,
  pinnedRevisions,
  raiseRevision,
  updateScript,
} from '../db/scripts.ts';
import type { Applying, DocumentKind } from './document-kind.ts';
import { requireValid } from './refused.ts';
import { removeScript } from './remove.ts';
import { scriptUseProblems } from './save-script.ts';
import { stillThere } from './still-there.ts';

type ScriptDocument = LibraryDocumentOf<'Script'>;

const appliedNote = 'Applied from files';

/**
 * Scripts as documents. Revisions that tasks are pinned to travel along under their numbers; a document makes a new
 * revision only when it says something else than the latest one (L-05).
 */
export const scriptDocuments: DocumentKind<ScriptDocument> = {
  kind: 'Script',
  noun: 'script',
  async read(db) {
    const pinned = Map.groupBy(await pinnedRevisions(db), ({ script }) => script);
    return (await personalScripts(db)).map(({ id, name, description, category, ...latest }) => ({
      id,
      document: {
        kind: 'Script',
        name,
        description,
        category,
        ...bodyOf(latest),
        note: '',
        revisions: (pinned.get(id) ?? []).map((one) => ({ revision: one.revision, ...bodyOf(one) })),
      },
    }));
  },
  compared: ({ kind: _kind, note: _note, revisions: _revisions, ...rest }) => rest,
  async lacking(tx, id, { revisions }) {
    for (const wanted of revisions) {
      const stored = await findRevision(tx, id, wanted.revision);
      if (stored === null || !sameBody(stored, wanted)) return ['revisions'];
    }
    return [];
  },
  async create({ tx, saved }, document) {
    requireValid('script', problemsOf(document));
    const last = document.revisions.at(-1);
    const number = last === undefined ? 1 : sameBody(last, document) ? last.revision : last.revision + 1;
    const id = await insertScript(tx, { ...document, note: noteOf(document) }, 'personal', saved, number);
    for (const pinned of document.revisions) {
      if (pinned.revision === number) continue;
      await insertRevision(tx, id, pinned.revision, { ...pinned, note: appliedNote }, saved);
    }
    return id;
  },
  async change(applying, id, document) {
    const { tx, saved } = applying;
    requireValid('script', problemsOf(document));
    const current = stillThere(await findScript(tx, id, 'lock'));
    const latest = await addPinned(applying, { ...current, body: bodyOf(current) }, document);
    if (!sameBody(latest, document)) {
      await updateScript(tx, id, { ...document, note: noteOf(document) }, saved);
    } else {
      await describeScript(tx, id, document, saved);
    }
  },
  useProblems: scriptUseProblems,
  async remove(tx, id) {
    await removeScript(tx, stillThere(await findScript(tx, id, 'lock')));
  },
};

function noteOf({ note }: ScriptDocument): string {
  return note === '' ? appliedNote : note;
}

/** What a revision holds. */
function bodyOf<Body extends ScriptContent>({ os, interpreter, content, parameters }: Body) {
  return { os, interpreter, content, parameters } as Pick<
    Body,
    'os' | 'interpreter' | 'content' | 'parameters'
  >;
}

function sameBody(one: ScriptContent, other: ScriptContent): boolean {
  return isDeepStrictEqual(bodyOf(one), bodyOf(other));
}

function problemsOf(document: ScriptDocument): FieldProblem[] {
  const { revisions } = document;
  return [
    ...scriptProblems(document),
    ...revisions.flatMap((pinned, index) => {
      const before = revisions[index - 1]?.revision ?? 0;
      const order =
        pinned.revision > before
          ? []
          : [{ path: 'revision', message: 'must be greater than the one before' }];
      return [...order, ...scriptProblems(pinned)].map(({ path, message }) => ({
        path: `revisions.${index}.${path}`,
        message,
      }));
    }),
  ];
}

/** Adds the pinned revisions that a script lacks and returns what its latest one holds then. */
async function addPinned(
  { tx, saved }: Applying,
  current: { readonly id: string; readonly revision: number; readonly body: ScriptContent },
  document: ScriptDocument,
): Promise<ScriptContent> {
  let latest: { revision: number; body: ScriptContent } = current;
  for (const [index, pinned] of document.revisions.entries()) {
    const stored = await findRevision(tx, current.id, pinned.revision);
    if (stored !== null) requireSame(stored, pinned, index);
    else await insertRevision(tx, current.id, pinned.revision, { ...pinned, note: appliedNote }, saved);
    if (pinned.revision > latest.revision) latest = { revision: pinned.revision, body: bodyOf(pinned) };
  }
  if (latest !== current) await raiseRevision(tx, current.id, latest.revision);
  return latest.body;
}

function requireSame(stored: ScriptContent, pinned: ScriptContent, index: number): void {
  const message = 'is another revision here: unpin the tasks that are pinned to it';
  requireValid('script', sameBody(stored, pinned) ? [] : [{ path: `revisions.${index}.revision`, message }]);
}
