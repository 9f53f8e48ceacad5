import { cycleAwaits } from '@patchbay/domain/plan/cycle-awaits';
import { nextStart } from '@patchbay/domain/plan/start';
import type { PlanEvent } from '@patchbay/domain/plan/state';
import { hasStarted } from '@patchbay/domain/rollout/counting';
import type { CycleEvent, ObservedWave } from '@patchbay/domain/rollout/cycle-state';
import { heldRuns } from '../cycle/held-runs.ts';
import { type MovedCycle, moveCycle } from '../cycle/move-cycle.ts';
import { planOfCycle } from '../db/cycle-rollouts.ts';
import { findPlan, type StoredPlan } from '../db/plans.ts';
import type { Transaction } from '../db/pool.ts';
import { movePlan } from './move-plan.ts';
import { type AfterMove, both, type PlanShell } from './plan-shell.ts';

/**
 * Hands an event to a cycle of a plan, and tells the plan what became of it (P-08, P-12). The plan is held first, as
 * everywhere. Null when there is no such cycle, or with `pass` while another node is at it.
 */
export async function movePlanCycle(
  tx: Transaction,
  shell: PlanShell,
  cycle: number,
  at: number,
  held: 'wait' | 'pass',
  eventOf: (waves: readonly ObservedWave[]) => CycleEvent,
): Promise<(Pick<MovedCycle, 'decision'> & { readonly after: AfterMove }) | null> {
  const owner = await planOfCycle(tx, cycle);
  const plan = owner === null ? null : await findPlan(tx, owner, 'lock');
  const moved = await moveCycle(tx, cycle, held, at, eventOf);
  if (moved === null) return null;
  const event = plan === null ? null : await planEvent(tx, plan, moved, at);
  if (plan === null || event === null) return moved;
  const { after } = await movePlan(tx, shell, plan, event, 'Patchbay');
  return { decision: moved.decision, after: both(moved.after, after) };
}

/** What a move of its cycle means for a plan; null: nothing. A rehearsal leaves the plan as it is (P-10). */
async function planEvent(
  tx: Transaction,
  plan: StoredPlan,
  { rollout, decision, waves, clock }: MovedCycle,
  at: number,
): Promise<PlanEvent | null> {
  if (rollout.mode === 'rehearsal') return null;
  const { state: before } = rollout;
  const after = decision.kind === 'accepted' ? decision.state : before;
  if (after.status === 'finished' && before.status !== 'finished') {
    // A time that came while the cycle was coming to its end is not lost: the next one opens at once (P-05).
    const next = nextStart(plan, rollout.openedAt.getTime());
    return { kind: 'cycleFinished', at, ending: after.ending, next };
  }
  if (after.status === 'halted' && before.status !== 'halted') {
    return { kind: 'cycleHalted', at, reason: after.reason };
  }
  if (before.status === 'halted' && after.status === 'running') return { kind: 'cycleResumed', at };
  const started = waves.some(hasStarted);
  const waits = plan.state.status === 'waiting';
  if (waits && started) return { kind: 'firstRunStarted', at };
  // What is halted, or on its way to its end, waits for nothing.
  if ((plan.state.status !== 'running' && !waits) || started || after.status !== 'running') return null;
  const { held, outside } = await heldRuns(tx, rollout.id, after, clock.open(at));
  const nextWindowAt = clock.nextStart(outside, at);
  const awaited = cycleAwaits({ waves, openWaves: after.openWaves, held, nextWindowAt });
  if (awaited === null) return null;
  return awaited.what === 'window'
    ? { kind: 'windowAwaited', at, until: awaited.at }
    : { kind: 'endpointsAwaited', at, why: awaited.why };
}
