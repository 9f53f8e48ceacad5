import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtInScripts, builtInTasks, builtInWorkflows } from '@patchbay/contracts/library-file';
import { type ScriptInput, scriptInput } from '@patchbay/contracts/script';
import type { TaskInput } from '@patchbay/contracts/task';
import { type WorkflowInput, workflowInput } from '@patchbay/contracts/workflow';
import { operatingSystemNames, operatingSystems } from '@patchbay/domain/operating-system';
import { parse } from 'yaml';
import type { z } from 'zod';

/** A workflow that is shipped; `default`: of its operating system (L-40). */
export type BuiltInWorkflow = WorkflowInput & { readonly default: boolean };

/** A script that is shipped; `verified`: it was run on a real system of its kind. */
export type BuiltInScript = ScriptInput & { readonly verified: boolean };

/** What is shipped, in the order in which it can be stored. */
export interface BuiltInLibrary {
  readonly scripts: readonly BuiltInScript[];
  readonly tasks: readonly TaskInput[];
  readonly workflows: readonly BuiltInWorkflow[];
}

/** Where the library's files are, a folder for each operating system. */
export const builtInDirectory = fileURLToPath(new URL('../../library/', import.meta.url));

const note = 'Shipped with Patchbay';

/** Reads and checks the files of the built-in library; an operating system without files has a workflow without steps (L-40). */
export async function readBuiltInLibrary(directory: string): Promise<BuiltInLibrary> {
  const folders = (await readdir(directory, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(directory, entry.name))
    .sort();
  const read = await Promise.all(folders.map(readFolder));
  const workflows = read.flatMap((one) => one.workflows);
  return {
    scripts: read.flatMap((one) => one.scripts),
    tasks: read.flatMap((one) => one.tasks),
    workflows: [...workflows, ...emptyDefaults(workflows)],
  };
}

async function readFolder(folder: string): Promise<BuiltInLibrary> {
  const listed = await readYaml(join(folder, 'scripts.yaml'), builtInScripts);
  const scripts = await Promise.all(
    listed.map(async ({ file, verified, ...rest }) => {
      const content = await readFile(join(folder, file), 'utf8');
      return { ...scriptInput.parse({ ...rest, content, note }), verified };
    }),
  );
  return {
    scripts,
    tasks: await readYaml(join(folder, 'tasks.yaml'), builtInTasks),
    workflows: await readYaml(join(folder, 'workflows.yaml'), builtInWorkflows),
  };
}

async function readYaml<Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.output<Schema>> {
  const result = schema.safeParse(parse(await readFile(file, 'utf8')));
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`${file} is not valid: ${issues.join('; ')}`);
}

function emptyDefaults(workflows: readonly BuiltInWorkflow[]): BuiltInWorkflow[] {
  return operatingSystems
    .filter((os) => !workflows.some((workflow) => workflow.os === os && workflow.default))
    .map((os) => ({
      ...workflowInput.parse({
        name: `${operatingSystemNames[os]} Patching`,
        description: 'Patches without further steps.',
        os,
      }),
      default: true,
    }));
}
