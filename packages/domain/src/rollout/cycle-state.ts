import type { FailureThreshold, Gate } from './rollout.ts';

/** The constant part of a cycle's rollout, frozen when it opens (L-49). */
export interface CycleDefinition {
  /** In the order in which they open; at least one. */
  readonly waves: readonly { readonly name: string; readonly gate: Gate | null }[];
  readonly maximumConcurrent: number | null;
  readonly failureThreshold: FailureThreshold | null;
  /** Epoch milliseconds; null: it may stay open for ever. */
  readonly deadlineAt: number | null;
}

/** How many runs of one wave are where; every run is counted exactly once. */
export interface WaveCounts {
  readonly queued: number;
  /** Take up a concurrent run (see `holdsSlot` in the rules of a run). */
  readonly active: number;
  /** Wait for a user and count as successful meanwhile (W-15). */
  readonly awaitingUser: number;
  readonly succeeded: number;
  readonly partial: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly missedWindow: number;
  readonly skipped: number;
}

/** The counts of a wave, and how many of its runs could go to work now. */
export interface ObservedWave extends WaveCounts {
  /** Queued, connected, and inside a window (P-05, P-07). */
  readonly ready: number;
  /** Among those that wait for a user: the user has answered, and there is work left to do (W-15). */
  readonly answered: number;
}

/** Runs that told something about the patches, and those of them that failed (P-08). */
export interface Sample {
  readonly size: number;
  readonly failed: number;
}

/** What every cycle carries along. Counts are no part of it: they come with each event, as they are then. */
export interface CycleProgress {
  /** Waves 0 to `openWaves` - 1 are open. */
  readonly openWaves: number;
  /** Since when the sample of the last open wave is good enough; null while it is not, or there is no soak time. */
  readonly soakSince: number | null;
  /** Who has approved that the wave after the last open one opens. */
  readonly approvedBy: string | null;
  /** What a person who resumed the cycle has put up with, for each wave; empty: nothing. */
  readonly forgiven: readonly Sample[];
  /** Clocks that the cycle waits on, epoch milliseconds. */
  readonly timers: { readonly deadline?: number; readonly soak?: number };
}

/** How a cycle ends: everything was done, somebody cancelled it, or its deadline passed. */
export type CycleEnding = 'done' | 'cancelled' | 'expired';

/** What a cycle is doing now; exactly one of these. */
export type CycleState = CycleProgress &
  (
    | { readonly status: 'running' }
    /** Finishes what runs and starts nothing. `gate`: a gate cannot pass; `by`: the person who halted it, else null. */
    | {
        readonly status: 'halted';
        readonly cause: 'threshold' | 'gate' | 'person';
        readonly by: string | null;
        readonly reason: string;
      }
    | { readonly status: 'ending'; readonly ending: 'cancelled' | 'expired' }
    | { readonly status: 'finished'; readonly ending: CycleEnding }
  );

/** A cycle as it is when it opens; its first `look` opens the first wave. */
export function openedCycle(definition: Pick<CycleDefinition, 'deadlineAt'>): CycleState {
  return {
    status: 'running',
    openWaves: 0,
    soakSince: null,
    approvedBy: null,
    forgiven: [],
    timers: definition.deadlineAt === null ? {} : { deadline: definition.deadlineAt },
  };
}

/**
 * What can happen to a cycle. `waves` are the counts of every wave at this moment: read them under the cycle's lock,
 * in the transaction that carries out the commands. `at` is an epoch millisecond; `by` names a person or token.
 */
export type CycleEvent = { readonly at: number; readonly waves: readonly ObservedWave[] } & (
  | /** Runs have moved, a window has opened, an endpoint is back, or a clock is due: look what follows. */ {
      readonly kind: 'look';
    }
  | { readonly kind: 'approveGate'; readonly by: string }
  | { readonly kind: 'halt'; readonly by: string; readonly reason: string }
  | { readonly kind: 'resume'; readonly by: string }
  | { readonly kind: 'cancel'; readonly by: string }
);

/** What the shell has to do after an accepted event; waves are counted from 0. */
export type CycleCommand =
  | { readonly kind: 'openWave'; readonly wave: number }
  /** Starts the first `count` of the wave's ready runs, in the order of {@link compareCandidates}. */
  | { readonly kind: 'admit'; readonly wave: number; readonly count: number }
  /** Lets the first `count` of the wave's runs go on whose user has answered; they take up a concurrent run again (W-15). */
  | { readonly kind: 'letGoOn'; readonly wave: number; readonly count: number }
  /** Tells those who are to know that the cycle waits for an approval between waves. */
  | { readonly kind: 'askApproval'; readonly wave: number }
  /** Tells those who are to know that the cycle was halted. */
  | { readonly kind: 'tellHalted'; readonly reason: string }
  /** The deadline has passed: every queued run is passed over, with the reason of {@link passedOverReason}. */
  | { readonly kind: 'passOverQueued' }
  /** Cancels every run that has not finished (W-13). */
  | { readonly kind: 'cancelRuns'; readonly by: string }
  | { readonly kind: 'finish'; readonly ending: CycleEnding };

/** The earliest due time among a cycle's clocks, or null when it waits for none. */
export function nextCycleWake({ timers, status }: CycleState): number | null {
  if (status === 'ending' || status === 'finished') return null;
  const due = [timers.deadline, status === 'running' ? timers.soak : undefined].filter(
    (at) => at !== undefined,
  );
  return due.length === 0 ? null : Math.min(...due);
}
