import { decideActivity } from './decide-activity.ts';
import type { RunDefinition } from './definition.ts';
import type { RunEvent } from './event.ts';
import { resultOf } from './result.ts';
import type { RunState } from './state.ts';
import {
  changed,
  draftOf,
  finish,
  noted,
  type RunDecision,
  recorded,
  restNotRun,
  startStep,
  stepOf,
} from './walk.ts';
import { duration } from './wording.ts';

type Wake = Extract<RunEvent, { kind: 'wake' }>;
type Running = Extract<RunState, { status: 'running' }>;
type Returning = Extract<RunState, { status: 'returning' }>;

const notDue: RunDecision = { kind: 'ignored', reason: 'no clock of the run is due' };

/** Fires the clock that is due (retry, W-08 lost or overdue, W-10 return, W-13 stop); a stale wake is ignored. */
export function decideWake(definition: RunDefinition, state: RunState, event: Wake): RunDecision {
  const due = (at: number | undefined) => at !== undefined && at <= event.at;
  const { timers } = state;
  switch (state.status) {
    case 'retrying': {
      if (!due(timers.retry)) return notDue;
      const step = stepOf(definition, state.step);
      const { [step.key]: _, ...records } = state.records;
      return startStep(definition, changed(draftOf(state), { records }), step, event.at, state.retriesLeft);
    }
    case 'running': {
      const { cancelMs } = definition.limits;
      if (due(timers.stop)) {
        return giveUp(
          definition,
          state,
          event.at,
          `it had not ended ${duration(cancelMs)} after the cancellation`,
        );
      }
      if (due(timers.lost)) {
        return giveUp(definition, state, event.at, 'the endpoint was not heard of for too long');
      }
      if (due(timers.overdue)) {
        return giveUp(definition, state, event.at, 'the endpoint did not report its end in time');
      }
      return notDue;
    }
    case 'returning':
      return due(timers.return) ? didNotReturn(definition, state) : notDue;
    case 'queued':
    case 'awaitingUser':
    case 'finished':
      return notDue;
  }
}

/** Concludes a silent activity as lost and lets the run go on from there. */
function giveUp(definition: RunDefinition, state: Running, at: number, reason: string): RunDecision {
  const { step, attempt } = state;
  const outcome = { kind: 'lost', reason } as const;
  const bootId = state.bootId ?? '';
  const decision = decideActivity(definition, state, {
    kind: 'activityFinished',
    at,
    step,
    attempt,
    outcome,
    bootId,
  });
  if (decision.kind !== 'accepted') return decision;
  const conclude = { kind: 'concludeActivity', step, attempt, outcome } as const;
  return { ...decision, commands: [conclude, ...decision.commands] };
}

/** W-10: the reboot was accepted and the endpoint has not come back in time. */
function didNotReturn(definition: RunDefinition, state: Returning): RunDecision {
  const step = stepOf(definition, state.step);
  const limit = duration(definition.limits.returnMs);
  const failed = recorded(draftOf(state), step.key, {
    outcome: 'failed',
    attempt: state.attempts[step.key] ?? 1,
    failure: 'didNotReturn',
    detail: `did not return within ${limit}`,
    tolerated: false,
  });
  const left = restNotRun(
    definition,
    noted(failed, `The endpoint did not come back from its reboot within ${limit}.`),
    'the endpoint did not return',
  );
  return finish(left, resultOf(definition, left.progress));
}
