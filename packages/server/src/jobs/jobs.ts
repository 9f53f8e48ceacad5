import type pg from 'pg';
import type { BaseLogger } from 'pino';
import { cancelJob, type DueJob, putOffJob, scheduleJob, takeDueJob } from '../db/jobs.ts';
import { type Transaction, withTransaction } from '../db/pool.ts';
import { messageOf } from '../db/system-error.ts';
import { Loop } from '../engine/loop.ts';

/** What a job came to. */
export interface JobEnd {
  /** When it is due again; null: never, and it is forgotten. */
  readonly again: Date | null;
  /** Done after the commit, such as waking the engine; lost if the server dies at that moment. */
  readonly afterCommit?: () => void;
}

/**
 * Does the jobs of one kind. The work is done in the transaction that takes the job, so both are done once or not at
 * all, whichever node dies when. What it throws undoes the work; the job is tried again later, with growing pauses.
 */
export interface JobWorker {
  readonly kind: string;
  readonly work: (tx: Transaction, job: DueJob, at: Date) => Promise<JobEnd>;
}

/** How the jobs of a node are done. Times in milliseconds. */
export interface JobsOptions {
  readonly pool: pg.Pool;
  readonly workers: readonly JobWorker[];
  readonly now: () => number;
  readonly log: BaseLogger;
  /** How often it looks for due jobs. */
  readonly everyMs?: number;
}

const firstPauseMs = 5_000;
const longestPauseMs = 60 * 60_000;

/** Makes the loop that does due jobs, one after the other; other nodes may do others meanwhile. */
export function createJobs({ pool, workers, now, log, everyMs = 1_000 }: JobsOptions): Loop {
  const byKind = new Map(workers.map((worker) => [worker.kind, worker]));
  const kinds = [...byKind.keys()];

  /** Whether there was a job to do. */
  const doOne = async (): Promise<boolean> => {
    let taken: DueJob | null = null;
    try {
      const end = await withTransaction(pool, async (tx) => {
        const at = new Date(now());
        taken = await takeDueJob(tx, kinds, at);
        const worker = taken === null ? undefined : byKind.get(taken.kind);
        return taken === null || worker === undefined ? null : carryOut(tx, worker, taken, at);
      });
      end?.afterCommit?.();
      return end !== null;
    } catch (error) {
      if (taken === null) throw error;
      await putOff(taken, error);
      return true;
    }
  };

  const putOff = async (job: DueJob, error: unknown): Promise<void> => {
    const { kind, key, failures } = job;
    const pauseMs = Math.min(firstPauseMs * 2 ** Math.min(failures, 20), longestPauseMs);
    log.warn({ err: error, job: kind, key, pauseMs }, 'A job failed and is tried again');
    const until = new Date(now() + pauseMs);
    await withTransaction(pool, (tx) => putOffJob(tx, job, until, messageOf(error)));
  };

  return new Loop({
    what: 'do due jobs',
    everyMs,
    log,
    task: async () => {
      while (await doOne());
    },
  });
}

async function carryOut(tx: Transaction, worker: JobWorker, job: DueJob, at: Date): Promise<JobEnd> {
  const end = await worker.work(tx, job, at);
  if (end.again === null) await cancelJob(tx, job);
  else await scheduleJob(tx, job, end.again);
  return end;
}
