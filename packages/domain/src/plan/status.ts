/** The statuses of a plan (P-12), as far as plans can be had: no approval, no schedule, no halt yet. */
export const planStatuses = ['readyToActivate', 'running', 'done', 'cancelled'] as const;
export type PlanStatus = (typeof planStatuses)[number];

/** A plan's cycle as far as the plan's status depends on it. */
export interface PlanCycle {
  readonly mode: 'real' | 'rehearsal';
  readonly finished: boolean;
  readonly cancelled: boolean;
}

/** The status of a plan by its last cycle; a rehearsal leaves the plan as ready as it was (P-10, P-12). */
export function planStatus(last: PlanCycle | null): PlanStatus {
  if (last === null) return 'readyToActivate';
  if (!last.finished) return 'running';
  if (last.mode === 'rehearsal') return 'readyToActivate';
  return last.cancelled ? 'cancelled' : 'done';
}
