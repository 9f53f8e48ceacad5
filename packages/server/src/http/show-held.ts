import type { RunSummary } from '@patchbay/contracts/run';
import { holdWords } from '@patchbay/domain/rollout/hold';
import { readCycleClock } from '../cycle/cycle-clock.ts';
import { holdOfRun } from '../cycle/held-runs.ts';
import type { OpenTimetable } from '../db/cycle-runs.ts';
import type { Queryable } from '../db/queryable.ts';
import type { ListedRun } from '../db/views/runs.ts';

/** Runs as answers show them: those that are queued say why they do not start (P-14). `at` in epoch milliseconds. */
export async function showHeld<Run extends ListedRun>(
  db: Queryable,
  runs: readonly Run[],
  at: number,
): Promise<(Omit<Run, 'queued'> & Pick<RunSummary, 'held'>)[]> {
  const open = new Map<number, readonly OpenTimetable[]>();
  for (const { cycle, queued } of runs) {
    if ((queued?.timetable ?? null) === null || open.has(cycle)) continue;
    open.set(cycle, (await readCycleClock(db, cycle, at, at)).open(at));
  }
  return runs.map(({ queued, ...run }) => {
    if (queued === null) return { ...run, held: null };
    const { status, openWaves, ...facts } = queued;
    const reason = holdOfRun(facts, { status, openWaves }, open.get(run.cycle) ?? []);
    return { ...run, held: reason === null ? null : { reason, why: holdWords[reason].one } };
  });
}
