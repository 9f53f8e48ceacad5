import { approvalAskedEntry, notOpenedEntry } from '@patchbay/domain/log/cycle-entries';
import { decidePlan, type PlanDecision } from '@patchbay/domain/plan/decide';
import type { PlanCommand, PlanEvent } from '@patchbay/domain/plan/state';
import { type MovedCycle, moveCycle } from '../cycle/move-cycle.ts';
import { openPlanCycle } from '../cycle/open-plan-cycle.ts';
import { openCycleOf } from '../db/cycles.ts';
import { cancelJob, scheduleJob } from '../db/jobs.ts';
import { insertLogEntries } from '../db/log-entries.ts';
import { type StoredPlan, savePlanState } from '../db/plans.ts';
import type { Transaction } from '../db/pool.ts';
import type { Saved } from '../db/stored-thing.ts';
import { type AfterMove, both, nothingAfter, type PlanShell } from './plan-shell.ts';

/** The jobs that wake plans at their time; the key is the plan's id. */
export const planDue = 'plan.due';

/** What a move of a plan came to. */
export interface MovedPlan {
  readonly decision: PlanDecision;
  /** The cycle that it opened; null: none. */
  readonly opened: number | null;
  readonly after: AfterMove;
}

/**
 * Hands an event to a plan, which the caller holds, and carries out what is decided (P-09, P-12).
 *
 * @throws what {@link openPlanCycle} throws when a cycle is to be opened and cannot be: nothing is to be committed then.
 */
export async function movePlan(
  tx: Transaction,
  shell: PlanShell,
  plan: StoredPlan,
  event: PlanEvent,
  by: string,
): Promise<MovedPlan> {
  const decision = decidePlan(plan.state, event);
  if (decision.kind !== 'accepted') return { decision, opened: null, after: nothingAfter };
  await savePlanState(tx, plan, decision.state, event, decision.notes);
  let opened: number | null = null;
  let after = nothingAfter;
  const saved = { by, at: new Date(event.at) };
  const moved = { ...plan, state: decision.state, seq: plan.seq + 1 };
  for (const command of decision.commands) {
    const done = await carryOut(tx, shell, moved, command, saved);
    opened = done.opened ?? opened;
    after = both(after, done.after);
  }
  return { decision, opened, after };
}

async function carryOut(
  tx: Transaction,
  shell: PlanShell,
  plan: StoredPlan,
  command: PlanCommand,
  saved: Saved,
): Promise<Pick<MovedPlan, 'opened' | 'after'>> {
  const job = { kind: planDue, key: plan.id };
  switch (command.kind) {
    case 'wakeAt':
      await scheduleJob(tx, job, new Date(command.at));
      return { opened: null, after: nothingAfter };
    case 'stopWaiting':
      await cancelJob(tx, job);
      return { opened: null, after: nothingAfter };
    case 'openCycle':
      return openPlanCycle(tx, shell, plan, { mode: 'real', plannedAt: command.plannedAt }, saved);
    case 'cancelCycle':
      return { opened: null, after: await cancelCycle(tx, shell, plan, command.by, saved.at.getTime()) };
    case 'tellNotOpened':
      await insertLogEntries(tx, [notOpenedEntry(plan.name, command.reason, saved.at.getTime())]);
      return { opened: null, after: nothingAfter };
    case 'askApproval':
      await insertLogEntries(tx, [approvalAskedEntry(plan.name, command.by, saved.at.getTime())]);
      return { opened: null, after: nothingAfter };
  }
}

/** A cycle of which everything has ended already is over at once, and so is it for the plan. */
async function cancelCycle(
  tx: Transaction,
  shell: PlanShell,
  plan: StoredPlan,
  by: string,
  at: number,
): Promise<AfterMove> {
  const cycle = await openCycleOf(tx, plan.id);
  const moved =
    cycle === null
      ? null
      : await moveCycle(tx, cycle, 'wait', at, (waves) => ({ kind: 'cancel', by, at, waves }));
  if (moved !== null && !isOver(moved)) return moved.after;
  const event = { kind: 'cycleFinished', at, ending: 'cancelled', next: null } as const;
  const { after } = await movePlan(tx, shell, plan, event, by);
  return both(moved?.after ?? nothingAfter, after);
}

function isOver({ decision }: MovedCycle): boolean {
  return decision.kind === 'accepted' && decision.state.status === 'finished';
}
