import type { PatchWork, RebootWork, ScriptWork } from '@patchbay/contracts/activity-order';
import type { OperatingSystem } from '@patchbay/contracts/operating-system';
import type { PatchFilter, PatchSelection } from '@patchbay/domain/patch/selection';
import type { RunDefinition, StepKey } from '@patchbay/domain/run/definition';
import type { Transaction } from './pool.ts';

/**
 * What a step does on the endpoint, frozen. In a script's environment the values of `secretNames` are sealed:
 * they are opened only when the order for the endpoint is made.
 */
export type StepWork = {
  readonly taskName: string;
  readonly task: string | null;
  readonly scriptName: string | null;
  readonly scriptRevision: number | null;
  /** Its end says whether the endpoint is healthy (L-27). */
  readonly healthCheck?: boolean;
  /** Of a patch operation whose patches are looked up for each endpoint when it is ordered (P-02). */
  readonly patches?: PatchSelection<PatchFilter>;
  readonly work: ScriptWork | PatchWork | RebootWork;
};

/** What runs walk, as it was when their cycle opened (L-49). */
export interface Snapshot {
  readonly definition: RunDefinition;
  readonly works: Readonly<Record<StepKey, StepWork>>;
  /** The workflow's id and name; null in a Run Task. */
  readonly workflow: string | null;
  readonly workflowName: string | null;
  readonly os: OperatingSystem;
}

/** Stores a snapshot for good and returns its id. */
export async function insertSnapshot(tx: Transaction, snapshot: Snapshot): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(
    `insert into snapshots (definition, works, workflow, workflow_name, os)
     values ($1::jsonb, $2::jsonb, $3, $4, $5) returning id`,
    [
      JSON.stringify(snapshot.definition),
      JSON.stringify(snapshot.works),
      snapshot.workflow,
      snapshot.workflowName,
      snapshot.os,
    ],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the snapshot was not stored');
  return id;
}

/** The snapshots with these ids. */
export async function findSnapshots(
  tx: Transaction,
  ids: readonly number[],
): Promise<(Pick<Snapshot, 'definition' | 'works'> & { id: number })[]> {
  const { rows } = await tx.query<Pick<Snapshot, 'definition' | 'works'> & { id: number }>(
    `select id, definition, works from snapshots where id = any($1::bigint[])`,
    [ids],
  );
  return rows;
}
