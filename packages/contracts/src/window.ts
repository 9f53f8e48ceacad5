import { windowMinutes } from '@patchbay/domain/schedule/maintenance-window';
import { z } from 'zod';
import { pageQuery } from './page.ts';
import { calendarDay, recurrence } from './recurrence.ts';
import { reference } from './reference.ts';
import { selectorText } from './task.ts';
import { description, instant, name, text } from './text.ts';

/** Days on which a window does not open, the last one included. */
const blackout = z.strictObject({ from: calendarDay, to: calendarDay, reason: text(200).default('') });

/** What makes or replaces a maintenance window (P-06). */
export const windowInput = z.strictObject({
  name,
  description: description.default(''),
  /** The groups and endpoints that it is for. An endpoint with several may be worked on while any of them is open. */
  endpoints: selectorText,
  recurrence,
  /** Time that passes, also on days when the clocks change. */
  durationMinutes: z.int().min(windowMinutes.least).max(windowMinutes.most),
  /** A window belongs to the day that it starts on, also when it ends on the next. */
  blackouts: z.array(blackout).max(200).default([]),
});
export type WindowInput = z.infer<typeof windowInput>;

/** One time that a window is open. */
const opening = z.strictObject({ opensAt: instant, closesAt: instant });

/** A maintenance window. */
export const maintenanceWindow = z.strictObject({
  id: z.uuid(),
  name,
  description,
  endpoints: z.string(),
  recurrence: recurrence.required(),
  durationMinutes: z.int(),
  blackouts: z.array(blackout.required()),
  /** The recurrence as a sentence. */
  inWords: z.string(),
  /** The opening that it is in now; null when it is closed. */
  current: opening.nullable(),
  /** The one that comes next; null when there is none any more. */
  next: opening.nullable(),
  createdAt: instant,
  createdBy: z.string(),
  updatedAt: instant,
  updatedBy: z.string(),
});
export type MaintenanceWindow = z.infer<typeof maintenanceWindow>;

/** A maintenance window with what is told to who edits it. */
export const maintenanceWindowDetail = maintenanceWindow.extend({
  /** How many endpoints it is for now. */
  members: z.int(),
  /** What one would hardly want: no endpoints, no more openings, an overlap with another window. */
  warnings: z.array(z.string()),
});
export type MaintenanceWindowDetail = z.infer<typeof maintenanceWindowDetail>;

/** A window that need not be saved; `replaces`: the one that it is to be instead of, which it does not overlap with. */
export const windowCheckInput = z.strictObject({
  window: windowInput,
  replaces: z.uuid().nullable().default(null),
});

/** What there is to say about a window as it would be saved (P-06). */
export const windowCheck = maintenanceWindowDetail.pick({ members: true, warnings: true });
export type WindowCheck = z.infer<typeof windowCheck>;

/** Filters of the list of windows; `endpoint`: only those of this endpoint. */
export const windowQuery = pageQuery.extend({
  search: text(120).optional(),
  endpoint: reference.optional(),
});

/** When an endpoint may be worked on, by all its windows together (P-06, P-07). */
export const endpointTimetable = z.strictObject({
  /** False: it has no window, and may be worked on at any time. */
  restricted: z.boolean(),
  current: opening.nullable(),
  /** The next openings, at most ten, within the year. */
  next: z.array(opening),
});
export type EndpointTimetable = z.infer<typeof endpointTimetable>;
