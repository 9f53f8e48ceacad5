import { z } from 'zod';
import { instant, text } from './text.ts';

/** A setting's value. */
const settingValue = z.union([text(200), z.number()]);

/** One setting of the system configuration (O-05). */
export const setting = z.strictObject({
  name: z.string(),
  description: z.string(),
  type: z.enum(['choice', 'number', 'text', 'secret']),
  /** For the type `choice`. */
  choices: z.array(z.string()),
  /** For the type `number`. */
  minimum: z.number().nullable(),
  maximum: z.number().nullable(),
  /** What a number counts, such as "minutes". */
  unit: z.string().nullable(),
  default: settingValue,
  /** Of a secret: asterisks when it is set, else empty. */
  value: settingValue,
  /** Who changed it last, and when; null while nobody has. */
  changedBy: z.string().nullable(),
  changedAt: instant.nullable(),
});
export type Setting = z.infer<typeof setting>;

/** Changes a setting; an empty text takes a text or a secret away. */
export const settingInput = z.strictObject({ value: settingValue });

/** Sends a test mail with the settings of now (P-15). */
export const testMailInput = z.strictObject({ to: z.email().max(254) });

/** A test mail that the mail server has taken. */
export const sentTestMail = z.strictObject({
  to: z.string(),
  /** What the mail server answered. */
  answer: z.string(),
});
