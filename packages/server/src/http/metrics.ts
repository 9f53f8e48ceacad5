import type pg from 'pg';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { countNow } from '../db/views/figures.ts';
import type { EngineMeter } from '../engine/engine.ts';
import type { App } from './app.ts';

/** The figures of this server process (O-08): no names, no addresses, and as many series on any installation. */
export interface Metrics {
  /** What the engine tells. */
  readonly engine: EngineMeter;
  /** Counts the answers to requests from now on, and adds `/metrics`. To be called before other routes are added. */
  addTo(app: App, pool: pg.Pool): void;
}

/** What is counted in the database is counted once in this time at most, however often somebody asks. */
const recountAfterMs = 5_000;
const secondsOfWork = [0.005, 0.02, 0.1, 0.5, 2, 10];

/** Makes the figures of a server process; all counts begin at 0. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const batchSeconds = new Histogram({
    name: 'patchbay_engine_batch_duration_seconds',
    help: "How long the engine's transactions took",
    buckets: secondsOfWork,
    registers,
  });
  const batchWorks = new Counter({
    name: 'patchbay_engine_works_total',
    help: 'Pieces of work that the engine has committed',
    registers,
  });
  const started = new Counter({
    name: 'patchbay_activities_started_total',
    help: 'Activities that were ordered from endpoints',
    registers,
  });
  const finished = new Counter({
    name: 'patchbay_activities_finished_total',
    help: 'Activities that have ended, by how',
    labelNames: ['status'] as const,
    registers,
  });
  const httpSeconds = new Histogram({
    name: 'patchbay_http_request_duration_seconds',
    help: 'How long answers took, by route',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: secondsOfWork,
    registers,
  });
  const database = new Gauge({
    name: 'patchbay_database_up',
    help: 'Whether the database answered (1) when it was asked last',
    registers,
  });
  const connected = new Gauge({
    name: 'patchbay_endpoints_connected',
    help: 'Endpoints with a connection to any server node',
    registers,
  });
  const runs = new Gauge({
    name: 'patchbay_runs',
    help: 'Runs that have not finished, by status, on all server nodes',
    labelNames: ['status'] as const,
    registers,
  });

  const recount = async (pool: pg.Pool): Promise<void> => {
    const counted = await countNow(pool).catch(() => null);
    database.set(counted === null ? 0 : 1);
    runs.reset();
    connected.set(counted?.connected ?? Number.NaN);
    for (const { status, count } of counted?.runs ?? []) runs.set({ status }, count);
  };

  return {
    engine: {
      committed({ seconds, works, ordered, ended }) {
        batchSeconds.observe(seconds);
        batchWorks.inc(works);
        started.inc(ordered);
        for (const status of ended) finished.inc({ status });
      },
    },
    addTo(app, pool) {
      app.addHook('onResponse', async (request, reply) => {
        // An address without a route is anybody's invention.
        const route = request.routeOptions.url ?? 'none';
        const status = `${Math.trunc(reply.statusCode / 100)}xx`;
        httpSeconds.observe({ method: request.method, route, status }, reply.elapsedTime / 1_000);
      });
      let counted: { readonly at: number; readonly done: Promise<void> } | null = null;
      app.get('/metrics', {
        config: { action: 'public' },
        schema: { tags: ['health'], summary: 'Figures of this server process, for Prometheus' },
        handler: async (_request, reply) => {
          const at = performance.now();
          if (counted === null || at - counted.at > recountAfterMs) counted = { at, done: recount(pool) };
          await counted.done;
          return reply.type(registry.contentType).send(await registry.metrics());
        },
      });
    },
  };
}
