import { z } from 'zod';
import { text } from './text.ts';

/** A day such as `2026-01-31`. */
export const calendarDay = z.string().regex(/^\d{4}-\d\d-\d\d$/, 'must be a day such as 2026-01-31');

/** When something comes again and again (P-05): "second Tuesday + 3 days, 22:00 Europe/Berlin". */
export const recurrence = z.strictObject({
  /** A rule of RFC 5545 without times: `FREQ=MONTHLY;BYDAY=2TU`. A date that a month lacks is its last day. */
  rule: text(500).min(1),
  /** So many days after each of the rule's days. */
  afterDays: z.int().min(0).max(31).default(0),
  /** The first day that the rule may mean; intervals and COUNT are counted from it. */
  start: calendarDay,
  /** Local time: `22:00`. One that the clocks skip is as much later; of one that comes twice it is the first. */
  time: z.string().regex(/^\d\d:\d\d$/, 'must be a time of the day, such as "22:00"'),
  /** A name of the IANA database: `Europe/Berlin`. */
  timeZone: text(64).min(1),
});
