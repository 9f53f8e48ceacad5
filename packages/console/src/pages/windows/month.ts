import {
  type CalendarDay,
  dayOf,
  dayParts,
  daysInMonth,
  dayText,
} from '@patchbay/domain/schedule/calendar-day';
import { type MaintenanceWindow, openingsBetween } from '@patchbay/domain/schedule/maintenance-window';

const dayMs = 24 * 60 * 60 * 1000;

/** A month of the calendar; `month` from 1. */
export interface Month {
  readonly year: number;
  readonly month: number;
}

/** The month of a day. */
export function monthOf(day: CalendarDay): Month {
  const { year, month } = dayParts(day);
  return { year, month };
}

/** So many months later; earlier with less than 0. */
export function monthAfter({ year, month }: Month, months: number): Month {
  return monthOf(dayOf(year, month + months, 1));
}

/** A month as weeks from Monday to Sunday, with the days of the months beside it that these hold. */
export function weeksOf({ year, month }: Month): readonly (readonly CalendarDay[])[] {
  const first = dayOf(year, month, 1);
  const monday = first - dayParts(first).weekday;
  const weeks = Math.ceil((first - monday + daysInMonth(year, month)) / 7);
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (_unused, day) => monday + week * 7 + day),
  );
}

/** One opening in a picture of a month, or one that a blackout takes away. */
export interface ShownOpening {
  /** The local day that it belongs to (P-06), such as `2026-12-24`. */
  readonly day: string;
  readonly opensAt: number;
  readonly closesAt: number;
  readonly isBlackedOut: boolean;
}

/** The openings that belong to the days of some weeks; the window must be valid. */
export function openingsOf(
  window: MaintenanceWindow,
  weeks: readonly (readonly CalendarDay[])[],
): readonly ShownOpening[] {
  const days = weeks.flat();
  const [first = 0, last = 0] = [days[0], days.at(-1)];
  // No zone is more than a day away from UTC.
  const [from, to] = [(first - 1) * dayMs, (last + 2) * dayMs];
  const [begin, end] = [dayText(first), dayText(last)];
  const open = new Set(openingsBetween(window, from, to).map(({ opensAt }) => opensAt));
  return openingsBetween({ ...window, blackouts: [] }, from, to)
    .filter(({ day }) => begin <= day && day <= end)
    .map((opening) => ({ ...opening, isBlackedOut: !open.has(opening.opensAt) }));
}

/** From when to when an opening is, in the window's own zone: `22:00–02:00 (+1)`. */
export function hoursText({ day, opensAt, closesAt }: ShownOpening, timeZone: string): string {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
  const lastDay = new Intl.DateTimeFormat('en-CA', { timeZone }).format(closesAt);
  const later = Math.round((Date.parse(lastDay) - Date.parse(day)) / dayMs);
  return `${clock.format(opensAt)}–${clock.format(closesAt)}${later > 0 ? ` (+${later})` : ''}`;
}
