import type { RebootEnding } from '../reboot/state.ts';
import type { Phase, StepKey } from './definition.ts';

/** Why a step failed (W-01, W-05, W-08, W-10). */
export type FailureKind =
  | 'exitCode'
  | 'timedOut'
  | 'lost'
  | 'interrupted'
  | 'refused'
  | 'notStarted'
  | 'wrongReport'
  | 'nothingInstalled'
  | 'patchTool'
  | 'didNotReturn';

/**
 * What became of a step. `tolerated` marks a failure that its step's own `onFailure: continue` passes over;
 * `skipped` was decided by a condition, a rehearsal or an operator, `notRun` by an earlier failure, the window or a cancellation.
 */
export type StepRecord =
  | { readonly outcome: 'succeeded'; readonly attempt: number; readonly detail: string }
  | { readonly outcome: 'partial'; readonly attempt: number; readonly detail: string }
  | {
      readonly outcome: 'failed';
      readonly attempt: number;
      readonly failure: FailureKind;
      readonly detail: string;
      readonly tolerated: boolean;
    }
  | { readonly outcome: 'cancelled'; readonly attempt: number; readonly detail: string }
  | { readonly outcome: 'skipped'; readonly detail: string }
  | { readonly outcome: 'notRun'; readonly detail: string };

/** The result of a finished run (W-11). */
export type RunResult =
  | { readonly result: 'succeeded'; readonly reason: string }
  | { readonly result: 'partial'; readonly reason: string }
  | {
      readonly result: 'failed';
      readonly phase: Phase;
      readonly step: StepKey;
      readonly failure: FailureKind;
      readonly reason: string;
    }
  | { readonly result: 'cancelled'; readonly reason: string }
  | { readonly result: 'missedWindow'; readonly reason: string }
  | { readonly result: 'skipped'; readonly reason: string };

/**
 * The clocks a run may wait on, each the epoch millisecond at which it is due.
 * They are part of the state, so a stored run cannot lose one; the shell only keeps the earliest.
 */
export interface Timers {
  readonly retry?: number;
  readonly overdue?: number;
  readonly lost?: number;
  readonly return?: number;
  readonly stop?: number;
}

/** What every run carries along, whatever it is waiting for. */
export interface RunProgress {
  /** Named values produced by the run's activities (L-04). */
  readonly facts: Readonly<Record<string, string>>;
  readonly records: Readonly<Record<StepKey, StepRecord>>;
  /** The highest attempt number used for each step: an activity's identity is never used twice. */
  readonly attempts: Readonly<Record<StepKey, number>>;
  readonly timers: Timers;
  /** The endpoint's boot id when it was last heard of. */
  readonly bootId: string | null;
  /** Whether the endpoint was connected when it was last heard of; which clock runs depends on it. */
  readonly connected: boolean;
  /** The endpoint has come back from a reboot that this run asked for (L-51). */
  readonly rebooted: boolean;
  readonly windowEnded: boolean;
  /** Who asked for the run to be cancelled (W-13); something may still have to end first. */
  readonly cancelledBy: string | null;
}

/** What a run is doing now; exactly one of these, never a combination of flags. */
export type RunState = RunProgress &
  (
    | { readonly status: 'queued' }
    | {
        readonly status: 'running';
        readonly step: StepKey;
        readonly attempt: number;
        readonly retriesLeft: number;
      }
    | { readonly status: 'retrying'; readonly step: StepKey; readonly retriesLeft: number }
    | { readonly status: 'returning'; readonly step: StepKey }
    | { readonly status: 'awaitingUser'; readonly step: StepKey }
    | ({ readonly status: 'finished' } & RunResult)
  );

/** Every status a run can have, as stored and shown. */
export const runStatuses = [
  'queued',
  'running',
  'retrying',
  'returning',
  'awaitingUser',
  'finished',
] as const;

/** Every result a finished run can have (W-11). */
export const runResults = ['succeeded', 'partial', 'failed', 'cancelled', 'missedWindow', 'skipped'] as const;

/** A run as it is when its cycle opens. */
export const initialRunState: RunState = {
  status: 'queued',
  facts: {},
  records: {},
  attempts: {},
  timers: {},
  bootId: null,
  connected: false,
  rebooted: false,
  windowEnded: false,
  cancelledBy: null,
};

/** Whether a run takes up one of its cycle's concurrent runs; one that waits for a user does not (W-15). */
export function holdsSlot(state: RunState): boolean {
  return state.status === 'running' || state.status === 'retrying' || state.status === 'returning';
}

/** The ends of a flow after which a run that waited for a user has work left; after the others it ends (W-15). */
export const endingsWithWork = ['rebooted', 'notNeeded'] as const satisfies readonly RebootEnding[];

/** The earliest due time among a run's timers, or null when it waits for no clock. */
export function nextWake(state: RunState): number | null {
  const due = Object.values(state.timers).filter((at) => at !== undefined);
  return due.length === 0 ? null : Math.min(...due);
}
