import { parameterNamePattern, parameterTypes } from '@patchbay/domain/script/parameter';
import { z } from 'zod';
import { limits } from './limits.ts';
import { interpreter, operatingSystem } from './operating-system.ts';
import { librarySort, pageQuery } from './page.ts';
import { link, origin } from './reference.ts';
import { description, instant, name, text } from './text.ts';

/** A parameter's name: a letter, then letters, digits and `_`. */
export const parameterName = z
  .string()
  .regex(parameterNamePattern, 'must be a letter followed by letters, digits or "_"');

/** A plain value for a parameter; choices are strings. */
export const parameterValue = z.union([text(limits.parameterValueBytes), z.number(), z.boolean()]);

/** One parameter of a script (L-03). */
export const scriptParameter = z.strictObject({
  name: parameterName,
  /** What forms show; empty: the name. */
  label: text(120).default(''),
  type: z.enum(parameterTypes),
  required: z.boolean().default(false),
  default: parameterValue.nullable().default(null),
  /** For the type `choice`. */
  choices: z.array(text(200).min(1)).max(100).default([]),
  help: text(1000).default(''),
});

/** The part of a script that a revision holds (L-05). */
const scriptBody = {
  os: z.array(operatingSystem).min(1, 'name at least one operating system').max(4),
  interpreter,
  content: text(limits.scriptBytes),
  parameters: z.array(scriptParameter).max(limits.scriptParameters).default([]),
};

/** What makes or replaces a script (L-02); every save makes a revision. */
export const scriptInput = z.strictObject({
  name,
  description: description.default(''),
  category: text(60).default('General'),
  ...scriptBody,
  /** Why it was saved, kept with the revision (L-05). */
  note: text(500).default(''),
});
export type ScriptInput = z.infer<typeof scriptInput>;

/** A script without its content, as lists show it. */
export const scriptSummary = z.strictObject({
  id: z.uuid(),
  name,
  description,
  category: z.string(),
  origin,
  os: z.array(operatingSystem),
  interpreter,
  /** False: a built-in script that was not verified on a real system of its kind yet. */
  verified: z.boolean(),
  /** The number of its latest revision. */
  revision: z.int(),
  updatedAt: instant,
  updatedBy: z.string(),
});
export type ScriptSummary = z.infer<typeof scriptSummary>;

/** A script with its latest revision. */
export const script = scriptSummary.extend({
  content: z.string(),
  parameters: z.array(scriptParameter.required()),
  createdAt: instant,
  createdBy: z.string(),
  /** The tasks that use it (L-10). */
  usedBy: z.array(link),
});
export type Script = z.infer<typeof script>;

/** One revision without its content, as the list of revisions shows it (L-05). */
export const scriptRevisionSummary = z.strictObject({
  revision: z.int(),
  author: z.string(),
  createdAt: instant,
  note: z.string(),
});
export type ScriptRevisionSummary = z.infer<typeof scriptRevisionSummary>;

/** One revision, whole; it never changes (L-05). */
export const scriptRevision = scriptRevisionSummary.extend({
  os: z.array(operatingSystem),
  interpreter,
  content: z.string(),
  parameters: z.array(scriptParameter.required()),
});
export type ScriptRevision = z.infer<typeof scriptRevision>;

/** Filters of the list of scripts; `search` looks into names. */
export const scriptQuery = pageQuery.extend({
  sort: librarySort,
  search: text(120).optional(),
  os: operatingSystem.optional(),
  category: text(60).optional(),
  origin: origin.optional(),
});
