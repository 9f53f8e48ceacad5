import { concluded, decideAboutNotification } from './decide-answer.ts';
import { decideClockChanged, decideResumed, decideSessions } from './decide-sessions.ts';
import {
  accepted,
  type Draft,
  draftOf,
  ended,
  ignored,
  logged,
  noted,
  type RebootDecision,
  withProgress,
} from './draft.ts';
import type { RebootEvent } from './event.ts';
import { nobodyThere, notShown, raise, restart, waitAfter } from './raise.ts';
import type { RebootSettings } from './settings.ts';
import { type CurrentNotification, isRendered, type RebootState } from './state.ts';
import { dueUp, refusedPauseMs } from './timing.ts';

/**
 * The one function that moves a flow of Interactive Reboot: the agent acts by it, the server projects and
 * checks with it, the console previews with it.
 */
export function decide(settings: RebootSettings, state: RebootState, event: RebootEvent): RebootDecision {
  if (event.kind === 'begin') return decideBegin(settings, state, event);
  if (state.status === 'new') return ignored('the flow has not begun');
  if (state.status === 'ended') return ignored('the flow has ended');
  switch (event.kind) {
    case 'shown':
    case 'answered':
    case 'notifierFailed':
      return decideAboutNotification(settings, state, event);
    case 'wake':
      return decideWake(settings, state, event);
    case 'sessionsChanged':
      return decideSessions(settings, state, event);
    case 'clockChanged':
      return decideClockChanged(settings, state, event);
    case 'resumed':
      return decideResumed(settings, state, event);
    case 'rebootRefused':
      if (state.status !== 'restarting') return ignored('no reboot is under way');
      return accepted(refused(draftOf(settings, state, event), event.reason));
    case 'booted':
      return decideBooted(settings, state, event);
    case 'joined': {
      if (state.members.includes(event.activity)) return ignored('the activity is part of the flow already');
      const members = [...state.members, event.activity];
      const joined = withProgress(draftOf(settings, state, event), { members });
      return accepted(logged(joined, 'info', `Activity ${event.activity} joined the flow.`));
    }
    case 'stopped':
      return decideStopped(settings, state, event);
  }
}

function decideBegin(
  settings: RebootSettings,
  state: RebootState,
  event: Extract<RebootEvent, { kind: 'begin' }>,
): RebootDecision {
  if (state.status !== 'new') return ignored('the flow has begun before');
  const { activity, bootId, needed, sessions } = event;
  const begun = withProgress(draftOf(settings, state, event), { members: [activity], bootId, sessions });
  if (settings.onlyIfNeeded && !needed) {
    return accepted(logged(ended(begun, 'notNeeded'), 'info', 'No reboot is needed.'));
  }
  return accepted(raise(begun));
}

function decideWake(
  settings: RebootSettings,
  state: RebootState,
  event: Extract<RebootEvent, { kind: 'wake' }>,
): RebootDecision {
  const due = dueUp(settings, state, event.now);
  if (due === null || due > event.now.up) return ignored('nothing is due');
  const draft = draftOf(settings, state, event);
  switch (state.status) {
    case 'new':
    case 'ended':
      return ignored('nothing is due');
    case 'snoozed':
      return accepted(raise(noted(draft, 'The snooze is over.')));
    case 'waiting':
      // Only the end of waiting for a user is due without anybody having come.
      return accepted(state.because === 'noActiveUser' ? nobodyThere(draft) : raise(draft));
    case 'restarting':
      return accepted(refused(draft, 'the endpoint has not rebooted at the time that was asked for'));
    case 'asking':
      return accepted(decideDue(draft, state.notification));
  }
}

/** A notification's time is over: not rendered, ignored, or a final warning that has run its course. */
function decideDue(draft: Draft, notification: CurrentNotification): Draft {
  if (!isRendered(notification)) {
    return notShown(logged(draft, 'error', 'A notification was not rendered in time.'));
  }
  const isAnswered = notification.sessions.some(
    ({ state }) => state === 'cancel' || (state === 'rebootNow' && notification.kind === 'reminder'),
  );
  if (isAnswered) return concluded(draft);
  if (notification.kind === 'finalWarning') return restart(draft, 'finalWarning', notification.endsUp);
  // The clock was set, and the deadline's final warning is due before its time.
  if (draft.event.now.up < notification.endsUp) return raise(draft);
  const used = draft.state.used + 1;
  const message = `Notification ${used} of ${draft.settings.notificationCount} was ignored.`;
  return raise(logged(withProgress(draft, { used }), 'info', message));
}

/** Waits and then begins anew to ask: what was promised to the user did not come. */
function refused(draft: Draft, reason: string): Draft {
  return waitAfter(
    logged(draft, 'error', `The reboot did not come: ${reason}`),
    'rebootRefused',
    refusedPauseMs,
  );
}

/** whoever rebooted the endpoint, the flow is done. */
function decideBooted(
  settings: RebootSettings,
  state: RebootState,
  event: Extract<RebootEvent, { kind: 'booted' }>,
): RebootDecision {
  if (event.bootId === state.bootId) return ignored('the endpoint is in the same boot');
  const message =
    state.status === 'restarting'
      ? 'The endpoint has rebooted.'
      : 'The endpoint was rebooted for another reason; the flow is done.';
  // The screens and the schedule went with the boot.
  const { members, bootId, used, raised, everShown, failures, sessions } = state;
  const progress = { members, bootId, used, raised, everShown, failures, sessions, now: event.now };
  const draft = draftOf(settings, { ...progress, status: 'new' }, event);
  return accepted(logged(ended(draft, 'rebooted'), 'info', message));
}

/** W-13: the flow ends with the last activity that wants it, and then never reboots. */
function decideStopped(
  settings: RebootSettings,
  state: RebootState,
  event: Extract<RebootEvent, { kind: 'stopped' }>,
): RebootDecision {
  if (!state.members.includes(event.activity)) return ignored('the activity is not part of the flow');
  const members = state.members.filter((one) => one !== event.activity);
  const draft = withProgress(draftOf(settings, state, event), { members });
  if (members.length > 0) {
    const message = `Activity ${event.activity} was cancelled; the flow goes on for another one.`;
    return accepted(logged(draft, 'info', message));
  }
  return accepted(logged(ended(draft, 'stopped'), 'info', 'The flow was cancelled at the server.'));
}
