import { z } from 'zod';
import { operatingSystem } from './operating-system.ts';
import { factName, few, text } from './text.ts';

/** What an agent knows about its endpoint (E-02). Sizes in bytes, times in seconds. */
export const inventory = z.strictObject({
  hostname: text(253).min(1),
  os: operatingSystem,
  /** Distribution or product name, e.g. "Debian GNU/Linux". */
  osName: text(120),
  osVersion: text(120),
  kernel: text(200),
  architecture: text(40),
  addresses: z.array(text(64)).max(200),
  uptimeSeconds: z.number().min(0),
  bootId: text(128).min(1),
  timeZone: text(80),
  agentVersion: text(40),
  disks: z
    .array(z.strictObject({ mount: text(500), totalBytes: z.number().min(0), freeBytes: z.number().min(0) }))
    .max(500),
  users: z.array(z.strictObject({ name: text(120), terminal: text(120) })).max(500),
  /** Further named values. */
  extra: few(200, z.record(factName, text(1000))).default({}),
});
export type Inventory = z.infer<typeof inventory>;

/** One applicable patch as the endpoint's package manager names it (E-03). */
export const applicablePatch = z.strictObject({
  /** Stable on this endpoint: for packages `name=version`. */
  id: text(300).min(1),
  title: text(500),
  package: text(200),
  currentVersion: text(120).nullable(),
  version: text(120),
  classification: z.enum(['security', 'bugfix', 'enhancement', 'other']),
  severity: z.enum(['critical', 'important', 'moderate', 'low', 'unknown']),
  cves: z.array(z.string().regex(/^CVE-\d{4}-\d{4,}$/)).max(500),
  sizeBytes: z.number().min(0).nullable(),
  rebootHint: z.boolean(),
});
export type ApplicablePatch = z.infer<typeof applicablePatch>;

/** What became of one patch (E-05). */
export const patchResult = z.strictObject({
  id: text(300).min(1),
  package: text(200),
  fromVersion: text(120).nullable(),
  toVersion: text(120),
  outcome: z.enum(['installed', 'failed', 'notApplicable', 'wouldInstall']),
  security: z.boolean(),
  /** The tool's own words for a failure. */
  message: text(4000).nullable(),
});
export type PatchResult = z.infer<typeof patchResult>;

/** Whether a reboot is needed, and the evidence (E-06). */
export const rebootNeed = z.strictObject({ needed: z.boolean(), reasons: z.array(text(500)).max(100) });
export type RebootNeed = z.infer<typeof rebootNeed>;

/** One readiness check and what to do about it (E-10). */
export const readinessCheck = z.strictObject({
  name: z.enum([
    'packageManager',
    'repositories',
    'diskSpace',
    'at',
    'clock',
    'privileges',
    'notifier',
    'provider',
  ]),
  state: z.enum(['ok', 'warning', 'failed', 'notApplicable']),
  message: text(1000),
  /** What to do; null when there is nothing to do. */
  action: text(1000).nullable(),
});
export type ReadinessCheck = z.infer<typeof readinessCheck>;

/** What an endpoint lets its server do; `allowed: false` is enforced on the endpoint itself. */
export const localPolicy = z.strictObject({
  scan: z.boolean(),
  run: z.boolean(),
  install: z.boolean(),
  reboot: z.boolean(),
});
export type LocalPolicy = z.infer<typeof localPolicy>;
