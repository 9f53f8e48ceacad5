import { decide } from '@patchbay/domain/reboot/decide';
import type { AskableSession, RebootEvent } from '@patchbay/domain/reboot/event';
import type { Moment } from '@patchbay/domain/reboot/moment';
import type { RebootSettings } from '@patchbay/domain/reboot/settings';
import { currentNotification, initialRebootState, type RebootState } from '@patchbay/domain/reboot/state';
import { dueUp } from '@patchbay/domain/reboot/timing';

/** A flow of Interactive Reboot that was played to its end, as an endpoint records it. */
export interface PlayedFlow {
  readonly events: readonly RebootEvent[];
  /** What the rules make of the events. */
  readonly state: RebootState;
}

/** How a flow is played. */
export interface FlowToPlay {
  readonly settings: RebootSettings;
  /** The activity that begins it. */
  readonly activity: string;
  readonly bootId: string;
  /** When it begins, epoch milliseconds. */
  readonly at: number;
  /** From 0 to 1, as `Math.random`: decides what users do. */
  readonly random: () => number;
}

const mostEvents = 500;
const minute = 60_000;
const user: AskableSession = { id: 'c1', user: 'erika', active: true, console: true, busy: false };
const colleague: AskableSession = { id: 'c2', user: 'hans', active: true, console: false, busy: false };

type WithoutNow<Event> = Event extends unknown ? Omit<Event, 'now'> : never;

/** Plays a flow with users who snooze, ignore, answer, come and go at random, by the rules that agents act by. */
export function playFlow({ settings, activity, bootId, at, random }: FlowToPlay): PlayedFlow {
  let now: Moment = { at, up: 1_000_000, zone: { offsetMinutes: 60, change: null } };
  let state: RebootState = initialRebootState;
  const events: RebootEvent[] = [];
  const happen = (event: WithoutNow<RebootEvent>): void => {
    const whole = { ...event, now } as RebootEvent;
    const decision = decide(settings, state, whole);
    // Agents keep what the rules accepted.
    if (decision.kind !== 'accepted') return;
    events.push(whole);
    state = decision.state;
  };
  const pass = (ms: number): void => {
    now = { ...now, at: now.at + ms, up: now.up + ms };
  };
  const someone = (): AskableSession[] => {
    const draw = random();
    return draw < 0.1 ? [] : draw < 0.3 ? [user, colleague] : [{ ...user, busy: draw > 0.9 }];
  };

  happen({ kind: 'begin', activity, bootId, needed: random() < 0.9, sessions: someone() });
  while (state.status !== 'ended' && events.length < mostEvents) {
    pass(1_000);
    const draw = random();
    const notification = currentNotification(state);
    const raised = notification?.sessions.find((one) => one.state === 'raised');
    const shown = notification?.sessions.find((one) => one.state === 'shown');
    if (draw < 0.05) happen({ kind: 'sessionsChanged', sessions: someone() });
    else if (draw < 0.08) happen({ kind: 'resumed', cause: 'slept', sessions: someone() });
    else if (draw < 0.09) happen({ kind: 'booted', bootId: `${bootId} after a power cut` });
    else if (notification !== null && raised !== undefined) {
      const about = { notification: notification.number, session: raised.session };
      happen(
        draw < 0.15
          ? { kind: 'notifierFailed', ...about, reason: 'no desktop' }
          : { kind: 'shown', ...about },
      );
    } else if (notification !== null && shown !== undefined && draw < 0.6) {
      const about = { notification: notification.number, session: shown.session };
      const [offer] = notification.snoozes;
      if (draw > 0.55) happen({ kind: 'answered', ...about, answer: { kind: 'rebootNow' } });
      else if (draw > 0.52) happen({ kind: 'answered', ...about, answer: { kind: 'cancel' } });
      else if (offer) {
        happen({ kind: 'answered', ...about, answer: { kind: 'snooze', choice: offer.choice } });
      }
    } else if (state.status === 'restarting') {
      pass(Math.max(0, state.rebootUp - now.up));
      now = { ...now, up: 60_000 };
      happen({ kind: 'booted', bootId: `${bootId} after the flow` });
    } else {
      const due = dueUp(settings, state, now);
      pass(due === null ? 30 * minute : Math.max(0, due - now.up));
      if (due === null) happen({ kind: 'sessionsChanged', sessions: [user] });
      else happen({ kind: 'wake' });
    }
  }
  return { events, state };
}
