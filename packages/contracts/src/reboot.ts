import type { RebootSettings } from '@patchbay/domain/reboot/settings';
import { z } from 'zod';
import { limits } from './limits.ts';
import { few, text } from './text.ts';

/** A week; fractions of a minute are allowed. */
const minutes = z
  .number()
  .min(0)
  .max(7 * 24 * 60);

const snoozeChoice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('for'), minutes }),
  z.strictObject({
    kind: z.literal('at'),
    day: z.union([z.literal(0), z.literal(1)]),
    hour: z.int().min(0).max(23),
    minute: z.int().min(0).max(59),
  }),
]);

/** A language tag as far as texts are told apart: "en", "de", "pt-BR". */
const languageTag = z
  .string()
  .regex(/^[a-z]{2,3}(?:-[A-Z]{2})?$/, 'must be a language such as "en" or "pt-BR"');

/** The settings of Interactive Reboot (L-24); which combinations make sense is said by `rebootSettingsProblems`. */
export const rebootSettings = z.strictObject({
  notificationCount: z.int().min(0).max(100),
  notificationTimeoutMinutes: minutes,
  allowCancel: z.boolean(),
  onlyIfNeeded: z.boolean(),
  snoozeChoices: z.array(snoozeChoice).max(10),
  rebootNowDelayMinutes: minutes,
  finalWarningMinutes: minutes,
  noActiveUser: z.enum(['reboot', 'wait', 'skip']),
  deadlineAt: z.int().min(0).max(Date.UTC(2200, 0)).nullable(),
  doNotDisturb: z.enum(['respect', 'ignore']),
  sessions: z.enum(['firstAnswer', 'anySnoozeWins', 'consoleOnly']),
  notifierFailed: z.enum(['rebootAnyway', 'keepTrying']),
  company: text(120),
  logo: z
    .string()
    // Not Zod's own "base64", which is no format of JSON schemas and has every route complain of it.
    .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'must be base64')
    .max(Math.ceil(limits.logoBytes / 3) * 4)
    .nullable(),
  texts: few(20, z.record(languageTag, z.strictObject({ title: text(120), body: text(2000) }))),
}) satisfies z.ZodType<RebootSettings>;

/** Some of the settings: the others are the defaults in a task, and in a step the task's. */
export const rebootSettingsOver = rebootSettings.partial();
