import type { TaskRunInput } from '@patchbay/contracts/task';
import { scheduleProblems } from '@patchbay/domain/task/schedule';
import { scheduleJob } from '../db/jobs.ts';
import type { Transaction } from '../db/pool.ts';
import type { Sealer } from '../db/secrets.ts';
import type { Saved } from '../db/stored-thing.ts';
import { insertTaskSchedule } from '../db/task-schedules.ts';
import type { StoredTask } from '../db/tasks.ts';
import { requireValid } from '../library/refused.ts';
import { selectorProblems } from '../library/selector-problems.ts';
import { requestedValues, sealedValues } from '../library/task-values.ts';
import { fittingValues } from './open-task-run.ts';
import { scheduleJobKind } from './start-task-schedule.ts';

/**
 * *Run Task* at a set time (L-26): checks all that can be known now, and has it started then. Returns the schedule's id.
 *
 * @throws INVALID_INPUT
 */
export async function scheduleTaskRun(
  tx: Transaction,
  sealer: Sealer,
  task: StoredTask,
  input: TaskRunInput,
  saved: Saved,
): Promise<string> {
  const { on, withinMinutes, everyMinutes, spreadMinutes } = input;
  const startsAt = input.at === null ? saved.at : new Date(input.at);
  const times = { startsAt: startsAt.getTime(), withinMinutes, everyMinutes, spreadMinutes };
  requireValid('task run', scheduleProblems(times, task.category, saved.at.getTime()));
  requireValid('task run', await selectorProblems(tx, on, 'on'));
  const given = requestedValues(input.parameters);
  const { script } = await fittingValues(tx, task, { given, secrets: {} });
  const values = sealedValues(script?.parameters ?? [], given, {}, sealer);
  const id = await insertTaskSchedule(
    tx,
    {
      task: task.id,
      taskName: task.name,
      endpoints: on,
      ...values,
      startsAt,
      withinMinutes,
      everyMinutes,
      spreadMinutes,
    },
    saved,
  );
  await scheduleJob(tx, { kind: scheduleJobKind, key: id }, startsAt);
  return id;
}
