import type { Plan } from '@patchbay/domain/plan/plan';
import { nextOccurrence } from '@patchbay/domain/schedule/recurrence';

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
