import type { LibraryDocumentOf } from '@patchbay/contracts/library-document';
import { allPlans, findPlan } from '../db/plans.ts';
import { planAsInput } from '../plan/plan-as-input.ts';
import type { DocumentKind } from './document-kind.ts';
import { removePlan } from './remove.ts';
import { createPlan, replacePlan } from './save-plan.ts';
import { stillThere } from './still-there.ts';

/** Plans as documents; where they are at is no part of them. */
export const planDocuments: DocumentKind<LibraryDocumentOf<'Plan'>> = {
  kind: 'Plan',
  noun: 'plan',
  read: async (db) =>
    (await allPlans(db)).map((stored) => ({
      id: stored.id,
      document: { kind: 'Plan', ...planAsInput(stored) },
    })),
  compared({ kind: _kind, assignments, schedule, patches, ...plan }, nameOf) {
    const rows = assignments?.map((row) => ({
      ...row,
      workflow: row.workflow === null ? null : nameOf('workflow', row.workflow),
    }));
    const { choice } = patches;
    return {
      ...plan,
      patches:
        choice.which === 'filter'
          ? { ...patches, choice: { which: 'filter', filter: nameOf('patchFilter', choice.filter) } }
          : patches,
      schedule: schedule.kind === 'at' ? { kind: 'at', at: new Date(schedule.at).toISOString() } : schedule,
      assignments: rows === undefined || (rows.length > 0 && rows.every(isDefault)) ? null : rows,
    };
  },
  lacking: async () => [],
  create: ({ tx, saved }, { kind: _kind, ...input }) => createPlan(tx, input, saved),
  async change({ tx, saved }, id, { kind: _kind, ...input }) {
    await replacePlan(tx, stillThere(await findPlan(tx, id, 'lock')), input, saved);
  },
  useProblems: async () => [],
  async remove(tx, id) {
    await removePlan(tx, stillThere(await findPlan(tx, id, 'lock')));
  },
};

/** Rows that give every endpoint the default of its operating system say what no rows say (P-04). */
function isDefault({
  endpoints,
  workflow,
}: {
  readonly endpoints: string;
  readonly workflow: unknown;
}): boolean {
  return endpoints === 'all' && workflow === null;
}
