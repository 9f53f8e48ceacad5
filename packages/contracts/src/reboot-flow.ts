import { rebootEndings } from '@patchbay/domain/reboot/state';
import { z } from 'zod';
import { activityIdText } from './activity-order.ts';
import { pageQuery } from './page.ts';
import { rebootSettings } from './reboot.ts';
import { link, reference } from './reference.ts';
import { instant } from './text.ts';

const status = z.enum(['waiting', 'asking', 'snoozed', 'restarting', 'ended']);
const ending = z.enum(rebootEndings);

/** A flow of Interactive Reboot on an endpoint, as lists show it. */
export const rebootFlowSummary = z.strictObject({
  /** The id of the activity that began it. */
  id: activityIdText,
  endpoint: link,
  run: z.int(),
  /** As far as the endpoint has told; it may have gone on since. */
  status,
  /** null until it has ended. */
  ending: ending.nullable(),
  /** The endpoint waits for its reboot. */
  pending: z.boolean(),
  /** Notifications that were snoozed or ignored, and how many may be. */
  used: z.int(),
  notificationCount: z.int(),
  /** By the endpoint's clock, as are the next two. */
  startedAt: instant,
  /** When something happens next by itself; null: nothing, or it is not known. */
  nextAt: instant.nullable(),
  /** The latest possible reboot when users are there and can be asked; null: none is certain. */
  latestRebootAt: instant.nullable(),
  /** When the server heard of it last, and of its end. */
  reportedAt: instant,
  endedAt: instant.nullable(),
  /** The endpoint has reported something that the rules do not allow; see its events. */
  disputed: z.boolean(),
});
export type RebootFlowSummary = z.infer<typeof rebootFlowSummary>;

/** A flow, whole. */
export const rebootFlow = rebootFlowSummary.extend({
  settings: rebootSettings,
  /** Why nobody is being asked, or why it reboots; null where that is no question. */
  because: z.string().nullable(),
  /** The activities that want the reboot; the flow ends when the last one is cancelled. */
  activities: z.array(
    z.strictObject({
      id: activityIdText,
      /** When it was asked to be cancelled. */
      stopAskedAt: instant.nullable(),
    }),
  ),
  /** What comes next when users put it off for as long as they can, by the endpoint's clock. */
  forecast: z.array(
    z.strictObject({
      kind: z.enum(['reminder', 'finalWarning', 'snoozed', 'ignored', 'confirmed', 'reboot']),
      at: instant,
      /** Counts the notifications of the flow. */
      number: z.int(),
    }),
  ),
  /** It may be cancelled. */
  canCancel: z.boolean(),
});
export type RebootFlow = z.infer<typeof rebootFlow>;

/** One thing that happened in a flow. */
export const rebootFlowEvent = z.strictObject({
  sequence: z.int(),
  /** By the endpoint's clock. */
  at: instant,
  receivedAt: instant,
  kind: z.string(),
  /** The number of the notification that it is about. */
  notification: z.int().nullable(),
  answer: z.enum(['rebootNow', 'snooze', 'cancel']).nullable(),
  /** The sentences that explain it. */
  notes: z.array(z.string()),
  /** Why the rules do not allow it, in which case it changed nothing. */
  disputed: z.string().nullable(),
});
export type RebootFlowEvent = z.infer<typeof rebootFlowEvent>;

/** A word for yes or no in an address. */
export const yesOrNo = z.enum(['true', 'false']).transform((word) => word === 'true');

/** Filters of the list of flows, the latest first. */
export const rebootFlowQuery = pageQuery.extend({
  endpoint: reference.optional(),
  status: status.optional(),
  ending: ending.optional(),
  pending: yesOrNo.optional(),
});
