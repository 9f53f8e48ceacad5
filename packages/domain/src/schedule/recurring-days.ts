import { type CalendarDay, type DayParts, dayOf, dayParts, daysInMonth } from './calendar-day.ts';
import type { RecurrenceRule, RuleWeekday } from './recurrence-rule.ts';

/** A rule that has not come round in so many days never will, as far as anybody plans. */
export const longestSearchDays = 30 * 366;

/**
 * The days of a rule in order, from `from` on (P-05). A date that a month does not have is that month's last day: the
 * 31st never vanishes. Ends after {@link longestSearchDays} days in which there was none.
 */
export function* recurringDays(
  rule: RecurrenceRule,
  start: CalendarDay,
  from: CalendarDay,
): Generator<CalendarDay, void> {
  const first = dayParts(start);
  // What is counted is counted from the start.
  const wanted = rule.count === null ? Math.max(start, from) : start;
  let period = rule.count === null ? periodOf(rule, start, wanted) : 0;
  let left = rule.count ?? Number.POSITIVE_INFINITY;
  let last = wanted;
  for (; ; period += 1) {
    const span = periodSpan(rule, start, period);
    if (span.begin > last + longestSearchDays || (rule.until !== null && span.begin > rule.until)) return;
    for (const day of atPositions(daysWithin(rule, first, span), rule.positions)) {
      if (day < wanted) continue;
      if (left === 0 || (rule.until !== null && day > rule.until)) return;
      left -= 1;
      last = day;
      if (day >= from) yield day;
    }
  }
}

/** The days from `begin` to `end`, and not `end` itself. */
interface Span {
  readonly begin: CalendarDay;
  readonly end: CalendarDay;
}

function periodSpan(
  { frequency, interval, weekStart }: RecurrenceRule,
  start: CalendarDay,
  period: number,
): Span {
  const { year, month } = dayParts(start);
  const steps = period * interval;
  switch (frequency) {
    case 'DAILY':
      return { begin: start + steps, end: start + steps + 1 };
    case 'WEEKLY': {
      const begin = weekBegin(start, weekStart) + 7 * steps;
      return { begin, end: begin + 7 };
    }
    case 'MONTHLY':
      return { begin: dayOf(year, month + steps, 1), end: dayOf(year, month + steps + 1, 1) };
    case 'YEARLY':
      return { begin: dayOf(year + steps, 1, 1), end: dayOf(year + steps + 1, 1, 1) };
  }
}

/** The last period that begins on or before a day which is not before the start. */
function periodOf(
  { frequency, interval, weekStart }: RecurrenceRule,
  start: CalendarDay,
  day: CalendarDay,
): number {
  const [one, other] = [dayParts(start), dayParts(day)];
  const years = other.year - one.year;
  const steps = {
    DAILY: day - start,
    WEEKLY: Math.floor((day - weekBegin(start, weekStart)) / 7),
    MONTHLY: 12 * years + other.month - one.month,
    YEARLY: years,
  };
  return Math.floor(steps[frequency] / interval);
}

function weekBegin(day: CalendarDay, weekStart: number): CalendarDay {
  return day - ((dayParts(day).weekday - weekStart + 7) % 7);
}

function daysWithin(rule: RecurrenceRule, first: DayParts, { begin, end }: Span): CalendarDay[] {
  const { frequency, weekdays, monthDays, months } = rule;
  // What a rule does not say is as on its first day.
  const dates = monthDays.length === 0 && weekdays.length === 0 ? datesAsFirst(rule, first) : monthDays;
  const inMonths =
    frequency === 'YEARLY' && months.length === 0 && weekdays.length + monthDays.length === 0
      ? [first.month]
      : months;
  const onWeekdays =
    frequency === 'WEEKLY' && weekdays.length === 0 ? [{ weekday: first.weekday, ordinal: null }] : weekdays;
  const ofYear = frequency === 'YEARLY' && months.length === 0;
  const found: CalendarDay[] = [];
  for (let day = begin; day < end; day += 1) {
    const parts = dayParts(day);
    if (inMonths.length > 0 && !inMonths.includes(parts.month)) continue;
    if (dates.length > 0 && !dates.some((date) => isDate(date, parts))) continue;
    if (onWeekdays.length > 0 && !onWeekdays.some((weekday) => isWeekday(weekday, parts, day, ofYear)))
      continue;
    found.push(day);
  }
  return found;
}

function datesAsFirst({ frequency }: RecurrenceRule, first: DayParts): number[] {
  return frequency === 'MONTHLY' || frequency === 'YEARLY' ? [first.date] : [];
}

function isDate(wanted: number, { year, month, date }: DayParts): boolean {
  const length = daysInMonth(year, month);
  return wanted > 0 ? date === Math.min(wanted, length) : date === Math.max(length + 1 + wanted, 1);
}

function isWeekday(wanted: RuleWeekday, parts: DayParts, day: CalendarDay, ofYear: boolean): boolean {
  if (wanted.weekday !== parts.weekday) return false;
  if (wanted.ordinal === null) return true;
  const begin = ofYear ? dayOf(parts.year, 1, 1) : dayOf(parts.year, parts.month, 1);
  const end = ofYear ? dayOf(parts.year + 1, 1, 1) : dayOf(parts.year, parts.month + 1, 1);
  const ordinal =
    wanted.ordinal > 0 ? Math.floor((day - begin) / 7) + 1 : -(Math.floor((end - 1 - day) / 7) + 1);
  return ordinal === wanted.ordinal;
}

function atPositions(days: CalendarDay[], positions: readonly number[]): CalendarDay[] {
  if (positions.length === 0) return days;
  const places = new Set(positions.map((position) => (position > 0 ? position - 1 : days.length + position)));
  return days.filter((_, index) => places.has(index));
}
