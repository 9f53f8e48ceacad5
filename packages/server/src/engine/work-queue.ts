import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { BaseLogger } from 'pino';
import { StaleRuns } from '../db/run-steps.ts';
import type { EngineMeter } from './engine.ts';
import { RunCache } from './run-cache.ts';
import type { SnapshotCache } from './snapshot-cache.ts';
import { type CommittedStep, runStep } from './step.ts';
import { TryAgain, transact } from './transact.ts';
import { EngineStopped, fail, refuse, type Work } from './work.ts';

/** How a {@link WorkQueue} is made. Times in milliseconds. */
export interface WorkQueueOptions {
  readonly pool: pg.Pool;
  readonly snapshots: SnapshotCache;
  readonly log: BaseLogger;
  readonly batchSize: number;
  readonly parallelBatches: number;
  readonly flushDelayMs: number;
  /** Called after each commit. `uncertain`: an earlier try may have been committed without anybody being told. */
  readonly committed: (step: CommittedStep, works: readonly Work[], uncertain: boolean) => void;
  readonly meter?: EngineMeter | undefined;
}

const firstPauseMs = 50;
const longestPauseMs = 5_000;
const mostRunsKept = 20_000;
/** No other writer is faster so often: the rows contradict each other. */
const mostStaleReads = 10;

/**
 * Collects works and does them in batches, each in one transaction. Works of one run are always in the same lane,
 * and a lane does one batch after the other, so their order is kept.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #lanes: Lane[];

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#lanes = Array.from({ length: options.parallelBatches }, () => new Lane(this.#options));
  }

  add(work: Work): void {
    this.#lanes[work.run % this.#lanes.length]?.add(work);
  }

  /** Resolves when every work is done that has been added so far or is added meanwhile. */
  async idle(): Promise<void> {
    while (this.busy) await Promise.all(this.#lanes.map((lane) => lane.idle()));
  }

  get busy(): boolean {
    return this.#lanes.some((lane) => lane.busy);
  }

  /** Does what is queued, unless the database is away; then those who wait are told {@link EngineStopped}. */
  async stop(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.stop()));
  }
}

type Attempt =
  | { readonly kind: 'committed'; readonly step: CommittedStep }
  | { readonly kind: 'tryAgain' }
  | { readonly kind: 'stale'; readonly error: unknown }
  | { readonly kind: 'failed'; readonly error: unknown };

class Lane {
  readonly #options: WorkQueueOptions;
  readonly #stopping = new AbortController();
  readonly #runs = new RunCache(mostRunsKept);
  #waiting: Work[] = [];
  #running: Promise<void> | null = null;
  #wakeUp: (() => void) | null = null;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  get busy(): boolean {
    return this.#running !== null;
  }

  add(work: Work): void {
    if (this.#stopping.signal.aborted) return fail(work, new EngineStopped());
    this.#waiting.push(work);
    if (this.#waiting.length >= this.#options.batchSize) this.#wakeUp?.();
    this.#running ??= this.#run();
  }

  async idle(): Promise<void> {
    await this.#running;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wakeUp?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Others who report at the same moment join the batch: a few large ones cost less than many small ones.
      await this.#pause(this.#options.flushDelayMs);
      const works = this.#waiting.splice(0, this.#options.batchSize);
      await this.#process(works);
    }
    // In the same turn in which nothing was waiting, so that nothing can be added in between.
    this.#running = null;
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#stopping.signal.aborted || this.#waiting.length >= this.#options.batchSize) this.#wakeUp();
    });
    this.#wakeUp = null;
  }

  /** Does the works in one transaction. One that makes it fail is found by halving, so that it harms no other. */
  async #process(works: readonly Work[]): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const tried = await this.#attempt(works);
      if (tried.kind === 'committed') {
        this.#runs.keep(tried.step.known);
        for (const settle of tried.step.settle) settle();
        return this.#options.committed(tried.step, works, attempt > 0);
      }
      if (tried.kind === 'failed') return await this.#isolate(works, tried.error);
      if (tried.kind === 'stale' && attempt >= mostStaleReads) return await this.#isolate(works, tried.error);
      if (this.#stopping.signal.aborted) {
        for (const work of works) fail(work, new EngineStopped());
        return;
      }
      const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** attempt);
      await delay(pause, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  async #attempt(works: readonly Work[]): Promise<Attempt> {
    const { pool, snapshots, log } = this.#options;
    const began = performance.now();
    try {
      const step = await transact(pool, (tx) => runStep(tx, works, snapshots, this.#runs));
      const { activities, activityChanges } = step.rows;
      this.#options.meter?.committed({
        seconds: (performance.now() - began) / 1_000,
        works: works.length,
        ordered: activities.length,
        ended: activityChanges.flatMap(({ finishedAt, status }) =>
          finishedAt === null ? [] : (status ?? []),
        ),
      });
      return { kind: 'committed', step };
    } catch (error) {
      this.#runs.forget(works.map((work) => work.run));
      if (error instanceof StaleRuns) return { kind: 'stale', error };
      if (!(error instanceof TryAgain)) return { kind: 'failed', error };
      log.warn({ reason: error.message, works: works.length }, 'A batch has to be tried again');
      return { kind: 'tryAgain' };
    }
  }

  async #isolate(works: readonly Work[], error: unknown): Promise<void> {
    const [first] = works;
    if (first !== undefined && works.length === 1) {
      this.#options.log.error({ err: error, run: first.run, work: first.kind }, 'A work cannot be done');
      return refuse(first, error);
    }
    const middle = Math.ceil(works.length / 2);
    await this.#process(works.slice(0, middle));
    await this.#process(works.slice(middle));
  }
}
