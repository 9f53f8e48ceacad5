import type { ActivityReport } from '@patchbay/contracts/agent-protocol';
import type { RebootEvent } from '@patchbay/domain/reboot/event';
import { replay } from '@patchbay/domain/reboot/replay';
import { initialRebootState, type RebootState } from '@patchbay/domain/reboot/state';
import { clipText } from '../clip-text.ts';
import type { RecordedFlow } from './flow-journal.ts';

/** What the activity that begins a flow comes to. */
export type Outcome = ActivityReport['outcome'];

/** The agent ends before anybody has been asked. */
export const interrupted: Outcome = {
  kind: 'interrupted',
  reason: 'the agent was stopped before a notification could be shown',
};

/** The state that the recorded events lead to. */
export function stateOf({ settings, events }: RecordedFlow): RebootState {
  return replay(settings, initialRebootState, events, () => null).state;
}

/** What the activity has come to; null while nothing has been raised and nothing acted in its place. */
export function firstOutcome(recorded: RecordedFlow): Outcome | null {
  const state = stateOf(recorded);
  switch (state.status) {
    case 'new':
      return null;
    case 'asking':
      return state.everShown ? { kind: 'userAsked' } : null;
    case 'waiting':
      return state.everShown || state.because !== 'notifierFailed' ? { kind: 'userAsked' } : null;
    case 'snoozed':
    case 'restarting':
      return { kind: 'userAsked' };
    case 'ended':
      if (state.ending === 'notNeeded')
        return { kind: 'exited', exitCode: 0, facts: { rebootNeeded: 'false' } };
      if (state.ending === 'notShown')
        return notStarted(`no notification could be shown: ${lastFailure(recorded.events)}`);
      return state.ending === 'stopped' && !state.everShown ? { kind: 'cancelled' } : { kind: 'userAsked' };
  }
}

function lastFailure(events: readonly RebootEvent[]): string {
  const failed = events.findLast((event) => event.kind === 'notifierFailed');
  return failed?.reason ?? 'it did not appear on any screen in time';
}

/** What an activity's output says of its end. */
export function sentenceFor(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'exited':
      return 'No reboot is needed.';
    case 'userAsked':
      return 'The Interactive Reboot is under way; it goes on by itself on the endpoint.';
    default:
      return 'The Interactive Reboot did not begin.';
  }
}

/** A flow that could not begin, and why. */
export function notStarted(reason: string): Outcome {
  return { kind: 'notStarted', reason: clipText(reason, 1000) };
}
