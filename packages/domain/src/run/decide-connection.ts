import type { RunDefinition, StepDefinition } from './definition.ts';
import type { RunEvent } from './event.ts';
import type { RunState } from './state.ts';
import {
  accepted,
  changed,
  commanded,
  type Draft,
  draftOf,
  noted,
  patienceFor,
  type RunDecision,
  stepOf,
  walkPast,
} from './walk.ts';
import { stepName } from './wording.ts';

type ConnectionEvent = Extract<RunEvent, { kind: 'endpointConnected' | 'endpointDisconnected' }>;
type Running = Extract<RunState, { status: 'running' }>;

/** Decides what it means for a run that its endpoint has come or gone (W-08, W-10, W-13, W-15). */
export function decideConnection(
  definition: RunDefinition,
  state: RunState,
  event: ConnectionEvent,
): RunDecision {
  if (state.status === 'finished') return { kind: 'ignored', reason: 'the run is finished' };
  if (state.status === 'queued') return { kind: 'ignored', reason: 'the run has not started' };
  const connected = event.kind === 'endpointConnected';
  const bootId = event.kind === 'endpointConnected' ? event.bootId : state.bootId;
  const rebooted = bootId !== state.bootId;
  if (connected === state.connected && !rebooted) {
    return { kind: 'ignored', reason: 'nothing has changed about the endpoint' };
  }
  const step = stepOf(definition, state.step);
  const draft = noted(
    changed(draftOf(state), { connected, bootId, timers: state.timers }),
    sentence(connected, rebooted),
  );
  switch (state.status) {
    case 'returning':
    case 'awaitingUser':
      return rebooted
        ? walkPast(definition, changed(draft, { rebooted: true }), step, event.at)
        : accepted(draft, { ...state, ...draft.progress });
    case 'retrying':
      return accepted(draft, { ...state, ...draft.progress });
    case 'running':
      return whileRunning(definition, state, draft, step, event.at);
  }
}

function sentence(connected: boolean, rebooted: boolean): string {
  if (!connected) return 'The endpoint was disconnected.';
  return rebooted ? 'The endpoint came back with a new boot id.' : 'The endpoint is connected again.';
}

/** Waits anew for the activity's end; an endpoint that missed the order to stop is given it again (W-13). */
function whileRunning(
  definition: RunDefinition,
  state: Running,
  draft: Draft,
  step: StepDefinition,
  at: number,
): RunDecision {
  const { connected } = draft.progress;
  const { stop } = state.timers;
  const patience = patienceFor(definition, step, connected, at);
  const waiting = changed(draft, { timers: stop === undefined ? patience : { ...patience, stop } });
  const next = { ...state, ...waiting.progress };
  if (!connected || stop === undefined) return accepted(waiting, next);
  const again = noted(waiting, `The endpoint was asked again to end ${stepName(step)}.`);
  return accepted(commanded(again, { kind: 'stopActivity', step: state.step, attempt: state.attempt }), next);
}
