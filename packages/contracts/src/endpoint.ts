import { z } from 'zod';
import { activityIdText } from './activity-order.ts';
import { applicablePatch, inventory, localPolicy, readinessCheck, rebootNeed } from './inventory.ts';
import { operatingSystem } from './operating-system.ts';
import { pageQuery } from './page.ts';
import { yesOrNo } from './reboot-flow.ts';
import { selectorText } from './task.ts';
import { instant, name, tags, text } from './text.ts';

/** Whether the server has the endpoint's agent on the line; a revoked one may never come back (S-04). */
const endpointStatus = z.enum(['connected', 'disconnected', 'revoked']);

/** What its health checks say of an endpoint: unhealthy while one of them does (L-27). */
const endpointHealth = z.enum(['healthy', 'unhealthy']);

/** A managed machine as lists show it. */
export const endpointSummary = z.strictObject({
  id: z.uuid(),
  name,
  os: operatingSystem,
  osName: z.string(),
  osVersion: z.string(),
  status: endpointStatus,
  lastSeenAt: instant.nullable(),
  agentVersion: z.string(),
  tags,
  /** Patches found by the last scan; null before the first. */
  applicablePatches: z.int().nullable(),
  securityPatches: z.int().nullable(),
  rebootNeeded: z.boolean().nullable(),
  /** The flow of Interactive Reboot that it waits for; null: none. */
  pendingReboot: activityIdText.nullable(),
  /** null: no health check has said anything yet. */
  health: endpointHealth.nullable(),
});
export type EndpointSummary = z.infer<typeof endpointSummary>;

/** A managed machine, whole: inventory (E-02), readiness (E-10), what its agent may do. */
export const endpoint = endpointSummary.extend({
  enrolledAt: instant,
  bootId: z.string().nullable(),
  policy: localPolicy,
  inventory: inventory.required(),
  readiness: z.array(readinessCheck),
  reboot: rebootNeed.nullable(),
  scannedAt: instant.nullable(),
  /** Why the last scan failed; null when it did not. */
  scanProblem: z.string().nullable(),
  /** What each health check said last, those that failed first (L-27). */
  healthChecks: z.array(
    z.strictObject({
      task: z.strictObject({ id: z.uuid(), name }),
      healthy: z.boolean(),
      /** Why, as a clause. */
      reason: z.string(),
      /** Since when it has said so. */
      since: instant,
      checkedAt: instant,
      /** The run that checked last. */
      run: z.int(),
    }),
  ),
});
export type Endpoint = z.infer<typeof endpoint>;

/** One applicable patch of an endpoint (E-03). */
export const endpointPatch = applicablePatch;

/** Filters of the list of endpoints. */
export const endpointQuery = pageQuery.extend({
  sort: z.enum(['name', '-name', 'enrolledAt', '-enrolledAt']).default('name'),
  search: text(120).optional(),
  os: operatingSystem.optional(),
  status: endpointStatus.optional(),
  selector: selectorText.optional(),
  /** Whether a flow of Interactive Reboot is under way. */
  pendingReboot: yesOrNo.optional(),
  /** `unknown`: no health check has said anything yet. */
  health: z.enum([...endpointHealth.options, 'unknown']).optional(),
});

/** Filters of an endpoint's patches. */
export const endpointPatchQuery = pageQuery.extend({
  classification: applicablePatch.shape.classification.optional(),
});

/** Replaces an endpoint's tags (E-13). */
export const tagsInput = z.strictObject({ tags });
