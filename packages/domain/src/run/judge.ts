import type { RunDefinition, StepDefinition } from './definition.ts';
import type { ActivityOutcome } from './event.ts';
import type { FailureKind } from './state.ts';
import { clause, counted } from './wording.ts';

/** An activity's outcome, judged against its step. `detail` is a clause that explains it. */
export type Judgement =
  | {
      readonly verdict: 'succeeded' | 'partial';
      readonly detail: string;
      readonly facts: Readonly<Record<string, string>>;
    }
  | {
      readonly verdict: 'failed';
      readonly failure: FailureKind;
      readonly detail: string;
      readonly facts: Readonly<Record<string, string>>;
    }
  | {
      readonly verdict: 'cancelled';
      readonly detail: string;
      readonly facts: Readonly<Record<string, string>>;
    };

const noFacts = {};

function failed(
  failure: FailureKind,
  detail: string,
  facts: Readonly<Record<string, string>> = noFacts,
): Judgement {
  return { verdict: 'failed', failure, detail, facts };
}

/** Compares an exit code with the step's success list (W-01). */
function judgeExit(step: StepDefinition, outcome: Extract<ActivityOutcome, { kind: 'exited' }>): Judgement {
  const list = step.successExitCodes.join(', ');
  return step.successExitCodes.includes(outcome.exitCode)
    ? {
        verdict: 'succeeded',
        detail: `exit code ${outcome.exitCode} is in its success list [${list}]`,
        facts: outcome.facts,
      }
    : failed('exitCode', `exit code ${outcome.exitCode} is not in its success list [${list}]`, outcome.facts);
}

/** Decides whether the patch operation failed, by what was installed (W-05). */
function judgePatches(outcome: Extract<ActivityOutcome, { kind: 'patched' }>): Judgement {
  const facts = {
    rebootNeeded: String(outcome.rebootNeeded),
    patchesInstalled: String(outcome.installed),
    patchesFailed: String(outcome.failed),
  };
  if (outcome.installed === 0 && outcome.failed === 0) {
    return { verdict: 'succeeded', detail: 'no applicable patches', facts };
  }
  if (outcome.installed === 0) {
    return failed('nothingInstalled', `no patch could be installed, ${outcome.failed} failed`, facts);
  }
  if (outcome.failed > 0) {
    const all = outcome.installed + outcome.failed;
    return {
      verdict: 'partial',
      detail: `${outcome.installed} of ${all} patches were installed, ${outcome.failed} failed`,
      facts,
    };
  }
  return {
    verdict: 'succeeded',
    detail: `${counted(outcome.installed, 'patch was', 'patches were')} installed`,
    facts,
  };
}

/** Whether an outcome is one that this step can have; what an agent says is not taken on trust. */
function fits(mode: RunDefinition['mode'], step: StepDefinition, outcome: ActivityOutcome): boolean {
  switch (outcome.kind) {
    case 'exited':
      return step.kind !== 'patch';
    case 'patched':
      return step.kind === 'patch' && mode === 'real';
    case 'simulated':
      return step.kind === 'patch' && mode === 'rehearsal';
    case 'patchToolFailed':
      return step.kind === 'patch';
    case 'userAsked':
      return step.kind === 'interactiveReboot';
    case 'timedOut':
    case 'interrupted':
    case 'lost':
    case 'cancelled':
    case 'refused':
    case 'notStarted':
      return true;
  }
}

/** Says what an activity's outcome means for its step (W-01, W-05, W-08). */
export function judge(
  mode: RunDefinition['mode'],
  step: StepDefinition,
  outcome: ActivityOutcome,
): Judgement {
  if (!fits(mode, step, outcome)) {
    return failed('wrongReport', `the endpoint reported "${outcome.kind}", which this step cannot come to`);
  }
  switch (outcome.kind) {
    case 'exited':
      return judgeExit(step, outcome);
    case 'patched':
      return judgePatches(outcome);
    case 'simulated':
      return {
        verdict: 'succeeded',
        detail: `${counted(outcome.wouldInstall, 'patch', 'patches')} would be installed, ${outcome.security} for security`,
        facts: {
          rebootNeeded: String(outcome.rebootNeeded),
          patchesApplicable: String(outcome.wouldInstall),
        },
      };
    case 'userAsked':
      return { verdict: 'succeeded', detail: 'the first notification was raised', facts: noFacts };
    case 'cancelled':
      return { verdict: 'cancelled', detail: 'it was cancelled', facts: noFacts };
    case 'timedOut':
      return failed('timedOut', 'it ran into its time-out and its process tree was ended');
    case 'lost':
      return failed('lost', outcome.reason);
    case 'interrupted':
      return failed('interrupted', `it was interrupted: ${clause(outcome.reason)}`);
    case 'refused':
      return failed('refused', `the endpoint refused it: ${clause(outcome.reason)}`);
    case 'notStarted':
      return failed('notStarted', `it could not be started: ${clause(outcome.reason)}`);
    case 'patchToolFailed':
      return failed('patchTool', `the package manager failed: ${clause(outcome.reason)}`);
  }
}

/** Why a failed step may not be tried again, or null when it may: interruptions only where repeating is safe (W-08). */
export function repeatRefusal(step: StepDefinition, failure: FailureKind): string | null {
  switch (failure) {
    case 'exitCode':
    case 'patchTool':
      return null;
    case 'timedOut':
    case 'lost':
    case 'interrupted':
      return step.safeToRepeat ? null : 'it is not marked safe to repeat';
    case 'refused':
    case 'notStarted':
    case 'wrongReport':
    case 'nothingInstalled':
    case 'didNotReturn':
      return 'another try would come to the same';
  }
}
