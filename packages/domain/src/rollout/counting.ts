import type { Sample, WaveCounts } from './cycle-state.ts';

/** Runs of a wave that have not ended; one that waits for a user has not, though it counts already (W-15). */
export function unfinished({ queued, active, awaitingUser }: WaveCounts): number {
  return queued + active + awaitingUser;
}

/** Runs of a wave whose outcome is not known yet. */
export function undecided({ queued, active }: WaveCounts): number {
  return queued + active;
}

/** Whether any run of a wave has begun. */
export function hasStarted({ active, awaitingUser, succeeded, partial, failed }: WaveCounts): boolean {
  return active + awaitingUser + succeeded + partial + failed > 0;
}

/** All runs of a wave. */
export function total(wave: WaveCounts): number {
  const { succeeded, partial, failed, cancelled, missedWindow, skipped } = wave;
  return unfinished(wave) + succeeded + partial + failed + cancelled + missedWindow + skipped;
}

/** The runs of a wave that tell whether the patches do well (P-08, W-05, W-15). */
export function sampleOf({ awaitingUser, succeeded, partial, failed }: WaveCounts): Sample {
  return { size: awaitingUser + succeeded + partial + failed, failed };
}
