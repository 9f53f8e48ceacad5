import type { RunDefinition } from './definition.ts';
import type { RunEvent } from './event.ts';
import type { RunState } from './state.ts';
import {
  accepted,
  changed,
  draftOf,
  noted,
  patienceFor,
  type RunDecision,
  stepOf,
  walkPast,
} from './walk.ts';

type ConnectionEvent = Extract<RunEvent, { kind: 'endpointConnected' | 'endpointDisconnected' }>;

/** Decides what it means for a run that its endpoint has come or gone (W-08, W-10, R-13). */
export function decideConnection(
  definition: RunDefinition,
  state: RunState,
  event: ConnectionEvent,
): RunDecision {
  if (state.status === 'finished') return { kind: 'ignored', reason: 'the run is finished' };
  if (state.status === 'queued') return { kind: 'ignored', reason: 'the run has not started' };
  const connected = event.kind === 'endpointConnected';
  const bootId = event.kind === 'endpointConnected' ? event.bootId : state.bootId;
  if (connected === state.connected && bootId === state.bootId) {
    return { kind: 'ignored', reason: 'nothing has changed about the endpoint' };
  }
  const draft = changed(draftOf(state), { connected, bootId });
  const rebootedSince =
    state.status === 'returning' ? bootId !== state.bootIdBefore : bootId !== state.bootId;
  if ((state.status === 'returning' || state.status === 'awaitingUser') && connected && rebootedSince) {
    const back = changed(noted(draft, 'The endpoint came back with a new boot id.'), { rebooted: true });
    return walkPast(definition, back, stepOf(definition, state.step), event.at);
  }
  const timers =
    state.status === 'running'
      ? {
          ...patienceFor(definition, connected, state.deadline, event.at),
          ...(state.timers.stop === undefined ? {} : { stop: state.timers.stop }),
        }
      : state.timers;
  const told = noted(draft, connected ? 'The endpoint is connected.' : 'The endpoint was disconnected.');
  return accepted(told, { ...state, connected, bootId, timers });
}
