import type { RebootEnding } from '../reboot/state.ts';
import type { StepKey } from './definition.ts';

/** What an activity came to, as reported by the agent, or concluded by the server for `lost`. */
export type ActivityOutcome =
  | { readonly kind: 'exited'; readonly exitCode: number; readonly facts: Readonly<Record<string, string>> }
  | { readonly kind: 'timedOut' }
  | { readonly kind: 'interrupted'; readonly reason: string }
  /** Concluded by the server alone: the activity's end was waited for in vain. */
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'cancelled' }
  /** The endpoint would not do it: local policy, signature, expiry. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The endpoint tried and could not begin: no interpreter, no such user, no space. */
  | { readonly kind: 'notStarted'; readonly reason: string }
  | {
      readonly kind: 'patched';
      readonly installed: number;
      readonly failed: number;
      readonly notApplicable: number;
      readonly rebootNeeded: boolean;
    }
  | {
      readonly kind: 'simulated';
      readonly wouldInstall: number;
      readonly security: number;
      readonly rebootNeeded: boolean;
    }
  /** The package manager itself gave up before any patch was decided: locked, broken, unreachable. */
  | { readonly kind: 'patchToolFailed'; readonly reason: string }
  /** Interactive Reboot has raised its first notification and goes on by itself (R-02, W-15). */
  | { readonly kind: 'userAsked' };

/** Everything that can happen to a run. `at` is an epoch millisecond; `by` names a person or token. */
export type RunEvent =
  | { readonly kind: 'start'; readonly at: number; readonly bootId: string }
  /** The run will not happen at all: endpoint exempt, offline until the deadline, or never in a window (P-07, P-13). */
  | {
      readonly kind: 'passOver';
      readonly at: number;
      readonly result: 'skipped' | 'missedWindow';
      readonly reason: string;
    }
  | {
      readonly kind: 'activityFinished';
      readonly at: number;
      readonly step: StepKey;
      readonly attempt: number;
      readonly outcome: ActivityOutcome;
      /** Boot id of the boot in which the activity started. */
      readonly bootId: string;
    }
  /** Told before anything that the endpoint reports over the new connection. */
  | { readonly kind: 'endpointConnected'; readonly at: number; readonly bootId: string }
  | { readonly kind: 'endpointDisconnected'; readonly at: number }
  /** The endpoint may never connect again (S-04). */
  | { readonly kind: 'endpointRevoked'; readonly at: number }
  /** The clock has moved on: timers that are due by `at` fire, the others stay. */
  | { readonly kind: 'wake'; readonly at: number }
  | { readonly kind: 'windowEnded'; readonly at: number }
  | {
      readonly kind: 'userFlowEnded';
      readonly at: number;
      readonly ending: RebootEnding;
    }
  | { readonly kind: 'cancel'; readonly at: number; readonly by: string }
  | OperatorEvent;

/**
 * What an operator may ask of a failed run (W-12). `connected` and `bootId` say how the endpoint is now,
 * because a finished run was not told of it meanwhile.
 */
export type OperatorEvent = {
  readonly at: number;
  readonly by: string;
  readonly connected: boolean;
  readonly bootId: string;
} & (
  | { readonly kind: 'resume' }
  | { readonly kind: 'skipStep'; readonly step: StepKey }
  | { readonly kind: 'repeatStep'; readonly step: StepKey }
);

/** What the shell has to do after an accepted event. */
export type RunCommand =
  | { readonly kind: 'startActivity'; readonly step: StepKey; readonly attempt: number }
  /** Ask the endpoint to end the activity: its process tree, and its flow where it is an Interactive Reboot (W-13). */
  | { readonly kind: 'stopActivity'; readonly step: StepKey; readonly attempt: number }
  /** The server gave the activity up; whatever the endpoint still reports about it comes too late. */
  | {
      readonly kind: 'concludeActivity';
      readonly step: StepKey;
      readonly attempt: number;
      readonly outcome: ActivityOutcome;
    };
