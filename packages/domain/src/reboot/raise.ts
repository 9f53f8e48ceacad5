import {
  askedSessions,
  cleared,
  commanded,
  type Draft,
  ended,
  logged,
  noted,
  progressOf,
  withState,
} from './draft.ts';
import { wallTime } from './moment.ts';
import type { CurrentNotification, RebootCause, WaitCause } from './state.ts';
import {
  failuresUntilPolicy,
  finalStartUp,
  milliseconds,
  retryPauseMs,
  snoozeOffers,
  waitEndUp,
  withinDeadline,
} from './timing.ts';

/** Raises what is due now: a reminder, or the final warning when the count is used up or the deadline is near. */
export function raise(draft: Draft): Draft {
  const { settings, event } = draft;
  const { now } = event;
  const asked = askedSessions(draft);
  if (asked.length === 0) return nobodyThere(draft);
  const isForDeadline = now.up >= finalStartUp(settings, now);
  if (!isForDeadline && settings.doNotDisturb === 'respect' && asked.some(({ busy }) => busy)) {
    return wait(draft, 'doNotDisturb', null, 'A user does not want to be disturbed; the notification waits.');
  }
  const { used } = draft.state;
  if (isForDeadline || used >= settings.notificationCount) {
    const endsUp = now.up + milliseconds(settings.finalWarningMinutes);
    return ask(draft, 'finalWarning', withinDeadline(settings, now, endsUp));
  }
  const endsUp = now.up + milliseconds(settings.notificationTimeoutMinutes);
  return ask(draft, 'reminder', Math.min(endsUp, finalStartUp(settings, now)));
}

function ask(draft: Draft, kind: 'reminder' | 'finalWarning', endsUp: number): Draft {
  const bare = cleared(draft);
  const notification = notificationFor(bare, kind, endsUp);
  const what =
    kind === 'reminder'
      ? `Notification ${draft.state.used + 1} of ${draft.settings.notificationCount}`
      : 'The final warning';
  const asking = withState(bare, {
    ...progressOf(bare),
    raised: notification.number,
    status: 'asking',
    notification,
  });
  return noted(shown(asking, notification), `${what} was raised.`);
}

/** Everything that is raised gets a number of its own. */
function notificationFor(
  draft: Draft,
  kind: CurrentNotification['kind'],
  endsUp: number,
): CurrentNotification {
  const { settings, event } = draft;
  return {
    number: draft.state.raised + 1,
    kind,
    raisedUp: event.now.up,
    endsUp,
    snoozes: kind === 'reminder' ? snoozeOffers(settings, event.now, endsUp) : [],
    sessions: askedSessions(draft).map(({ id }) => ({ session: id, state: 'raised' })),
  };
}

function shown(draft: Draft, { sessions }: CurrentNotification): Draft {
  return commanded(draft, { kind: 'show', sessions: sessions.map(({ session }) => session) });
}

/** Acts by the policy for an endpoint where nobody can be asked. */
export function nobodyThere(draft: Draft): Draft {
  const { settings, event } = draft;
  const { state } = draft;
  const delayedUp = event.now.up + milliseconds(settings.rebootNowDelayMinutes);
  const isWarned = state.status === 'asking' && state.notification.kind === 'finalWarning';
  const restartUp = isWarned
    ? Math.max(event.now.up, Math.min(delayedUp, state.notification.endsUp))
    : delayedUp;
  switch (settings.noActiveUser) {
    case 'reboot':
      return restart(draft, 'noActiveUser', restartUp);
    case 'wait':
      return event.now.up >= waitEndUp(settings, event.now)
        ? restart(draft, 'noActiveUser', withinDeadline(settings, event.now, restartUp))
        : wait(draft, 'noActiveUser', null, 'No user is active; the flow waits for one.');
    case 'skip':
      return logged(ended(draft, 'skipped'), 'info', 'No user is active; the reboot was skipped.');
  }
}

/** Waits; once is told. */
function wait(draft: Draft, because: WaitCause, retryUp: number | null, sentence: string): Draft {
  const { state } = draft;
  if (state.status === 'waiting' && state.because === because && retryUp === null) return draft;
  const bare = cleared(draft);
  return logged(
    withState(bare, { ...progressOf(bare), status: 'waiting', because, retryUp }),
    'info',
    sentence,
  );
}

/** Waits before a try that follows a failure. */
export function waitAfter(draft: Draft, because: WaitCause, pauseMs: number): Draft {
  const bare = cleared(draft);
  const retryUp = draft.event.now.up + pauseMs;
  return withState(bare, { ...progressOf(bare), status: 'waiting', because, retryUp });
}

const causes: Record<Exclude<RebootCause, 'confirmed'>, string> = {
  finalWarning: 'The final warning has ended',
  noActiveUser: 'No user is active',
  notifierFailed: 'No notification can be shown, and the settings say to reboot anyway',
};

/**
 * Decides the reboot and asks the operating system for it. Users who are there see when it comes; a final warning tells
 * it already, and stays.
 */
export function restart(draft: Draft, because: RebootCause, rebootUp: number, user = ''): Draft {
  const { state } = draft;
  const warning = because === 'finalWarning' && state.status === 'asking' ? state.notification : null;
  const bare = warning === null ? cleared(draft) : draft;
  const notification =
    warning ?? (because === 'noActiveUser' ? null : notificationFor(bare, 'restarting', rebootUp));
  const restarting = withState(bare, {
    ...progressOf(bare),
    raised: notification?.number ?? bare.state.raised,
    status: 'restarting',
    because,
    rebootUp,
    notification,
  });
  const told = warning === null && notification !== null ? shown(restarting, notification) : restarting;
  const cause = because === 'confirmed' ? `${user || 'The user'} chose to reboot now` : causes[because];
  return logged(scheduled(told), 'info', `${cause}: the reboot was scheduled.`, user);
}

/** Asks the operating system for the decided reboot at the time that is shown. */
export function scheduled(draft: Draft): Draft {
  const { state, event } = draft;
  if (state.status !== 'restarting') return draft;
  const at = Math.max(event.now.at, wallTime(event.now, state.rebootUp));
  return commanded(draft, { kind: 'scheduleReboot', at });
}

/** No notification could be rendered for anybody: tries again, and acts by the policy when that does not help. */
export function notShown(draft: Draft): Draft {
  const { settings, event } = draft;
  const failures = draft.state.failures + 1;
  const failed = withState(draft, { ...draft.state, failures });
  const isHopeless = failures >= failuresUntilPolicy;
  const isForDeadline = event.now.up >= finalStartUp(settings, event.now);
  if (settings.notifierFailed === 'rebootAnyway' && (isHopeless || isForDeadline)) {
    const rebootUp = event.now.up + milliseconds(settings.finalWarningMinutes);
    return restart(failed, 'notifierFailed', withinDeadline(settings, event.now, rebootUp));
  }
  if (isHopeless && !failed.state.everShown) {
    const message = 'No notification could be shown to anybody; the flow was given up.';
    return logged(ended(failed, 'notShown'), 'error', message);
  }
  const message = 'No notification could be shown; it is tried again.';
  return logged(waitAfter(failed, 'notifierFailed', retryPauseMs(failures)), 'error', message);
}
