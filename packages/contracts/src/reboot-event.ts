import type { RebootEvent } from '@patchbay/domain/reboot/event';
import { z } from 'zod';
import { activityIdText } from './activity-order.ts';
import { limits } from './limits.ts';
import { text } from './text.ts';

const offsetMinutes = z.int().min(-1440).max(1440);
const epochMs = z.int().min(0).max(Date.UTC(2200, 0));

const moment = z.strictObject({
  /** The endpoint's own wall clock: the flow is about what its user saw. */
  at: epochMs,
  /** Milliseconds since the endpoint was booted, sleep included. */
  up: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  zone: z.strictObject({
    offsetMinutes,
    change: z.strictObject({ at: epochMs, offsetMinutes }).nullable(),
  }),
});

const sessionId = text(120).min(1);
const session = z.strictObject({
  id: sessionId,
  user: text(200),
  active: z.boolean(),
  console: z.boolean(),
  busy: z.boolean(),
});
const sessions = z.array(session).max(limits.rebootSessions);

const answer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rebootNow') }),
  z.strictObject({ kind: z.literal('snooze'), choice: z.int().min(0).max(9) }),
  z.strictObject({ kind: z.literal('cancel') }),
]);

/** The number of a notification within its flow. */
const notification = z.int().min(1).max(1_000_000);
const bootId = text(128).min(1);
const reason = text(1000);
const now = moment;

/** One event of a flow, exactly as the rules of the domain take it: the server replays them. */
export const rebootEvent = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('begin'),
    now,
    activity: activityIdText,
    bootId,
    needed: z.boolean(),
    sessions,
  }),
  z.strictObject({ kind: z.literal('shown'), now, notification, session: sessionId }),
  z.strictObject({ kind: z.literal('answered'), now, notification, session: sessionId, answer }),
  z.strictObject({ kind: z.literal('notifierFailed'), now, notification, session: sessionId, reason }),
  z.strictObject({ kind: z.literal('wake'), now }),
  z.strictObject({ kind: z.literal('sessionsChanged'), now, sessions }),
  z.strictObject({ kind: z.literal('clockChanged'), now }),
  z.strictObject({ kind: z.literal('resumed'), now, cause: z.enum(['slept', 'agentRestarted']), sessions }),
  z.strictObject({ kind: z.literal('rebootRefused'), now, reason }),
  z.strictObject({ kind: z.literal('booted'), now, bootId }),
  z.strictObject({ kind: z.literal('joined'), now, activity: activityIdText }),
  z.strictObject({ kind: z.literal('stopped'), now, activity: activityIdText }),
]) satisfies z.ZodType<RebootEvent>;
