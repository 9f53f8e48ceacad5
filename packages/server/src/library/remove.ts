import { PatchbayError } from '@patchbay/contracts/errors';
import { deletionRefusal } from '@patchbay/domain/library/refusal';
import { operatingSystemNames } from '@patchbay/domain/operating-system';
import { deleting } from '../db/conflict.ts';
import { groupUses } from '../db/group-uses.ts';
import { deleteGroup, type StoredGroup } from '../db/groups.ts';
import { deletePatchFilter, patchFilterUses, type StoredPatchFilter } from '../db/patch-filters.ts';
import { deletePlan, type StoredPlan } from '../db/plans.ts';
import type { Transaction } from '../db/pool.ts';
import { deleteScript, type StoredScript, scriptUses } from '../db/scripts.ts';
import { deleteTask, type StoredTask, taskUses } from '../db/tasks.ts';
import { cyclesInWindow, deleteWindow, type StoredWindow } from '../db/windows.ts';
import { deleteWorkflow, type StoredWorkflow, workflowUses } from '../db/workflows.ts';
import { requireAllowed } from './refused.ts';

/** Deletes a script; IN_USE with the tasks that use it (L-10), BUILT_IN. */
export async function removeScript(tx: Transaction, current: StoredScript): Promise<void> {
  const uses = (await scriptUses(tx, current.id)).map(({ name }) => ({ kind: 'task' as const, name }));
  requireAllowed(deletionRefusal({ kind: 'script', ...current }, uses));
  await deleting('script', current.name, () => deleteScript(tx, current.id));
}

/** Deletes a task; IN_USE with the workflows that use it (L-25), BUILT_IN. */
export async function removeTask(tx: Transaction, current: StoredTask): Promise<void> {
  const uses = (await taskUses(tx, current.id)).map(({ name }) => ({ kind: 'workflow' as const, name }));
  requireAllowed(deletionRefusal({ kind: 'task', ...current }, uses));
  await deleting('task', current.name, () => deleteTask(tx, current.id));
}

/** Deletes a workflow; IN_USE while it is a default or plans use it (L-48), BUILT_IN. */
export async function removeWorkflow(tx: Transaction, current: StoredWorkflow): Promise<void> {
  const uses = (await workflowUses(tx, current.id)).map(({ name }) => ({ kind: 'plan' as const, name }));
  const defaultOf = current.isDefault ? operatingSystemNames[current.os] : null;
  requireAllowed(deletionRefusal({ kind: 'workflow', ...current }, uses, defaultOf));
  await deleting('workflow', current.name, () => deleteWorkflow(tx, current.id));
}

/** Deletes a plan, but not its cycles; IN_USE while one is open. */
export async function removePlan(tx: Transaction, current: StoredPlan): Promise<void> {
  const { name, lastCycle, hasOpenCycle } = current;
  if (hasOpenCycle) {
    throw new PatchbayError(
      'IN_USE',
      `The plan "${name}" cannot be deleted: its cycle ${lastCycle} has not finished.`,
    );
  }
  await deletePlan(tx, current.id);
}

/** Deletes a window, which its caller has locked; IN_USE with the cycle whose endpoints are still to be worked on in it (P-06). */
export async function removeWindow(
  tx: Transaction,
  { id, name }: Pick<StoredWindow, 'id' | 'name'>,
): Promise<void> {
  const [cycle] = await cyclesInWindow(tx, id);
  if (cycle !== undefined) {
    throw new PatchbayError(
      'IN_USE',
      `The window "${name}" cannot be deleted: endpoints of cycle ${cycle.id} of the plan "${cycle.plan}" are still to be worked on in it.`,
    );
  }
  await deleteWindow(tx, id);
}

/** Deletes a group, which its caller has locked; IN_USE with what names it (E-13). */
export async function removeGroup(tx: Transaction, current: StoredGroup): Promise<void> {
  const uses = await groupUses(tx, current);
  requireAllowed(deletionRefusal({ kind: 'group', name: current.name, origin: 'personal' }, uses));
  await deleteGroup(tx, current.id);
}

/** Deletes a patch filter, which its caller has locked; IN_USE with the plans that use it (P-02). */
export async function removePatchFilter(tx: Transaction, { id, name }: StoredPatchFilter): Promise<void> {
  const plans = (await patchFilterUses(tx, [id])).get(id) ?? [];
  const uses = plans.map((plan) => ({ kind: 'plan' as const, name: plan.name }));
  requireAllowed(deletionRefusal({ kind: 'patchFilter', name, origin: 'personal' }, uses));
  await deleting('patch filter', name, () => deletePatchFilter(tx, id));
}
