import { type ActivityReport, activityReport } from '@patchbay/contracts/agent-protocol';
import { limits } from '@patchbay/contracts/limits';
import { cleanText } from './clean-text.ts';

/** Room for what stands around a report in its message. */
const envelopeBytes = 64 * 1024;
/** The tool's words about a patch are shortened to this before they are left out. */
const shortWords = 200;

/**
 * Brings a report into the form and size that the protocol allows: what an operating system's tools say is no more
 * trusted than other input, and a report that cannot be delivered would never be acknowledged.
 */
export function fitReport(report: ActivityReport): ActivityReport {
  const versions = [report, withWords(report, 4000), withWords(report, shortWords), withWords(report, 0)];
  return versions.find(isDeliverable) ?? { ...report, outcome: unreportable(report.outcome) };
}

function isDeliverable(report: ActivityReport): boolean {
  const size = Buffer.byteLength(JSON.stringify(report));
  return size <= limits.messageBytes - envelopeBytes && activityReport.safeParse(report).success;
}

function withWords(report: ActivityReport, max: number): ActivityReport {
  const { outcome } = report;
  if (outcome.kind !== 'patched' && outcome.kind !== 'simulated') return report;
  const patches = outcome.patches.map((patch) => ({
    ...patch,
    message: patch.message === null || max === 0 ? null : cleanText(patch.message, max),
  }));
  return { ...report, outcome: { ...outcome, patches } };
}

function unreportable(outcome: ActivityReport['outcome']): ActivityReport['outcome'] {
  const reason = `the outcome "${outcome.kind}" cannot be reported: it breaks the limits of the agent protocol`;
  return outcome.kind === 'exited' ? { ...outcome, facts: {} } : { kind: 'patchToolFailed', reason };
}
