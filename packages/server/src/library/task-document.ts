import { isDeepStrictEqual } from 'node:util';
import type { LibraryDocumentOf } from '@patchbay/contracts/library-document';
import type { TaskInput } from '@patchbay/contracts/task';
import type { FieldProblem } from '@patchbay/domain/field-problem';
import { wholeRebootSettings } from '@patchbay/domain/reboot/merge-settings';
import type { Transaction } from '../db/pool.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Sealer } from '../db/secrets.ts';
import type { Saved } from '../db/stored-thing.ts';
import {
  builtInRebootTasks,
  findTask,
  personalTasks,
  resetRebootSettings,
  type StoredTask,
} from '../db/tasks.ts';
import type { Applying, DocumentKind } from './document-kind.ts';
import { placementProblems } from './placement.ts';
import { requireValid } from './refused.ts';
import { removeTask } from './remove.ts';
import { changesSettingsOnly } from './same-task.ts';
import { changeTask, createTask } from './save-task.ts';
import { stillThere } from './still-there.ts';

type TaskDocument = LibraryDocumentOf<'Task'>;

/** Tasks as documents. A secret never stands in one: `{ secret: stored }` stands for it (L-03). */
export const taskDocuments: DocumentKind<TaskDocument> = {
  kind: 'Task',
  noun: 'task',
  read: async (db) => {
    const stored = [...(await personalTasks(db)), ...(await editedBuiltIns(db))];
    return stored.map((task) => ({ id: task.id, document: documentOf(task) }));
  },
  compared: ({ kind: _kind, ...task }, nameOf) => {
    const { script, interactiveReboot } = task;
    return {
      ...task,
      script: script === null ? null : nameOf('script', script),
      ...(interactiveReboot === null
        ? {}
        : { reboots: true, interactiveReboot: wholeRebootSettings(interactiveReboot) }),
    };
  },
  lacking: async () => [],
  async create({ tx, sealer, saved, ...applying }, document) {
    const builtIn = await findTask(tx, document.name, 'lock');
    if (builtIn !== null) {
      await changeSettings(tx, sealer, builtIn, inputOf(document, {}, applying), saved);
      return builtIn.id;
    }
    const id = await createTask(tx, sealer, inputOf(document, {}, applying), 'personal', saved);
    await requireSealed(tx, id, document);
    return id;
  },
  async change({ tx, sealer, saved, ...applying }, id, document) {
    const current = stillThere(await findTask(tx, id, 'lock'));
    if (current.origin === 'builtIn') {
      return changeSettings(tx, sealer, current, inputOf(document, {}, applying), saved);
    }
    await changeTask(tx, sealer, current, inputOf(document, current.secrets, applying), saved);
    await requireSealed(tx, id, document);
  },
  useProblems: placementProblems,
  async remove(tx, id) {
    const current = stillThere(await findTask(tx, id, 'lock'));
    if (current.origin === 'personal') return removeTask(tx, current);
    // Without its document, a built-in task has the settings that it is shipped with.
    await resetRebootSettings(tx, id);
  },
};

/** Built-in tasks whose settings a user has changed (L-24); a document of one stands for that change. */
async function editedBuiltIns(db: Queryable): Promise<StoredTask[]> {
  const shipped = wholeRebootSettings({});
  const tasks = await builtInRebootTasks(db);
  return tasks.filter(({ interactiveReboot }) => !isDeepStrictEqual(interactiveReboot, shipped));
}

async function changeSettings(
  tx: Transaction,
  sealer: Sealer,
  current: StoredTask,
  input: TaskInput,
  saved: Saved,
): Promise<void> {
  if (!changesSettingsOnly(current, input)) {
    const message = `the task "${current.name}" is built in: only the settings of Interactive Reboot can be changed`;
    requireValid('task', [{ path: '', message }]);
  }
  await changeTask(tx, sealer, current, input, saved);
}

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
    interactiveReboot: task.interactiveReboot,
    safeToRepeat: task.safeToRepeat,
    safeInRehearsal: task.safeInRehearsal,
  };
}

/** The task with the values that came for secrets of which nothing is stored yet. */
function inputOf(
  { kind: _kind, ...task }: TaskDocument,
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
