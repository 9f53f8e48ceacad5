import { type Moment, wallTime } from './moment.ts';
import type { NotificationButton, NotificationView } from './notification-view.ts';
import type { RebootSettings } from './settings.ts';
import { type CurrentNotification, currentNotification, type RebootState } from './state.ts';
import { baseLanguage, timeText, type Wording, wordingFor } from './texts.ts';

/** What is seen of a flow. */
export interface ViewedFlow {
  /** The flow's id: that of the activity that began it. */
  readonly flow: string;
  readonly settings: RebootSettings;
  readonly state: RebootState;
}

/**
 * The current notification of a flow as a user sees it, in a language such as "de-AT" (null: English), with the times
 * that are enforced, as the clock reads now; null when there is none.
 */
export function viewOf(
  { flow, settings, state }: ViewedFlow,
  now: Moment,
  language: string | null,
): NotificationView | null {
  const notification = currentNotification(state);
  if (notification === null) return null;
  const wording = wordingFor(language);
  const custom = ownTexts(settings, language);
  const endsAt = Math.round(wallTime(now, notification.endsUp));
  const isReminder = notification.kind === 'reminder';
  return {
    id: `${flow}/${notification.number}`,
    kind: notification.kind,
    title: isReminder ? custom?.title || wording.title : wording.finalTitle,
    body: [
      custom?.body || wording.body,
      ...facts({ settings, state, wording, now, notification, endsAt }),
    ].join('\n\n'),
    company: settings.company,
    logo: settings.logo,
    buttons: buttonsOf(settings, notification, wording, now),
    rebootAt: isReminder ? null : endsAt,
    expiresAt: endsAt,
  };
}

function ownTexts({ texts }: RebootSettings, language: string | null) {
  const own = (tag: string) => (Object.hasOwn(texts, tag) ? texts[tag] : undefined);
  return own(language ?? 'en') ?? own(baseLanguage(language));
}

function facts(shown: {
  settings: RebootSettings;
  state: RebootState;
  wording: Wording;
  now: Moment;
  notification: CurrentNotification;
  endsAt: number;
}): string[] {
  const { settings, state, wording, now, notification, endsAt } = shown;
  const inWords = (at: number): string => timeText(wording, now.zone, at, now.at);
  if (notification.kind !== 'reminder') return [wording.rebootsAt(inWords(endsAt))];
  const left = wording.left(settings.notificationCount - state.used);
  return settings.deadlineAt === null
    ? [left]
    : [`${left} ${wording.latest(inWords(Math.max(settings.deadlineAt, now.at)))}`];
}

function buttonsOf(
  { allowCancel, snoozeChoices }: RebootSettings,
  { kind, snoozes }: CurrentNotification,
  wording: Wording,
  now: Moment,
): NotificationButton[] {
  const buttons: NotificationButton[] = [];
  if (kind !== 'restarting') buttons.push({ answer: { kind: 'rebootNow' }, label: wording.rebootNow });
  for (const offer of snoozes) {
    const { choice } = offer;
    const label =
      offer.kind === 'for'
        ? wording.snoozeFor(offer.ms / 60_000)
        : wording.snoozeUntil(timeText(wording, now.zone, wallTime(now, offer.untilUp), now.at));
    if (choice < snoozeChoices.length) buttons.push({ answer: { kind: 'snooze', choice }, label });
  }
  if (allowCancel) buttons.push({ answer: { kind: 'cancel' }, label: wording.cancel });
  return buttons;
}
