import { initialRunState } from '@patchbay/domain/run/state';
import type { Transaction } from './pool.ts';

/** A run that is to be opened. */
export interface RunToOpen {
  readonly cycle: number | null;
  readonly snapshot: number;
  readonly endpoint: string;
  readonly openedBy: string;
}

const initialState = JSON.stringify(initialRunState);

/** Adds queued runs, set-based, and returns their ids in the order given. `now` in epoch milliseconds. */
export async function insertRuns(
  tx: Transaction,
  runs: readonly RunToOpen[],
  now: number,
): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(
    `insert into runs (cycle, snapshot, endpoint, opened_by, opened_at, state)
     select cycle, snapshot, endpoint, opened_by, $5, $6::json
     from unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::text[])
       with ordinality as run (cycle, snapshot, endpoint, opened_by, place)
     order by place
     returning id`,
    [
      runs.map((run) => run.cycle),
      runs.map((run) => run.snapshot),
      runs.map((run) => run.endpoint),
      runs.map((run) => run.openedBy),
      new Date(now),
      initialState,
    ],
  );
  return rows.map((row) => row.id);
}
