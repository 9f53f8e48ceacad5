import { limits } from '@patchbay/contracts/limits';
import type { ActivityKey } from '@patchbay/domain/activity/activity-id';

/** The streams of an activity's output, in the order of their stored numbers. */
export type OutputStream = 'stdout' | 'stderr';

/** Where output is kept; implemented on the database. */
export interface OutputStore {
  /** Bytes stored so far for each stream, or null when the activity is not this endpoint's. */
  storedLengths(endpoint: string, key: ActivityKey): Promise<Record<OutputStream, number> | null>;
  append(key: ActivityKey, stream: OutputStream, offset: number, data: Buffer): Promise<void>;
}

/** What the agent is told: everything up to `offset` is stored. */
export type OutputAnswer = { readonly offset: number } | 'unknown';

/** Head, tail and the mark of a cut: an honest agent never sends more. */
const acceptedBytes = limits.outputBytes + limits.outputChunkBytes;

/**
 * Takes in one session's output in order (O-02, O-03): a repeated part is skipped, a gap is not stored and answered
 * with the offset that is expected, and beyond the limit bytes are acknowledged but not kept.
 */
export function createOutputIntake(endpoint: string, store: OutputStore) {
  const lengths = new Map<string, Record<OutputStream, number>>();
  return {
    async take(
      activity: string,
      key: ActivityKey,
      stream: OutputStream,
      offset: number,
      data: Buffer,
    ): Promise<OutputAnswer> {
      const known = lengths.get(activity) ?? (await store.storedLengths(endpoint, key));
      if (known === null) return 'unknown';
      lengths.set(activity, known);
      const stored = known[stream];
      const fresh = offset <= stored ? data.subarray(stored - offset) : Buffer.alloc(0);
      if (fresh.length > 0) {
        if (stored + fresh.length <= acceptedBytes) await store.append(key, stream, stored, fresh);
        known[stream] = stored + fresh.length;
      }
      return { offset: known[stream] };
    },
    /** Forgets an activity whose report and output are complete. */
    forget(activity: string): void {
      lengths.delete(activity);
    },
  };
}
