/** Bounds of the pause between two attempts to connect, in milliseconds. */
export interface BackOff {
  readonly minMs: number;
  readonly maxMs: number;
}

/** Half a second at first, a minute at most. */
export const defaultBackOff: BackOff = { minMs: 500, maxMs: 60_000 };

/**
 * The pause before attempt number `attempt` (from 0): anything up to a ceiling that doubles, so that thousands of
 * agents do not come back all at once. `random` is from [0, 1).
 */
export function backOffDelay(attempt: number, random: number, { minMs, maxMs }: BackOff): number {
  return Math.round(random * Math.min(maxMs, minMs * 2 ** Math.min(attempt, 30)));
}
