import { type CalendarDay, parseDay } from './calendar-day.ts';

/** How often a rule comes round. */
export type Frequency = 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';

/** A weekday from 0, Monday; `ordinal` 2 is the second one of the month or year, -1 the last; null is each one. */
export interface RuleWeekday {
  readonly weekday: number;
  readonly ordinal: number | null;
}

/** A rule of RFC 5545 as far as it says on which days something happens; lists are empty when nothing is said. */
export interface RecurrenceRule {
  readonly frequency: Frequency;
  readonly interval: number;
  readonly count: number | null;
  /** The last day that it may happen on. */
  readonly until: CalendarDay | null;
  readonly weekStart: number;
  readonly weekdays: readonly RuleWeekday[];
  /** From 1, or from the end of the month with -1. */
  readonly monthDays: readonly number[];
  readonly months: readonly number[];
  /** Of the days in one period, the n-th ones; from the end with -1. */
  readonly positions: readonly number[];
}

type ParsedRule =
  | { readonly ok: true; readonly rule: RecurrenceRule }
  | { readonly ok: false; readonly problem: string };

const weekdayCodes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

class RuleProblem extends Error {}

const refuse = (message: string): never => {
  throw new RuleProblem(message);
};

/** Reads a rule such as `FREQ=MONTHLY;BYDAY=2TU` (P-05), and refuses what it would otherwise have to leave out. */
export function parseRecurrenceRule(text: string): ParsedRule {
  try {
    return { ok: true, rule: readRule(text) };
  } catch (error) {
    if (error instanceof RuleProblem) return { ok: false, problem: error.message };
    throw error;
  }
}

function readRule(text: string): RecurrenceRule {
  const parts = readParts(text);
  const list = (name: string): string[] => parts.get(name)?.split(',') ?? [];
  const frequency = (parts.get('FREQ') ??
    refuse('FREQ is missing: begin with FREQ=WEEKLY, for example')) as Frequency;
  if (!['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'].includes(frequency)) {
    refuse(`FREQ=${frequency} is not possible: use DAILY, WEEKLY, MONTHLY or YEARLY`);
  }
  const [interval] = list('INTERVAL').map((value) => wholeNumber('INTERVAL', value, 1, 1000));
  const [count] = list('COUNT').map((value) => wholeNumber('COUNT', value, 1, 100_000));
  const [weekStart] = list('WKST').map((value) => weekdayOf('WKST', value));
  const rule: RecurrenceRule = {
    frequency,
    interval: interval ?? 1,
    count: count ?? null,
    until: parts.has('UNTIL') ? untilOf(String(parts.get('UNTIL'))) : null,
    weekStart: weekStart ?? 0,
    weekdays: list('BYDAY').map(ruleWeekday),
    monthDays: list('BYMONTHDAY').map((value) => wholeNumber('BYMONTHDAY', value, 1, 31, 'or from the end')),
    months: list('BYMONTH').map((value) => wholeNumber('BYMONTH', value, 1, 12)),
    positions: list('BYSETPOS').map((value) => wholeNumber('BYSETPOS', value, 1, 366, 'or from the end')),
  };
  requireSense(rule);
  return rule;
}

const known = ['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'WKST', 'BYDAY', 'BYMONTHDAY', 'BYMONTH', 'BYSETPOS'];

function readParts(text: string): Map<string, string> {
  const parts = new Map<string, string>();
  for (const part of text.toUpperCase().split(';')) {
    const [name = '', value] = part.split('=', 2);
    if (value === undefined || value === '' || part.split('=').length !== 2) {
      refuse(`"${part}" is not of the form NAME=VALUE: a rule is such as FREQ=MONTHLY;BYDAY=2TU`);
    }
    if (['BYHOUR', 'BYMINUTE', 'BYSECOND'].includes(name))
      refuse(`${name} has no place here: the time is a field of its own`);
    if (!known.includes(name)) refuse(`${name} is not possible: use ${known.join(', ')}`);
    if (parts.has(name)) refuse(`${name} is there twice`);
    parts.set(name, String(value));
  }
  return parts;
}

function requireSense({
  frequency,
  count,
  until,
  weekdays,
  monthDays,
  months,
  positions,
}: RecurrenceRule): void {
  if (count !== null && until !== null) refuse('COUNT and UNTIL cannot both be there');
  const hasOrdinal = weekdays.some(({ ordinal }) => ordinal !== null);
  if (hasOrdinal && frequency !== 'MONTHLY' && frequency !== 'YEARLY') {
    refuse(`a numbered weekday such as BYDAY=2TU needs FREQ=MONTHLY or YEARLY`);
  }
  if (hasOrdinal && monthDays.length > 0) refuse('a numbered weekday and BYMONTHDAY cannot both be there');
  if (frequency === 'WEEKLY' && monthDays.length > 0) refuse('BYMONTHDAY has no meaning with FREQ=WEEKLY');
  if (positions.length > 0 && weekdays.length + monthDays.length + months.length === 0) {
    refuse('BYSETPOS needs something to choose from, such as BYDAY');
  }
}

function wholeNumber(
  name: string,
  text: string,
  least: number,
  most: number,
  signed?: 'or from the end',
): number {
  const number = /^[+-]?\d{1,6}$/.test(text) ? Number(text) : 0;
  const size = signed === undefined ? number : Math.abs(number);
  if (size >= least && size <= most) return number;
  const range =
    signed === undefined
      ? `from ${least} to ${most}`
      : `from ${least} to ${most}, or from -${least} to -${most}`;
  return refuse(`${name} has "${text}", which is not a whole number ${range}`);
}

function ruleWeekday(text: string): RuleWeekday {
  const [, ordinal, code] = /^([+-]?\d+)?([A-Z]+)$/.exec(text) ?? [];
  const weekday = weekdayOf('BYDAY', code ?? text);
  return {
    weekday,
    ordinal: ordinal === undefined ? null : wholeNumber('BYDAY', ordinal, 1, 53, 'or from the end'),
  };
}

function weekdayOf(name: string, code: string): number {
  const weekday = weekdayCodes.indexOf(code);
  return weekday < 0
    ? refuse(`${name} has "${code}", which is not a weekday: use ${weekdayCodes.join(', ')}`)
    : weekday;
}

function untilOf(text: string): CalendarDay {
  const [, year, month, date] = /^(\d{4})(\d\d)(\d\d)$/.exec(text) ?? [];
  const day = year === undefined ? null : parseDay(`${year}-${month}-${date}`);
  return day ?? refuse(`UNTIL has "${text}", which is not a day: write it such as 20271231`);
}
