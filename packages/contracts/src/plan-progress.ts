import { endpointsHeld, planStatuses } from '@patchbay/domain/plan/state';
import { holds } from '@patchbay/domain/rollout/hold';
import { z } from 'zod';
import { instant, name } from './text.ts';

/** Who approved or rejected a plan (P-09). */
export const verdict = z.strictObject({
  /** A person, a token, or the sender of a signed webhook. */
  by: z.string(),
  /** Who decided in the system that sent the webhook, as it says; null otherwise. */
  onBehalfOf: z.string().nullable(),
  at: instant,
  /** What the change is called elsewhere, such as `CHG0012345`. */
  reference: z.string().nullable(),
  reason: z.string().nullable(),
  /** How many endpoints the plan had then, without those that are exempt. */
  endpoints: z.int().min(0),
});

/** Where a plan stands (P-12). */
export const planProgress = z.strictObject({
  status: z.enum(planStatuses),
  /** What it waits for, and until when; of endpoints that cannot start nobody knows, but why, as it is said of them. Null where it waits for nothing. */
  waitsFor: z
    .discriminatedUnion('what', [
      z.strictObject({ what: z.enum(['start', 'window']), at: instant }),
      z.strictObject({
        what: z.literal('endpoints'),
        at: z.null(),
        held: z.enum(endpointsHeld),
        why: z.string(),
      }),
    ])
    .nullable(),
  /** Why it was halted or rejected; null otherwise. */
  reason: z.string().nullable(),
  /** The approval or rejection that holds now. */
  verdict: verdict.nullable(),
});
export type PlanProgress = z.infer<typeof planProgress>;

const count = z.int().min(0);

/** A wave of a cycle: how many of its runs are where, and what its gate comes to (P-08, P-14). */
const waveProgress = z.strictObject({
  name,
  open: z.boolean(),
  openedAt: instant.nullable(),
  counts: z.strictObject({
    queued: count,
    active: count,
    awaitingUser: count,
    succeeded: count,
    partial: count,
    failed: count,
    cancelled: count,
    missedWindow: count,
    skipped: count,
  }),
  /** The gate behind it; null behind the last wave and where the wave is not open. */
  gate: z
    .strictObject({
      state: z.enum(['passed', 'soaking', 'approval', 'waiting', 'impossible']),
      why: z.string(),
      until: instant.nullable(),
    })
    .nullable(),
});
export type WaveProgress = z.infer<typeof waveProgress>;

/** What a cycle of a plan is doing (P-08). */
export const rolloutProgress = z.strictObject({
  status: z.enum(['running', 'halted', 'ending', 'finished']),
  /** How it ends or has ended; null while it runs or is halted. */
  ending: z.enum(['done', 'cancelled', 'expired']).nullable(),
  /** Why it was halted; null unless it is. */
  reason: z.string().nullable(),
  deadlineAt: instant.nullable(),
  waves: z.array(waveProgress),
  /** How many runs are at work in each phase; those that wait for their user are with the phase that asked (P-14). */
  phases: z.strictObject({ prePatching: count, patch: count, postPatching: count, afterReboot: count }),
  /** Why its queued runs do not start, each counted once by the first reason that holds; in words as they are said of several (P-14). */
  held: z.array(z.strictObject({ reason: z.enum(holds), runs: count, why: z.string() })),
});
export type RolloutProgress = z.infer<typeof rolloutProgress>;

/** Halts a cycle (P-08). */
export const haltInput = z.strictObject({ reason: z.string().min(1).max(500) });
