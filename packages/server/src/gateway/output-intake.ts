import { limits } from '@patchbay/contracts/limits';
import { type ActivityKey, activityId } from '@patchbay/domain/activity/activity-id';
import type { OutputStream } from '../db/activity-output.ts';

/** Where output is kept; implemented on the database. */
export interface OutputStore {
  /** Bytes stored so far for each stream, or null when the activity is not this endpoint's. */
  storedLengths(endpoint: string, key: ActivityKey): Promise<Record<OutputStream, number> | null>;
  /** Resolves when the part is stored for good. */
  append(key: ActivityKey, stream: OutputStream, offset: number, data: Buffer): Promise<void>;
}

/** What the agent is told: everything up to `offset` is stored. */
export type OutputAnswer = { readonly offset: number } | 'unknown';

/** Head, tail and the mark of a cut: an honest agent never sends more. */
const acceptedBytes = limits.outputBytes + limits.outputChunkBytes;

/** Takes in one agent's output. */
export interface OutputIntake {
  take(key: ActivityKey, stream: OutputStream, offset: number, data: Buffer): Promise<OutputAnswer>;
  /** Frees what is remembered of an activity that has ended; a late part of its output is still taken. */
  forget(activity: string): void;
}

/**
 * Takes in output in order (O-02, O-03): what is stored already is skipped, a part beyond a gap is not stored and
 * answered with the offset that is expected, and beyond the limit bytes are acknowledged but not kept.
 */
export function createOutputIntake(endpoint: string, store: OutputStore): OutputIntake {
  const lengths = new Map<string, Record<OutputStream, number>>();
  return {
    async take(key, stream, offset, data) {
      const activity = activityId(key);
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
    forget(activity) {
      lengths.delete(activity);
    },
  };
}
