import { activityId } from '@patchbay/domain/activity/activity-id';
import { concludersOf, unfinishedActivities } from '../db/activities.ts';
import { insertAudit } from '../db/audit.ts';
import { holdConnections } from '../db/connections.ts';
import { reopenCycles } from '../db/cycles.ts';
import { insertLogEntries } from '../db/log-entries.ts';
import type { Transaction } from '../db/pool.ts';
import { askMembersToStop } from '../db/reboot-flows.ts';
import { type KnownRun, loadRuns, writeStep } from '../db/run-steps.ts';
import { holdStartable } from '../db/runs.ts';
import { type BatchPlan, decideBatch } from './batch.ts';
import type { ReportResult } from './engine.ts';
import type { RunCache } from './run-cache.ts';
import type { SnapshotCache } from './snapshot-cache.ts';
import type { ReportWork, Work } from './work.ts';

/** What is to be done once a step is committed. */
export type CommittedStep = Pick<BatchPlan, 'orders' | 'freed' | 'settle' | 'known' | 'rows'>;

const noConnections: ReadonlyMap<string, string> = new Map();
const noRuns: ReadonlySet<number> = new Set();

/**
 * Does a batch of works in the given transaction: reads the runs, decides, and writes runs, events and
 * activities. Has no effect outside of the transaction, so it can be tried again.
 *
 * @throws StaleRuns when another writer was faster; what is in the cache is out of date then.
 */
export async function runStep(
  tx: Transaction,
  works: readonly Work[],
  snapshots: SnapshotCache,
  cached: RunCache,
): Promise<CommittedStep> {
  const runs = await readRuns(tx, works, cached);
  const asking = works.filter((work) => work.kind === 'start' || work.kind === 'disconnected');
  const back = works.filter((work) => work.kind === 'reconnected');
  const starts = works.filter((work) => work.kind === 'start');
  const plan = decideBatch({
    works,
    runs,
    snapshots: await snapshots.load(
      tx,
      runs.map((run) => run.snapshot),
    ),
    connections:
      asking.length === 0
        ? noConnections
        : await holdConnections(
            tx,
            asking.map((work) => work.endpoint),
          ),
    // After the connections, whose wait could make it out of date.
    startable:
      starts.length === 0
        ? noRuns
        : await holdStartable(
            tx,
            starts.map((work) => work.run),
            Math.max(...starts.map((work) => work.at)),
          ),
    unfinished:
      back.length === 0
        ? []
        : await unfinishedActivities(
            tx,
            back.map((work) => work.run),
          ),
  });
  await writeStep(tx, plan.rows);
  await insertLogEntries(tx, plan.logEntries);
  for (const deed of plan.deeds) await insertAudit(tx, deed);
  await askMembersToStop(tx, plan.flowsToStop);
  if (plan.reopenedCycles.length > 0) await reopenCycles(tx, plan.reopenedCycles);
  return { ...plan, settle: [...plan.settle, ...(await explainUnwanted(tx, plan.unwanted))] };
}

/** The runs that the works are for. A clock's lease is in the database only, so those that wake are read anew. */
async function readRuns(tx: Transaction, works: readonly Work[], cached: RunCache): Promise<KnownRun[]> {
  const runs = new Map<number, KnownRun>();
  const missing = new Set<number>();
  for (const work of works) {
    if (work.kind === 'started') continue;
    const known = cached.get(work.run);
    const wakes = work.kind === 'event' && work.event.kind === 'wake';
    if (known === undefined || wakes) missing.add(work.run);
    else runs.set(work.run, known);
  }
  if (missing.size > 0) for (const run of await loadRuns(tx, [...missing])) runs.set(run.id, run);
  return [...runs.values()];
}

/** Finds out why reports changed nothing, now that the rows of this batch are written. */
async function explainUnwanted(tx: Transaction, reports: readonly ReportWork[]): Promise<(() => void)[]> {
  if (reports.length === 0) return [];
  const concluders = await concludersOf(tx, reports);
  return reports.map((work) => {
    const result = reasonOf(concluders.get(activityId(work)));
    return () => work.done(result);
  });
}

function reasonOf(concludedBy: 'endpoint' | 'server' | null | undefined): ReportResult {
  switch (concludedBy) {
    case undefined:
      return 'unknown';
    case 'endpoint':
      return 'repeated';
    case 'server':
    case null:
      return 'late';
  }
}
