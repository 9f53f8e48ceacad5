import type { OperatingSystem } from '../operating-system.ts';
import type { PatchSelection } from '../patch/selection.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { Recurrence } from '../schedule/recurrence.ts';

/** Something of another kind that a plan refers to. */
export interface NamedThing {
  readonly id: string;
  readonly name: string;
}

/**
 * One row of the ordered table of assignments (P-03): endpoints of this operating system among those that the
 * selector names follow this workflow. `workflow: null` is the default of the operating system, whichever it is when the cycle opens.
 */
export interface Assignment<Workflow = NamedThing> {
  /** A selector, such as `group:Shop`. */
  readonly endpoints: string;
  readonly os: OperatingSystem;
  readonly workflow: Workflow | null;
}

/** When a plan's cycles open (P-05). */
export type PlanSchedule =
  | { readonly kind: 'now' }
  /** Epoch milliseconds. */
  | { readonly kind: 'at'; readonly at: number }
  | { readonly kind: 'recurring'; readonly recurrence: Recurrence };

/** A remediation plan (P-01). */
export interface Plan<Workflow = NamedThing> {
  readonly name: string;
  readonly description: string;
  readonly patches: PatchSelection;
  /** In the order of their priority: an endpoint that several rows match follows the first (P-03). */
  readonly assignments: readonly Assignment<Workflow>[];
  readonly schedule: PlanSchedule;
  readonly rollout: Rollout;
  /** How long a cycle may stay open (P-13); null: until the next one, or for ever. */
  readonly deadlineMinutes: number | null;
  /** Who is sent the report of a completed cycle (P-15); mail addresses. */
  readonly reportTo: readonly string[];
  /** Endpoints are worked on outside of their maintenance windows, too (P-05). */
  readonly emergency: boolean;
  /** Somebody has to approve before a cycle opens (P-09). */
  readonly approvalRequired: boolean;
}

/**
 * When a cycle has to have ended, epoch milliseconds; null: never. It counts from the time that was planned (P-13), so
 * that a cycle which opens late ends no later. The next occurrence of a recurring plan ends a
 * cycle that is still open, so that an endpoint which never comes back cannot keep the next one from opening.
 */
export function cycleDeadline(
  plan: Pick<Plan, 'deadlineMinutes'>,
  plannedAt: number,
  nextOccurrence: number | null,
): number | null {
  const own =
    plan.deadlineMinutes === null ? Number.POSITIVE_INFINITY : plannedAt + plan.deadlineMinutes * 60_000;
  const earliest = Math.min(own, nextOccurrence ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(earliest) ? earliest : null;
}
