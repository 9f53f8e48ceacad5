import type { Cycle } from '@patchbay/contracts/cycle';

/** A cycle's figures in one line: how many runs, and how many of them are where. */
export function countsLine({ runs }: Cycle): string {
  const parts = Object.entries(runs).filter(([key, count]) => key !== 'total' && count > 0);
  return `${runs.total} runs: ${parts.map(([key, count]) => `${count} ${key}`).join(', ')}`;
}
