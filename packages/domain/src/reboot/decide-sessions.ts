import { settled } from './decide-answer.ts';
import {
  accepted,
  askedSessions,
  commanded,
  type Draft,
  draftOf,
  ignored,
  noted,
  type RebootDecision,
  withNotification,
  withProgress,
} from './draft.ts';
import type { AskableSession, RebootEvent } from './event.ts';
import { nobodyThere, raise, restart, scheduled } from './raise.ts';
import type { RebootSettings } from './settings.ts';
import {
  type CurrentNotification,
  currentNotification,
  isRendered,
  type RebootState,
  type SessionShowing,
} from './state.ts';
import { isTooNear, milliseconds, snoozeOffers, withinDeadline } from './timing.ts';

/** Users came, went, or want to be left alone. */
export function decideSessions(
  settings: RebootSettings,
  state: RebootState,
  event: Extract<RebootEvent, { kind: 'sessionsChanged' }>,
): RebootDecision {
  if (isSame(state.sessions, event.sessions)) return ignored('the sessions are the same');
  const draft = withProgress(draftOf(settings, state, event), { sessions: event.sessions });
  return accepted(followed(noted(draft, 'The sessions of users have changed.')));
}

function isSame(before: readonly AskableSession[], after: readonly AskableSession[]): boolean {
  const words = (all: readonly AskableSession[]): string =>
    JSON.stringify(all.map(({ id, user, active, console, busy }) => [id, user, active, console, busy]));
  return words(before) === words(after);
}

/** Brings the flow up to the sessions that are there now. */
function followed(draft: Draft): Draft {
  const { state } = draft;
  const isAnybodyThere = askedSessions(draft).length > 0;
  switch (state.status) {
    case 'new':
    case 'ended':
      return draft;
    case 'snoozed':
      return isAnybodyThere ? draft : nobodyThere(draft);
    case 'waiting':
      if (!isAnybodyThere) return state.because === 'rebootRefused' ? draft : nobodyThere(draft);
      return state.retryUp === null ? raise(draft) : draft;
    case 'restarting':
      // Somebody has come who was not asked.
      if (state.because === 'noActiveUser') return isAnybodyThere ? raise(draft) : draft;
      return state.notification === null ? draft : withThoseWhoAreThere(draft, state.notification);
    case 'asking':
      return isAnybodyThere ? settled(withThoseWhoAreThere(draft, state.notification)) : nobodyThere(draft);
  }
}

/** Shows the current notification to those who have come, and takes it from those who have gone. */
function withThoseWhoAreThere(draft: Draft, notification: CurrentNotification): Draft {
  const asked = new Set(askedSessions(draft).map(({ id }) => id));
  const had = new Set(notification.sessions.map(({ session }) => session));
  const come = [...asked].filter((id) => !had.has(id));
  const gone = [...had].filter((id) => !asked.has(id));
  const sessions = [
    ...notification.sessions.filter(({ session }) => asked.has(session)),
    ...come.map((session) => ({ session, state: 'raised' as const })),
  ];
  const next = withNotification(draft, { ...notification, sessions });
  return commanded(commanded(next, { kind: 'withdraw', sessions: gone }), { kind: 'show', sessions: come });
}

/** After sleep or in a new agent: shows what is due, and never burns a notification that nobody could see. */
export function decideResumed(
  settings: RebootSettings,
  state: RebootState,
  event: Extract<RebootEvent, { kind: 'resumed' }>,
): RebootDecision {
  const draft = withProgress(draftOf(settings, state, event), { sessions: event.sessions });
  const sentence = event.cause === 'slept' ? 'The endpoint has woken from sleep.' : 'A new agent took over.';
  return accepted(followed(resumed(noted(draft, sentence), event.cause)));
}

function resumed(draft: Draft, cause: 'slept' | 'agentRestarted'): Draft {
  const { settings, state, event } = draft;
  const { now } = event;
  switch (state.status) {
    case 'new':
    case 'ended':
    case 'waiting':
    case 'snoozed':
      return draft;
    case 'asking': {
      const { kind, endsUp } = state.notification;
      const isOver = kind === 'reminder' ? endsUp <= now.up : isTooNear(settings, now, endsUp);
      if (isOver) return raise(draft);
      const isOnScreen = cause === 'slept' && isRendered(state.notification);
      return isOnScreen ? draft : shownAgain(draft, state.notification);
    }
    case 'restarting': {
      if (state.because === 'noActiveUser' && askedSessions(draft).length > 0) return raise(draft);
      if (state.rebootUp > now.up) {
        const again = state.notification === null ? draft : shownAgain(draft, state.notification);
        return scheduled(cause === 'slept' ? draft : again);
      }
      const { because } = state;
      // Slept through: users get the notice once more.
      if (because === 'finalWarning' || because === 'noActiveUser') return raise(draft);
      const delay = because === 'confirmed' ? settings.rebootNowDelayMinutes : settings.finalWarningMinutes;
      return restart(draft, because, withinDeadline(settings, now, now.up + milliseconds(delay)));
    }
  }
}

/** Renders anew what is on the screens, for those who have not answered; until then it does not count as rendered. */
function shownAgain(draft: Draft, notification: CurrentNotification): Draft {
  const isOpen = ({ state }: SessionShowing): boolean => state === 'raised' || state === 'shown';
  const raised = {
    ...notification,
    raisedUp: draft.event.now.up,
    sessions: notification.sessions.map((one) => (isOpen(one) ? { ...one, state: 'raised' as const } : one)),
  };
  const open = notification.sessions.filter(isOpen).map(({ session }) => session);
  return commanded(withNotification(draft, raised), { kind: 'show', sessions: open });
}

/** Times of day and the deadline are where the new clock has them. */
function byTheNewClock({ settings, state, event }: Draft, notification: CurrentNotification) {
  const { kind, endsUp } = notification;
  if (kind === 'reminder') return { ...notification, snoozes: snoozeOffers(settings, event.now, endsUp) };
  return kind === 'finalWarning' && state.status === 'asking'
    ? { ...notification, endsUp: withinDeadline(settings, event.now, endsUp) }
    : notification;
}

/** The wall clock was set: what lasts goes on as before, and what is shown names the new times. */
export function decideClockChanged(
  settings: RebootSettings,
  state: RebootState,
  event: Extract<RebootEvent, { kind: 'clockChanged' }>,
): RebootDecision {
  const draft = noted(draftOf(settings, state, event), 'The clock of the endpoint was changed.');
  const notification = currentNotification(state);
  if (notification === null) return accepted(scheduled(draft));
  return accepted(scheduled(shownAgain(draft, byTheNewClock(draft, notification))));
}
