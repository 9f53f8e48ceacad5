import type pg from 'pg';
import type { BaseLogger } from 'pino';
import { queuedRunsOfRevoked, startableRuns } from '../db/runs.ts';
import type { SubmitResult } from './engine.ts';
import { Loop } from './loop.ts';

/** How a {@link Starter} is made. */
export interface StarterOptions {
  readonly pool: pg.Pool;
  readonly node: string;
  readonly everyMs: number;
  readonly start: (run: number, endpoint: string) => Promise<SubmitResult>;
  readonly passOver: (run: number, reason: string) => Promise<SubmitResult>;
  readonly log: BaseLogger;
}

const mostAtOnce = 500;

/**
 * Starts queued runs whose endpoints are connected to this node, one for each endpoint at a time; the others
 * stay queued (P-13). Runs of revoked endpoints are passed over (S-04).
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
      if (everywhere) await this.#passOverRevoked();
    } catch (error) {
      this.#lookedEverywhereAt = Number.NEGATIVE_INFINITY;
      throw error;
    }
  }

  async #startAll(endpoints: readonly string[] | null): Promise<void> {
    const { pool, node, start } = this.#options;
    for (;;) {
      const runs = await startableRuns(pool, node, endpoints, mostAtOnce);
      const results = await Promise.all(runs.map(({ run, endpoint }) => start(run, endpoint)));
      const moved = results.some((result) => result.kind === 'accepted');
      if (runs.length < mostAtOnce || !moved) return;
    }
  }

  async #passOverRevoked(): Promise<void> {
    const { pool, passOver } = this.#options;
    for (;;) {
      const runs = await queuedRunsOfRevoked(pool, mostAtOnce);
      await Promise.all(runs.map((run) => passOver(run, 'the endpoint was revoked')));
      if (runs.length < mostAtOnce) return;
    }
  }
}
