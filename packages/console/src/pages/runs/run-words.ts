import type { RunSummary } from '@patchbay/contracts/run';

/** What stands for the start of a run that has none: it is still to come, or the run ended without one (P-13, P-14). */
export function unstarted({ finishedAt }: Pick<RunSummary, 'finishedAt'>): string {
  return finishedAt === null ? 'not yet' : 'never';
}
