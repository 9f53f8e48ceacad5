import { runAsPattern } from '@patchbay/domain/task/run-as';
import { z } from 'zod';
import { limits } from './limits.ts';
import { interpreter } from './operating-system.ts';
import { rebootSettings } from './reboot.ts';
import { text } from './text.ts';

/** The public id of an activity: run, step and attempt (`1042.post-1.2`). */
export const activityIdText = z
  .string()
  .max(60)
  .regex(/^[1-9]\d{0,14}\.[a-z]+(?:-[1-9]\d{0,4})?\.[1-9]\d{0,5}$/);

/** A script to run (E-07). `environment` holds the parameters as `PATCHBAY_<NAME>`; `secretNames` are those to mask in output. */
export const scriptWork = z.strictObject({
  kind: z.literal('script'),
  /** The script reboots the endpoint; the local policy's `reboot` decides besides `run`. */
  reboots: z.boolean(),
  interpreter,
  content: text(limits.scriptBytes),
  environment: z.record(z.string().regex(/^PATCHBAY_[A-Z][A-Z0-9_]*$/), text(limits.parameterValueBytes)),
  secretNames: z.array(z.string()),
  /** null: the user that the agent runs as. */
  runAs: z.string().regex(runAsPattern).nullable(),
  timeoutMs: z
    .int()
    .min(1000)
    .max(7 * 24 * 3_600_000),
  outputLimitBytes: z.int().min(1024).max(limits.outputBytes),
});
export type ScriptWork = z.infer<typeof scriptWork>;

/** Which of an endpoint's applicable patches a plan means (P-02, as far as it exists). */
export const patchSelection = z.strictObject({
  which: z.enum(['all', 'security', 'listed']),
  /** Patch ids for `listed`, empty otherwise. */
  ids: z.array(text(300)).max(5000).default([]),
  /** Patch ids or package names that are never installed. */
  exclude: z.array(text(300)).max(5000).default([]),
});
export type PatchSelection = z.infer<typeof patchSelection>;

/** The patch operation. `simulate` is set in a rehearsal: the package manager only says what it would do (P-10). */
export const patchWork = z.strictObject({
  kind: z.literal('patch'),
  simulate: z.boolean(),
  selection: patchSelection,
  /** How long to wait for a package manager that somebody else holds (E-04). */
  lockWaitMs: z.int().min(0).max(3_600_000),
  timeoutMs: z
    .int()
    .min(1000)
    .max(7 * 24 * 3_600_000),
  outputLimitBytes: z.int().min(1024).max(limits.outputBytes),
});
export type PatchWork = z.infer<typeof patchWork>;

/**
 * Interactive Reboot. The activity ends when the first notification has been raised; the flow then goes on by
 * itself on the endpoint, under the activity's id, until it is over or a `stop` for the activity comes.
 */
export const rebootWork = z.strictObject({
  kind: z.literal('interactiveReboot'),
  settings: rebootSettings,
  /** For the first notification to be raised. */
  timeoutMs: z
    .int()
    .min(1000)
    .max(7 * 24 * 3_600_000),
  outputLimitBytes: z.int().min(1024).max(limits.outputBytes),
});
export type RebootWork = z.infer<typeof rebootWork>;

/**
 * An order that the installation signs for one endpoint (S-05). `start` begins an activity,
 * `stop` asks to end its process tree, `scan` asks for a patch scan and fresh facts.
 * `issuedAt` and `expiresAt` are epoch milliseconds of the server's clock.
 */
export const order = z.discriminatedUnion('order', [
  z.strictObject({
    order: z.literal('start'),
    endpoint: z.uuid(),
    activity: activityIdText,
    issuedAt: z.int(),
    expiresAt: z.int(),
    rehearsal: z.boolean(),
    work: z.discriminatedUnion('kind', [scriptWork, patchWork, rebootWork]),
  }),
  z.strictObject({
    order: z.literal('stop'),
    endpoint: z.uuid(),
    activity: activityIdText,
    issuedAt: z.int(),
    expiresAt: z.int(),
  }),
  z.strictObject({ order: z.literal('scan'), endpoint: z.uuid(), issuedAt: z.int(), expiresAt: z.int() }),
]);
export type Order = z.infer<typeof order>;
export type StartOrder = Extract<Order, { order: 'start' }>;
