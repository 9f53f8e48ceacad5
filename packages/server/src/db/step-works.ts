import type { PatchWork, RebootWork, ScriptWork } from '@patchbay/contracts/activity-order';
import type { PatchFilter, PatchSelection } from '@patchbay/domain/patch/selection';
import type { RunDefinition, StepKey } from '@patchbay/domain/run/definition';
import type { Queryable } from './queryable.ts';

/** What one step of a snapshot does, with its secrets sealed. */
export interface StoredStepWork {
  readonly mode: RunDefinition['mode'];
  readonly work: ScriptWork | PatchWork | RebootWork;
  /** Which of an endpoint's patches a patch operation means, where that is looked up for each; else null. */
  readonly patches: PatchSelection<PatchFilter> | null;
  /** Characters of its JSON text. */
  readonly size: number;
}

/** What a step of a snapshot does; null when the snapshot has no such step. Snapshots never change (L-49). */
export async function findStepWork(
  db: Queryable,
  snapshot: number,
  step: StepKey,
): Promise<StoredStepWork | null> {
  const { rows } = await db.query<StoredStepWork>(
    `select definition ->> 'mode' as mode, works -> $2 -> 'work' as work,
       works -> $2 -> 'patches' as patches, length((works -> $2 -> 'work')::text) as size
     from snapshots where id = $1 and works -> $2 -> 'work' is not null`,
    [snapshot, step],
  );
  return rows[0] ?? null;
}
