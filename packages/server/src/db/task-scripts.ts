import type { Interpreter } from '@patchbay/domain/script/interpreter';
import type { ScriptParameter } from '@patchbay/domain/script/parameter';
import type { Transaction } from './pool.ts';

/** The revision of a script that a task runs now: the pinned one, else the latest (L-22). */
export interface TaskScriptRevision {
  readonly task: string;
  readonly name: string;
  readonly revision: number;
  readonly interpreter: Interpreter;
  readonly content: string;
  readonly parameters: readonly ScriptParameter[];
}

/** What these tasks run now, by task. */
export async function scriptsOfTasks(
  tx: Transaction,
  tasks: readonly string[],
): Promise<Map<string, TaskScriptRevision>> {
  const { rows } = await tx.query<TaskScriptRevision>(
    `select t.id as task, s.name, r.revision, r.interpreter, r.content, r.parameters
     from tasks t join scripts s on s.id = t.script
     join script_revisions r on r.script = s.id and r.revision = coalesce(t.script_revision, s.revision)
     where t.id = any($1::uuid[])`,
    [tasks],
  );
  return new Map(rows.map((row) => [row.task, row]));
}
