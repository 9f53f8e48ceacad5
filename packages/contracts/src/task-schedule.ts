import { z } from 'zod';
import { pageQuery } from './page.ts';
import { link, reference } from './reference.ts';
import { parameterValues } from './task.ts';
import { instant } from './text.ts';

/**
 * `waiting`: it will start. `started`: it ran once. `missed`: no server could start it in time. `failed`: it could not
 * be started at all.
 */
const taskScheduleStatus = z.enum(['waiting', 'started', 'missed', 'failed', 'cancelled']);
export type TaskScheduleStatus = z.infer<typeof taskScheduleStatus>;

/** A task that is to run at a set time, once (L-26), or as a health check again and again (L-27). */
export const taskSchedule = z.strictObject({
  id: z.uuid(),
  /** Its id is null once the task has been deleted. */
  task: link,
  /** The selector; which endpoints it means is seen when it starts. */
  on: z.string(),
  /** Values over the task's own; of secrets only that they are stored. */
  parameters: parameterValues,
  startsAt: instant,
  withinMinutes: z.int().nullable(),
  everyMinutes: z.int().nullable(),
  spreadMinutes: z.int(),
  status: taskScheduleStatus,
  /** When it starts next; null when it does not any more. */
  nextAt: instant.nullable(),
  /** What there is to say of its last start, such as why there was none; null: nothing. */
  note: z.string().nullable(),
  lastAt: instant.nullable(),
  /** The cycle that it opened last. */
  lastCycle: z.int().nullable(),
  createdAt: instant,
  createdBy: z.string(),
  cancelledAt: instant.nullable(),
  cancelledBy: z.string().nullable(),
});
export type TaskSchedule = z.infer<typeof taskSchedule>;

/** Filters of the list of schedules. */
export const taskScheduleQuery = pageQuery.extend({
  status: taskScheduleStatus.optional(),
  task: reference.optional(),
});
