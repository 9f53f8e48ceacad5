import type { CycleState } from '@patchbay/domain/rollout/cycle-state';
import { countHolds, type HeldCounts, type Hold, holdOf } from '@patchbay/domain/rollout/hold';
import { countQueued, type OpenTimetable, type QueuedFacts } from '../db/cycle-runs.ts';
import type { Queryable } from '../db/queryable.ts';

/** Why a queued run does not start, by what is known of it and the timetables in which runs may start now. */
export function holdOfRun(
  { wave, timetable, ...facts }: QueuedFacts,
  { status, openWaves }: Pick<CycleState, 'status' | 'openWaves'>,
  open: readonly Pick<OpenTimetable, 'number'>[],
): Hold | null {
  const waveOpen = wave === null || wave < openWaves;
  const windowOpen = timetable === null || open.some(({ number }) => number === timetable);
  return holdOf({ ...facts, waveOpen, windowOpen }, status);
}

/** Why the queued runs of a cycle do not start, and the timetables of those that are outside of their windows. */
export async function heldRuns(
  db: Queryable,
  cycle: number,
  state: CycleState,
  open: readonly OpenTimetable[],
): Promise<{ readonly held: HeldCounts; readonly outside: ReadonlySet<number> }> {
  const found = (await countQueued(db, cycle)).map(({ facts, runs }) => ({
    timetable: facts.timetable,
    hold: holdOfRun(facts, state, open),
    runs,
  }));
  const outside = found.flatMap(({ hold, timetable }) => (hold === 'window' ? (timetable ?? []) : []));
  return { held: countHolds(found), outside: new Set(outside) };
}
