import { setTimeout as delay } from 'node:timers/promises';
import { type TaskSchedule, taskSchedule } from '@patchbay/contracts/task-schedule';
import { type Api, part } from './api.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { localTime, printLine } from './print.ts';

const pollMs = 1000;

/**
 * Waits until a task has been started at its set time and answers the cycle. A server that is away meanwhile is waited
 * for: it starts the task when it is back.
 *
 * @throws CommandError when it was cancelled or could not be started.
 */
export async function waitForStart(
  server: Api,
  scheduled: TaskSchedule,
  { json }: { readonly json?: boolean },
): Promise<number> {
  if (!json) printLine(`Waiting until ${localTime(scheduled.startsAt)} …`);
  for (;;) {
    const now = await look(server, scheduled.id);
    if (now !== null && now.status !== 'waiting') {
      if (now.note !== null && !json) printLine(now.note);
      if (now.lastCycle !== null) return now.lastCycle;
      throw new CommandError(exitCode.failed, now.note ?? `it did not start: ${now.status}`);
    }
    await delay(pollMs);
  }
}

/** Null while the server does not answer. */
async function look(server: Api, id: string): Promise<TaskSchedule | null> {
  try {
    return await server.get(`/task-schedules/${part(id)}`, taskSchedule);
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === exitCode.unreachable) return null;
    throw error;
  }
}
