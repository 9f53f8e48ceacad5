/** The phases of a run, in the order in which they are walked; `task` is the only phase of a Run Task. */
export type Phase = 'prePatching' | 'patch' | 'postPatching' | 'afterReboot' | 'task';

/** Names a step within its run: `pre-1`, `patch`, `post-2`, `check-1`, `task`. */
export type StepKey = string;

/** A step's condition on a fact of the run (L-50), for instance "only if rebootNeeded is true". */
export interface Condition {
  readonly fact: string;
  readonly is: 'equal' | 'notEqual';
  readonly value: string;
}

/** How often, and after how many milliseconds, a failed step is tried again (L-22, L-50). */
export interface RetryPolicy {
  readonly count: number;
  readonly delayMs: number;
}

/**
 * What a step does on the endpoint, as far as the rules of a run care:
 * a plain script, a script that reboots (W-10), an Interactive Reboot (W-15), or the patch operation.
 */
export type StepKind = 'script' | 'reboot' | 'interactiveReboot' | 'patch';

/** One step of a run: a task placed in a workflow, or the patch operation itself. */
export interface StepDefinition {
  readonly key: StepKey;
  readonly phase: Phase;
  readonly kind: StepKind;
  /** The task's name, used in explanations. */
  readonly name: string;
  /** Exit codes that count as success (W-01). */
  readonly successExitCodes: readonly number[];
  /** Limit of one attempt, in milliseconds. */
  readonly timeoutMs: number;
  readonly retries: RetryPolicy;
  /** What its failure means for the steps after it (L-50); a failed patch operation never counts as passed over (W-05). */
  readonly onFailure: 'stop' | 'continue';
  readonly condition: Condition | null;
  /** May be tried again after an interruption, a time-out or a lost agent (W-08). */
  readonly safeToRepeat: boolean;
  /** Runs for real in a rehearsal (P-10). */
  readonly safeInRehearsal: boolean;
}

/** A workflow-control setting together with where its value came from (W-07). */
export interface Sourced<Value> {
  readonly value: Value;
  readonly from: 'system' | 'workflow';
}

/** The settings that decide what follows a failure (W-03, W-04, W-06). */
export interface WorkflowControl {
  readonly afterPreFailure: Sourced<'never' | 'always'>;
  readonly afterPatchFailure: Sourced<'never' | 'always'>;
  readonly afterPostFailure: Sourced<'stop' | 'continue'>;
}

/** Waiting times of a run, all in milliseconds. */
export interface RunLimits {
  /** How long an endpoint may take to come back from a reboot (W-10). */
  readonly returnMs: number;
  /**
   * How long an endpoint with a running activity may be disconnected before the activity is `lost` (W-08);
   * a reboot step, whose script may fall to its own reboot, is given `returnMs` at least.
   */
  readonly lostMs: number;
  /** How long a connected endpoint may stay silent beyond an activity's time-out before the activity is `lost`. */
  readonly overdueMs: number;
  /** How long a cancelled activity may take to end (W-13). */
  readonly cancelMs: number;
}

/** The part of a run that never changes: the snapshot taken when its cycle opened (L-49). */
export interface RunDefinition {
  readonly mode: 'real' | 'rehearsal';
  /** In the order in which they are walked: pre-patching, patch, post-patching, after-reboot checks. */
  readonly steps: readonly StepDefinition[];
  readonly control: WorkflowControl;
  readonly limits: RunLimits;
}
