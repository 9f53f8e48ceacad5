import { z } from 'zod';
import { pageQuery } from './page.ts';
import { mode } from './plan.ts';
import { rolloutProgress } from './plan-progress.ts';
import { link, reference } from './reference.ts';
import { instant } from './text.ts';

/** A cycle belongs to a plan; a Run Task opens one of its own (L-26). */
const cycleKind = z.enum(['plan', 'task']);

/** What a cycle does now; `cancelling`: cancelled, and activities are still ending (W-13). */
const cycleStatus = z.enum(['running', 'cancelling', 'finished']);

/** How many runs of a cycle are where; the parts add up to `total` (W-11). */
export const runCounts = z.strictObject({
  total: z.int(),
  queued: z.int(),
  /** Started and not finished, whatever they wait for. */
  running: z.int(),
  succeeded: z.int(),
  partial: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  missedWindow: z.int(),
  skipped: z.int(),
});
export type RunCounts = z.infer<typeof runCounts>;

/** One execution of a plan, or of a Run Task. */
export const cycle = z.strictObject({
  id: z.int(),
  kind: cycleKind,
  plan: link.nullable(),
  task: link.nullable(),
  mode,
  status: cycleStatus,
  /** `succeeded` when every run succeeded or was skipped; null until it has finished. */
  result: z.enum(['succeeded', 'partial', 'failed', 'cancelled']).nullable(),
  openedAt: instant,
  openedBy: z.string(),
  finishedAt: instant.nullable(),
  runs: runCounts,
  /** How it goes over its endpoints in waves; null for a Run Task, and in lists. */
  rollout: rolloutProgress.nullable(),
});
export type Cycle = z.infer<typeof cycle>;

/** What happened to a cycle at one moment, in sentences. */
export const cycleStoryEntry = z.strictObject({ at: instant, sentences: z.array(z.string()) });
export type CycleStoryEntry = z.infer<typeof cycleStoryEntry>;

/** Filters of the list of cycles. */
export const cycleQuery = pageQuery.extend({
  kind: cycleKind.optional(),
  plan: reference.optional(),
  status: cycleStatus.optional(),
});
