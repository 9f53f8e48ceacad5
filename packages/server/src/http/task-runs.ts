import { type Cycle, cycle } from '@patchbay/contracts/cycle';
import { type TaskRunInput, taskRunInput } from '@patchbay/contracts/task';
import { type TaskSchedule, taskSchedule } from '@patchbay/contracts/task-schedule';
import { endpointsOfTask, openTaskRun } from '../cycle/open-task-run.ts';
import { scheduleTaskRun } from '../cycle/schedule-task-run.ts';
import { selectEndpoints } from '../cycle/select-endpoints.ts';
import { findTaskSchedule } from '../db/task-schedules.ts';
import { findTask } from '../db/tasks.ts';
import { findCycle } from '../db/views/cycles.ts';
import { requestedValues } from '../library/task-values.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { found } from './found.ts';
import { type Answer, type Deed, perform } from './perform.ts';
import { showTaskSchedule } from './task-schedules.ts';

/** `POST /api/v1/task-runs`: *Run Task* at once, at a set time, or as a repeated health check (L-26, L-27). */
export function taskRunRoutes(app: App, context: HttpContext): void {
  const { engine, sealer } = context;

  const runNow = async (deed: Deed, input: TaskRunInput): Promise<Answer<Cycle>> => {
    const { tx, saved, audit, afterCommit } = deed;
    const task = found('task', input.task, await findTask(tx, input.task, 'lock'));
    const { on, spreadMinutes } = input;
    const endpoints = endpointsOfTask(task, await selectEndpoints(tx, on, 'on'), on);
    const values = { given: requestedValues(input.parameters), secrets: {} };
    const tools = { engine, sealer, random: Math.random };
    const opened = await openTaskRun(tx, tools, { task, endpoints, values, spreadMinutes }, saved);
    await audit({ kind: 'task', id: task.id, name: task.name }, { cycle: String(opened), on });
    afterCommit(() => engine.wake());
    const body = found('cycle', opened, await findCycle(tx, opened));
    return { status: 201, body, location: `/cycles/${opened}` };
  };

  const runLater = async (deed: Deed, input: TaskRunInput): Promise<Answer<TaskSchedule>> => {
    const { tx, saved, audit } = deed;
    const task = found('task', input.task, await findTask(tx, input.task, 'lock'));
    const id = await scheduleTaskRun(tx, sealer, task, input, saved);
    const stored = found('scheduled task run', id, await findTaskSchedule(tx, id));
    const body = showTaskSchedule(stored);
    await audit(
      { kind: 'task', id: task.id, name: task.name },
      { schedule: id, on: input.on, at: body.startsAt },
      'task.schedule',
    );
    return { status: 202, body, location: `/task-schedules/${id}` };
  };

  app.post('/task-runs', {
    config: { action: 'task.run' },
    schema: {
      tags: ['tasks'],
      summary: 'Run a task on endpoints now or at a set time, outside any plan',
      description:
        'Opens a cycle of its own with one run for each endpoint; endpoints of another OS are left out. With `at` ' +
        'or `everyMinutes` it is answered with 202 and the schedule that opens such cycles: which endpoints are ' +
        'meant is seen when it starts. A start for which no server was there in time comes as soon as one is, unless ' +
        '`withinMinutes` have passed; a check that is repeated goes on in its rhythm. Only health checks are repeated.',
      body: taskRunInput,
      response: { 201: cycle, 202: taskSchedule },
    },
    handler: (request, reply) =>
      perform<Cycle | TaskSchedule>(context, request, reply, (deed) => {
        const { body } = request;
        return body.at === null && body.everyMinutes === null ? runNow(deed, body) : runLater(deed, body);
      }),
  });
}
