import { z } from 'zod';
import { cycle } from './cycle.ts';
import { operatingSystem } from './operating-system.ts';
import { verdict } from './plan-progress.ts';
import { link } from './reference.ts';
import { runSummary } from './run.ts';
import { instant, name } from './text.ts';

const count = z.int().min(0);

/** Applicable patches on the endpoints of a cycle (P-15). */
const compliance = z.strictObject({
  /** Endpoints to which no patch was applicable. */
  endpointsUpToDate: count,
  patches: count,
});

/** What came of one endpoint in a cycle. */
export const reportedRun = z.strictObject({
  run: z.int(),
  endpoint: link,
  os: operatingSystem,
  workflow: name.nullable(),
  wave: name.nullable(),
  status: runSummary.shape.status,
  result: runSummary.shape.result,
  /** Why it came to that, in words; null while it has not. */
  reason: z.string().nullable(),
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  installed: count,
  failed: count,
  /** Applicable patches when the cycle opened; null: they were not counted. */
  patchesBefore: count.nullable(),
  /**
   * When the cycle ended, or by the first scan after its patching where that came later; until then, and while the cycle
   * is open, by the last scan.
   */
  patchesAfter: count,
  scannedAt: instant.nullable(),
});
export type ReportedRun = z.infer<typeof reportedRun>;

/** What came of one patch, on all endpoints of a cycle together. */
export const reportedPatch = z.strictObject({
  package: z.string(),
  version: z.string(),
  security: z.boolean(),
  installed: count,
  failed: count,
  /** In a rehearsal. */
  wouldInstall: count,
  /** The names of some of the endpoints: at most 20. */
  endpoints: z.array(z.string()).max(20),
});
export type ReportedPatch = z.infer<typeof reportedPatch>;

/** A reboot in a cycle, or an Interactive Reboot that came to none; of a rehearsal one that there would be. */
export const reportedReboot = z.strictObject({
  endpoint: link,
  run: z.int(),
  /** A user was asked. */
  interactive: z.boolean(),
  /** The name of the step. */
  step: z.string(),
  /** When its user was asked, or the step began. */
  askedAt: instant.nullable(),
  /** How often a user put it off, or did not answer. */
  putOff: count.nullable(),
  /** What came of it, such as `rebooted`; `foreseen` in a rehearsal; null: it is under way. */
  ending: z.string().nullable(),
  endedAt: instant.nullable(),
});
export type ReportedReboot = z.infer<typeof reportedReboot>;

/** What happened in a cycle (P-15). */
export const cycleReport = z.strictObject({
  cycle,
  /** Who approved its plan before it opened; null: nobody had to. */
  approval: verdict.nullable(),
  madeAt: instant,
  /** Null where it was not counted when the cycle opened. */
  before: compliance.nullable(),
  /** When the cycle ended; while it is open, now. */
  after: compliance,
  runs: z.array(reportedRun),
  patches: z.array(reportedPatch),
  reboots: z.array(reportedReboot),
});
export type CycleReport = z.infer<typeof cycleReport>;

/** How the report of a cycle gets to one of those whom its plan names (P-15). */
export const reportMail = z.strictObject({
  recipient: z.string(),
  /** `later`: the cycle has not finished; `waiting`: it is sent, or tried again; `failed`: given up. */
  status: z.enum(['later', 'waiting', 'sent', 'failed']),
  tries: count,
  /** Why it failed last; null while it has not. */
  problem: z.string().nullable(),
  sentAt: instant.nullable(),
  /** When it is tried next; null unless it waits. */
  nextAt: instant.nullable(),
});
export type ReportMail = z.infer<typeof reportMail>;
