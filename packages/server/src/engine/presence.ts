import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { BaseLogger } from 'pino';
import { removeConnections, saveConnections } from '../db/connections.ts';
import { runsUnderWay } from '../db/runs.ts';
import { messageOf } from '../db/system-error.ts';
import { EngineStopped } from './work.ts';

/** An agent that has come or gone, in the order in which the gateway told. */
export type Arrival = {
  readonly endpoint: string;
  readonly bootId: string;
  readonly journal: ReadonlySet<string>;
};
type Change = ({ readonly kind: 'came' } & Arrival) | { readonly kind: 'went'; readonly endpoint: string };
type Waiting = { readonly change: Change; resolve: () => void; reject: (error: Error) => void };

/** How a {@link Presence} is made. */
export interface PresenceOptions {
  readonly pool: pg.Pool;
  readonly node: string;
  readonly log: BaseLogger;
  /**
   * An endpoint is on record as connected, with its unfinished runs, first the one that it works on; resolves when
   * they know.
   */
  readonly came: (arrival: Arrival, runs: readonly number[]) => Promise<void>;
  /** The connection of an endpoint has ended; resolves when its unfinished runs know. */
  readonly went: (endpoint: string, runs: readonly number[]) => Promise<void>;
}

const mostAtOnce = 500;
const firstPauseMs = 50;
const longestPauseMs = 5_000;

/** Keeps on record which endpoints are connected to this node; many agents may come or go at the same time. */
export class Presence {
  readonly #options: PresenceOptions;
  readonly #stopping = new AbortController();
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  readonly #telling = new Set<Promise<void>>();

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  change(change: Change): Promise<void> {
    if (this.#stopping.signal.aborted) return Promise.reject(new EngineStopped());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  get busy(): boolean {
    return this.#running !== null || this.#telling.size > 0;
  }

  async idle(): Promise<void> {
    while (this.busy) await Promise.all([this.#running, ...this.#telling]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    // Others who come at the same moment are taken along.
    await delay(1);
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, mostAtOnce);
      const runs = await this.#record(batch);
      for (const waiting of batch) {
        if (runs === null) waiting.reject(new EngineStopped());
        else this.#tell(waiting, runs);
      }
    }
    // In the same turn in which nobody was waiting, so that nobody can come in between.
    this.#running = null;
  }

  #tell({ change, resolve, reject }: Waiting, runs: ReadonlyMap<string, readonly number[]>): void {
    const { came, went } = this.#options;
    const concerned = runs.get(change.endpoint) ?? [];
    const told = change.kind === 'came' ? came(change, concerned) : went(change.endpoint, concerned);
    const settled: Promise<void> = told.then(resolve, reject).finally(() => this.#telling.delete(settled));
    this.#telling.add(settled);
  }

  /** Writes who came and went, and finds their unfinished runs; null when the engine stops before. */
  async #record(batch: readonly Waiting[]): Promise<ReadonlyMap<string, readonly number[]> | null> {
    const { pool, node, log } = this.#options;
    // The last word about an endpoint counts.
    const last = new Map(batch.map(({ change }) => [change.endpoint, change]));
    const came = [...last.values()].filter((change) => change.kind === 'came');
    const went = [...last.values()].filter((change) => change.kind === 'went');
    for (let attempt = 0; ; attempt += 1) {
      try {
        if (came.length > 0) await saveConnections(pool, node, came);
        if (went.length > 0) {
          await removeConnections(
            pool,
            node,
            went.map((change) => change.endpoint),
          );
        }
        const runs = await runsUnderWay(pool, [...last.keys()]);
        const byEndpoint = Map.groupBy(runs, ({ endpoint }) => endpoint);
        return new Map([...byEndpoint].map(([endpoint, of]) => [endpoint, of.map(({ run }) => run)]));
      } catch (error) {
        log.warn({ reason: messageOf(error) }, 'Connections could not be recorded; it is tried again');
      }
      if (this.#stopping.signal.aborted) return null;
      const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** attempt);
      await delay(pause, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }
}
