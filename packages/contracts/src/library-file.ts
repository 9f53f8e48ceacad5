import { z } from 'zod';
import { libraryDocuments, mostPinnedRevisions, pinnedRevision } from './library-document.ts';
import { limits } from './limits.ts';
import { scriptInput } from './script.ts';
import { taskInput } from './task.ts';
import { text } from './text.ts';
import { workflowInput } from './workflow.ts';

/** The name of a file in the same folder. */
const siblingFile = text(200).regex(
  /^(?!\.|.*\.ya?ml$)[^/\\:*?"<>|\p{Cc}]+$/u,
  'must be the name of a file in the same folder, and not of YAML',
);

/** A script's content stands in the file itself, or in the file beside it that is named. */
const contentSource = { content: text(limits.scriptBytes).optional(), contentFile: siblingFile.optional() };

function requireOneContent(file: z.core.ParsePayload<{ content?: unknown; contentFile?: unknown }>): void {
  const { content, contentFile } = file.value;
  if ((content === undefined) !== (contentFile === undefined)) return;
  file.issues.push({
    code: 'custom',
    path: ['contentFile'],
    message: 'either this or "content" says what the script runs',
    input: contentFile,
  });
}

const { name: scriptName, description, category, os, interpreter, parameters, note } = scriptInput.shape;

const scriptFile = z
  .strictObject({
    kind: z.literal('Script'),
    name: scriptName,
    description,
    category,
    os,
    interpreter,
    ...contentSource,
    parameters,
    note,
    /** Earlier revisions that tasks are pinned to. */
    revisions: z
      .array(
        z
          .strictObject({ ...pinnedRevision.omit({ content: true }).shape, ...contentSource })
          .check(requireOneContent),
      )
      .max(mostPinnedRevisions)
      .default([]),
  })
  .check(requireOneContent);

/** What a file of the library holds, by kind: one thing, its fields named as in the API (L-52). */
export const libraryFiles = { ...libraryDocuments, Script: scriptFile } as const;

/** A file of the library, of any kind. */
export const libraryFile = z.discriminatedUnion('kind', [
  scriptFile,
  libraryDocuments.Task,
  libraryDocuments.Workflow,
  libraryDocuments.Group,
  libraryDocuments.Window,
  libraryDocuments.PatchFilter,
  libraryDocuments.Plan,
]);
export type LibraryFile = z.infer<typeof libraryFile>;

/** `scripts.yaml` of the built-in library: the content is in the file beside it that `file` names. */
export const builtInScripts = z.array(
  scriptInput.omit({ content: true, note: true }).extend({
    /** It was run on a real system of its kind; where that is not said it was not. */
    verified: z.boolean().default(false),
    file: z.string().regex(/^scripts\/[a-z0-9-]+\.(?:sh|ps1|cmd|py|pl)$/),
  }),
);

/** `tasks.yaml` of the built-in library. */
export const builtInTasks = z.array(taskInput);

/** `workflows.yaml` of the built-in library; `default`: the default of its operating system (L-40). */
export const builtInWorkflows = z.array(workflowInput.extend({ default: z.boolean().default(false) }));
