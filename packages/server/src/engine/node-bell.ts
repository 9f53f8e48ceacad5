import type pg from 'pg';
import type { BaseLogger } from 'pino';
import { messageOf } from '../db/system-error.ts';

/** What one node tells the others; those who miss it find out when they look for themselves. */
export interface BellMessage {
  /** There are new runs to start. */
  readonly runs?: boolean;
  /** These endpoints have activities that were not sent, because they are not connected to the ringing node. */
  readonly endpoints?: readonly string[];
}

/** How a {@link NodeBell} is made. */
export interface NodeBellOptions {
  readonly pool: pg.Pool;
  readonly node: string;
  readonly onRing: (message: BellMessage) => void;
  /** Messages may have been missed. */
  readonly onGap: () => void;
  readonly log: BaseLogger;
}

const channel = 'patchbay_engine';
const retryMs = 1_000;
// PostgreSQL refuses messages of 8000 bytes and more.
const endpointsPerMessage = 150;

/** Lets the nodes on one database wake each other, with PostgreSQL's LISTEN and NOTIFY. */
export class NodeBell {
  readonly #options: NodeBellOptions;
  #client: pg.PoolClient | null = null;
  #retry: NodeJS.Timeout | null = null;
  #stopped = false;
  #pending = new Set<string>();
  #ringing: Promise<void> = Promise.resolve();

  constructor(options: NodeBellOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { pool, log, onGap } = this.#options;
    if (this.#stopped) return;
    let client: pg.PoolClient | null = null;
    try {
      client = await pool.connect();
      const listening = client;
      listening.on('notification', ({ payload }) => this.#hear(payload));
      listening.once('end', () => this.#lost(listening));
      await listening.query(`listen ${channel}`);
      this.#client = listening;
      onGap();
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'Other nodes cannot be heard for now');
      client?.release(true);
      this.#startLater();
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#client?.release(true);
    this.#client = null;
    await this.#ringing;
  }

  /** Tells the other nodes that there are runs to start. */
  ringForRuns(): void {
    this.#ring({ runs: true });
  }

  /** Tells the other nodes that these endpoints, which are not connected here, have something to be sent. */
  ringForEndpoints(endpoints: Iterable<string>): void {
    for (const endpoint of endpoints) this.#pending.add(endpoint);
    setImmediate(() => {
      const all = [...this.#pending];
      this.#pending.clear();
      for (let first = 0; first < all.length; first += endpointsPerMessage) {
        this.#ring({ endpoints: all.slice(first, first + endpointsPerMessage) });
      }
    });
  }

  #ring(message: BellMessage): void {
    const { pool, node, log } = this.#options;
    if (this.#stopped) return;
    const payload = JSON.stringify({ node, ...message });
    this.#ringing = this.#ringing
      .then(() => pool.query('select pg_notify($1, $2)', [channel, payload]))
      .then(
        () => undefined,
        (error: unknown) => log.warn({ reason: messageOf(error) }, 'Other nodes could not be told'),
      );
  }

  #hear(payload: string | undefined): void {
    const { node, ...message } = JSON.parse(payload ?? '{}') as BellMessage & { node?: string };
    if (node !== this.#options.node) this.#options.onRing(message);
  }

  #lost(client: pg.PoolClient): void {
    if (this.#client !== client) return;
    this.#client = null;
    client.release(true);
    this.#startLater();
  }

  #startLater(): void {
    if (!this.#stopped) this.#retry = setTimeout(() => void this.start(), retryMs);
  }
}
