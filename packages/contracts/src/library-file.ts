import { z } from 'zod';
import { planInput } from './plan.ts';
import { scriptInput } from './script.ts';
import { taskInput } from './task.ts';
import { workflowInput } from './workflow.ts';

/** What a file given with `-f FILE` holds: one thing of the library, its fields named as in the API (L-52). */
export const libraryFile = z.discriminatedUnion('kind', [
  scriptInput.extend({ kind: z.literal('Script') }),
  taskInput.extend({ kind: z.literal('Task') }),
  workflowInput.extend({ kind: z.literal('Workflow') }),
  planInput.extend({ kind: z.literal('Plan') }),
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
