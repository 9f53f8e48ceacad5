import { z } from 'zod';
import { groupInput } from './group.ts';
import { limits } from './limits.ts';
import { patchFilterInput } from './patch-filter.ts';
import { planInput } from './plan.ts';
import { parameterName, scriptInput } from './script.ts';
import { taskInput } from './task.ts';
import { name, text } from './text.ts';
import { windowInput } from './window.ts';
import { workflowInput } from './workflow.ts';

/** An earlier revision of a script that tasks are pinned to, so that a copy of the library has it too (L-05). */
export const pinnedRevision = z.strictObject({
  revision: z
    .int()
    .min(1)
    .max(2 ** 31 - 1),
  ...scriptInput.pick({ os: true, interpreter: true, content: true, parameters: true }).shape,
});

/** Of one script. */
export const mostPinnedRevisions = 100;

const scriptDocument = z.strictObject({
  kind: z.literal('Script'),
  ...scriptInput.shape,
  revisions: z.array(pinnedRevision).max(mostPinnedRevisions).default([]),
});

const taskDocument = z.strictObject({ kind: z.literal('Task'), ...taskInput.shape });

const workflowDocument = z.strictObject({
  kind: z.literal('Workflow'),
  ...workflowInput.shape,
  /** The default of its operating system (L-40); when nothing is said, that stays as it is. */
  default: z.boolean().optional(),
});

const groupDocument = z.strictObject({ kind: z.literal('Group'), ...groupInput.shape });

const windowDocument = z.strictObject({ kind: z.literal('Window'), ...windowInput.shape });

const patchFilterDocument = z.strictObject({ kind: z.literal('PatchFilter'), ...patchFilterInput.shape });

const planDocument = z.strictObject({ kind: z.literal('Plan'), ...planInput.shape });

/** Every kind of document by name, in the order in which they can be stored: each names only things of kinds before it. */
export const libraryDocuments = {
  Script: scriptDocument,
  Task: taskDocument,
  Workflow: workflowDocument,
  Group: groupDocument,
  Window: windowDocument,
  PatchFilter: patchFilterDocument,
  Plan: planDocument,
} as const;

/** What kind of thing a document describes. */
export type LibraryDocumentKind = keyof typeof libraryDocuments;

/** The kinds, in the order in which they can be stored. */
export const libraryDocumentKinds = Object.keys(libraryDocuments) as LibraryDocumentKind[];

/** One personal thing of the library, its fields named as in the API (L-52). Other things are referred to by name. */
export const libraryDocument = z.discriminatedUnion('kind', [
  scriptDocument,
  taskDocument,
  workflowDocument,
  groupDocument,
  windowDocument,
  patchFilterDocument,
  planDocument,
]);
export type LibraryDocument = z.infer<typeof libraryDocument>;

/** The document of one kind. */
export type LibraryDocumentOf<Kind extends LibraryDocumentKind> = Extract<LibraryDocument, { kind: Kind }>;

/** All personal things of the library (L-52). */
export const library = z.strictObject({ documents: z.array(libraryDocument) });
export type Library = z.infer<typeof library>;

/** The value of a secret parameter of a task, for which nothing is stored yet. */
const taskSecret = z.strictObject({
  task: name,
  parameter: parameterName,
  value: text(limits.parameterValueBytes).min(1),
});

/** Makes the library what these documents say (L-52). */
export const libraryApplyInput = z.strictObject({
  /** Only tells what would be done; nothing is changed. */
  dryRun: z.boolean().default(false),
  /** Also deletes the personal things that no document describes. */
  prune: z.boolean().default(false),
  documents: z.array(libraryDocument).max(limits.libraryDocuments),
  /** Fills the secrets `{ secret: stored }` of the documents for which nothing is stored; what is stored stays. */
  secrets: z.array(taskSecret).max(limits.libraryDocuments).default([]),
});
export type LibraryApplyInput = z.infer<typeof libraryApplyInput>;

const documentName = z.strictObject({ kind: z.literal(libraryDocumentKinds), name: z.string() });

/** What was done, or with `dryRun` would be done, in that order. */
export const libraryApplied = z.strictObject({
  dryRun: z.boolean(),
  changes: z.array(
    documentName.extend({
      change: z.enum(['created', 'changed', 'deleted']),
      /** The fields that differ; empty unless changed. */
      fields: z.array(z.string()),
    }),
  ),
  /** How many documents describe what is there already. */
  unchanged: z.int(),
  /** The personal things that no document describes, and that stay because they were not to be deleted. */
  others: z.array(documentName),
});
export type LibraryApplied = z.infer<typeof libraryApplied>;
