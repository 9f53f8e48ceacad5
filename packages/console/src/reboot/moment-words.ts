import type { ForecastEntry, RebootBehaviour } from '@patchbay/domain/reboot/forecast';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const date = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });

/** A time of day: `21:15`. */
export function clockText(at: number): string {
  return clock.format(at);
}

/** A day: `Tue`, with its date where the days of a week are not enough to tell. */
export function dayText(at: number, from: number): string {
  return Math.abs(at - from) < 6 * 86_400_000 ? weekday.format(at) : date.format(at);
}

/** A time as seen from another: the day is said where it is not the same. */
export function momentText(at: number, from: number): string {
  const isSameDay = new Date(at).toDateString() === new Date(from).toDateString();
  return isSameDay ? clockText(at) : `${dayText(at, from)} ${clockText(at)}`;
}

/** How users behave, in words. */
export const behaviourNames: Readonly<Record<RebootBehaviour, string>> = {
  latest: 'Puts it off for as long as possible',
  ignoring: 'Never answers',
  snoozing: 'Snoozes each time',
  immediate: 'Reboots at once',
};

/** A point of a forecast in words. */
export function entryText({ kind, number }: Pick<ForecastEntry, 'kind' | 'number'>): string {
  switch (kind) {
    case 'reminder':
      return `Notification ${number}`;
    case 'finalWarning':
      return 'Final warning';
    case 'snoozed':
      return `Notification ${number} is snoozed`;
    case 'ignored':
      return `Notification ${number} goes away without an answer`;
    case 'confirmed':
      return 'The user chooses to reboot now';
    case 'reboot':
      return 'Reboot';
  }
}
