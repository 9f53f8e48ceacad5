import type { Plan } from '@patchbay/contracts/plan';
import type { PlanProgress } from '@patchbay/contracts/plan-progress';
import {
  endpointsHeldWords,
  type PlanState,
  type Verdict,
  type WaitingFor,
} from '@patchbay/domain/plan/state';
import type { StoredPlan } from '../db/plans.ts';
import { planAsInput } from '../plan/plan-as-input.ts';

/** A plan as answers show it. */
export function showPlan(stored: StoredPlan): Plan {
  const { id, assignments, state, lastCycle, version, createdAt, createdBy, updatedAt, updatedBy } = stored;
  return {
    id,
    ...planAsInput(stored),
    assignments: [...assignments],
    progress: showProgress(state),
    lastCycle,
    revision: version,
    createdAt: createdAt.toISOString(),
    createdBy,
    updatedAt: updatedAt.toISOString(),
    updatedBy,
  };
}

function showProgress(state: PlanState): PlanProgress {
  const { status, approval } = state;
  return {
    status,
    waitsFor:
      status === 'waiting'
        ? showAwaited(state.waitsFor)
        : status === 'awaitingApproval' && state.start !== null
          ? { what: 'start', at: new Date(state.start).toISOString() }
          : null,
    reason: status === 'halted' ? state.reason : status === 'rejected' ? state.verdict.reason : null,
    verdict: showVerdict(status === 'rejected' ? state.verdict : approval),
  };
}

function showAwaited(awaited: WaitingFor): PlanProgress['waitsFor'] {
  return awaited.what === 'endpoints'
    ? { what: awaited.what, at: null, held: awaited.why, why: endpointsHeldWords[awaited.why] }
    : { what: awaited.what, at: new Date(awaited.at).toISOString() };
}

function showVerdict(verdict: Verdict | null): PlanProgress['verdict'] {
  return verdict === null ? null : { ...verdict, at: new Date(verdict.at).toISOString() };
}
