import { decidePlan } from '@patchbay/domain/plan/decide';
import type { PlanEvent } from '@patchbay/domain/plan/state';
import { cancelJob } from '../db/jobs.ts';
import { type StoredPlan, savePlanState } from '../db/plans.ts';
import type { Transaction } from '../db/pool.ts';
import { planDue } from './move-plan.ts';

/** Moves a plan whose row was replaced: what was approved and activated does not hold any more (P-09, P-12). */
export async function planEdited(
  tx: Transaction,
  plan: StoredPlan,
  complete: boolean,
  at: Date,
): Promise<void> {
  const event: PlanEvent = { kind: 'edited', at: at.getTime(), complete };
  const decision = decidePlan(plan.state, event);
  if (decision.kind !== 'accepted') return;
  await savePlanState(tx, plan, decision.state, event, decision.notes);
  if (decision.commands.some(({ kind }) => kind === 'stopWaiting')) {
    await cancelJob(tx, { kind: planDue, key: plan.id });
  }
}
