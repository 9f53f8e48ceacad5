import { decide } from '@patchbay/domain/reboot/decide';
import type { RebootEvent } from '@patchbay/domain/reboot/event';
import { forecast } from '@patchbay/domain/reboot/forecast';
import type { NotificationView } from '@patchbay/domain/reboot/notification-view';
import type { RebootSettings } from '@patchbay/domain/reboot/settings';
import { initialRebootState, type RebootState } from '@patchbay/domain/reboot/state';
import { viewOf } from '@patchbay/domain/reboot/view';
import { imaginedMoment } from './imagined-moment.ts';

/** Which prompt of a flow is looked at. */
export type PromptKind = 'reminder' | 'finalWarning' | 'restarting';

const session = { id: 'user', user: 'user', active: true, console: true, busy: false };

/**
 * The prompts of a flow that begins at a moment, with the words and buttons that endpoints show, in a language (R-17,
 * There is no `reminder` when no notification may be snoozed or ignored.
 */
export function promptViews(
  settings: RebootSettings,
  start: number,
  language: string,
): Partial<Record<PromptKind, NotificationView>> {
  const first = begun(settings, start);
  const finalAt = forecast(settings, null, imaginedMoment(start), 'latest').entries.find(
    ({ kind }) => kind === 'finalWarning',
  )?.at;
  const views = [
    viewAt(settings, first, start, language),
    finalAt === undefined
      ? null
      : viewAt(
          { ...settings, notificationCount: 0 },
          begun({ ...settings, notificationCount: 0 }, finalAt),
          finalAt,
          language,
        ),
    viewAt(settings, confirmed(settings, first, start), start, language),
  ];
  return Object.fromEntries(views.flatMap((view) => (view === null ? [] : [[view.kind, view]])));
}

function begun(settings: RebootSettings, at: number): RebootState {
  const now = imaginedMoment(at);
  const begin = { kind: 'begin', now, activity: 'preview', bootId: 'preview', needed: true } as const;
  return after(settings, initialRebootState, { ...begin, sessions: [session] });
}

function confirmed(settings: RebootSettings, state: RebootState, at: number): RebootState {
  const now = imaginedMoment(at);
  const about = { now, notification: state.raised, session: session.id };
  const seen = after(settings, state, { kind: 'shown', ...about });
  return after(settings, seen, { kind: 'answered', ...about, answer: { kind: 'rebootNow' } });
}

function after(settings: RebootSettings, state: RebootState, event: RebootEvent): RebootState {
  const decision = decide(settings, state, event);
  return decision.kind === 'accepted' ? decision.state : state;
}

function viewAt(
  settings: RebootSettings,
  state: RebootState,
  at: number,
  language: string,
): NotificationView | null {
  return viewOf({ flow: 'preview', settings, state }, imaginedMoment(at), language);
}
