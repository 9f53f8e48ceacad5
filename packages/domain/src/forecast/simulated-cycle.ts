import type { CycleDefinition, CycleEnding } from '../rollout/cycle-state.ts';
import type { RunResult } from '../run/state.ts';
import type { Timetable } from '../schedule/timetable.ts';

/** What a run is expected to do, or did. All times in milliseconds. */
export type SimulatedWork =
  | {
      readonly kind: 'estimated';
      readonly beforePatchMs: number;
      readonly patchMs: number;
      readonly afterPatchMs: number;
      /**
       * When its workflow ends with an Interactive Reboot: the latest time at which the endpoint restarts if the first
       * prompt is raised then; null: it is not forced.
       */
      readonly latestReboot: ((promptedAt: number) => number | null) | null;
    }
  | {
      readonly kind: 'recorded';
      readonly durationMs: number;
      readonly result: RunResult['result'];
      /** How long it waited for a user in the end, on top of its duration; null: it did not (W-15). */
      readonly userMs: number | null;
    }
  /** Its run is skipped when the cycle opens, because it is exempt (P-13). */
  | { readonly kind: 'passedOver'; readonly reason: string };

/** An endpoint of a cycle that is walked on a virtual clock. */
export interface SimulatedEndpoint {
  readonly wave: number;
  readonly position: number;
  /**
   * When it may be worked on, as far as one looks ahead; `alwaysOpen` in an emergency (P-05). Endpoints with the same
   * timetable should share it, as `timetables` does: those are queued together.
   */
  readonly timetable: Timetable;
  /** From when on it can be reached; null: it is offline, and nobody knows until when (P-13). */
  readonly availableFrom: number | null;
  readonly work: SimulatedWork;
}

/** What people did, or are expected to do, to a cycle. */
export type Intervention = { readonly at: number; readonly by: string } & (
  | { readonly kind: 'approveGate' | 'resume' | 'cancel' }
  | { readonly kind: 'halt'; readonly reason: string }
);

/** A cycle to be walked on a virtual clock. */
export interface CycleToSimulate {
  readonly definition: CycleDefinition;
  readonly openedAt: number;
  /** No run starts in this last part of a window (P-07). */
  readonly bufferMs: number;
  readonly endpoints: readonly SimulatedEndpoint[];
  /** By time. */
  readonly interventions: readonly Intervention[];
  /** Every gate that asks for an approval gets it at once. */
  readonly approveAtOnce: boolean;
}

/**
 * How a run lies in its window: `fits`; `overruns`: what has begun ends after the window; `missesWindow`: the window
 * ends before patching, which is then not begun (P-07); `neverStarts`.
 */
export type Fit = 'fits' | 'overruns' | 'missesWindow' | 'neverStarts';

/** When one endpoint is worked on; epoch milliseconds. */
export interface SimulatedRun {
  readonly startsAt: number | null;
  /** When it holds no concurrent run any more; a user may still be asked. */
  readonly endsAt: number | null;
  /** When its user is prompted first; null: nobody is. */
  readonly promptedAt: number | null;
  readonly latestRebootAt: number | null;
  readonly fit: Fit;
  /** Why it does not fit, in words; null when it does. */
  readonly why: string | null;
}

/** A whole cycle as it went on the virtual clock. */
export interface SimulatedCycle {
  /** For each endpoint, in the order in which they were given. */
  readonly runs: readonly SimulatedRun[];
  /** When each wave opens; null: never. */
  readonly wavesOpenAt: readonly (number | null)[];
  readonly halts: readonly { readonly at: number; readonly reason: string }[];
  /** The most runs at the same time. */
  readonly mostAtOnce: number;
  /** When the last run holds no concurrent run any more; null: nothing starts. */
  readonly workEndsAt: number | null;
  /** When the cycle ends, users who take their time included; null: not as far as one looks ahead. */
  readonly endsAt: number | null;
  readonly ending: CycleEnding | null;
}
