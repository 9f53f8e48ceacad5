import type { RunSummary } from '@patchbay/contracts/run';

/** Why a run ended as it did or does not start, else the step that it is at; undefined: there is nothing to say. */
export function whyInWords({
  reason,
  held,
  step,
}: Pick<RunSummary, 'reason' | 'held' | 'step'>): string | undefined {
  return reason ?? held?.why ?? step?.name;
}
