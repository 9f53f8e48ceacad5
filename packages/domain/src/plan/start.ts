import { nextOccurrence } from '../schedule/recurrence.ts';
import { cycleDeadline, type Plan } from './plan.ts';
import type { PlanEvent } from './state.ts';

/** When a plan that is activated opens its first cycle, epoch milliseconds; null: now. A time that has passed is now. */
export function firstStart({ schedule }: Pick<Plan, 'schedule'>, at: number): number | null {
  switch (schedule.kind) {
    case 'now':
      return null;
    case 'at':
      return schedule.at > at ? schedule.at : null;
    case 'recurring':
      return nextStart({ schedule }, at);
  }
}

/** When a plan opens a further cycle after an instant; null: it does not. */
export function nextStart({ schedule }: Pick<Plan, 'schedule'>, after: number): number | null {
  return schedule.kind === 'recurring' ? (nextOccurrence(schedule.recurrence, after + 1)?.at ?? null) : null;
}

/** What a plan is told when the time that it waited for has come. */
export function dueEvent(
  plan: Pick<Plan, 'schedule' | 'deadlineMinutes'>,
  plannedAt: number,
  at: number,
): Extract<PlanEvent, { kind: 'due' }> {
  const deadlineOf = (time: number) => cycleDeadline(plan, time, nextStart(plan, time));
  let next = nextStart(plan, plannedAt);
  // Times that a server was down over, and whose deadline is over too, are one: the plan tells of them once.
  while (next !== null && (deadlineOf(next) ?? Number.POSITIVE_INFINITY) <= at) next = nextStart(plan, next);
  return { kind: 'due', at, deadline: deadlineOf(plannedAt), next };
}
