import { PatchbayError } from '@patchbay/contracts/errors';
import {
  type LibraryApplied,
  type LibraryApplyInput,
  libraryDocumentKinds,
} from '@patchbay/contracts/library-document';
import type { FieldProblem } from '@patchbay/domain/field-problem';
import type { LibraryKind } from '@patchbay/domain/library/refusal';
import { lockLibrary } from '../db/library-names.ts';
import { clearDefaultWorkflows, setDefaultWorkflow } from '../db/workflows.ts';
import type { Applying } from './document-kind.ts';
import { kindOf } from './document-kinds.ts';
import {
  type DocumentToSave,
  type LibraryDifferences,
  libraryDifferences,
  requireValidLibrary,
  type ThingToRemove,
} from './library-differences.ts';

/** Tells of something that was done; `action` as the audit calls it. */
export type Tell = (
  action: string,
  object: { readonly kind: LibraryKind; readonly id: string; readonly name: string },
  details: Readonly<Record<string, string>>,
) => Promise<void>;

/** A document with the id under which it is stored now. */
type SavedDocument = DocumentToSave & { readonly storedId: string };

/**
 * Makes the personal library what the documents say, whole or not at all (L-52): all in the caller's transaction, in
 * which nobody else changes the library. What is the same already stays untouched. Whether things fit each other is
 * judged by how all of them are in the end, so any valid library can follow any other.
 *
 * @throws INVALID_INPUT with the wrong fields by document (`documents.3.script`); IN_USE for what cannot be deleted.
 */
export async function applyLibrary(
  context: Omit<Applying, 'secretOf'>,
  input: LibraryApplyInput,
  tell: Tell,
): Promise<LibraryApplied> {
  const { tx } = context;
  await lockLibrary(tx);
  const differences = await libraryDifferences(tx, input);
  const applying = { ...context, secretOf: differences.known.secretOf };

  await clearDefaultWorkflows(tx, differences.defaults.changed);
  const saved: SavedDocument[] = [];
  for (const kind of libraryDocumentKinds) {
    const ofKind = differences.saves.filter(({ document }) => document.kind === kind);
    saved.push(...(await saveAll(applying, ofKind, tell)));
  }
  await setDefaults(applying, differences, saved, tell);
  await removeAll(applying, differences.removals, tell);
  await requireFitting(applying, saved);
  return { dryRun: input.dryRun, ...differences.told };
}

/** Stores documents of one kind; what is wrong with any of them is told together. */
async function saveAll(
  applying: Applying,
  documents: readonly DocumentToSave[],
  tell: Tell,
): Promise<SavedDocument[]> {
  const saved: SavedDocument[] = [];
  const problems: FieldProblem[] = [];
  for (const one of documents) {
    try {
      saved.push({ ...one, storedId: await save(applying, one, tell) });
    } catch (error) {
      if (!(error instanceof PatchbayError) || error.code !== 'INVALID_INPUT') throw error;
      problems.push(...inDocument(one, error.errors));
    }
  }
  requireValidLibrary(problems);
  return saved;
}

async function save(applying: Applying, { document, id, fields }: DocumentToSave, tell: Tell) {
  const kind = kindOf(document.kind);
  const { noun } = kind;
  if (id === null) {
    const made = await kind.create(applying, document);
    await tell(`${noun}.create`, { kind: noun, id: made, name: document.name }, {});
    return made;
  }
  // Being the default is no part of a workflow itself.
  if (fields.some((field) => field !== 'default')) {
    await kind.change(applying, id, document);
    await tell(`${noun}.edit`, { kind: noun, id, name: document.name }, { fields: fields.join(', ') });
  }
  return id;
}

async function setDefaults(
  { tx }: Applying,
  { defaults: { defaults, changed }, known }: LibraryDifferences,
  saved: readonly SavedDocument[],
  tell: Tell,
): Promise<void> {
  for (const os of changed) {
    const isMeant = (name: string) => known.keyOf(name) === defaults.get(os);
    const created = saved.find(({ document }) => document.kind === 'Workflow' && isMeant(document.name));
    const workflow = created
      ? { id: created.storedId, name: created.document.name }
      : known.names.find(({ kind, name }) => kind === 'workflow' && isMeant(name));
    if (workflow === undefined) throw new Error(`the workflow that is to be the default of ${os} is gone`);
    const { id, name } = workflow;
    await setDefaultWorkflow(tx, { id, os });
    await tell('workflow.setDefault', { kind: 'workflow', id, name }, { os });
  }
}

/** Deletes things in this order; every refusal is told. */
async function removeAll({ tx }: Applying, things: readonly ThingToRemove[], tell: Tell): Promise<void> {
  const refusals: FieldProblem[] = [];
  for (const { kind, id, name } of things) {
    const { noun } = kindOf(kind);
    try {
      await kindOf(kind).remove(tx, id);
      await tell(`${noun}.delete`, { kind: noun, id, name }, {});
    } catch (error) {
      if (!(error instanceof PatchbayError) || error.code !== 'IN_USE') throw error;
      refusals.push({ path: 'prune', message: error.message });
    }
  }
  if (refusals.length === 0) return;
  const detail = 'Not everything that no document describes can be deleted; nothing was changed.';
  throw new PatchbayError('IN_USE', detail, refusals);
}

/** Looks at what uses the things that were changed; what is new is used by new or changed things only. */
async function requireFitting({ tx }: Applying, saved: readonly SavedDocument[]): Promise<void> {
  const problems: FieldProblem[] = [];
  for (const one of saved) {
    if (one.id === null) continue;
    problems.push(...inDocument(one, await kindOf(one.document.kind).useProblems(tx, one.id)));
  }
  requireValidLibrary(problems);
}

function inDocument({ index }: DocumentToSave, problems: readonly FieldProblem[]): FieldProblem[] {
  return problems.map(({ path, message }) => ({
    path: path === '' ? `documents.${index}` : `documents.${index}.${path}`,
    message,
  }));
}
