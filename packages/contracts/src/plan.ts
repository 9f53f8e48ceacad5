import { planStatuses } from '@patchbay/domain/plan/state';
import { z } from 'zod';
import { operatingSystem } from './operating-system.ts';
import { pageQuery } from './page.ts';
import { patchesOfPlan } from './patch-choice.ts';
import { planProgress } from './plan-progress.ts';
import { recurrence } from './recurrence.ts';
import { link, reference } from './reference.ts';
import { rollout } from './rollout.ts';
import { selectorText } from './task.ts';
import { description, instant, name, text } from './text.ts';

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
export const planInput = z.strictObject({
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
export type PlanInput = z.infer<typeof planInput>;
export type PlanDraft = z.input<typeof planInput>;

/** A real cycle, or one in which nothing is installed and nothing rebooted (P-10). */
export const mode = z.enum(['real', 'rehearsal']);

/** Something that a person is told about a plan while editing it. */
export const planFinding = z.strictObject({
  path: z.string(),
  message: z.string(),
  /** Cannot be saved so; can be saved and not activated; or is only rarely meant. */
  severity: z.enum(['refused', 'incomplete', 'warning']),
});

const { patches, assignments: _, ...plain } = planInput.shape;

/** A plan. Its lists and rules are as in what makes it; what it refers to is named with its id. */
export const plan = z.strictObject({
  id: z.uuid(),
  ...plain,
  patches,
  assignments: z.array(assignment.extend({ workflow: link.nullable() })),
  progress: planProgress,
  /** The cycle that was opened last, a rehearsal included; null before the first. */
  lastCycle: z.int().nullable(),
  /** Counts the edits; each is a revision. */
  revision: z.int(),
  createdAt: instant,
  createdBy: z.string(),
  updatedAt: instant,
  updatedBy: z.string(),
});
export type Plan = z.infer<typeof plan>;

/** Filters of the list of plans. */
export const planQuery = pageQuery.extend({
  search: text(120).optional(),
  status: z.enum(planStatuses).optional(),
});

/** What there is to say about a plan as it would be saved (P-01, P-04). */
export const planCheck = z.strictObject({
  findings: z.array(planFinding),
  /** How many endpoints the plan has at present, and how many of them follow each row. */
  endpoints: z.int(),
  perRow: z.array(z.int()),
});
export type PlanCheck = z.infer<typeof planCheck>;

/** A plan as it was saved once. */
export const planRevision = z.strictObject({
  revision: z.int(),
  author: z.string(),
  createdAt: instant,
  plan: planInput,
});
export type PlanRevision = z.infer<typeof planRevision>;

/** Opens a cycle of a plan, at its time. It has no fields: whoever says more is not misunderstood. */
export const activateInput = z.strictObject({});

/** Which workflow an endpoint follows in a plan, and why (P-03). */
export const assignmentPreview = z.strictObject({
  kind: z.enum(['assigned', 'exempt', 'outside', 'lacking']),
  /** By its name; null unless it is assigned. */
  workflow: name.nullable(),
  /** Counted from 1; null: the default of its operating system without a row. */
  row: z.int().nullable(),
  why: z.string(),
});
export type AssignmentPreview = z.infer<typeof assignmentPreview>;

/** Approves or rejects a plan, also from an ITSM system (P-09). */
export const verdictInput = z.strictObject({
  /** What the ITSM system calls it. */
  reference: text(200).nullable().default(null),
  reason: text(2000).nullable().default(null),
});
