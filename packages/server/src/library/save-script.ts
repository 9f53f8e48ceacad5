import type { ScriptInput } from '@patchbay/contracts/script';
import type { FieldProblem } from '@patchbay/domain/field-problem';
import { scriptProblems } from '@patchbay/domain/script/problems';
import { taskProblems } from '@patchbay/domain/task/problems';
import type { Transaction } from '../db/pool.ts';
import { findScript, insertScript, type StoredScript, updateScript } from '../db/scripts.ts';
import type { Saved } from '../db/stored-thing.ts';
import { tasksFollowing } from '../db/tasks.ts';
import { requireValid } from './refused.ts';
import { givenValues } from './task-values.ts';

/** Adds a script and returns its id (L-02, L-06). */
export async function createScript(
  tx: Transaction,
  input: ScriptInput,
  origin: 'builtIn' | 'personal',
  saved: Saved,
): Promise<string> {
  requireValid('script', scriptProblems(input));
  return insertScript(tx, input, origin, saved);
}

/** Saves a script as a new revision (L-05); refused while a task that follows the latest would not fit it any more. */
export async function replaceScript(
  tx: Transaction,
  current: Pick<StoredScript, 'id'>,
  input: ScriptInput,
  saved: Saved,
): Promise<void> {
  requireValid('script', scriptProblems(input));
  await updateScript(tx, current.id, input, saved);
  requireValid('script', await scriptUseProblems(tx, current.id));
}

/** Why the tasks that follow a script's latest revision do not fit it. */
export async function scriptUseProblems(tx: Transaction, id: string): Promise<FieldProblem[]> {
  const problems: FieldProblem[] = [];
  const tasks = await tasksFollowing(tx, id);
  const script = tasks.length === 0 ? null : await findScript(tx, id);
  if (script === null) return [];
  for (const task of tasks) {
    const content = { ...task, parameters: givenValues(task) };
    for (const { path, message } of taskProblems(content, script, new Set(Object.keys(task.secrets)))) {
      problems.push({
        path: path === 'os' ? 'os' : 'parameters',
        message: `does not fit the task "${task.name}" (${path}: ${message})`,
      });
    }
  }
  return problems;
}
