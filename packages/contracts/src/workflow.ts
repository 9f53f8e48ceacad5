import { z } from 'zod';
import { limits } from './limits.ts';
import { operatingSystem } from './operating-system.ts';
import { librarySort, pageQuery } from './page.ts';
import { rebootSettingsOver } from './reboot.ts';
import { link, origin, reference } from './reference.ts';
import { retries, timeoutMinutes } from './task.ts';
import { description, factName, factValue, instant, name, text } from './text.ts';

/** A step runs only if the fact is, or is not, that value (L-50). */
export const condition = z.strictObject({
  fact: factName,
  is: z.enum(['equal', 'notEqual']).default('equal'),
  value: factValue,
});

const stepOptions = {
  /** What a failure of this step means for the phase (L-50). */
  onFailure: z.enum(['stop', 'continue']).default('stop'),
  condition: condition.nullable().default(null),
  /** Over the task's own; null: the task's. */
  timeoutMinutes: timeoutMinutes.nullable().default(null),
  /** Over the task's own; null: the task's. */
  retries: retries.nullable().default(null),
  /** Settings over those of the task, which is an Interactive Reboot (L-24); null: the task's. */
  interactiveReboot: rebootSettingsOver.nullable().default(null),
};

/** A task placed in a workflow, as requests name it. */
const workflowStepInput = z.strictObject({ task: reference, ...stepOptions });

/** What happens after a failure; null: the system configuration decides (W-07). */
const workflowControl = z.strictObject({
  afterPreFailure: z.enum(['never', 'always']).nullable().default(null),
  afterPatchFailure: z.enum(['never', 'always']).nullable().default(null),
  afterPostFailure: z.enum(['stop', 'continue']).nullable().default(null),
});

const steps = z.array(workflowStepInput).max(limits.workflowSteps).default([]);

/** What makes or replaces a workflow (L-42). */
export const workflowInput = z.strictObject({
  name,
  description: description.default(''),
  os: operatingSystem,
  control: workflowControl.default({
    afterPreFailure: null,
    afterPatchFailure: null,
    afterPostFailure: null,
  }),
  prePatching: steps,
  postPatching: steps,
  /** Run when the endpoint has come back from a reboot of this run (L-51). */
  afterReboot: steps,
});
export type WorkflowInput = z.infer<typeof workflowInput>;

/** A task placed in a workflow, as answers show it. */
export const workflowStep = z.strictObject({ ...stepOptions, task: link }).required();
export type WorkflowStep = z.infer<typeof workflowStep>;

/** A workflow without its steps, as lists show it (L-46). */
export const workflowSummary = z.strictObject({
  id: z.uuid(),
  name,
  description,
  origin,
  os: operatingSystem,
  /** The default of its operating system (L-40). */
  isDefault: z.boolean(),
  /** A plan with an open cycle uses it (L-46). */
  active: z.boolean(),
  updatedAt: instant,
  updatedBy: z.string(),
});
export type WorkflowSummary = z.infer<typeof workflowSummary>;

/** A workflow, whole. */
export const workflow = workflowSummary.extend({
  control: workflowControl.required(),
  prePatching: z.array(workflowStep),
  postPatching: z.array(workflowStep),
  afterReboot: z.array(workflowStep),
  createdAt: instant,
  createdBy: z.string(),
  /** The plans that name it. */
  usedBy: z.array(link),
});
export type Workflow = z.infer<typeof workflow>;

/** Filters of the list of workflows; `search` looks into names only (L-45). */
export const workflowQuery = pageQuery.extend({
  sort: librarySort,
  search: text(120).optional(),
  os: operatingSystem.optional(),
});
