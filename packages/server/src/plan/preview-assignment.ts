import type { Endpoint } from '@patchbay/contracts/endpoint';
import type { assignmentPreview } from '@patchbay/contracts/plan';
import { exemption } from '@patchbay/domain/plan/exemption';
import { assignmentOf } from '@patchbay/domain/plan/expand';
import type { z } from 'zod';
import type { PlanContent } from '../db/plans.ts';
import type { Queryable } from '../db/queryable.ts';
import { rowsOfEndpoint } from '../db/views/rows-of-endpoint.ts';
import { defaultWorkflows } from '../db/workflows.ts';

/** Which workflow an endpoint would follow in a plan, and why (P-03). */
export async function previewAssignment(
  db: Queryable,
  { assignments }: Pick<PlanContent, 'assignments'>,
  { id, os, tags }: Pick<Endpoint, 'id' | 'os' | 'tags'>,
): Promise<z.infer<typeof assignmentPreview>> {
  const rows = await rowsOfEndpoint(
    db,
    id,
    assignments.map(({ endpoints }) => endpoints),
  );
  const defaults = new Map((await defaultWorkflows(db)).map((workflow) => [workflow.os, workflow]));
  const found = assignmentOf(assignments, { id, os, rows, exempt: exemption(tags) }, defaults);
  const { kind, why } = found;
  return kind === 'assigned'
    ? { kind, why, workflow: found.workflow.name, row: found.row === null ? null : found.row + 1 }
    : { kind, why, workflow: null, row: null };
}
