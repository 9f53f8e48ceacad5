import { taskCategories } from '@patchbay/domain/task/category';
import { runAsPattern } from '@patchbay/domain/task/run-as';
import { z } from 'zod';
import { operatingSystem } from './operating-system.ts';
import { librarySort, pageQuery } from './page.ts';
import { rebootSettings, rebootSettingsOver } from './reboot.ts';
import { link, origin, reference } from './reference.ts';
import { parameterName, parameterValue } from './script.ts';
import { description, instant, name, text } from './text.ts';

/** The categories of tasks (L-22). */
const taskCategory = z.enum(taskCategories);

/** How often a failed activity is tried again, and after how long (L-22). */
export const retries = z.strictObject({
  count: z.int().min(0).max(20).default(0),
  delaySeconds: z.int().min(0).max(86_400).default(60),
});

/** Limit of one attempt, up to a week. */
export const timeoutMinutes = z
  .int()
  .min(1)
  .max(7 * 24 * 60);

/** The user to run as; null: the user of the agent. */
const runAs = z.string().regex(runAsPattern, 'must be the name of a user').nullable();

const exitCode = z.int().min(-1).max(0xffffffff);

/** Stands for a secret that is stored; in a request it keeps what is stored (L-03). */
const storedSecret = z.strictObject({ secret: z.literal('stored') });

/** Values for a script's parameters by name. Answers never hold a secret, only that one is stored. */
export const parameterValues = z.record(parameterName, z.union([parameterValue, storedSecret]));
export type ParameterValues = z.infer<typeof parameterValues>;

/** What makes or replaces a task (L-22). */
export const taskInput = z.strictObject({
  name,
  description: description.default(''),
  os: operatingSystem,
  /** null: an Interactive Reboot, which runs none. */
  script: reference.nullable().default(null),
  /** The revision that it is pinned to; null: it follows the latest. */
  scriptRevision: z
    .int()
    .min(1)
    .max(2 ** 31 - 1)
    .nullable()
    .default(null),
  parameters: parameterValues.default({}),
  successExitCodes: z.array(exitCode).min(1, 'name at least one exit code').max(100).default([0]),
  timeoutMinutes: timeoutMinutes.default(30),
  runAs: runAs.default(null),
  retries: retries.default({ count: 0, delaySeconds: 60 }),
  category: taskCategory.default('General'),
  /** The script reboots the endpoint: the task may stand only last in post-patching (L-43). */
  reboots: z.boolean().default(false),
  /** Makes the task an Interactive Reboot with these settings (L-24); null: it runs its script. */
  interactiveReboot: rebootSettingsOver.nullable().default(null),
  /** May be tried again after an interruption, a time-out or a lost agent (W-08). */
  safeToRepeat: z.boolean().default(false),
  /** Runs for real in a rehearsal (P-10). */
  safeInRehearsal: z.boolean().default(false),
});
export type TaskInput = z.infer<typeof taskInput>;
export type TaskDraft = z.input<typeof taskInput>;

/** A task. */
export const task = z.strictObject({
  id: z.uuid(),
  name,
  description,
  origin,
  os: operatingSystem,
  /** null: an Interactive Reboot, which runs none. */
  script: link.nullable(),
  scriptRevision: z.int().nullable(),
  parameters: parameterValues,
  successExitCodes: z.array(z.int()),
  timeoutMinutes: z.int(),
  runAs,
  retries: retries.required(),
  category: taskCategory,
  reboots: z.boolean(),
  /** The settings of an Interactive Reboot (L-24); null: it runs its script. */
  interactiveReboot: rebootSettings.nullable(),
  safeToRepeat: z.boolean(),
  safeInRehearsal: z.boolean(),
  createdAt: instant,
  createdBy: z.string(),
  updatedAt: instant,
  updatedBy: z.string(),
  /** The workflows that use it (L-25). */
  usedBy: z.array(link),
});
export type Task = z.infer<typeof task>;

/** Filters of the list of tasks (L-21). */
export const taskQuery = pageQuery.extend({
  sort: librarySort,
  search: text(120).optional(),
  os: operatingSystem.optional(),
  category: taskCategory.optional(),
  origin: origin.optional(),
});

/** What duplicates a script, a task or a workflow; without a name the copy is called `… (copy)` (L-09, L-47). */
export const duplicateInput = z.strictObject({ name: name.optional() });

/** Which endpoints are meant: `all`, `endpoint:NAME`, `group:NAME`, `tag:k=v`, `os:linux`, comma = union. */
export const selectorText = text(4000).min(1);

const upToFourWeeks = z
  .int()
  .min(1)
  .max(4 * 7 * 24 * 60);

/** *Run Task*: one task on endpoints at once or at a set time, outside any plan (L-26, L-27). */
export const taskRunInput = z
  .strictObject({
    task: reference,
    on: selectorText,
    /** Values over the task's own. */
    parameters: z.record(parameterName, parameterValue).default({}),
    /** When it is to start; null: now. */
    at: z.iso.datetime({ offset: true }).nullable().default(null),
    /** How late it may start when no server is there at that time; null: however late. */
    withinMinutes: upToFourWeeks.nullable().default(null),
    /** Repeats a health check after this time, again and again; null: once. */
    everyMinutes: upToFourWeeks.nullable().default(null),
    /** Lets each endpoint start at a random moment within this time, so that not all start at once. */
    spreadMinutes: z
      .int()
      .min(0)
      .max(24 * 60)
      .default(0),
  })
  .refine(
    ({ at, everyMinutes, withinMinutes }) => withinMinutes === null || at !== null || everyMinutes !== null,
    {
      path: ['withinMinutes'],
      message: 'is for a task that starts at a set time',
    },
  );
export type TaskRunInput = z.infer<typeof taskRunInput>;
