import type { RunDefinition, StepDefinition } from './definition.ts';
import type { RunEvent } from './event.ts';
import { type Judgement, judge, mayRetry } from './judge.ts';
import { phaseName } from './result.ts';
import type { RunState } from './state.ts';
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
  const judgement = judgeHere(step, state, event);
  const draft = changed(draftOf(state), { facts: { ...state.facts, ...judgement.facts } });
  switch (judgement.verdict) {
    case 'cancelled':
      return walkPast(
        definition,
        noted(
          recorded(draft, step.key, {
            outcome: 'cancelled',
            attempt: state.attempt,
            detail: judgement.detail,
          }),
          `"${step.name}" was ended because the run is being cancelled.`,
        ),
        step,
        event.at,
      );
    case 'failed':
      return afterFailure(definition, state, draft, step, judgement, event.at);
    case 'succeeded':
    case 'partial':
      return afterSuccess(
        definition,
        noted(
          recorded(draft, step.key, {
            outcome: judgement.verdict,
            attempt: state.attempt,
            detail: judgement.detail,
          }),
          `${phaseName(step.phase)} step "${step.name}" ${judgement.verdict === 'partial' ? 'partly succeeded' : 'succeeded'}: ${judgement.detail}.`,
        ),
        step,
        event,
      );
  }
}

/** The judgement, seen in the light of what the run knows besides the outcome itself. */
function judgeHere(step: StepDefinition, state: Running, event: ActivityFinished): Judgement {
  const judgement = judge(step, event.outcome);
  const reboots = state.bootId !== null && state.bootId !== event.bootId;
  if (event.outcome.kind === 'interrupted' && step.kind === 'reboot' && reboots) {
    return { verdict: 'succeeded', detail: 'the reboot it asked for ended the script itself', facts: {} };
  }
  if (judgement.verdict === 'cancelled' && state.cancelledBy === null) {
    return { verdict: 'failed', failure: 'interrupted', detail: 'it was ended on the endpoint', facts: {} };
  }
  return judgement;
}

function afterFailure(
  definition: RunDefinition,
  state: Running,
  draft: Draft,
  step: StepDefinition,
  judgement: Extract<Judgement, { verdict: 'failed' }>,
  at: number,
): RunDecision {
  const tolerated = step.onFailure === 'continue';
  const onRecord = recorded(draft, step.key, {
    outcome: 'failed',
    attempt: state.attempt,
    failure: judgement.failure,
    detail: judgement.detail,
    tolerated,
  });
  const sentence = `${phaseName(step.phase)} step "${step.name}" failed: ${judgement.detail}`;
  const tooLate = state.windowEnded && (step.phase === 'prePatching' || step.phase === 'patch');
  if (state.retriesLeft > 0 && state.cancelledBy === null && !tooLate && mayRetry(step, judgement.failure)) {
    const waiting = changed(
      noted(onRecord, `${sentence}; it is tried again in ${Math.round(step.retries.delayMs / 1000)} s.`),
      { timers: { retry: at + step.retries.delayMs } },
    );
    return accepted(waiting, {
      ...waiting.progress,
      status: 'retrying',
      step: step.key,
      retriesLeft: state.retriesLeft - 1,
    });
  }
  return walkPast(
    definition,
    noted(onRecord, tolerated ? `${sentence}; the step asks to continue.` : `${sentence}.`),
    step,
    at,
  );
}

function afterSuccess(
  definition: RunDefinition,
  draft: Draft,
  step: StepDefinition,
  event: ActivityFinished,
): RunDecision {
  const { progress } = draft;
  if (progress.cancelledBy !== null) return walkPast(definition, draft, step, event.at);
  if (step.kind === 'interactiveReboot' && event.outcome.kind === 'userAsked') {
    const asked = noted(draft, 'The run waits for the user of the endpoint.');
    return accepted(asked, { ...asked.progress, status: 'awaitingUser', step: step.key });
  }
  // A reboot script that found nothing to do says so with the fact rebootScheduled=false.
  const scheduled = event.outcome.kind !== 'exited' || event.outcome.facts.rebootScheduled !== 'false';
  if (step.kind !== 'reboot' || !scheduled) {
    return walkPast(definition, draft, step, event.at);
  }
  if (progress.bootId !== null && progress.bootId !== event.bootId) {
    return walkPast(
      definition,
      noted(changed(draft, { rebooted: true }), 'The endpoint has already come back with a new boot id.'),
      step,
      event.at,
    );
  }
  const waiting = changed(noted(draft, 'The run waits for the endpoint to come back with a new boot id.'), {
    timers: { return: event.at + definition.limits.returnMs },
  });
  return accepted(waiting, {
    ...waiting.progress,
    status: 'returning',
    step: step.key,
    bootIdBefore: event.bootId,
  });
}
