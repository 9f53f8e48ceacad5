import { z } from 'zod';
import { operatingSystem } from './operating-system.ts';
import { patchesOfPlan } from './patch-choice.ts';
import { recurrence } from './recurrence.ts';
import { reference } from './reference.ts';
import { rollout } from './rollout.ts';
import { selectorText } from './task.ts';
import { description, name, text } from './text.ts';

/** One row of the ordered table of assignments: an endpoint follows the first row that matches it (P-03). */
const assignment = z.strictObject({
  /** A selector, such as `group:Shop`. */
  endpoints: selectorText,
  os: operatingSystem,
  /** null: the default of the operating system when a cycle opens. */
  workflow: reference.nullable().default(null),
});

/** When a plan's cycles open (P-05). */
const planSchedule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('now') }),
  z.strictObject({ kind: z.literal('at'), at: z.iso.datetime({ offset: true }) }),
  z.strictObject({ kind: z.literal('recurring'), recurrence }),
]);

/** Everything that makes or replaces a plan (P-01). */
export const planSettings = z.strictObject({
  name,
  description: description.default(''),
  patches: patchesOfPlan.prefault({}),
  /** null: the default workflow of every operating system for all endpoints (P-04). */
  assignments: z.array(assignment).max(500).nullable().default(null),
  schedule: planSchedule.default({ kind: 'now' }),
  rollout: rollout.prefault({}),
  /** How long a cycle may stay open; null: until the next one, or for ever (P-13). */
  deadlineMinutes: z
    .int()
    .min(1)
    .max(366 * 24 * 60)
    .nullable()
    .default(null),
  /** Mail addresses that get the report of a completed cycle (P-15). */
  reportTo: z.array(z.email().max(254)).max(50).default([]),
  /** Works on endpoints outside of their maintenance windows, too. */
  emergency: z.boolean().default(false),
  /** Somebody has to approve before a cycle opens (P-09). */
  approvalRequired: z.boolean().default(false),
});
export type PlanSettings = z.infer<typeof planSettings>;
export type PlanSettingsInput = z.input<typeof planSettings>;

/** Something that a person is told about a plan while editing it. */
export const planFinding = z.strictObject({
  path: z.string(),
  message: z.string(),
  /** Cannot be saved so; can be saved and not activated; or is only rarely meant. */
  severity: z.enum(['refused', 'incomplete', 'warning']),
});

/** Which workflow an endpoint follows in a plan, and why (P-03). */
export const assignmentPreview = z.strictObject({
  kind: z.enum(['assigned', 'exempt', 'outside', 'lacking']),
  /** By its name; null unless it is assigned. */
  workflow: name.nullable(),
  /** Counted from 1; null: the default of its operating system without a row. */
  row: z.int().nullable(),
  why: z.string(),
});

/** Approves or rejects a plan, also from an ITSM system (P-09). */
export const verdictInput = z.strictObject({
  /** What the ITSM system calls it. */
  reference: text(200).nullable().default(null),
  reason: text(2000).nullable().default(null),
});
