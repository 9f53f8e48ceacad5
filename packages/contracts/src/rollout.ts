import { defaultRollout } from '@patchbay/domain/rollout/rollout';
import { z } from 'zod';
import { name } from './text.ts';

const percent = z.number().min(0).max(100);
const runs = z.int().min(1).max(1_000_000);

/** What has to hold in a wave before the next one opens (P-08). */
const gate = z.strictObject({
  /** Of the runs that succeeded, also in part, or failed. */
  minimumSuccessPercent: percent.default(100),
  /** How many such runs there have to be; null: every run of the wave has to have ended. */
  minimumSample: runs.nullable().default(null),
  /** How long the wave is watched before the next one opens. */
  soakMinutes: z
    .int()
    .min(0)
    .max(30 * 24 * 60)
    .default(0),
  /** Somebody has to open the next wave. */
  approval: z.boolean().default(false),
});

const waveSize = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('percent'), percent: percent.gt(0) }),
  z.strictObject({ kind: z.literal('count'), count: runs }),
  z.strictObject({ kind: z.literal('group'), group: name }),
]);

/** More failures than this halt the cycle; 0 halts at the first (P-08). */
const failureThreshold = z.discriminatedUnion('kind', [
  /** Of the whole cycle. */
  z.strictObject({ kind: z.literal('count'), count: z.int().min(0).max(1_000_000) }),
  /** Of any wave, once so many of its runs have ended, or all of a smaller wave. */
  z.strictObject({ kind: z.literal('percent'), percent, minimumSample: runs.default(10) }),
]);

/** How a cycle goes over its endpoints (P-08). */
export const rollout = z.strictObject({
  /** In the order in which they open; endpoints in none of them are a last wave. Without any, all are one wave. */
  waves: z
    .array(z.strictObject({ name, size: waveSize, gate: gate.nullable().default(null) }))
    .max(50)
    .default([]),
  /** By name, or in an order that is drawn for each cycle. */
  order: z.enum(['byName', 'drawn']).default(defaultRollout.order),
  /** Runs at the same time; null: as many as there are. */
  maximumConcurrent: runs.nullable().default(defaultRollout.maximumConcurrent),
  failureThreshold: failureThreshold.nullable().default(defaultRollout.failureThreshold),
});
