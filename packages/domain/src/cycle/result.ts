/** How many of a cycle's runs came to what. */
export interface FinishedRuns {
  readonly partial: number;
  readonly failed: number;
  readonly missedWindow: number;
}

/** What a cycle came to: the worst of its runs, unless it was cancelled. */
export type CycleResult = 'succeeded' | 'partial' | 'failed' | 'cancelled';

/** The result of a cycle whose runs have all finished. */
export function cycleResult(runs: FinishedRuns, cancelled: boolean): CycleResult {
  if (cancelled) return 'cancelled';
  if (runs.failed > 0 || runs.missedWindow > 0) return 'failed';
  return runs.partial > 0 ? 'partial' : 'succeeded';
}
