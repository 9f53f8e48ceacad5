import type { LibraryDocumentOf } from '@patchbay/contracts/library-document';
import type { TaskInput } from '@patchbay/contracts/task';
import type { FieldProblem } from '@patchbay/domain/field-problem';
import type { Transaction } from '../db/pool.ts';
import { findTask, personalTasks, type StoredTask } from '../db/tasks.ts';
import type { Applying, DocumentKind } from './document-kind.ts';
import { placementProblems } from './placement.ts';
import { requireValid } from './refused.ts';
import { removeTask } from './remove.ts';
import { changeTask, createTask } from './save-task.ts';
import { stillThere } from './still-there.ts';

type TaskDocument = LibraryDocumentOf<'Task'>;

/** Tasks as documents. A secret never stands in one: `{ secret: stored }` stands for it (L-03). */
export const taskDocuments: DocumentKind<TaskDocument> = {
  kind: 'Task',
  noun: 'task',
  read: async (db) => (await personalTasks(db)).map((task) => ({ id: task.id, document: documentOf(task) })),
  compared: ({ kind: _, ...task }, nameOf) => ({ ...task, script: nameOf('script', task.script) }),
  lacking: async () => [],
  async create({ tx, sealer, saved, ...applying }, document) {
    const id = await createTask(tx, sealer, inputOf(document, {}, applying), 'personal', saved);
    await requireSealed(tx, id, document);
    return id;
  },
  async change({ tx, sealer, saved, ...applying }, id, document) {
    const current = stillThere(await findTask(tx, id, 'lock'));
    await changeTask(tx, sealer, current, inputOf(document, current.secrets, applying), saved);
    await requireSealed(tx, id, document);
  },
  useProblems: placementProblems,
  async remove(tx, id) {
    await removeTask(tx, stillThere(await findTask(tx, id, 'lock')));
  },
};

function documentOf(task: StoredTask): TaskDocument {
  const secrets = Object.keys(task.secrets).map((name) => [name, { secret: 'stored' }]);
  return {
    kind: 'Task',
    name: task.name,
    description: task.description,
    os: task.os,
    script: task.scriptName,
    scriptRevision: task.scriptRevision,
    parameters: { ...task.parameters, ...Object.fromEntries(secrets) },
    successExitCodes: [...task.successExitCodes],
    timeoutMinutes: task.timeoutMinutes,
    runAs: task.runAs,
    retries: { count: task.retryCount, delaySeconds: task.retryDelaySeconds },
    category: task.category,
    reboots: task.reboots,
    safeToRepeat: task.safeToRepeat,
    safeInRehearsal: task.safeInRehearsal,
  };
}

/** The task with the values that came for secrets of which nothing is stored yet. */
function inputOf(
  { kind: _, ...task }: TaskDocument,
  stored: Readonly<Record<string, string>>,
  { secretOf }: Pick<Applying, 'secretOf'>,
): TaskInput {
  const parameters = Object.entries(task.parameters).map(([name, value]) => {
    const isOpen = typeof value === 'object' && !Object.hasOwn(stored, name);
    return [name, isOpen ? (secretOf(task.name, name) ?? value) : value];
  });
  return { ...task, parameters: Object.fromEntries(parameters) };
}

/** A secret in a document would end up in Git, and what is stored for `{ secret: stored }` must be sealed. */
async function requireSealed(tx: Transaction, id: string, { parameters }: TaskDocument): Promise<void> {
  if (Object.keys(parameters).length === 0) return;
  const { secrets } = stillThere(await findTask(tx, id));
  const problems = Object.entries(parameters).flatMap(([name, value]): FieldProblem[] => {
    const isSecret = Object.hasOwn(secrets, name);
    if (isSecret === (typeof value === 'object')) return [];
    const message = isSecret
      ? 'is a secret, which does not belong into a document: write { secret: stored }'
      : 'is not a secret: give its value';
    return [{ path: `parameters.${name}`, message }];
  });
  requireValid('task', problems);
}
