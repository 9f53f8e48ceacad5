import type { ReportedRun } from '@patchbay/contracts/cycle-report';
import type { Queryable } from '../db/queryable.ts';
import { runsWithPatches } from '../db/views/cycle-report.ts';
import { type Cell, csvLine } from './csv.ts';

const columns = [
  'endpoint',
  'system',
  'workflow',
  'wave',
  'run',
  'result',
  'reason',
  'started',
  'finished',
  'applicable before',
  'applicable after',
  'package',
  'from version',
  'to version',
  'outcome',
  'message',
];

function aboutRun(reported: ReportedRun): Cell[] {
  const { endpoint, os, workflow, wave, run, status, result, reason } = reported;
  const { startedAt, finishedAt, patchesBefore, patchesAfter } = reported;
  const course = [run, result ?? status, reason, startedAt, finishedAt, patchesBefore, patchesAfter];
  return [endpoint.name, os, workflow, wave, ...course];
}

/** The report of a cycle as CSV: a line for each patch on each endpoint, read a part at a time (P-15). */
export async function* cycleTable(db: Queryable, cycle: number): AsyncGenerator<string> {
  yield csvLine(columns);
  for await (const { reported, patches } of runsWithPatches(db, cycle)) {
    const about = aboutRun(reported);
    if (patches.length === 0) yield csvLine([...about, null, null, null, null, null]);
    for (const { package: name, fromVersion, toVersion, outcome, message } of patches) {
      yield csvLine([...about, name, fromVersion, toVersion, outcome, message]);
    }
  }
}
