import { z } from 'zod';
import { activityIdText } from './activity-order.ts';
import { patchResult } from './inventory.ts';
import { pageQuery } from './page.ts';
import { link, reference } from './reference.ts';
import { phase, stepKey } from './run.ts';
import { instant, text } from './text.ts';

/** Where an activity is: to be begun by its endpoint, begun, or what it came to (W-01, W-05, W-08). */
const activityStatus = z.enum([
  'queued',
  'running',
  'succeeded',
  'partial',
  'failed',
  'timedOut',
  'lost',
  'interrupted',
  'cancelled',
  'refused',
  'notStarted',
]);

/** How an activity ended on its endpoint. */
const outcomeKind = z.enum([
  'exited',
  'timedOut',
  'interrupted',
  'lost',
  'cancelled',
  'refused',
  'notStarted',
  'patched',
  'simulated',
  'patchToolFailed',
  'userAsked',
]);

/** An activity as lists show it (O-01). */
export const activitySummary = z.strictObject({
  id: activityIdText,
  run: z.int(),
  cycle: z.int(),
  endpoint: link,
  plan: link.nullable(),
  step: stepKey,
  phase,
  /** The task's name, or "Patching". */
  name: z.string(),
  attempt: z.int(),
  status: activityStatus,
  outcome: outcomeKind.nullable(),
  exitCode: z.number().nullable(),
  /** Who opened its run: a person, a token, or what is scheduled. */
  startedBy: z.string(),
  createdAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
});
export type ActivitySummary = z.infer<typeof activitySummary>;

/** An activity, whole (O-02). */
export const activity = activitySummary.extend({
  /** Why it ended as it did, where the outcome has more to say. */
  reason: z.string().nullable(),
  /** The script and the revision that was run (L-05); null for the patch operation. */
  script: z
    .strictObject({
      name: z.string(),
      /** null: a test-run of what may not have been saved. */
      revision: z.int().nullable(),
    })
    .nullable(),
  /** By the environment variables in which they reach the script; secrets are masked (L-03). */
  parameters: z.record(z.string(), z.string()),
  runAs: z.string().nullable(),
  successExitCodes: z.array(z.number()),
  timeoutMinutes: z.number(),
  /** The facts that it published (L-04). */
  facts: z.record(z.string(), z.string()),
  /** What became of each patch (E-05). */
  patches: z.array(patchResult),
  /** Bytes of output kept, and cut beyond the limit (O-03). */
  output: z.strictObject({
    stdoutBytes: z.number(),
    stderrBytes: z.number(),
    stdoutCutBytes: z.number(),
    stderrCutBytes: z.number(),
  }),
});
export type Activity = z.infer<typeof activity>;

const activityFilters = {
  /** A part of the name of a task or an endpoint. */
  search: text(120).min(1).optional(),
  /** By run, and within a run by time; `-`: the latest first. */
  sort: z.enum(['-run', 'run']).default('-run'),
  run: z.coerce.number().int().min(1).optional(),
  cycle: z.coerce.number().int().min(1).optional(),
  endpoint: reference.optional(),
  status: activityStatus.optional(),
};

/** Filters of the list of activities (O-01). */
export const activityQuery = pageQuery.extend(activityFilters);

/** Filters of the export of activities; it has no pages. */
export const activityExportQuery = z.strictObject(activityFilters);

/**
 * Reads the output of one stream as text/plain from byte `from` on. With `wait` the answer is delayed, up to that many
 * seconds, until there is more output or the activity has ended. The header `Patchbay-Next-From` says where to go on,
 * `Patchbay-End: true` that nothing more will come.
 */
export const outputQuery = z.strictObject({
  stream: z.enum(['stdout', 'stderr']).default('stdout'),
  from: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  wait: z.coerce.number().min(0).max(30).default(0),
});

/** The headers of an answer to {@link outputQuery}. */
export const outputHeaders = { nextFrom: 'patchbay-next-from', end: 'patchbay-end' } as const;
