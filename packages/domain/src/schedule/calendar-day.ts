/** A day of the calendar without a time zone: how many days it is after 1970-01-01. */
export type CalendarDay = number;

/** A day as people read it; `weekday` from 0, Monday, to 6, Sunday. */
export interface DayParts {
  readonly year: number;
  readonly month: number;
  readonly date: number;
  readonly weekday: number;
}

const dayMs = 24 * 60 * 60 * 1000;

/** The day that this instant is in UTC; `at` in epoch milliseconds. */
export function utcDay(at: number): CalendarDay {
  return Math.floor(at / dayMs);
}

/** Reads a day such as `2026-03-29`; null when there is no such day between 2000 and 2199. */
export function parseDay(text: string): CalendarDay | null {
  const [, year, month, date] = /^(2[01]\d\d)-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year === undefined) return null;
  const day = dayOf(Number(year), Number(month), Number(date));
  return dayText(day) === text ? day : null;
}

/** A day such as `2026-03-29`. */
export function dayText(day: CalendarDay): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** The year, month, date and weekday of a day. */
export function dayParts(day: CalendarDay): DayParts {
  const date = new Date(day * dayMs);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    date: date.getUTCDate(),
    weekday: (date.getUTCDay() + 6) % 7,
  };
}

/** The day of this date; a month or date beyond its end counts on into the next year or month. */
export function dayOf(year: number, month: number, date: number): CalendarDay {
  return utcDay(Date.UTC(year, month - 1, date));
}

/** How many days a month has. */
export function daysInMonth(year: number, month: number): number {
  return dayOf(year, month + 1, 1) - dayOf(year, month, 1);
}
