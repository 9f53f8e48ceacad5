import { isDeepStrictEqual } from 'node:util';
import type { ScriptInput } from '@patchbay/contracts/script';
import type { TaskInput } from '@patchbay/contracts/task';
import type { WorkflowInput } from '@patchbay/contracts/workflow';
import { workflowPhases } from '@patchbay/domain/workflow/workflow';
import type { BaseLogger } from 'pino';
import type { Transaction } from '../db/pool.ts';
import { findScript, markVerified, renameScript, type StoredScript } from '../db/scripts.ts';
import type { Sealer } from '../db/secrets.ts';
import type { Saved } from '../db/stored-thing.ts';
import { findTask, findTasksById, renameTask } from '../db/tasks.ts';
import {
  defaultWorkflows,
  findWorkflow,
  renameWorkflow,
  type StoredWorkflow,
  setDefaultWorkflow,
} from '../db/workflows.ts';
import type { BuiltInLibrary, BuiltInScript } from './read-built-in.ts';
import { sameTask } from './same-task.ts';
import { createScript, replaceScript } from './save-script.ts';
import { createTask, replaceTask } from './save-task.ts';
import { createWorkflow, replaceWorkflow } from './save-workflow.ts';

/** Of several servers that start at once on one database, one stores the library and the others wait. */
const advisoryLock = 7_228_224_230;

/** What storing takes. */
interface Storing {
  readonly tx: Transaction;
  readonly sealer: Sealer;
  readonly saved: Saved;
  readonly log: Pick<BaseLogger, 'warn'>;
}

/**
 * Brings the stored built-in library to what is shipped: what has not changed stays untouched, a changed script gets a
 * new revision, and an operating system that has no default workflow yet gets the shipped one; a user's choice stays.
 */
export async function storeBuiltInLibrary(storing: Storing, library: BuiltInLibrary): Promise<void> {
  await storing.tx.query('select pg_advisory_xact_lock($1)', [advisoryLock]);
  for (const script of library.scripts) await storeScript(storing, script);
  for (const task of library.tasks) await storeTask(storing, task);
  for (const workflow of library.workflows) await storeWorkflow(storing, workflow);
  const chosen = new Set((await defaultWorkflows(storing.tx)).map(({ os }) => os));
  for (const workflow of library.workflows) {
    if (!workflow.default || chosen.has(workflow.os)) continue;
    const stored = await findWorkflow(storing.tx, workflow.name);
    if (stored !== null) await setDefaultWorkflow(storing.tx, stored);
  }
}

/** The built-in thing of this name; a personal one that has the name makes way for it. */
async function makeWay<Thing extends { id: string; name: string; origin: 'builtIn' | 'personal' }>(
  { tx, saved, log }: Storing,
  stored: Thing | null,
  rename: (tx: Transaction, id: string, name: string, saved: Saved) => Promise<void>,
): Promise<Thing | null> {
  if (stored === null || stored.origin === 'builtIn') return stored;
  const name = `${stored.name.slice(0, 100)} (personal ${stored.id.slice(0, 8)})`;
  await rename(tx, stored.id, name, saved);
  log.warn({ was: stored.name, is: name }, 'a personal thing was renamed: its name is a built-in one now');
  return null;
}

async function storeScript(storing: Storing, { verified, ...input }: BuiltInScript): Promise<void> {
  const { tx, saved } = storing;
  const stored = await makeWay(storing, await findScript(tx, input.name, 'lock'), renameScript);
  const id = stored?.id ?? (await createScript(tx, input, 'builtIn', saved));
  if (stored !== null && !sameScript(stored, input)) await replaceScript(tx, stored, input, saved);
  if ((stored?.verified ?? true) !== verified) await markVerified(tx, id, verified, saved);
}

function sameScript(stored: StoredScript, input: ScriptInput): boolean {
  const { note: _, ...shipped } = input;
  const { name, description, category, os, interpreter, content, parameters } = stored;
  return isDeepStrictEqual({ name, description, category, os, interpreter, content, parameters }, shipped);
}

async function storeTask(storing: Storing, input: TaskInput): Promise<void> {
  const { tx, sealer, saved } = storing;
  const stored = await makeWay(storing, await findTask(tx, input.name, 'lock'), renameTask);
  if (stored === null) return void (await createTask(tx, sealer, input, 'builtIn', saved));
  // Its settings are the users' (L-24).
  const kept = { ...input, interactiveReboot: stored.interactiveReboot ?? input.interactiveReboot };
  if (!sameTask(stored, kept)) await replaceTask(tx, sealer, stored, kept, saved);
}

async function storeWorkflow(storing: Storing, input: WorkflowInput): Promise<void> {
  const { tx, saved } = storing;
  const stored = await makeWay(storing, await findWorkflow(tx, input.name, 'lock'), renameWorkflow);
  if (stored === null) await createWorkflow(tx, input, 'builtIn', saved);
  else if (!(await sameWorkflow(tx, stored, input))) await replaceWorkflow(tx, stored, input, saved);
}

async function sameWorkflow(tx: Transaction, stored: StoredWorkflow, input: WorkflowInput): Promise<boolean> {
  const tasks = await findTasksById(
    tx,
    workflowPhases.flatMap((phase) => stored.steps[phase].map(({ task }) => task)),
  );
  const steps = workflowPhases.map((phase) =>
    stored.steps[phase].map((step) => ({ ...step, task: tasks.get(step.task)?.name })),
  );
  const { name, description, os, control } = stored;
  return isDeepStrictEqual(
    { name, description, os, control, steps },
    {
      name: input.name,
      description: input.description,
      os: input.os,
      control: input.control,
      steps: workflowPhases.map((phase) => input[phase]),
    },
  );
}
