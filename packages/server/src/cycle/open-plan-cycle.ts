import { PatchbayError } from '@patchbay/contracts/errors';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import { chooseWorkflows } from '@patchbay/domain/plan/choose-workflows';
import { buildPlanRun, type TaskToRun } from '@patchbay/domain/workflow/build-run';
import { type WorkflowPhase, workflowPhases } from '@patchbay/domain/workflow/workflow';
import { insertCycle } from '../db/cycles.ts';
import { type StoredPlan, saveLastCycle } from '../db/plans.ts';
import type { Transaction } from '../db/pool.ts';
import { readSettings } from '../db/settings.ts';
import { insertSnapshot } from '../db/snapshots.ts';
import type { Saved } from '../db/stored-thing.ts';
import {
  defaultWorkflows,
  holdWorkflows,
  insertCycleWorkflows,
  type StoredWorkflow,
} from '../db/workflows.ts';
import type { Engine } from '../engine/engine.ts';
import { selectEndpoints } from './select-endpoints.ts';
import { loadTasksToRun } from './tasks-to-run.ts';

/**
 * Opens a cycle of a plan: one snapshot for each operating system, one queued run for each endpoint (L-49, P-04),
 * all in the caller's transaction, which holds the plan's lock. `engine.wake` after its commit.
 *
 * @throws NOT_POSSIBLE_NOW while a cycle is open, without endpoints, or without a workflow for one of them.
 */
export async function openPlanCycle(
  tx: Transaction,
  engine: Pick<Engine, 'openRuns'>,
  plan: StoredPlan,
  mode: 'real' | 'rehearsal',
  opened: Saved,
): Promise<number> {
  if (plan.lastCycle !== null && !plan.lastCycle.finished) {
    throw new PatchbayError(
      'NOT_POSSIBLE_NOW',
      `Cycle ${plan.lastCycle.id} of the plan "${plan.name}" has not finished yet.`,
    );
  }
  const endpoints = await selectEndpoints(tx, plan.endpoints, 'endpoints');
  const among = [...new Set(endpoints.map(({ os }) => os))].sort();
  const workflows = await workflowsFor(tx, plan, among);
  const origin = { kind: 'plan', id: plan.id, name: plan.name } as const;
  const cycle = await insertCycle(tx, { origin, mode, openedBy: opened.by }, opened.at.getTime());
  const snapshots = await freeze(tx, plan, mode, workflows);
  const runs = endpoints.map(({ id, os }) => {
    const snapshot = snapshots.get(os);
    if (snapshot === undefined) throw new Error(`no snapshot was made for ${os}`);
    return { cycle, snapshot, endpoint: id, openedBy: opened.by };
  });
  await engine.openRuns(tx, runs);
  const used = new Set([...workflows.values()].map(({ id }) => id));
  await insertCycleWorkflows(tx, cycle, [...used]);
  await saveLastCycle(tx, plan.id, cycle);
  return cycle;
}

/** P-04: the plan's own workflow of each operating system, else the default. */
async function workflowsFor(
  tx: Transaction,
  plan: StoredPlan,
  among: readonly OperatingSystem[],
): Promise<ReadonlyMap<OperatingSystem, StoredWorkflow>> {
  const chosen = new Map(plan.chosen.map(({ os, id }) => [os, id]));
  const defaults = new Map((await defaultWorkflows(tx)).map(({ os, id }) => [os, id]));
  const choice = chooseWorkflows(among, chosen, defaults);
  if (!choice.ok) throw new PatchbayError('NOT_POSSIBLE_NOW', choice.problem);
  const held = new Map(
    (await holdWorkflows(tx, [...choice.workflows.values()])).map((workflow) => [workflow.id, workflow]),
  );
  return new Map(
    [...choice.workflows].map(([os, id]) => {
      const workflow = held.get(id);
      if (workflow === undefined)
        throw new PatchbayError('NOT_FOUND', 'A workflow was deleted at this moment.');
      return [os, workflow];
    }),
  );
}

async function freeze(
  tx: Transaction,
  plan: StoredPlan,
  mode: 'real' | 'rehearsal',
  workflows: ReadonlyMap<OperatingSystem, StoredWorkflow>,
): Promise<Map<OperatingSystem, number>> {
  const settings = await readSettings(tx);
  const used = new Set<string>();
  for (const { steps } of workflows.values()) {
    for (const phase of workflowPhases) for (const { task } of steps[phase]) used.add(task);
  }
  const tasks = await loadTasksToRun(tx, [...used]);
  const snapshots = new Map<OperatingSystem, number>();
  for (const [os, workflow] of workflows) {
    const built = buildPlanRun(mode, withTasks(workflow, tasks), plan.patches, settings);
    const named = { workflow: workflow.id, workflowName: workflow.name };
    snapshots.set(os, await insertSnapshot(tx, { ...built, ...named, os }));
  }
  return snapshots;
}

function withTasks({ control, steps }: StoredWorkflow, tasks: ReadonlyMap<string, TaskToRun>) {
  const stepsOf = (phase: WorkflowPhase) =>
    steps[phase].map((step) => {
      const task = tasks.get(step.task);
      if (task === undefined) throw new Error(`the task ${step.task} is gone`);
      return { ...step, task };
    });
  return {
    control,
    prePatching: stepsOf('prePatching'),
    postPatching: stepsOf('postPatching'),
    afterReboot: stepsOf('afterReboot'),
  };
}
