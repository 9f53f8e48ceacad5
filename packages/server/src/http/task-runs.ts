import { cycle } from '@patchbay/contracts/cycle';
import { taskRunInput } from '@patchbay/contracts/task';
import { openTaskRun } from '../cycle/open-task-run.ts';
import { findTask } from '../db/tasks.ts';
import { findCycle } from '../db/views/cycles.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { found } from './found.ts';
import { perform } from './perform.ts';

/** `POST /api/v1/task-runs`: *Run Task* (L-26). */
export function taskRunRoutes(app: App, context: HttpContext): void {
  app.post('/task-runs', {
    config: { action: 'task.run' },
    schema: {
      tags: ['tasks'],
      summary: 'Run a task on endpoints now, outside any plan',
      description:
        'Opens a cycle of its own with one run for each endpoint. Endpoints of another OS are left out.',
      body: taskRunInput,
      response: { 201: cycle },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit, afterCommit }) => {
        const input = request.body;
        const task = found('task', input.task, await findTask(tx, input.task, 'lock'));
        const opened = await openTaskRun(tx, context, task, input, saved);
        await audit({ kind: 'task', id: task.id, name: task.name }, { cycle: String(opened), on: input.on });
        afterCommit(() => context.engine.wake());
        const body = found('cycle', opened, await findCycle(tx, opened));
        return { status: 201, body, location: `/cycles/${opened}` };
      }),
  });
}
