import type { CycleReport } from '@patchbay/contracts/cycle-report';

/** What a report calls results of runs and cycles, and what runs do that have none yet. */
export const resultWords: Readonly<Record<string, string>> = {
  succeeded: 'succeeded',
  partial: 'succeeded in part',
  failed: 'failed',
  cancelled: 'cancelled',
  missedWindow: 'missed its window',
  skipped: 'skipped',
  queued: 'waits',
  running: 'runs',
  retrying: 'tries again',
  returning: 'comes back',
  awaitingUser: 'waits for a user',
};

/** Who approved the plan, and what that is called elsewhere (P-09). */
export function approvalWords(
  { by, onBehalfOf, at, reference, reason }: NonNullable<CycleReport['approval']>,
  when: (instant: string) => string,
): string {
  const who = onBehalfOf === null ? by : `${by} for ${onBehalfOf}`;
  const change = reference === null ? '' : `, reference ${reference}`;
  return `Approved on ${when(at)} by ${who}${change}${reason === null ? '.' : `: ${reason}`}`;
}
