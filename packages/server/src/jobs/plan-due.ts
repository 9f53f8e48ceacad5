import { PatchbayError } from '@patchbay/contracts/errors';
import { dueEvent, nextStart } from '@patchbay/domain/plan/start';
import { findPlan, type StoredPlan } from '../db/plans.ts';
import type { Transaction } from '../db/pool.ts';
import { movePlan, planDue } from '../plan/move-plan.ts';
import { type AfterMove, afterMove, type PlanShell } from '../plan/plan-shell.ts';
import type { JobWorker } from './jobs.ts';

/** Opens the cycles of plans whose time has come (P-05). */
export function planDueWorker(shell: PlanShell): JobWorker {
  return {
    kind: planDue,
    async work(tx, job, at) {
      const plan = await findPlan(tx, job.key, 'lock');
      if (plan === null) return { again: null };
      const after = await open(tx, shell, plan, at.getTime());
      const moved = await findPlan(tx, job.key);
      const waits = moved?.state.status === 'waiting' && moved.state.waitsFor.what === 'start';
      return {
        again: waits ? new Date(moved.state.waitsFor.at) : null,
        afterCommit: () => void afterMove(shell, after),
      };
    },
  };
}

function plannedAt({ state }: StoredPlan, at: number): number {
  return state.status === 'waiting' && state.waitsFor.what === 'start' ? state.waitsFor.at : at;
}

/** A cycle that cannot be opened leaves nothing behind but the reason. */
async function open(tx: Transaction, shell: PlanShell, plan: StoredPlan, at: number): Promise<AfterMove> {
  await tx.query('savepoint opening');
  try {
    return (await movePlan(tx, shell, plan, dueEvent(plan, plannedAt(plan, at), at), 'Patchbay')).after;
  } catch (error) {
    if (!(error instanceof PatchbayError)) throw error;
    await tx.query('rollback to savepoint opening');
    const event = {
      kind: 'notOpened',
      at,
      reason: error.message.replace(/\.$/, ''),
      next: nextStart(plan, at),
    } as const;
    return (await movePlan(tx, shell, plan, event, 'Patchbay')).after;
  }
}
