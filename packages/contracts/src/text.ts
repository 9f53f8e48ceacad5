import { factNamePattern } from '@patchbay/domain/group/rule';
import { z } from 'zod';
import { limits } from './limits.ts';

// PostgreSQL cannot store U+0000, and a lone surrogate is not text: both are refused at the boundary.
const unstorable = /\u0000|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Well-formed text that can be stored, of at most `max` characters. */
export function text(max: number) {
  return z
    .string()
    .max(max)
    .refine(
      (value) => !unstorable.test(value),
      'contains characters that are not valid text (NUL or broken UTF-8)',
    );
}

/** A person-made name: 1 to 120 visible characters, no leading or trailing blanks, no line breaks. */
export const name = text(120)
  .min(1)
  .regex(/^\S(?:[^\r\n\t]*\S)?$/, 'must not begin or end with a blank, nor contain line breaks or tabs');

/** A longer explanation for people. */
export const description = text(2000);

/** Name of a fact: a letter, then letters, digits, `_`, `.` or `-`. */
export const factName = z
  .string()
  .regex(factNamePattern, 'must be a letter followed by letters, digits, "_", "." or "-"');

/** A fact's value. */
export const factValue = text(4000);

/** Facts by name, no more than one activity may publish (L-04). */
export const facts = few(limits.activityFacts, z.record(factName, factValue));

/** A record of at most `max` entries, counted before they are looked at: thousands of wrong ones would cost seconds. */
export function few<Schema extends z.ZodType>(max: number, schema: Schema) {
  return z.preprocess((value, context) => {
    if (typeof value === 'object' && value !== null && Object.keys(value).length > max) {
      context.addIssue({ code: 'custom', message: `must not have more than ${max} entries` });
      return z.NEVER;
    }
    return value;
  }, schema);
}

/** Tags by name (E-13). */
export const tags = z.record(z.string().regex(factNamePattern), text(200));

/** An instant as RFC 3339 text in UTC. */
export const instant = z.iso.datetime();
