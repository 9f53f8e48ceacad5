import type { FieldProblem } from '../field-problem.ts';
import { type CalendarDay, parseDay } from './calendar-day.ts';
import { type Occurrence, occurrencesFrom, type Recurrence, recurrenceProblems } from './recurrence.ts';
import { longestSearchDays } from './recurring-days.ts';

/** Days on which a window does not open, the last one included. */
export interface Blackout {
  readonly from: string;
  readonly to: string;
}

/** When endpoints may be worked on (P-06). */
export interface MaintenanceWindow {
  readonly recurrence: Recurrence;
  /** Time that passes, also on the days when the clocks change. */
  readonly durationMinutes: number;
  readonly blackouts: readonly Blackout[];
}

/** One time that a window is open, in epoch milliseconds: at `opensAt`, and no more at `closesAt`. */
export interface Opening {
  readonly opensAt: number;
  readonly closesAt: number;
}

/** An opening of one window; `day` is the local day that it starts on and belongs to (P-06). */
export interface WindowOpening extends Opening {
  readonly day: string;
}

/** How long a window may be open, in minutes: a quarter of an hour to a week. */
export const windowMinutes = { least: 15, most: 7 * 24 * 60 } as const;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/**
 * The openings of a window in order that are not over at `at`: one that is open then comes first. Ends when the window
 * does not open for thirty years.
 */
export function* openingsFrom(window: MaintenanceWindow, at: number): Generator<WindowOpening, void> {
  const durationMs = window.durationMinutes * minuteMs;
  let last = at;
  for (const occurrence of occurrencesFrom(window.recurrence, at - durationMs + 1)) {
    if (occurrence.at > last + longestSearchDays * dayMs) return;
    if (isBlackedOut(window.blackouts, occurrence)) continue;
    last = occurrence.at;
    yield { day: occurrence.day, opensAt: occurrence.at, closesAt: occurrence.at + durationMs };
  }
}

/** The openings of a window that are open at some time from `from` on and before `to` (epoch milliseconds). */
export function openingsBetween(window: MaintenanceWindow, from: number, to: number): WindowOpening[] {
  const found: WindowOpening[] = [];
  for (const opening of openingsFrom(window, from)) {
    if (opening.opensAt >= to) break;
    found.push(opening);
  }
  return found;
}

/** Everything that is wrong with a window, one message per field. */
export function windowProblems(window: MaintenanceWindow): FieldProblem[] {
  const problems = recurrenceProblems(window.recurrence).map(({ path, message }) => ({
    path: `recurrence.${path}`,
    message,
  }));
  window.blackouts.forEach(({ from, to }, index) => {
    for (const [field, day] of Object.entries({ from, to })) {
      if (parseDay(day) !== null) continue;
      problems.push({ path: `blackouts.${index}.${field}`, message: 'must be a day, such as 2026-12-24' });
    }
    if (to < from) problems.push({ path: `blackouts.${index}.to`, message: 'is before the first day' });
  });
  if (problems.length > 0) return problems;
  return [...neverOpens(window), ...overlapsItself(window)];
}

/** A warning of what a window that is valid will not do, in words; empty when all is well. `now` in epoch milliseconds. */
export function windowWarnings(window: MaintenanceWindow, now: number, bufferMinutes: number): string[] {
  const warnings: string[] = [];
  if (openingsFrom(window, now).next().done) warnings.push('It does not open any more.');
  if (window.durationMinutes <= bufferMinutes) {
    warnings.push(
      `Alone it is too short to start anything: nothing starts in the last ${bufferMinutes} minutes of a window.`,
    );
  }
  return warnings;
}

function neverOpens(window: MaintenanceWindow): FieldProblem[] {
  const start = Date.parse(`${window.recurrence.start}T00:00:00Z`) - dayMs;
  if (!openingsFrom(window, start).next().done) return [];
  return [{ path: 'blackouts', message: 'never opens: every day of it is blacked out' }];
}

/** Openings that are looked at for one that begins before the one before it has ended. */
const lookedAt = 400;

/** By the days of the calendar: a night that is an hour longer is no mistake. */
function overlapsItself({ recurrence, durationMinutes }: MaintenanceWindow): FieldProblem[] {
  const before: CalendarDay[] = [];
  for (const { day } of occurrencesFrom(recurrence, Date.parse(`${recurrence.start}T00:00:00Z`))) {
    const [last, next] = [before.at(-1), parseDay(day)];
    if (next === null || before.length > lookedAt) break;
    if (last !== undefined && durationMinutes > (next - last) * 24 * 60) {
      const message = `it would open again, on ${day}, before it has closed: make it shorter or rarer`;
      return [{ path: 'durationMinutes', message }];
    }
    before.push(next);
  }
  return [];
}

function isBlackedOut(blackouts: readonly Blackout[], { day }: Occurrence): boolean {
  return blackouts.some(({ from, to }) => from <= day && day <= to);
}
