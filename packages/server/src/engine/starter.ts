import type pg from 'pg';
import type { BaseLogger } from 'pino';
import { openRunsOfRevoked, startableRuns } from '../db/runs.ts';
import type { SubmitResult } from './engine.ts';
import { Loop } from './loop.ts';

/** How a {@link Starter} is made. */
export interface StarterOptions {
  readonly pool: pg.Pool;
  readonly node: string;
  readonly everyMs: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly start: (run: number, endpoint: string) => Promise<SubmitResult>;
  /** Tells a run that its endpoint was revoked. */
  readonly revoked: (run: number) => Promise<SubmitResult>;
  readonly log: BaseLogger;
}

const mostAtOnce = 5_000;

/**
 * Starts queued runs whose endpoints are connected to this node, one for each endpoint at a time; the others
 * stay queued (P-13). Runs of revoked endpoints end (S-04).
 */
export class Starter {
  readonly #options: StarterOptions;
  readonly #loop: Loop;
  readonly #freed = new Set<string>();
  #lookedEverywhereAt = Number.NEGATIVE_INFINITY;

  constructor(options: StarterOptions) {
    this.#options = options;
    this.#loop = new Loop({
      what: 'start queued runs',
      everyMs: options.everyMs,
      log: options.log,
      task: () => this.#look(),
    });
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  get busy(): boolean {
    return this.#loop.busy;
  }

  async idle(): Promise<void> {
    await this.#loop.idle();
  }

  /** These endpoints may be able to start a run. */
  look(endpoints: Iterable<string>): void {
    for (const endpoint of endpoints) this.#freed.add(endpoint);
    if (this.#freed.size > 0) this.#loop.ask();
  }

  /** Any endpoint may be. */
  lookEverywhere(): void {
    this.#lookedEverywhereAt = Number.NEGATIVE_INFINITY;
    this.#loop.ask();
  }

  async #look(): Promise<void> {
    const at = performance.now();
    const everywhere = this.#freed.size === 0 || at - this.#lookedEverywhereAt >= this.#options.everyMs;
    const freed = [...this.#freed];
    this.#freed.clear();
    if (everywhere) this.#lookedEverywhereAt = at;
    try {
      await this.#startAll(everywhere ? null : freed);
      if (everywhere) await this.#endRevoked();
    } catch (error) {
      this.#lookedEverywhereAt = Number.NEGATIVE_INFINITY;
      throw error;
    }
  }

  async #startAll(endpoints: readonly string[] | null): Promise<void> {
    const { pool, node, start, now } = this.#options;
    for (;;) {
      const runs = await startableRuns(pool, node, endpoints, mostAtOnce, now());
      const results = await Promise.all(runs.map(({ run, endpoint }) => start(run, endpoint)));
      const moved = results.some((result) => result.kind === 'accepted');
      if (runs.length < mostAtOnce || !moved) return;
    }
  }

  async #endRevoked(): Promise<void> {
    const { pool, revoked } = this.#options;
    for (;;) {
      const runs = await openRunsOfRevoked(pool, mostAtOnce);
      await Promise.all(runs.map((run) => revoked(run)));
      if (runs.length < mostAtOnce) return;
    }
  }
}
