import {
  accepted,
  commanded,
  type Draft,
  draftOf,
  ended,
  ignored,
  logged,
  progressOf,
  type RebootDecision,
  userOf,
  withNotification,
  withProgress,
  withState,
} from './draft.ts';
import type { RebootEvent } from './event.ts';
import { notShown, restart } from './raise.ts';
import type { RebootSettings } from './settings.ts';
import {
  type CurrentNotification,
  currentNotification,
  type RebootState,
  type SessionShowing,
} from './state.ts';
import { milliseconds } from './timing.ts';

type AboutNotification = Extract<RebootEvent, { kind: 'shown' | 'answered' | 'notifierFailed' }>;

/** What a session says about a notification: rendered, answered, or failed. What is not current is stale. */
export function decideAboutNotification(
  settings: RebootSettings,
  state: RebootState,
  event: AboutNotification,
): RebootDecision {
  const notification = currentNotification(state);
  if (notification === null || notification.number !== event.notification) {
    return ignored('the notification is not the current one');
  }
  const showing = notification.sessions.find(({ session }) => session === event.session);
  if (showing === undefined) return ignored('the notification is not shown in that session');
  if (showing.state !== 'raised' && showing.state !== 'shown') {
    return ignored('the session is done with the notification');
  }
  const draft = draftOf(settings, state, event);
  switch (event.kind) {
    case 'shown':
      if (showing.state === 'shown') return ignored('it has been rendered before');
      return accepted(decideShown(draft, notification, event.session));
    case 'notifierFailed':
      return accepted(decideFailed(draft, notification, event));
    case 'answered':
      return decideAnswered(draft, notification, event);
  }
}

function marked(
  notification: CurrentNotification,
  session: string,
  state: SessionShowing['state'],
): CurrentNotification {
  const sessions = notification.sessions.map((one) => (one.session === session ? { session, state } : one));
  return { ...notification, sessions };
}

function decideShown(draft: Draft, notification: CurrentNotification, session: string): Draft {
  const user = userOf(draft, session);
  const what = {
    reminder: `notification ${draft.state.used + 1} of ${draft.settings.notificationCount}`,
    finalWarning: 'the final warning',
    restarting: 'when the endpoint reboots',
  }[notification.kind];
  const seen = withProgress(withNotification(draft, marked(notification, session, 'shown')), {
    everShown: true,
    failures: 0,
  });
  return logged(seen, 'info', `${user || 'A user'} was shown ${what}.`, user);
}

function decideFailed(
  draft: Draft,
  notification: CurrentNotification,
  { session, reason }: Extract<RebootEvent, { kind: 'notifierFailed' }>,
): Draft {
  const user = userOf(draft, session);
  const message = `A notification could not be shown to ${user || 'a user'}: ${reason}`;
  const failed = withNotification(draft, marked(notification, session, 'failed'));
  return settled(logged(failed, 'error', message, user));
}

/** What follows when sessions have failed or gone: what waited for their answers goes on, or nobody is left to see it. */
export function settled(draft: Draft): Draft {
  if (draft.state.status !== 'asking') return draft;
  const { sessions } = draft.state.notification;
  if (sessions.some(({ state }) => state === 'raised' || state === 'shown')) return draft;
  return sessions.every(({ state }) => state === 'failed') ? notShown(draft) : concluded(draft);
}

/** Acts on the answers that waited for others: any cancellation goes before a reboot. */
export function concluded(draft: Draft): Draft {
  if (draft.state.status !== 'asking') return draft;
  const { sessions } = draft.state.notification;
  const deciding =
    sessions.find(({ state }) => state === 'cancel') ?? sessions.find(({ state }) => state === 'rebootNow');
  if (deciding === undefined) return draft;
  const user = userOf(draft, deciding.session);
  return deciding.state === 'cancel' ? cancelled(draft, user) : confirmed(draft, user);
}

function decideAnswered(
  draft: Draft,
  notification: CurrentNotification,
  { session, answer, now }: Extract<RebootEvent, { kind: 'answered' }>,
): RebootDecision {
  const user = userOf(draft, session);
  if (answer.kind === 'snooze') {
    const offer = notification.snoozes.find(({ choice }) => choice === answer.choice);
    if (offer === undefined)
      return { kind: 'rejected', reason: 'the notification does not offer that snooze' };
    const untilUp = offer.kind === 'for' ? now.up + offer.ms : offer.untilUp;
    return accepted(snoozed(draft, notification, untilUp, user));
  }
  if (answer.kind === 'cancel' && !draft.settings.allowCancel) {
    return { kind: 'rejected', reason: 'the settings do not allow users to cancel' };
  }
  if (answer.kind === 'rebootNow' && draft.state.status === 'restarting') {
    return ignored('the reboot is decided already');
  }
  const answered = withProgress(withNotification(draft, marked(notification, session, answer.kind)), {
    everShown: true,
  });
  const othersMaySnooze = draft.settings.sessions === 'anySnoozeWins' && draft.state.status === 'asking';
  if (!othersMaySnooze) {
    return accepted(answer.kind === 'cancel' ? cancelled(answered, user) : confirmed(answered, user));
  }
  const waiting = logged(
    answered,
    'info',
    `${user || 'A user'} chose ${answer.kind === 'cancel' ? 'to cancel' : 'to reboot now'}.`,
    user,
  );
  return accepted(settled(waiting));
}

/** the notification goes away; it counts as used. */
function snoozed(draft: Draft, { sessions }: CurrentNotification, untilUp: number, user: string): Draft {
  const bare = commanded(draft, { kind: 'withdraw', sessions: sessions.map(({ session }) => session) });
  const used = draft.state.used + 1;
  return logged(
    withState(bare, { ...progressOf(bare), used, everShown: true, status: 'snoozed', untilUp }),
    'info',
    `${user || 'A user'} snoozed notification ${used} of ${draft.settings.notificationCount}.`,
    user,
  );
}

/** the flow is over, and the reboot is still pending. */
function cancelled(draft: Draft, user: string): Draft {
  return logged(ended(draft, 'cancelled'), 'info', `${user || 'A user'} cancelled the reboot.`, user);
}

/** the reboot comes after the delay, and never later than a final warning has told. */
function confirmed(draft: Draft, user: string): Draft {
  const { settings, state, event } = draft;
  const rebootUp = event.now.up + milliseconds(settings.rebootNowDelayMinutes);
  const warned = state.status === 'asking' && state.notification.kind === 'finalWarning';
  return restart(
    draft,
    'confirmed',
    warned ? Math.min(rebootUp, Math.max(state.notification.endsUp, event.now.up)) : rebootUp,
    user,
  );
}
