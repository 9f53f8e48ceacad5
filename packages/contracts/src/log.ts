import { logCategories, logLevels } from '@patchbay/domain/log/log-entry';
import { z } from 'zod';
import { activityIdText } from './activity-order.ts';
import { pageQuery } from './page.ts';
import { link, reference } from './reference.ts';
import { instant, text } from './text.ts';

const level = z.enum(logLevels);
const category = z.enum(logCategories);

/** One entry of Logs & Alerts (O-04). */
export const logEntry = z.strictObject({
  id: z.int(),
  /** When it happened; what an endpoint reports late is dated by its own clock. */
  at: instant,
  level,
  category,
  endpoint: link.nullable(),
  /** A person, a token, the user of an endpoint, or "Patchbay". */
  actor: z.string(),
  message: z.string(),
  /** What it is about, as far as it is about one. */
  run: z.int().nullable(),
  activity: activityIdText.nullable(),
  /** The flow of Interactive Reboot. */
  reboot: z.string().nullable(),
});
export type LogEntryView = z.infer<typeof logEntry>;

/** Filters of Logs & Alerts, the latest first. */
export const logQuery = pageQuery.extend({
  level: level.optional(),
  category: category.optional(),
  /** An id or a name. */
  endpoint: reference.optional(),
  /** Words of the message, or their beginnings, in any order. */
  search: text(120).optional(),
  from: instant.optional(),
  /** Entries from before this moment. */
  until: instant.optional(),
  /** Entries that were recorded after the one with this id; for those who follow. */
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
});
