import { PatchbayError } from '@patchbay/contracts/errors';
import { changedSinceApprovalEntry } from '@patchbay/domain/log/cycle-entries';
import { changedSinceApproval, latenessInWords } from '@patchbay/domain/plan/opening';
import { openedCycle } from '@patchbay/domain/rollout/cycle-state';
import { capitalised } from '@patchbay/domain/run/wording';
import { insertRollout } from '../db/cycle-rollouts.ts';
import { insertCycle, openCycleOf } from '../db/cycles.ts';
import { insertLogEntries } from '../db/log-entries.ts';
import { selectionWithFilter } from '../db/patch-filters.ts';
import { type StoredPlan, saveLastCycle } from '../db/plans.ts';
import type { Transaction } from '../db/pool.ts';
import { insertReportMails } from '../db/report-mails.ts';
import type { RunToOpen } from '../db/runs.ts';
import type { Saved } from '../db/stored-thing.ts';
import { insertCycleWorkflows } from '../db/workflows.ts';
import { type AfterMove, nothingAfter, type PlanShell } from '../plan/plan-shell.ts';
import { type CycleMember, plannedCycle } from '../plan/planned-cycle.ts';
import { freezeWorkflows } from './frozen-workflows.ts';
import { moveCycle } from './move-cycle.ts';

/** Which cycle of a plan is opened: the one that was to open then, epoch milliseconds, or a rehearsal now. */
export type WhichCycle =
  | { readonly mode: 'real'; readonly plannedAt: number }
  | { readonly mode: 'rehearsal' };

/** A cycle that has opened. */
export interface OpenedCycle {
  readonly opened: number;
  readonly after: AfterMove;
}

/**
 * Opens a cycle of a plan, which the caller holds: snapshots of its workflows, a queued run for each endpoint, and the
 * waves they start in (L-49, P-03, P-04, P-08).
 *
 * @throws NOT_POSSIBLE_NOW while a cycle is open, without endpoints, or without a workflow for one of them.
 */
export async function openPlanCycle(
  tx: Transaction,
  { engine }: PlanShell,
  plan: StoredPlan,
  which: WhichCycle,
  opened: Saved,
): Promise<OpenedCycle> {
  const { mode } = which;
  // A rehearsal, which may wait a day for endpoints that are away, holds no real cycle up.
  if (mode === 'real' ? (await openCycleOf(tx, plan.id)) !== null : plan.hasOpenCycle) {
    throw new PatchbayError(
      'NOT_POSSIBLE_NOW',
      `Cycle ${plan.lastCycle} of the plan "${plan.name}" has not finished yet.`,
    );
  }
  const at = opened.at.getTime();
  const plannedAt = which.mode === 'real' ? which.plannedAt : at;
  // Which cycle of the plan it is makes another draw each time.
  const planned = await plannedCycle(tx, plan, mode, `${plan.id}/${at}`, plannedAt);
  const { members, definition, timetables } = planned;
  const origin = { kind: 'plan', id: plan.id, name: plan.name } as const;
  const isReal = mode === 'real';
  const approval = isReal ? plan.state.approval : null;
  const late = latenessInWords(plannedAt, at);
  const toWorkOn = members.filter((member) => workflowOf(member) !== null).length;
  const change = changedSinceApproval(approval, toWorkOn);
  const cycle = await insertCycle(tx, { origin, mode, openedBy: opened.by, approval }, at);
  if (isReal) await insertReportMails(tx, cycle, plan.reportTo);
  const workflows = [...new Set(members.flatMap((member) => workflowOf(member) ?? []))];
  const patches = await selectionWithFilter(tx, plan.patches);
  const snapshots = await freezeWorkflows(tx, workflows, mode, patches);
  await engine.openRuns(
    tx,
    members.map((member) => runOf(member, snapshots, { cycle, openedBy: opened.by })),
  );
  await insertRollout(tx, cycle, definition, openedCycle(definition), timetables, {
    at: opened.at,
    notes: [late, change === null ? null : `${capitalised(change)}.`].filter((note) => note !== null),
  });
  if (change !== null) {
    await insertLogEntries(tx, [changedSinceApprovalEntry(cycle, plan.name, change, at)]);
  }
  await insertCycleWorkflows(tx, cycle, workflows);
  await saveLastCycle(tx, plan.id, cycle);
  const moved = await moveCycle(tx, cycle, 'wait', at, (waves) => ({ kind: 'look', at, waves }));
  return { opened: cycle, after: moved?.after ?? nothingAfter };
}

/** The run of an exempt endpoint never starts; it has some snapshot because every run has one. */
function runOf(
  member: CycleMember,
  snapshots: ReadonlyMap<string, number>,
  of: Pick<RunToOpen, 'cycle' | 'openedBy'>,
): RunToOpen {
  const { endpoint, assignment, wave, position, timetable, patches } = member;
  const workflow = workflowOf(member);
  const [first] = snapshots.values();
  const snapshot = workflow === null ? first : snapshots.get(workflow);
  if (snapshot === undefined) throw new Error(`there is no snapshot of the workflow ${workflow}`);
  const exempt = assignment.kind === 'exempt' ? assignment.reason : null;
  return {
    ...of,
    snapshot,
    endpoint: endpoint.id,
    held: { wave, position, timetable, exempt, patchesBefore: patches },
  };
}

function workflowOf({ assignment }: CycleMember): string | null {
  return assignment.kind === 'assigned' ? assignment.workflow.id : null;
}
