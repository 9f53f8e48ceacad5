import { page } from '@patchbay/contracts/page';
import { referenceId } from '@patchbay/contracts/run';
import { duplicateInput, type Task, task, taskInput, taskQuery } from '@patchbay/contracts/task';
import { editRefusal } from '@patchbay/domain/library/refusal';
import { z } from 'zod';
import type { Queryable } from '../db/queryable.ts';
import type { Use } from '../db/stored-thing.ts';
import { findTask, insertTask, listTasks, type StoredTask, taskUses, usesOfTasks } from '../db/tasks.ts';
import { nameOfCopy } from '../library/copy.ts';
import { requireAllowed } from '../library/refused.ts';
import { removeTask } from '../library/remove.ts';
import { changesSettingsOnly } from '../library/same-task.ts';
import { createTask, replaceTask } from '../library/save-task.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { deleteThing } from './delete-thing.ts';
import { etagOf, requireMatch } from './etag.ts';
import { found } from './found.ts';
import { type Answer, perform } from './perform.ts';

const tags = ['tasks'];

/** `/api/v1/tasks`: the library's tasks (L-20 to L-25). */
export function taskRoutes(app: App, context: HttpContext): void {
  const { pool, sealer } = context;

  app.get('/tasks', {
    config: { action: 'task.read' },
    schema: { tags, summary: 'List tasks', querystring: taskQuery, response: { 200: page(task) } },
    handler: async ({ query }) => {
      const { items, nextCursor } = await listTasks(pool, query, query);
      const uses = await usesOfTasks(
        pool,
        items.map(({ id }) => id),
      );
      return { items: items.map((stored) => toTask(stored, uses.get(stored.id) ?? [])), nextCursor };
    },
  });

  app.get('/tasks/:id', {
    config: { action: 'task.read' },
    schema: { tags, summary: 'Show a task', params: referenceId, response: { 200: task } },
    handler: async ({ params: { id } }, reply) => {
      const stored = found('task', id, await findTask(pool, id));
      void reply.header('etag', etagOf(stored.version));
      return toTask(stored, await taskUses(pool, stored.id));
    },
  });

  app.post('/tasks', {
    config: { action: 'task.write', deed: 'task.create' },
    schema: { tags, summary: 'Create a task', body: taskInput, response: { 201: task } },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const id = await createTask(tx, sealer, request.body, 'personal', saved);
        await audit({ kind: 'task', id, name: request.body.name });
        return answer(201, tx, id);
      }),
  });

  app.put('/tasks/:id', {
    config: { action: 'task.write', deed: 'task.edit' },
    schema: {
      tags,
      summary: 'Replace a task; of a built-in one only the settings of Interactive Reboot',
      params: referenceId,
      body: taskInput,
      response: { 200: task },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { id } = request.params;
        const current = found('task', id, await findTask(tx, id, 'lock'));
        if (!changesSettingsOnly(current, request.body)) {
          requireAllowed(editRefusal({ kind: 'task', ...current }));
        }
        requireMatch(request, current);
        await replaceTask(tx, sealer, current, request.body, saved);
        await audit({ kind: 'task', id: current.id, name: request.body.name });
        return answer(200, tx, current.id);
      }),
  });

  app.delete('/tasks/:id', {
    config: { action: 'task.write', deed: 'task.delete' },
    schema: { tags, summary: 'Delete a task', params: referenceId, response: { 204: z.null() } },
    handler: (request, reply) =>
      deleteThing(context, request, reply, { kind: 'task', find: findTask, remove: removeTask }),
  });

  app.post('/tasks/:id/duplicate', {
    config: { action: 'task.write', deed: 'task.duplicate' },
    schema: {
      tags,
      summary: 'Copy a task into an editable one',
      params: referenceId,
      body: duplicateInput,
      response: { 201: task },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { id } = request.params;
        const original = found('task', id, await findTask(tx, id));
        const taken = async (name: string) => (await findTask(tx, name)) !== null;
        const name = await nameOfCopy(original.name, request.body.name, taken);
        // Its secrets come along sealed.
        const copy = await insertTask(tx, { ...original, name }, 'personal', saved);
        await audit({ kind: 'task', id: copy, name }, { of: original.name });
        return answer(201, tx, copy);
      }),
  });
}

async function answer(status: 200 | 201, db: Queryable, id: string): Promise<Answer<Task>> {
  const stored = found('task', id, await findTask(db, id));
  return {
    status,
    body: toTask(stored, await taskUses(db, id)),
    etag: etagOf(stored.version),
    ...(status === 201 ? { location: `/tasks/${id}` } : {}),
  };
}

/** A task as answers show it: of its secrets only that they are stored (L-03). */
function toTask(stored: StoredTask, usedBy: Use[]): Task {
  const secrets = Object.keys(stored.secrets).map((name) => [name, { secret: 'stored' }]);
  const { id, name, description, origin, os, scriptId, scriptName, scriptRevision } = stored;
  return {
    id,
    name,
    description,
    origin,
    os,
    script: scriptName === null ? null : { id: scriptId, name: scriptName },
    scriptRevision,
    parameters: { ...stored.parameters, ...Object.fromEntries(secrets) },
    successExitCodes: [...stored.successExitCodes],
    timeoutMinutes: stored.timeoutMinutes,
    runAs: stored.runAs,
    retries: { count: stored.retryCount, delaySeconds: stored.retryDelaySeconds },
    category: stored.category,
    reboots: stored.reboots,
    interactiveReboot: stored.interactiveReboot,
    safeToRepeat: stored.safeToRepeat,
    safeInRehearsal: stored.safeInRehearsal,
    createdAt: stored.createdAt.toISOString(),
    createdBy: stored.createdBy,
    updatedAt: stored.updatedAt.toISOString(),
    updatedBy: stored.updatedBy,
    usedBy,
  };
}
