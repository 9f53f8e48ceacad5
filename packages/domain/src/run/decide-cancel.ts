import type { RunDefinition } from './definition.ts';
import type { RunEvent } from './event.ts';
import type { RunState } from './state.ts';
import {
  accepted,
  changed,
  commanded,
  type Draft,
  draftOf,
  finish,
  noted,
  type RunDecision,
  restNotRun,
  stepOf,
  walkPast,
} from './walk.ts';
import { stepName } from './wording.ts';

/** W-13: queued ends at once, a script is asked to stop, patching is never cut, nothing further starts. */
export function decideCancel(
  definition: RunDefinition,
  state: RunState,
  event: Extract<RunEvent, { kind: 'cancel' }>,
): RunDecision {
  if (state.status === 'finished') return { kind: 'rejected', reason: 'the run is already finished' };
  if (state.cancelledBy !== null) return { kind: 'ignored', reason: 'the run is already being cancelled' };
  const { at, by } = event;
  const draft = changed(noted(draftOf(state), `${by} cancelled the run.`), { cancelledBy: by });
  if (state.status === 'queued') {
    const left = restNotRun(definition, draft, 'the run was cancelled');
    return finish(left, { result: 'cancelled', reason: `${by} asked for it before the run had started` });
  }
  const step = stepOf(definition, state.step);
  switch (state.status) {
    case 'retrying':
    case 'returning':
      return walkPast(definition, draft, step, at);
    case 'awaitingUser': {
      const attempt = state.attempts[step.key] ?? 1;
      return walkPast(definition, askedToStop(draft, state.step, stepName(step), attempt), step, at);
    }
    case 'running': {
      if (step.kind === 'patch') {
        const waiting = noted(draft, 'The patch operation is not cut: the run waits for its end.');
        return accepted(waiting, { ...state, cancelledBy: by });
      }
      const stopping = askedToStop(draft, state.step, stepName(step), state.attempt);
      const timers = { ...state.timers, stop: at + definition.limits.cancelMs };
      return accepted(stopping, { ...state, cancelledBy: by, timers });
    }
  }
}

function askedToStop(draft: Draft, step: string, name: string, attempt: number): Draft {
  return commanded(noted(draft, `The endpoint was asked to end ${name}.`), {
    kind: 'stopActivity',
    step,
    attempt,
  });
}
