import { decide } from './decide.ts';
import type { RebootDecision } from './draft.ts';
import type { RebootCommand, RebootEvent } from './event.ts';
import type { RebootSettings } from './settings.ts';
import type { RebootState } from './state.ts';

/** One event of a flow that an endpoint has reported, after the rules have been asked. */
export interface ReplayedEvent {
  readonly event: RebootEvent;
  readonly notes: readonly string[];
  /** What Logs & Alerts are to be told. */
  readonly logs: readonly Extract<RebootCommand, { kind: 'log' }>[];
  /** Why the rules do not have it so, in which case it has changed nothing; null when they do. */
  readonly disputed: string | null;
}

/** A flow after its reported events. */
export interface Replay {
  readonly state: RebootState;
  readonly events: readonly ReplayedEvent[];
}

/**
 * Moves a flow on by what its endpoint reports. `objection` is why an event cannot be true whatever the rules
 * say, such as an activity that is not the endpoint's; null when there is nothing against it.
 */
export function replay(
  settings: RebootSettings,
  state: RebootState,
  events: readonly RebootEvent[],
  objection: (event: RebootEvent) => string | null,
): Replay {
  let current = state;
  const replayed = events.map((event): ReplayedEvent => {
    const against = objection(event);
    if (against !== null) return { event, notes: [], logs: [], disputed: against };
    const decision = decided(settings, current, event);
    if (decision.kind !== 'accepted') return { event, notes: [], logs: [], disputed: decision.reason };
    current = decision.state;
    const logs = decision.commands.filter((command) => command.kind === 'log');
    return { event, notes: decision.notes, logs, disputed: null };
  });
  return { state: current, events: replayed };
}

/** What the rules fail on, such as a time beyond all calendars, must not cost the endpoint its connection. */
function decided(settings: RebootSettings, state: RebootState, event: RebootEvent): RebootDecision {
  try {
    return decide(settings, state, event);
  } catch (error) {
    return {
      kind: 'ignored',
      reason: `the rules fail on it: ${error instanceof Error ? error.message : 'unknown'}`,
    };
  }
}
