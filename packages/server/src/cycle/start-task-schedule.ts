import { PatchbayError } from '@patchbay/contracts/errors';
import { atDueTime, lateness } from '@patchbay/domain/task/schedule';
import { insertAudit } from '../db/audit.ts';
import type { Transaction } from '../db/pool.ts';
import {
  busyEndpoints,
  type ScheduleTurn,
  type StoredTaskSchedule,
  saveScheduleTurn,
} from '../db/task-schedules.ts';
import { findTask, type StoredTask } from '../db/tasks.ts';
import { missingEndpoints, selectedEndpoints } from '../db/views/selected-endpoints.ts';
import { givenValues } from '../library/task-values.ts';
import { endpointsOfTask, openTaskRun, type TaskRunTools } from './open-task-run.ts';
import { readSelector } from './select-endpoints.ts';

/** The kind of the jobs that start schedules; their key is the schedule's id. */
export const scheduleJobKind = 'taskSchedule';

/** Who is named in the audit for what the server finds out itself. */
const server = 'Patchbay';

/**
 * Starts the task of a schedule that is due (L-26, L-27), keeps what became of it and says so in the audit. Who is
 * meant by the selector is found out now. When nothing can be started the schedule says why; that is no error.
 * `engine.wake` after the commit.
 */
export async function startTaskSchedule(
  tx: Transaction,
  tools: TaskRunTools,
  schedule: StoredTaskSchedule,
  at: Date,
): Promise<ScheduleTurn> {
  const turn = await turnOf(tx, tools, schedule, at);
  await saveScheduleTurn(tx, schedule.id, turn);
  const details = { schedule: schedule.id, on: schedule.endpoints };
  const started = turn.cycle !== null;
  await insertAudit(tx, {
    actor: started ? schedule.createdBy : server,
    action: started ? 'task.run' : 'taskSchedule.notStarted',
    object: { kind: 'task', id: schedule.task ?? schedule.id, name: schedule.taskName },
    details: {
      ...details,
      ...(turn.cycle === null ? {} : { cycle: String(turn.cycle) }),
      ...(turn.note === null ? {} : { note: turn.note }),
    },
    address: null,
    correlationId: null,
    at,
  });
  return turn;
}

async function turnOf(
  tx: Transaction,
  tools: TaskRunTools,
  schedule: StoredTaskSchedule,
  at: Date,
): Promise<ScheduleTurn> {
  const { nextAt: dueAt, startsAt, everyMinutes } = schedule;
  const times = { ...schedule, startsAt: startsAt.getTime() };
  const due = atDueTime(times, (dueAt ?? startsAt).getTime(), at.getTime());
  const late = lateness(due.lateMinutes);
  if (due.kind === 'missed') {
    return {
      status: 'missed',
      nextAt: null,
      note: `It did not start: that would have been ${late}.`,
      at,
      cycle: null,
    };
  }
  const nextAt = due.nextAt === null ? null : new Date(due.nextAt);
  const task = schedule.task === null ? null : await findTask(tx, schedule.task, 'lock');
  const never = refusalOf(task, schedule);
  if (task === null || never !== null)
    return { status: 'failed', nextAt: null, note: never, at, cycle: null };
  try {
    const { cycle, note } = await open(tx, tools, task, schedule, at);
    const notes = [...(late === '' ? [] : [`It started ${late}.`]), ...note];
    const status = everyMinutes === null ? 'started' : 'waiting';
    return { status, nextAt, note: notes.join(' ') || null, at, cycle };
  } catch (error) {
    if (!(error instanceof PatchbayError)) throw error;
    return { status: nextAt === null ? 'failed' : 'waiting', nextAt, note: wordsOf(error), at, cycle: null };
  }
}

function refusalOf(task: StoredTask | null, { taskName, everyMinutes }: StoredTaskSchedule): string | null {
  if (task === null) return `The task "${taskName}" has been deleted.`;
  if (everyMinutes === null || task.category === 'Health Check') return null;
  return `The task "${taskName}" is no health check any more, and only those are repeated.`;
}

/** A repeated check leaves out who has not finished the last one, so that nothing piles up for those who are away. */
async function open(
  tx: Transaction,
  tools: TaskRunTools,
  task: StoredTask,
  schedule: StoredTaskSchedule,
  at: Date,
): Promise<{ readonly cycle: number; readonly note: readonly string[] }> {
  const { id, endpoints: on, everyMinutes, spreadMinutes, secrets, createdBy } = schedule;
  const selector = readSelector(on, 'on');
  const missing = await missingEndpoints(tx, selector);
  const meant = endpointsOfTask(task, await selectedEndpoints(tx, selector), on);
  const busy = everyMinutes === null ? new Set<string>() : await busyEndpoints(tx, id);
  const endpoints = meant.filter((endpoint) => !busy.has(endpoint.id));
  if (endpoints.length === 0) {
    throw new PatchbayError('NOT_POSSIBLE_NOW', 'No endpoint has finished the check before this one.');
  }
  const values = { given: givenValues(schedule), secrets };
  const run = { task, endpoints, values, spreadMinutes, schedule: id };
  const cycle = await openTaskRun(tx, tools, run, { by: createdBy, at });
  const names = missing.map((name) => `"${name}"`).join(', ');
  const left = meant.length - endpoints.length;
  return {
    cycle,
    note: [
      ...(missing.length === 0 ? [] : [`There is no endpoint ${names} any more.`]),
      ...(left === 0
        ? []
        : [`${left} of ${meant.length} endpoints have not finished the check before this one.`]),
    ],
  };
}

function wordsOf({ message, errors }: PatchbayError): string {
  return [message, ...errors.map(({ path, message: wrong }) => `${path}: ${wrong}.`)].join(' ');
}
