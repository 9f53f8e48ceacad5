import type { LibraryDocumentOf } from '@patchbay/contracts/library-document';
import { allPlans, findPlan } from '../db/plans.ts';
import type { DocumentKind } from './document-kind.ts';
import { removePlan } from './remove.ts';
import { createPlan, replacePlan } from './save-plan.ts';
import { stillThere } from './still-there.ts';

/** Plans as documents; where they are at is no part of them. */
export const planDocuments: DocumentKind<LibraryDocumentOf<'Plan'>> = {
  kind: 'Plan',
  noun: 'plan',
  read: async (db) =>
    (await allPlans(db)).map(({ id, name, description, patches, endpoints, chosen }) => ({
      id,
      document: {
        kind: 'Plan',
        name,
        description,
        patches,
        endpoints,
        workflows: Object.fromEntries(chosen.map((workflow) => [workflow.os, workflow.name])),
      },
    })),
  compared({ kind: _, workflows, ...plan }, nameOf) {
    const named = Object.entries(workflows).map(([os, workflow]) => [os, nameOf('workflow', workflow)]);
    return { ...plan, workflows: Object.fromEntries(named) };
  },
  lacking: async () => [],
  create: ({ tx, saved }, document) => createPlan(tx, document, saved),
  async change({ tx, saved }, id, document) {
    await replacePlan(tx, stillThere(await findPlan(tx, id, 'lock')), document, saved);
  },
  useProblems: async () => [],
  async remove(tx, id) {
    await removePlan(tx, stillThere(await findPlan(tx, id, 'lock')));
  },
};
