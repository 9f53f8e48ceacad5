import type { PlanInput, PlanRevision } from '@patchbay/contracts/plan';
import type { Queryable } from './queryable.ts';

/** The revisions of a plan, newest first. */
export async function listPlanRevisions(db: Queryable, plan: string): Promise<PlanRevision[]> {
  const { rows } = await db.query<{ revision: number; author: string; createdAt: Date; plan: PlanInput }>(
    `select revision, author, created_at as "createdAt", input as plan from plan_revisions
     where plan = $1 order by revision desc limit 200`,
    [plan],
  );
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
}
