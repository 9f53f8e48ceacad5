import { activityId } from '@patchbay/domain/activity/activity-id';
import { concludersOf, unfinishedActivities } from '../db/activities.ts';
import { holdConnections } from '../db/connections.ts';
import { reopenCycles } from '../db/cycles.ts';
import type { Transaction } from '../db/pool.ts';
import { lockRuns, writeStep } from '../db/run-steps.ts';
import { type BatchPlan, decideBatch } from './batch.ts';
import type { ReportResult } from './engine.ts';
import type { SnapshotCache } from './snapshot-cache.ts';
import type { ReportWork, Work } from './work.ts';

/** What is to be done once a step is committed. */
export type CommittedStep = Pick<BatchPlan, 'orders' | 'freed' | 'settle'>;

const noConnections: ReadonlyMap<string, string> = new Map();

/**
 * Does a batch of works in the given transaction: locks the runs, decides, and writes runs, events and
 * activities. Has no effect outside of the transaction, so it can be tried again.
 */
export async function runStep(
  tx: Transaction,
  works: readonly Work[],
  snapshots: SnapshotCache,
): Promise<CommittedStep> {
  const ids = new Set(works.filter((work) => work.kind !== 'started').map((work) => work.run));
  const runs = ids.size === 0 ? [] : await lockRuns(tx, [...ids]);
  const asking = works.filter((work) => work.kind === 'start' || work.kind === 'disconnected');
  const back = works.filter((work) => work.kind === 'reconnected');
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
    unfinished:
      back.length === 0
        ? []
        : await unfinishedActivities(
            tx,
            back.map((work) => work.run),
          ),
  });
  await writeStep(tx, plan.rows);
  if (plan.reopenedCycles.length > 0) await reopenCycles(tx, plan.reopenedCycles);
  return { ...plan, settle: [...plan.settle, ...(await explainUnwanted(tx, plan.unwanted))] };
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
