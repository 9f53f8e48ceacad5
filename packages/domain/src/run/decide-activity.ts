import type { RunDefinition, StepDefinition } from './definition.ts';
import type { RunEvent } from './event.ts';
import { isBeforePatched } from './gate.ts';
import { type Judgement, judge, repeatRefusal } from './judge.ts';
import type { FailureKind, RunState } from './state.ts';
import {
  accepted,
  changed,
  type Draft,
  draftOf,
  noted,
  type RunDecision,
  recorded,
  stepOf,
  walkPast,
} from './walk.ts';
import { capitalised, duration, stepName } from './wording.ts';

type ActivityFinished = Extract<RunEvent, { kind: 'activityFinished' }>;
type Running = Extract<RunState, { status: 'running' }>;

/** Decides what follows the end of an activity (W-01 to W-06, W-08, W-10, W-13, W-15). */
export function decideActivity(
  definition: RunDefinition,
  state: RunState,
  event: ActivityFinished,
): RunDecision {
  if (state.status !== 'running' || state.step !== event.step || state.attempt !== event.attempt) {
    return { kind: 'ignored', reason: 'the run does not wait for this activity (any more)' };
  }
  const step = stepOf(definition, state.step);
  const judgement = judgeHere(definition, step, state, event);
  const draft = changed(draftOf(state), {
    facts: { ...state.facts, ...judgement.facts, ...foretold(definition, state) },
  });
  const { attempt } = state;
  const { verdict, detail } = judgement;
  const subject = capitalised(stepName(step));
  switch (verdict) {
    case 'cancelled': {
      const ended = recorded(draft, step.key, { outcome: 'cancelled', attempt, detail });
      const sentence = `${subject} was ended because the run is being cancelled.`;
      return walkPast(definition, noted(ended, sentence), step, event.at);
    }
    case 'failed':
      return afterFailure(definition, state, draft, step, judgement, event.at);
    case 'succeeded':
    case 'partial': {
      const done = recorded(draft, step.key, { outcome: verdict, attempt, detail });
      const sentence = `${subject} ${verdict === 'partial' ? 'partly succeeded' : 'succeeded'}: ${detail}.`;
      return afterSuccess(definition, noted(done, sentence), step, event);
    }
  }
}

/** That patching would make a reboot necessary stands in a rehearsal: scripts see the endpoint as it is (P-10). */
function foretold({ mode, steps }: RunDefinition, { facts, records }: Running): Record<string, string> {
  const patched = steps.some(({ kind, key }) => kind === 'patch' && records[key] !== undefined);
  return mode === 'rehearsal' && patched && facts.rebootNeeded === 'true' ? { rebootNeeded: 'true' } : {};
}

/** Whether the endpoint has come back with a new boot id since the activity was begun. */
function hasRebooted(bootId: string | null, event: ActivityFinished): boolean {
  return bootId !== null && bootId !== event.bootId;
}

/** The judgement, seen in the light of what the run knows besides the outcome itself. */
function judgeHere(
  definition: RunDefinition,
  step: StepDefinition,
  state: Running,
  event: ActivityFinished,
): Judgement {
  const judgement = judge(definition.mode, step, event.outcome);
  if (event.outcome.kind === 'interrupted' && step.kind === 'reboot' && hasRebooted(state.bootId, event)) {
    return { verdict: 'succeeded', detail: 'the reboot it asked for ended the script itself', facts: {} };
  }
  if (judgement.verdict === 'cancelled' && state.cancelledBy === null) {
    return { verdict: 'failed', failure: 'interrupted', detail: 'it was ended on the endpoint', facts: {} };
  }
  return judgement;
}

/** Why a step that has tries left is not tried again; null when it is (W-08, W-13, P-07). */
function retryRefusal(state: Running, step: StepDefinition, failure: FailureKind): string | null {
  if (state.cancelledBy !== null) return 'the run is being cancelled';
  if (state.windowEnded && isBeforePatched(step.phase)) return 'the maintenance window has ended';
  return repeatRefusal(step, failure);
}

function afterFailure(
  definition: RunDefinition,
  state: Running,
  draft: Draft,
  step: StepDefinition,
  judgement: Extract<Judgement, { verdict: 'failed' }>,
  at: number,
): RunDecision {
  const { failure, detail } = judgement;
  const tolerated = step.onFailure === 'continue' && step.phase !== 'patch';
  const onRecord = recorded(draft, step.key, {
    outcome: 'failed',
    attempt: state.attempt,
    failure,
    detail,
    tolerated,
  });
  const sentence = `${capitalised(stepName(step))} failed: ${detail}`;
  const refusal = state.retriesLeft > 0 ? retryRefusal(state, step, failure) : 'no try is left';
  if (refusal === null) {
    const { delayMs } = step.retries;
    const waiting = changed(noted(onRecord, `${sentence}; it is tried again in ${duration(delayMs)}.`), {
      timers: { retry: at + delayMs },
    });
    const retriesLeft = state.retriesLeft - 1;
    return accepted(waiting, { ...waiting.progress, status: 'retrying', step: step.key, retriesLeft });
  }
  const stands = state.retriesLeft > 0 ? `${sentence}; it is not tried again, since ${refusal}` : sentence;
  const ended = noted(onRecord, tolerated ? `${stands}; the workflow lets the run continue.` : `${stands}.`);
  return walkPast(definition, ended, step, at);
}

function afterSuccess(
  definition: RunDefinition,
  draft: Draft,
  step: StepDefinition,
  event: ActivityFinished,
): RunDecision {
  const asked = step.kind === 'interactiveReboot' && event.outcome.kind === 'userAsked';
  if (draft.progress.cancelledBy !== null || !(asked || acceptedReboot(step, event))) {
    return walkPast(definition, draft, step, event.at);
  }
  if (hasRebooted(draft.progress.bootId, event)) {
    const back = noted(
      changed(draft, { rebooted: true }),
      'The endpoint has already come back with a new boot id.',
    );
    return walkPast(definition, back, step, event.at);
  }
  if (asked) {
    const waiting = noted(draft, 'The run waits for the user of the endpoint.');
    return accepted(waiting, { ...waiting.progress, status: 'awaitingUser', step: step.key });
  }
  const { returnMs } = definition.limits;
  const waiting = changed(
    noted(
      draft,
      `The run waits up to ${duration(returnMs)} for the endpoint to come back with a new boot id.`,
    ),
    { timers: { return: event.at + returnMs } },
  );
  return accepted(waiting, { ...waiting.progress, status: 'returning', step: step.key });
}

/** A reboot step's success means an accepted reboot (W-10), unless its script says that it found nothing to do. */
function acceptedReboot(step: StepDefinition, { outcome }: ActivityFinished): boolean {
  return step.kind === 'reboot' && !(outcome.kind === 'exited' && outcome.facts.rebootScheduled === 'false');
}
