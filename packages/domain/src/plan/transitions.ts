import type { PlanEvent, PlanStatus } from './state.ts';

type Table = Readonly<
  Record<PlanStatus, Readonly<Partial<Record<PlanEvent['kind'], readonly PlanStatus[]>>>>
>;

/** How a cycle may end for its plan: a recurring one waits for the next, unless it was edited meanwhile. */
const afterCycle: readonly PlanStatus[] = [
  'done',
  'cancelled',
  'expired',
  'waiting',
  'readyToActivate',
  'incomplete',
];

/**
 * The published state machine of a plan (P-12): which statuses each event may lead to. What is not listed is refused,
 * with a sentence, or ignored where it is only late.
 */
export const planTransitions: Table = {
  incomplete: { edited: ['incomplete', 'readyToActivate'] },
  readyToActivate: {
    edited: ['incomplete', 'readyToActivate'],
    activate: ['awaitingApproval', 'waiting', 'running'],
  },
  awaitingApproval: {
    edited: ['incomplete', 'readyToActivate'],
    approve: ['waiting', 'running'],
    reject: ['rejected'],
    cancel: ['readyToActivate'],
  },
  rejected: {
    edited: ['incomplete', 'readyToActivate'],
    activate: ['awaitingApproval', 'waiting', 'running'],
  },
  waiting: {
    edited: ['incomplete', 'readyToActivate', 'waiting'],
    due: ['running', 'waiting', 'expired'],
    notOpened: ['readyToActivate', 'waiting'],
    windowAwaited: ['waiting'],
    endpointsAwaited: ['waiting'],
    firstRunStarted: ['running'],
    cycleHalted: ['halted'],
    cycleFinished: afterCycle,
    cancel: ['readyToActivate', 'waiting'],
  },
  running: {
    edited: ['running'],
    windowAwaited: ['waiting'],
    endpointsAwaited: ['waiting'],
    cycleHalted: ['halted'],
    cycleFinished: afterCycle,
    cancel: ['running'],
  },
  halted: {
    edited: ['halted'],
    cycleResumed: ['running'],
    cycleFinished: afterCycle,
    cancel: ['halted'],
  },
  done: {
    edited: ['incomplete', 'readyToActivate'],
    activate: ['awaitingApproval', 'waiting', 'running'],
  },
  cancelled: {
    edited: ['incomplete', 'readyToActivate'],
    activate: ['awaitingApproval', 'waiting', 'running'],
  },
  expired: {
    edited: ['incomplete', 'readyToActivate'],
    activate: ['awaitingApproval', 'waiting', 'running'],
  },
};
