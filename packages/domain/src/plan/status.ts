/** The statuses of a plan (P-12), as far as plans can be had: no approval, no schedule, no halt yet. */
export const planStatuses = ['readyToActivate', 'running', 'done', 'cancelled'] as const;
export type PlanStatus = (typeof planStatuses)[number];
