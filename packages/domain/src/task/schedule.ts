import type { FieldProblem } from '../field-problem.ts';
import type { TaskCategory } from './category.ts';

/** When a task is to run on its endpoints (L-26, L-27). Instants in epoch milliseconds. */
export interface TaskSchedule {
  readonly startsAt: number;
  /** How late it may still start, if the server could not start it in time; null: however late. */
  readonly withinMinutes: number | null;
  /** Null: once. */
  readonly everyMinutes: number | null;
  /** Each endpoint starts at a random moment within this time. */
  readonly spreadMinutes: number;
}

/** What becomes of a schedule at a moment when it is due. */
export interface DueSchedule {
  readonly kind: 'start' | 'missed';
  /** How late that is, in whole minutes; 0: in time. */
  readonly lateMinutes: number;
  /** When it is due again; null: never. */
  readonly nextAt: number | null;
}

const minute = 60_000;
const day = 24 * 60 * minute;
/** A clock that differs a little from the server's is no reason to refuse. */
const toleranceMs = 5 * minute;
const longestAheadMs = 2 * 366 * day;
const shortestMinutes = 5;

/** Everything that is wrong with a schedule, one message per field; `now` in epoch milliseconds. */
export function scheduleProblems(
  { startsAt, withinMinutes, everyMinutes, spreadMinutes }: TaskSchedule,
  category: TaskCategory,
  now: number,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const wrong = (path: string, message: string): unknown => problems.push({ path, message });
  if (startsAt < now - toleranceMs) wrong('at', 'lies in the past');
  if (startsAt > now + longestAheadMs) wrong('at', 'lies more than two years ahead');
  if (everyMinutes !== null && category !== 'Health Check') {
    wrong('everyMinutes', 'only a health check can be repeated; for other work make a remediation plan');
  } else if (everyMinutes !== null && everyMinutes < shortestMinutes) {
    wrong('everyMinutes', `must be at least ${shortestMinutes} minutes`);
  }
  if (everyMinutes !== null && spreadMinutes > everyMinutes) {
    wrong('spreadMinutes', 'must not be longer than the time until it is repeated');
  }
  if (everyMinutes !== null && withinMinutes !== null) {
    wrong('withinMinutes', 'is for a task that runs once; a repeated one waits for its next time');
  }
  return problems;
}

/**
 * What is to become of a schedule that was due at `dueAt`. One that is late starts at once, unless it is later than
 * it may be; a repeated one then goes on in its old rhythm, without making up for the times that it missed.
 */
export function atDueTime(schedule: TaskSchedule, dueAt: number, now: number): DueSchedule {
  const { withinMinutes, everyMinutes, startsAt } = schedule;
  const lateMinutes = Math.max(Math.floor((now - dueAt) / minute), 0);
  const tooLate = withinMinutes !== null && now - dueAt > withinMinutes * minute;
  return {
    kind: tooLate ? 'missed' : 'start',
    lateMinutes,
    nextAt: everyMinutes === null ? null : nextTime(startsAt, everyMinutes * minute, now),
  };
}

function nextTime(startsAt: number, everyMs: number, now: number): number {
  return startsAt + (Math.floor(Math.max(now - startsAt, 0) / everyMs) + 1) * everyMs;
}

/** Says how late something is that was to start at a set time, as the end of a sentence; empty: in time. */
export function lateness(lateMinutes: number): string {
  if (lateMinutes < 1) return '';
  const minutes = `${lateMinutes} ${lateMinutes === 1 ? 'minute' : 'minutes'}`;
  return `${minutes} late, as no server was there to start it in time`;
}
