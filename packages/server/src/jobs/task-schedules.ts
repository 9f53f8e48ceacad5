import type { TaskRunTools } from '../cycle/open-task-run.ts';
import { scheduleJobKind, startTaskSchedule } from '../cycle/start-task-schedule.ts';
import { findTaskSchedule } from '../db/task-schedules.ts';
import type { Engine } from '../engine/engine.ts';
import type { JobWorker } from './jobs.ts';

/** Starts the tasks whose set time has come (L-26, L-27). */
export function taskScheduleWorker(
  tools: TaskRunTools & { readonly engine: Pick<Engine, 'openRuns' | 'wake'> },
): JobWorker {
  return {
    kind: scheduleJobKind,
    async work(tx, job, at) {
      const schedule = await findTaskSchedule(tx, job.key, 'lock');
      if (schedule === null || schedule.status !== 'waiting') return { again: null };
      const { nextAt } = await startTaskSchedule(tx, tools, schedule, at);
      return { again: nextAt, afterCommit: () => tools.engine.wake() };
    },
  };
}
