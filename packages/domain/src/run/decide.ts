import { decideActivity } from './decide-activity.ts';
import { decideCancel } from './decide-cancel.ts';
import { decideConnection } from './decide-connection.ts';
import { decideOperator } from './decide-operator.ts';
import { decideRevoked } from './decide-revoked.ts';
import { decideWake } from './decide-wake.ts';
import type { RunDefinition } from './definition.ts';
import type { RunEvent } from './event.ts';
import { isBeforePatched } from './gate.ts';
import { resultOf } from './result.ts';
import type { RunState } from './state.ts';
import {
  accepted,
  changed,
  draftOf,
  finish,
  noted,
  type RunDecision,
  restNotRun,
  stepOf,
  walkFrom,
  walkPast,
} from './walk.ts';
import { capitalised, stepName } from './wording.ts';

/**
 * The one function that moves a run (W-14). Pure: the definition is the constant part of the state,
 * time and the endpoint's boot id come in with the event, and clocks are part of the state.
 */
export function decide(definition: RunDefinition, state: RunState, event: RunEvent): RunDecision {
  switch (event.kind) {
    case 'start':
      if (state.status !== 'queued') return { kind: 'ignored', reason: 'the run is not queued any more' };
      return walkFrom(
        definition,
        changed(noted(draftOf(state), 'The run started.'), { bootId: event.bootId, connected: true }),
        0,
        event.at,
      );
    case 'passOver':
      if (state.status !== 'queued') return { kind: 'ignored', reason: 'the run is not queued any more' };
      return finish(restNotRun(definition, draftOf(state), event.reason), {
        result: event.result,
        reason: event.reason,
      });
    case 'activityFinished':
      return decideActivity(definition, state, event);
    case 'endpointConnected':
    case 'endpointDisconnected':
      return decideConnection(definition, state, event);
    case 'endpointRevoked':
      return decideRevoked(definition, state);
    case 'wake':
      return decideWake(definition, state, event);
    case 'windowEnded':
      return decideWindowEnded(definition, state, event.at);
    case 'userFlowEnded':
      return decideUserFlowEnded(definition, state, event);
    case 'cancel':
      return decideCancel(definition, state, event);
    case 'resume':
    case 'skipStep':
    case 'repeatStep':
      return decideOperator(definition, state, event);
  }
}

/** P-07: what runs may finish, patching is not started any more. */
function decideWindowEnded(definition: RunDefinition, state: RunState, at: number): RunDecision {
  if (state.status === 'finished') return { kind: 'ignored', reason: 'the run is finished' };
  if (state.windowEnded) return { kind: 'ignored', reason: 'the window has already ended' };
  const draft = changed(noted(draftOf(state), 'The maintenance window ended.'), { windowEnded: true });
  if (state.status === 'queued') {
    const reason = 'the maintenance window ended before the run could start';
    return finish(restNotRun(definition, draft, reason), { result: 'missedWindow', reason });
  }
  if (state.status === 'retrying') {
    const step = stepOf(definition, state.step);
    // The failed attempt is on record already: without a further try it stands.
    if (isBeforePatched(step.phase)) {
      const stands = noted(draft, `The last try of ${stepName(step)} stands.`);
      return walkPast(definition, stands, step, at);
    }
  }
  return accepted(draft, { ...state, windowEnded: true });
}

/** Why a flow ended without a reboot that is needed. */
const notRebooted: Readonly<Record<'cancelled' | 'skipped' | 'stopped' | 'notShown', string>> = {
  cancelled: 'the user cancelled the reboot',
  skipped: 'no user was there to be asked for the reboot',
  stopped: 'somebody called off the reboot',
  notShown: 'no notification could be shown of the reboot',
};

/** W-15: the flow on the endpoint has ended; a reboot leads to the checks, a cancellation leaves the reboot pending. */
function decideUserFlowEnded(
  definition: RunDefinition,
  state: RunState,
  event: Extract<RunEvent, { kind: 'userFlowEnded' }>,
): RunDecision {
  if (state.status !== 'awaitingUser') return { kind: 'ignored', reason: 'the run does not wait for a user' };
  const step = stepOf(definition, state.step);
  const draft = draftOf(state);
  switch (event.ending) {
    case 'rebooted':
      return walkPast(
        definition,
        noted(changed(draft, { rebooted: true }), 'The endpoint was rebooted by Interactive Reboot.'),
        step,
        event.at,
      );
    case 'notNeeded':
      return walkPast(
        definition,
        noted(draft, 'Interactive Reboot ended: no reboot is needed any more.'),
        step,
        event.at,
      );
    case 'cancelled':
    case 'skipped':
    case 'stopped':
    case 'notShown': {
      const why = notRebooted[event.ending];
      const noReboot = noted(draft, `${capitalised(why)}, which is still pending.`);
      const left = restNotRun(definition, noReboot, why);
      const result = resultOf(definition, left.progress);
      return finish(left, { ...result, reason: `${result.reason}; ${why}, which is still pending` });
    }
  }
}
