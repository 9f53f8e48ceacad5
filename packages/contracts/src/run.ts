import { holds } from '@patchbay/domain/rollout/hold';
import { runResults, runStatuses } from '@patchbay/domain/run/state';
import { z } from 'zod';
import { operatingSystem } from './operating-system.ts';
import { pageQuery } from './page.ts';
import { mode } from './plan.ts';
import { link, reference } from './reference.ts';
import { instant, text } from './text.ts';
import { condition } from './workflow.ts';

/** The phases of a run; `task` is the only one of a Run Task. */
export const phase = z.enum(['prePatching', 'patch', 'postPatching', 'afterReboot', 'task']);

/** Names a step within its run: `pre-1`, `patch`, `post-2`, `check-1`, `task`. */
export const stepKey = z
  .string()
  .regex(/^[a-z]+(?:-[1-9]\d{0,4})?$/, 'must be a step such as "pre-1" or "patch"');

/** What a run does now. */
const runStatus = z.enum(runStatuses);

/** What a run came to (W-11). */
const runResult = z.enum(runResults);

/** A run as lists show it. */
export const runSummary = z.strictObject({
  id: z.int(),
  cycle: z.int(),
  plan: link.nullable(),
  endpoint: link,
  os: operatingSystem,
  mode,
  status: runStatus,
  /** null until it has finished. */
  result: runResult.nullable(),
  /** Why it ended as it did, in one sentence; null until then. */
  reason: z.string().nullable(),
  /** Why it does not start, the first reason that holds, also in words; null: it starts at any moment, or is not queued. */
  held: z.strictObject({ reason: z.enum(holds), why: z.string() }).nullable(),
  /** The step that it is at, or that it failed at. */
  step: z.strictObject({ key: stepKey, name: z.string() }).nullable(),
  createdAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
});
export type RunSummary = z.infer<typeof runSummary>;

/** One step of a run and what has become of it. */
export const runStep = z.strictObject({
  key: stepKey,
  phase,
  kind: z.enum(['script', 'reboot', 'interactiveReboot', 'patch']),
  name: z.string(),
  onFailure: z.enum(['stop', 'continue']),
  condition: condition.required().nullable(),
  /** `pending`: not reached yet; `active`: the run is at it. */
  status: z.enum(['pending', 'active', 'succeeded', 'partial', 'failed', 'cancelled', 'skipped', 'notRun']),
  /** The attempts begun so far. */
  attempts: z.int(),
  /** Why it is as it is; null before it was reached. */
  detail: z.string().nullable(),
  /** A failure that its own `onFailure: continue` passes over. */
  tolerated: z.boolean(),
});
export type RunStep = z.infer<typeof runStep>;

const sourced = (...values: [string, ...string[]]) =>
  z.strictObject({ value: z.enum(values), from: z.enum(['system', 'workflow']) });

/** A run, whole. */
export const run = runSummary.extend({
  /** The workflow whose snapshot it walks (L-49); null in a Run Task. */
  workflow: link.nullable(),
  steps: z.array(runStep),
  /** Named values that its activities produced (L-04). */
  facts: z.record(z.string(), z.string()),
  /** Which setting decides what, and from where it comes (W-07). */
  control: z.strictObject({
    afterPreFailure: sourced('never', 'always'),
    afterPatchFailure: sourced('never', 'always'),
    afterPostFailure: sourced('stop', 'continue'),
  }),
  /** The endpoint has come back from a reboot that this run asked for. */
  rebooted: z.boolean(),
  /** Who asked for it to be cancelled. */
  cancelledBy: z.string().nullable(),
  /** What may be asked of it now (W-12, W-13). */
  options: z.strictObject({
    cancel: z.boolean(),
    resume: z.boolean(),
    skip: z.array(stepKey),
    repeat: z.array(stepKey),
  }),
});
export type Run = z.infer<typeof run>;

/** One thing that happened to a run, and what was decided (W-14). */
export const runEvent = z.strictObject({
  sequence: z.int(),
  at: instant,
  kind: z.string(),
  step: stepKey.nullable(),
  attempt: z.int().nullable(),
  /** The person or token that asked for it. */
  by: z.string().nullable(),
  /** The sentences that explain the decision. */
  notes: z.array(z.string()),
});
export type RunEventEntry = z.infer<typeof runEvent>;

/** Filters of the list of runs. */
export const runQuery = pageQuery.extend({
  cycle: z.coerce.number().int().min(1).optional(),
  endpoint: reference.optional(),
  status: runStatus.optional(),
  result: runResult.optional(),
  /**
   * By number, the newest first unless it is `run`; or by how soon somebody looks for them: failed, waiting for a user, at
   * work, queued, ended otherwise (P-14).
   */
  sort: z.enum(['-run', 'run', 'urgency', '-urgency']).default('-run'),
});

/** Names the step to skip or repeat (W-12). */
export const stepInput = z.strictObject({ step: stepKey });

/** An id in an address that is a number. */
export const numberId = z.strictObject({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });

/** An id or a name in an address. */
export const referenceId = z.strictObject({ id: text(120).min(1) });
