import type { FieldProblem } from '../field-problem.ts';
import { type CalendarDay, dayText, parseDay, utcDay } from './calendar-day.ts';
import { parseRecurrenceRule } from './recurrence-rule.ts';
import { recurringDays } from './recurring-days.ts';
import { instantOf, isTimeZone } from './time-zone.ts';

/**
 * When something comes again and again (P-05): "second Tuesday + 3 days, 22:00 Europe/Berlin" is
 * `{ rule: 'FREQ=MONTHLY;BYDAY=2TU', afterDays: 3, time: '22:00', timeZone: 'Europe/Berlin' }`.
 */
export interface Recurrence {
  /** On which days, as a rule of RFC 5545 without times. */
  readonly rule: string;
  /** So many days after each of the rule's days. */
  readonly afterDays: number;
  /** The rule's first possible day (`2026-01-31`); intervals and COUNT are counted from it. */
  readonly start: string;
  /** Local time, `22:00`. */
  readonly time: string;
  readonly timeZone: string;
}

/** One time that a recurrence comes: the local day that it belongs to, and the instant in epoch milliseconds. */
export interface Occurrence {
  readonly day: string;
  readonly at: number;
}

/**
 * The times that a recurrence comes, in order, not before `from` (epoch milliseconds). The recurrence must be valid
 * ({@link recurrenceProblems}). Ends when it has not come for thirty years.
 */
export function* occurrencesFrom(recurrence: Recurrence, from: number): Generator<Occurrence, void> {
  const parsed = parseRecurrenceRule(recurrence.rule);
  const start = parseDay(recurrence.start);
  if (!parsed.ok || start === null) throw new Error(`not a valid recurrence: ${JSON.stringify(recurrence)}`);
  const { afterDays, time, timeZone } = recurrence;
  for (const ruleDay of recurringDays(parsed.rule, start, earliestDay(from) - afterDays)) {
    const day = ruleDay + afterDays;
    const at = instantOf(day, time, timeZone);
    if (at >= from) yield { day: dayText(day), at };
  }
}

/** The times that a recurrence comes from `from` on and before `to`, both in epoch milliseconds. */
export function occurrencesBetween(recurrence: Recurrence, from: number, to: number): Occurrence[] {
  const found: Occurrence[] = [];
  for (const occurrence of occurrencesFrom(recurrence, from)) {
    if (occurrence.at >= to) break;
    found.push(occurrence);
  }
  return found;
}

/** The first time that a recurrence comes at or after an instant; null when it does not any more. */
export function nextOccurrence(recurrence: Recurrence, at: number): Occurrence | null {
  return occurrencesFrom(recurrence, at).next().value ?? null;
}

/** Everything that is wrong with a recurrence, one message per field, and that it never comes (P-05). */
export function recurrenceProblems({ rule, start, time, timeZone }: Recurrence): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const parsed = parseRecurrenceRule(rule);
  const first = parseDay(start);
  if (!parsed.ok) problems.push({ path: 'rule', message: parsed.problem });
  if (first === null)
    problems.push({ path: 'start', message: 'must be a day between 2000 and 2199, such as 2026-01-31' });
  if (!/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(time)) {
    problems.push({ path: 'time', message: 'must be a time of the day, such as 22:00' });
  }
  if (!isTimeZone(timeZone)) {
    problems.push({
      path: 'timeZone',
      message: `"${timeZone}" is not a time zone: use a name such as Europe/Berlin`,
    });
  }
  if (parsed.ok && first !== null && recurringDays(parsed.rule, first, first).next().done) {
    problems.push({ path: 'rule', message: `never comes: there is no such day from ${start} on` });
  }
  return problems;
}

/** No zone is more than a day away from UTC. */
function earliestDay(at: number): CalendarDay {
  return utcDay(at) - 1;
}
