import { dayText, parseDay } from './calendar-day.ts';
import type { Recurrence } from './recurrence.ts';
import { parseRecurrenceRule, type RecurrenceRule, type RuleWeekday } from './recurrence-rule.ts';

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const ordinals = ['', 'first', 'second', 'third', 'fourth', 'fifth'];
const periods = { DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month', YEARLY: 'year' } as const;

/** A recurrence for people: `second Tuesday of every month + 3 days, 22:00 Europe/Berlin` (P-05). The rule must be valid. */
export function recurrenceInWords({ rule: text, afterDays, start, time, timeZone }: Recurrence): string {
  const parsed = parseRecurrenceRule(text);
  if (!parsed.ok) return text;
  const { rule } = parsed;
  const days = [
    daysInWords(rule, start),
    ...(rule.months.length === 0
      ? []
      : [`in ${listed(rule.months.map((month) => months[month - 1] ?? ''))}`]),
  ];
  const later = afterDays === 0 ? '' : ` + ${counted(afterDays, 'day')}`;
  const end = [
    ...(rule.count === null ? [] : [`${counted(rule.count, 'time')} from ${start} on`]),
    ...(rule.until === null ? [] : [`until ${dayText(rule.until)}`]),
  ];
  return [`${days.join(' ')}${later}`, `${time} ${timeZone}`, ...end].join(', ');
}

function daysInWords(rule: RecurrenceRule, start: string): string {
  const { frequency, interval, monthDays, positions } = rule;
  const period = periods[frequency];
  const every = interval === 1 ? `every ${period}` : `every ${interval} ${period}s`;
  const chosen = [
    ...(rule.weekdays.length === 0 ? [] : [listed(rule.weekdays.map(weekdayInWords))]),
    ...(monthDays.length === 0 ? [] : [`the ${listed(monthDays.map((date) => place(date, 'day')))}`]),
  ].join(' that is ');
  const day = chosen === '' ? asFirst(rule, start) : chosen;
  if (day === '') return every;
  const which = positions.length === 0 ? '' : `${listed(positions.map((one) => place(one, '')))} of `;
  return frequency === 'WEEKLY' && interval === 1 ? `every ${day}` : `${which}${day} of ${every}`;
}

/** What a rule does not say is as on its first day. */
function asFirst({ frequency }: RecurrenceRule, start: string): string {
  const date = new Date(`${start}T00:00:00Z`);
  if (parseDay(start) === null || frequency === 'DAILY') return '';
  if (frequency === 'WEEKLY') return weekdays[(date.getUTCDay() + 6) % 7] ?? '';
  const day = place(date.getUTCDate(), 'day');
  return frequency === 'MONTHLY' ? `the ${day}` : `the ${day} of ${months[date.getUTCMonth()]}`;
}

function weekdayInWords({ weekday, ordinal }: RuleWeekday): string {
  const name = weekdays[weekday] ?? '';
  return ordinal === null ? name : `${place(ordinal, '')} ${name}`;
}

/** `second`, `last`, `third last`; a date as `31st day`. */
function place(number: number, noun: 'day' | ''): string {
  const size = Math.abs(number);
  const end = number > 0 ? '' : 'last';
  const ordinal = noun === '' ? (ordinals[size] ?? `${size}${suffix(size)}`) : `${size}${suffix(size)}`;
  const words = number === -1 ? ['last'] : [ordinal, end];
  return [...words, noun].filter((word) => word !== '').join(' ');
}

function suffix(number: number): string {
  const teen = number % 100 >= 11 && number % 100 <= 13;
  return teen ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
