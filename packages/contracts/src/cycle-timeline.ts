import { z } from 'zod';
import { instant } from './text.ts';

const count = z.int().min(0);

/** How many runs were where; the parts add up to all runs of the cycle. */
export const runPlaces = z.strictObject({
  queued: count,
  /** The one task of a Run Task. */
  task: count,
  prePatching: count,
  patch: count,
  postPatching: count,
  afterReboot: count,
  awaitingUser: count,
  succeeded: count,
  partial: count,
  failed: count,
  cancelled: count,
  missedWindow: count,
  skipped: count,
});
export type RunPlaces = z.infer<typeof runPlaces>;

/** The course of a cycle at evenly spaced times, from its opening to its end or to now (P-14). */
export const cycleTimeline = z.strictObject({
  from: instant,
  to: instant,
  total: count,
  points: z.array(z.strictObject({ at: instant, runs: runPlaces })).max(201),
});
export type CycleTimeline = z.infer<typeof cycleTimeline>;
