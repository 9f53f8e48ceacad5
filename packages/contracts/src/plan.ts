import { planStatuses } from '@patchbay/domain/plan/status';
import { z } from 'zod';
import { patchSelection } from './activity-order.ts';
import { operatingSystem } from './operating-system.ts';
import { pageQuery } from './page.ts';
import { link, reference } from './reference.ts';
import { selectorText } from './task.ts';
import { description, instant, name, text } from './text.ts';

/** A plan's status (P-12). */
const planStatus = z.enum(planStatuses);

/** A real cycle, or one in which nothing is installed and nothing rebooted (P-10). */
export const mode = z.enum(['real', 'rehearsal']);

/** What makes or replaces a plan (P-01, as far as it exists). */
export const planInput = z.strictObject({
  name,
  description: description.default(''),
  patches: patchSelection.default({ which: 'all', ids: [], exclude: [] }),
  endpoints: selectorText,
  /** The workflow of each operating system; one that is not named here has its default workflow (P-04). */
  workflows: z.partialRecord(operatingSystem, reference).default({}),
});
export type PlanInput = z.infer<typeof planInput>;
export type PlanDraft = z.input<typeof planInput>;

/** A plan. */
export const plan = z.strictObject({
  id: z.uuid(),
  name,
  description,
  status: planStatus,
  patches: patchSelection.required(),
  endpoints: z.string(),
  /** Each operating system's workflow, and whether it was chosen or is the default (P-03, P-04). */
  workflows: z.array(z.strictObject({ os: operatingSystem, workflow: link, chosen: z.boolean() })),
  /** The cycle opened last; null before the first. */
  lastCycle: z.int().nullable(),
  createdAt: instant,
  createdBy: z.string(),
  updatedAt: instant,
  updatedBy: z.string(),
});
export type Plan = z.infer<typeof plan>;

/** Filters of the list of plans. */
export const planQuery = pageQuery.extend({
  search: text(120).optional(),
  status: planStatus.optional(),
});

/** Opens a cycle of a plan now. */
export const activateInput = z.strictObject({ mode: mode.default('real') });
