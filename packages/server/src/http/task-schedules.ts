import { PatchbayError } from '@patchbay/contracts/errors';
import { page } from '@patchbay/contracts/page';
import { referenceId } from '@patchbay/contracts/run';
import { type TaskSchedule, taskSchedule, taskScheduleQuery } from '@patchbay/contracts/task-schedule';
import { scheduleJobKind } from '../cycle/start-task-schedule.ts';
import { cancelJob } from '../db/jobs.ts';
import {
  findTaskSchedule,
  listTaskSchedules,
  markScheduleCancelled,
  type StoredTaskSchedule,
} from '../db/task-schedules.ts';
import { findTask } from '../db/tasks.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { found } from './found.ts';
import { perform } from './perform.ts';

const tags = ['tasks'];

/** `/api/v1/task-schedules`: tasks that are to run at a set time (L-26, L-27); `POST /task-runs` makes them. */
export function taskScheduleRoutes(app: App, context: HttpContext): void {
  const { pool } = context;

  app.get('/task-schedules', {
    config: { action: 'task.read' },
    schema: {
      tags,
      summary: 'List tasks that are, or were, to run at a set time, the newest first',
      querystring: taskScheduleQuery,
      response: { 200: page(taskSchedule) },
    },
    handler: async ({ query }) => {
      const { status, task } = query;
      const id = task && found('task', task, await findTask(pool, task)).id;
      const { items, nextCursor } = await listTaskSchedules(pool, { status, task: id }, query);
      return { items: items.map(showTaskSchedule), nextCursor };
    },
  });

  app.get('/task-schedules/:id', {
    config: { action: 'task.read' },
    schema: {
      tags,
      summary: 'Show a task that is, or was, to run at a set time',
      params: referenceId,
      response: { 200: taskSchedule },
    },
    handler: async ({ params: { id } }) =>
      showTaskSchedule(found('scheduled task run', id, await findTaskSchedule(pool, id))),
  });

  app.post('/task-schedules/:id/cancel', {
    config: { action: 'task.run', deed: 'taskSchedule.cancel' },
    schema: {
      tags,
      summary: 'Let a task not run at its set time, or not be repeated; what has started goes on',
      params: referenceId,
      response: { 200: taskSchedule },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { id } = request.params;
        // Before the schedule itself, in the order in which a start takes them.
        await cancelJob(tx, { kind: scheduleJobKind, key: id });
        const current = found('scheduled task run', id, await findTaskSchedule(tx, id, 'lock'));
        if (current.status !== 'waiting') {
          throw new PatchbayError('NOT_POSSIBLE_NOW', `It does not wait any more: ${current.status}.`);
        }
        await markScheduleCancelled(tx, id, saved);
        await audit({ kind: 'task', id: current.task ?? id, name: current.taskName }, { schedule: id });
        return {
          status: 200,
          body: showTaskSchedule(found('scheduled task run', id, await findTaskSchedule(tx, id))),
        };
      }),
  });
}

/** A schedule as answers show it: of its secrets only that they are stored (L-03). */
export function showTaskSchedule(stored: StoredTaskSchedule): TaskSchedule {
  const { id, task, taskName, endpoints, parameters, withinMinutes, everyMinutes, spreadMinutes } = stored;
  const secrets = Object.keys(stored.secrets).map((name) => [name, { secret: 'stored' }]);
  return {
    id,
    task: { id: task, name: taskName },
    on: endpoints,
    parameters: { ...parameters, ...Object.fromEntries(secrets) },
    startsAt: stored.startsAt.toISOString(),
    withinMinutes,
    everyMinutes,
    spreadMinutes,
    status: stored.status,
    nextAt: stored.nextAt?.toISOString() ?? null,
    note: stored.note,
    lastAt: stored.lastAt?.toISOString() ?? null,
    lastCycle: stored.lastCycle,
    createdAt: stored.createdAt.toISOString(),
    createdBy: stored.createdBy,
    cancelledAt: stored.cancelledAt?.toISOString() ?? null,
    cancelledBy: stored.cancelledBy,
  };
}
