import type { Cycle } from '@patchbay/contracts/cycle';

/** A cycle's figures in one line: how many runs, and how many of them are where. */
export function countsLine({ runs: { total, ...parts } }: Pick<Cycle, 'runs'>): string {
  const where = Object.entries(parts).filter(([, count]) => count > 0);
  const words = where.map(([name, count]) => `${count} ${name}`).join(', ');
  return `${total} ${total === 1 ? 'run' : 'runs'}${words === '' ? '' : `: ${words}`}`;
}
