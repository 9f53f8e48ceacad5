import { activityId } from '@patchbay/domain/activity/activity-id';
import type pg from 'pg';
import type { BaseLogger } from 'pino';
import { activitiesOfEndpoints } from '../db/activities.ts';
import type { ActivityToSend, Dispatch } from './engine.ts';
import { Loop } from './loop.ts';

/** An endpoint that is connected here, and what it was sent last over this connection. */
interface LocalEndpoint {
  readonly bootId: string;
  /** Whether what was under way when it came is settled (W-08). */
  settled: boolean;
  /** Something that was not sent may have been committed before that. */
  doubtful: boolean;
  started: string | null;
  readonly stopped: Set<string>;
}

/** How an {@link Outbox} is made. */
export interface OutboxOptions {
  readonly pool: pg.Pool;
  readonly dispatch: Dispatch;
  /** Some of the orders are for endpoints that are not connected here. */
  readonly elsewhere: (endpoints: Iterable<string>) => void;
  readonly everyMs: number;
  readonly log: BaseLogger;
}

/** Has orders sent to the endpoints that are connected here, and finds those that nobody has sent. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #local = new Map<string, LocalEndpoint>();
  readonly #doubtful = new Set<string>();
  #checkedAllAt = Number.NEGATIVE_INFINITY;
  readonly #search: Loop;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#search = new Loop({
      what: 'send what was not sent',
      everyMs: options.everyMs,
      log: options.log,
      task: () => this.#sendUnsent(),
    });
  }

  start(): void {
    this.#search.start();
  }

  async stop(): Promise<void> {
    await this.#search.stop();
  }

  /**
   * From now on the endpoint can be sent orders from here; what an earlier connection was sent does not count. Call what
   * is returned when its unfinished runs have been told: what they leave unsent is looked for from then on.
   */
  enter(endpoint: string, bootId: string): () => void {
    const local = { bootId, settled: false, doubtful: false, started: null, stopped: new Set<string>() };
    this.#local.set(endpoint, local);
    return () => {
      local.settled = true;
      if (local.doubtful && this.#local.get(endpoint) === local) this.check([endpoint]);
    };
  }

  leave(endpoint: string): void {
    this.#local.delete(endpoint);
  }

  /** The endpoints that are connected here. */
  get connected(): { endpoint: string; bootId: string }[] {
    return [...this.#local].map(([endpoint, { bootId }]) => ({ endpoint, bootId }));
  }

  /** Sends orders to whom is connected here, and lets the other nodes know of the rest. */
  send(orders: readonly ActivityToSend[]): void {
    const here: ActivityToSend[] = [];
    const elsewhere = new Set<string>();
    for (const order of orders) {
      const local = this.#local.get(order.endpoint);
      if (local === undefined) {
        elsewhere.add(order.endpoint);
      } else {
        if (order.action === 'start') local.started = activityId(order);
        else local.stopped.add(activityId(order));
        here.push(order);
      }
    }
    if (elsewhere.size > 0) this.#options.elsewhere(elsewhere);
    if (here.length === 0) return;
    try {
      this.#options.dispatch(here);
    } catch (error) {
      this.#options.log.error({ err: error }, 'Orders could not be dispatched');
    }
  }

  /** Some of these endpoints may have something that was not sent. */
  check(endpoints: Iterable<string>): void {
    for (const endpoint of endpoints) {
      const local = this.#local.get(endpoint);
      if (local?.settled === true) this.#doubtful.add(endpoint);
      else if (local !== undefined) local.doubtful = true;
    }
    if (this.#doubtful.size > 0) this.#search.ask();
  }

  /** So may all of them. */
  checkAll(): void {
    this.#checkedAllAt = Number.NEGATIVE_INFINITY;
    this.#search.ask();
  }

  async #sendUnsent(): Promise<void> {
    const at = performance.now();
    const everywhere = this.#doubtful.size === 0 || at - this.#checkedAllAt >= this.#options.everyMs;
    const asked = [...(everywhere ? this.#local.keys() : this.#doubtful)];
    const endpoints = asked.filter((endpoint) => this.#local.get(endpoint)?.settled);
    this.#doubtful.clear();
    if (everywhere) this.#checkedAllAt = at;
    if (endpoints.length === 0) return;
    const found = await activitiesOfEndpoints(this.#options.pool, endpoints);
    const orders: ActivityToSend[] = [];
    for (const { run, step, attempt, endpoint, snapshot, status, stopAsked } of found) {
      const local = this.#local.get(endpoint);
      if (!local?.settled) continue;
      const id = activityId({ run, step, attempt });
      const order = { run, step, attempt, endpoint, snapshot };
      if (status === 'queued' && local.started !== id) orders.push({ action: 'start', ...order });
      if (stopAsked && !local.stopped.has(id)) orders.push({ action: 'stop', ...order });
    }
    this.send(orders);
  }
}
