/** A queued run of an open wave whose endpoint is connected and inside a window, before the buffer (P-05, P-07). */
export interface Candidate {
  /** When the endpoint's window ends, epoch milliseconds; null: it may be worked on at any time. */
  readonly windowEndsAt: number | null;
  /** Its place in the cycle (see `assignWaves`). */
  readonly position: number;
}

/**
 * Who of a wave's candidates is started first: whose window ends first, then by place. The same order in SQL:
 * `order by window_ends_at nulls last, position`.
 */
export function compareCandidates(one: Candidate, other: Candidate): number {
  const never = Number.POSITIVE_INFINITY;
  const [end, otherEnd] = [one.windowEndsAt ?? never, other.windowEndsAt ?? never];
  return end === otherEnd ? one.position - other.position : end - otherEnd;
}

/** Why a run that was queued when the deadline passed is passed over, and as what it counts (P-13, W-11). */
export function passedOverReason(run: {
  readonly connected: boolean;
  readonly waveOpen: boolean;
  /** It could have started at some time if there had been a free place. */
  readonly hadWindow: boolean;
}): { readonly result: 'skipped' | 'missedWindow'; readonly reason: string } {
  if (!run.connected) return { result: 'skipped', reason: 'offline until the deadline of the cycle' };
  if (!run.waveOpen) {
    return { result: 'skipped', reason: 'its wave had not opened before the deadline of the cycle' };
  }
  return run.hadWindow
    ? { result: 'skipped', reason: 'its turn had not come before the deadline of the cycle' }
    : {
        result: 'missedWindow',
        reason: 'no maintenance window of it opened before the deadline of the cycle',
      };
}
