/** The statuses of a plan (P-12). */
export const planStatuses = [
  'incomplete',
  'readyToActivate',
  'awaitingApproval',
  'rejected',
  'waiting',
  'running',
  'halted',
  'done',
  'cancelled',
  'expired',
] as const;
export type PlanStatus = (typeof planStatuses)[number];

/** The columns of the board, each with its statuses (P-12). */
export const boardColumns = {
  New: ['incomplete', 'readyToActivate'],
  Pending: ['awaitingApproval', 'rejected', 'waiting'],
  'In progress': ['running', 'halted'],
  Completed: ['done', 'cancelled', 'expired'],
} as const satisfies Record<string, readonly PlanStatus[]>;

/** What an activated plan waits for (P-12); times are epoch milliseconds. */
export type WaitingFor =
  /** The time of its schedule, or its next occurrence. */
  | { readonly what: 'start'; readonly at: number }
  /** Its cycle is open, and the first maintenance window opens then. */
  | { readonly what: 'window'; readonly at: number }
  /** Its cycle is open, and none of the endpoints whose turn it is can start (P-13). */
  | { readonly what: 'endpoints'; readonly why: EndpointsHeld };

/** Why: each is offline or works on another run; `noWindow`: no maintenance window of theirs opens any more. */
export const endpointsHeld = ['offline', 'busy', 'offlineOrBusy', 'noWindow'] as const;
export type EndpointsHeld = (typeof endpointsHeld)[number];

/** The same, as it is said of the endpoints. */
export const endpointsHeldWords: Readonly<Record<EndpointsHeld, string>> = {
  offline: 'are offline',
  busy: 'work on another run',
  offlineOrBusy: 'are offline or work on another run',
  noWindow: 'have no maintenance window that opens any more',
};

/** Who approved or rejected a plan, and the reference that an ITSM system keeps for it (P-09). */
export interface Verdict {
  /** A person, a token, or the sender of a signed webhook. */
  readonly by: string;
  /** Who decided in the ITSM system, as that says; null: `by` did. */
  readonly onBehalfOf: string | null;
  readonly at: number;
  readonly reference: string | null;
  readonly reason: string | null;
  /** How many endpoints the plan had then, without those that are exempt. */
  readonly endpoints: number;
}

/**
 * Where a plan stands. `approval` is the one that holds for what is activated now; `changed`: it was edited while its
 * cycle was open, so that it has to be activated anew before the next one, and what the last edit made of it.
 */
export type PlanState = {
  readonly approval: Verdict | null;
  readonly changed: false | 'complete' | 'incomplete';
} & (
  | { readonly status: 'incomplete' | 'readyToActivate' }
  /** `start`: when its first cycle opens; null: as soon as it is approved. */
  | { readonly status: 'awaitingApproval'; readonly start: number | null; readonly askedBy: string }
  | { readonly status: 'rejected'; readonly verdict: Verdict }
  | { readonly status: 'waiting'; readonly waitsFor: WaitingFor }
  | { readonly status: 'running' }
  | { readonly status: 'halted'; readonly reason: string }
  | { readonly status: 'done' | 'cancelled' | 'expired' }
);

/** A plan that has just been made; `complete`: nothing in it is wrong. */
export function newPlanState(complete: boolean): PlanState {
  return { status: complete ? 'readyToActivate' : 'incomplete', approval: null, changed: false };
}

/** Everything that can happen to a plan. `at` is an epoch millisecond; `by` names a person, a token or an ITSM system. */
export type PlanEvent = { readonly at: number } & (
  | { readonly kind: 'edited'; readonly complete: boolean }
  | {
      readonly kind: 'activate';
      readonly by: string;
      readonly approvalRequired: boolean;
      /** When the first cycle opens; null: now. */
      readonly start: number | null;
    }
  | ({ readonly kind: 'approve' | 'reject' } & {
      readonly by: string;
      /** Who decided, when `by` only passes it on. */
      readonly onBehalfOf: string | null;
      /** See `Authorship`. */
      readonly authors: readonly string[];
      /** The setting: an author may approve the own plan. */
      readonly authorsMayApprove: boolean;
      readonly reference: string | null;
      readonly reason: string | null;
      /** How many endpoints it has now, without those that are exempt. */
      readonly endpoints: number;
      /** When it opens a cycle after `at` if it was to open its first one before; null: it does not recur. */
      readonly next: number | null;
    })
  /**
   * The time that it waited for has come, maybe a while ago. `deadline`: of the cycle that was to open then; null: none.
   * `next`: its first later time of which the deadline is not over; null: there is none.
   */
  | { readonly kind: 'due'; readonly deadline: number | null; readonly next: number | null }
  /** The time had come, and no cycle could be opened. `next`: when the next one is tried; null: it does not recur. */
  | { readonly kind: 'notOpened'; readonly reason: string; readonly next: number | null }
  /** Nothing of its open cycle can start before this time, when the first window opens. */
  | { readonly kind: 'windowAwaited'; readonly until: number }
  /** Nothing of its open cycle can start because of its endpoints. */
  | { readonly kind: 'endpointsAwaited'; readonly why: EndpointsHeld }
  | { readonly kind: 'firstRunStarted' }
  | { readonly kind: 'cycleHalted'; readonly reason: string }
  | { readonly kind: 'cycleResumed' }
  /** `next`: when its next cycle opens; null: there is none. */
  | {
      readonly kind: 'cycleFinished';
      readonly ending: 'done' | 'cancelled' | 'expired';
      readonly next: number | null;
    }
  | { readonly kind: 'cancel'; readonly by: string }
);

/** What the shell has to do after an accepted event. */
export type PlanCommand =
  /** Tells those who are to know that the plan which `by` activated waits for an approval. */
  | { readonly kind: 'askApproval'; readonly by: string }
  /** Wakes the plan with `due` at that time; takes the place of an earlier one. */
  | { readonly kind: 'wakeAt'; readonly at: number }
  | { readonly kind: 'stopWaiting' }
  /** Freezes the plan and opens the cycle that was to open then (L-49). */
  | { readonly kind: 'openCycle'; readonly plannedAt: number }
  /** Tells those who are to know that no cycle was opened. */
  | { readonly kind: 'tellNotOpened'; readonly reason: string }
  | { readonly kind: 'cancelCycle'; readonly by: string };
