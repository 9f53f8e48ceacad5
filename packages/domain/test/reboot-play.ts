import { decide } from '../src/reboot/decide.ts';
import type { RebootDecision } from '../src/reboot/draft.ts';
import type { AskableSession, RebootEvent } from '../src/reboot/event.ts';
import type { Moment, Zone } from '../src/reboot/moment.ts';
import type { RebootAnswer } from '../src/reboot/notification-view.ts';
import type { RebootSettings } from '../src/reboot/settings.ts';
import { currentNotification, initialRebootState, type RebootState } from '../src/reboot/state.ts';
import { dueUp } from '../src/reboot/timing.ts';
import type { Draw } from './reboot-arbitraries.ts';
import { ada, bob, minutes, oneOClock, session } from './reboot-flow.ts';

const userLists: readonly (readonly AskableSession[])[] = [
  [ada],
  [ada, bob],
  [bob],
  [],
  [session('ada', { active: false })],
  [session('ada', { busy: true })],
  [session('ada', { console: false }), bob],
  [session('ada', { console: false }), session('bob', { busy: true, console: false })],
];
/** How long time may pass, in milliseconds. */
export const durations = [1, 1000, minutes(1), minutes(7), minutes(60), minutes(600)];
/** By how much the wall clock may be set. */
export const jumps = [minutes(24 * 60), -minutes(24 * 60), minutes(60), -minutes(60), 5000];

/** One of these, chosen by any whole number. */
export function pick<T>(from: readonly T[], by: number): T {
  const picked = from[by % from.length];
  if (picked === undefined) throw new Error('nothing to pick from');
  return picked;
}

/** Sees every decision. */
export type Observer = (before: RebootState, event: RebootEvent, decision: RebootDecision) => void;

/** Plays the draws from a flow's begin: users, sleep, clocks, failures and orders in any order. */
export function play(
  settings: RebootSettings,
  zone: Zone,
  drawn: readonly Draw[],
  observe: Observer,
): RebootState {
  let state: RebootState = initialRebootState;
  let now: Moment = { at: oneOClock, up: minutes(60), zone };
  const tell = (event: RebootEvent): void => {
    const decision = decide(settings, state, event);
    observe(state, event, decision);
    if (decision.kind === 'accepted') state = decision.state;
  };
  const pass = (ms: number): void => {
    now = { ...now, at: now.at + ms, up: now.up + ms };
  };
  const [first] = drawn;
  const sessions = pick(userLists, first?.[1] ?? 0);
  tell({
    kind: 'begin',
    now,
    activity: '1.post-1.1',
    bootId: 'boot',
    needed: (first?.[2] ?? 0) % 20 > 0,
    sessions,
  });
  for (const [what, a, b] of drawn) {
    const current = currentNotification(state);
    const showing = current?.sessions[b % Math.max(1, current.sessions.length)];
    if (what < 35) {
      const due = dueUp(settings, state, now);
      if (due !== null) pass(Math.max(0, due - now.up));
      tell({ kind: 'wake', now });
    } else if (what < 60) {
      const raised = current?.sessions.find((one) => one.state === 'raised');
      if (current && raised)
        tell({ kind: 'shown', now, notification: current.number, session: raised.session });
    } else if (what < 75) {
      const answer = pick<RebootAnswer>(
        [
          { kind: 'snooze', choice: b % 3 },
          { kind: 'snooze', choice: 0 },
          { kind: 'rebootNow' },
          { kind: 'cancel' },
        ],
        a,
      );
      const number = Math.max(1, (current?.number ?? 1) - (b % 7 === 0 ? 1 : 0));
      tell({ kind: 'answered', now, notification: number, session: showing?.session ?? 'ada', answer });
    } else if (what < 79) {
      tell({ kind: 'sessionsChanged', now, sessions: pick(userLists, a) });
    } else if (what < 83) {
      pass(pick(durations, a));
      tell({ kind: 'wake', now });
    } else if (what < 87) {
      if (current && showing) {
        tell({
          kind: 'notifierFailed',
          now,
          notification: current.number,
          session: showing.session,
          reason: 'x',
        });
      }
    } else if (what < 90) {
      now = { ...now, at: now.at + pick(jumps, a) };
      if (b % 3 > 0) tell({ kind: 'clockChanged', now });
    } else if (what < 95) {
      pass(pick(durations, a));
      const cause = b % 2 === 0 ? 'slept' : 'agentRestarted';
      tell({ kind: 'resumed', now, cause, sessions: b % 3 === 0 ? pick(userLists, b) : state.sessions });
    } else if (what < 97) {
      tell({ kind: 'rebootRefused', now, reason: 'inhibited' });
    } else {
      tell(
        pick<RebootEvent>(
          [
            { kind: 'joined', now, activity: '2.task.1' },
            { kind: 'stopped', now, activity: '2.task.1' },
            { kind: 'stopped', now, activity: '1.post-1.1' },
            { kind: 'booted', now: { ...now, up: 5000 }, bootId: a % 2 === 0 ? 'boot' : 'boot-2' },
          ],
          b,
        ),
      );
    }
  }
  return state;
}
