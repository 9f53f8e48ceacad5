import { deepestRule, endpointFacts, type GroupRule } from '@patchbay/domain/group/rule';
import { z } from 'zod';
import { operatingSystem } from './operating-system.ts';
import { pageQuery } from './page.ts';
import { description, instant, name, text } from './text.ts';

const factPattern = new RegExp(
  `^(?:${endpointFacts.join('|')}|(?:tag|extra)\\.[A-Za-z][A-Za-z0-9_.-]{0,63})$`,
);

/** A fact of an endpoint as rules name it (E-13). */
const groupFact = z
  .string()
  .max(80)
  .regex(factPattern, `must be one of ${endpointFacts.join(', ')}, tag.NAME, extra.NAME`);

const value = text(200).min(1);

const conditions = [
  z.strictObject({
    fact: groupFact,
    is: z.enum(['equal', 'notEqual', 'like', 'atLeast', 'below', 'within']),
    value,
  }),
  z.strictObject({ fact: groupFact, is: z.literal('oneOf'), values: z.array(value).min(1).max(20_000) }),
  z.strictObject({ fact: groupFact, is: z.literal('present') }),
] as const;

/** Rules within rules are spelt out to their greatest depth: no body makes the check go deeper. */
function ruleOfDepth(depth: number): z.ZodType<GroupRule> {
  if (depth === 1) return z.discriminatedUnion('is', [...conditions]);
  const of = z
    .array(ruleOfDepth(depth - 1))
    .min(1)
    .max(200);
  return z.discriminatedUnion('is', [
    ...conditions,
    z.strictObject({ is: z.enum(['all', 'any', 'none']), of }),
  ]);
}

/** Which endpoints belong to a group: a condition, or all, any or none of several rules (E-13). */
const groupRule = ruleOfDepth(deepestRule);

/** A group's name stands in selectors, between commas. */
const groupName = name.regex(/^[^,]*$/, 'must not contain a comma');

/** What makes or replaces a group (E-13). */
export const groupInput = z.strictObject({
  name: groupName,
  description: description.default(''),
  rule: groupRule,
});
export type GroupInput = z.infer<typeof groupInput>;

/** A group as lists show it. */
export const groupSummary = z.strictObject({
  id: z.uuid(),
  name,
  description,
  /** The rule as a sentence. */
  inWords: z.string(),
  /** How many endpoints belong to it now. */
  members: z.int(),
  updatedAt: instant,
  updatedBy: z.string(),
});
export type GroupSummary = z.infer<typeof groupSummary>;

/** A group, whole. Its endpoints are those of the selector `group:NAME`. */
export const group = groupSummary.extend({
  rule: groupRule,
  createdAt: instant,
  createdBy: z.string(),
  /** What names the group in its selector. */
  usedBy: z.array(z.strictObject({ kind: z.enum(['plan', 'window', 'schedule']), id: z.uuid(), name })),
  /** What one would hardly want, such as a group without endpoints. */
  warnings: z.array(z.string()),
});
export type Group = z.infer<typeof group>;

/** Filters of the list of groups. */
export const groupQuery = pageQuery.extend({ search: text(120).optional() });

/** A rule that is not saved. */
export const groupPreviewInput = z.strictObject({ rule: groupRule });

/** Which endpoints a rule means now. */
export const groupPreview = z.strictObject({
  inWords: z.string(),
  members: z.int(),
  /** The first ones by name. */
  endpoints: z.array(z.strictObject({ id: z.uuid(), name, os: operatingSystem })),
  warnings: z.array(z.string()),
});
export type GroupPreview = z.infer<typeof groupPreview>;
