import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyServerFactory } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { resumeCancellations } from './cycle/cancel-cycle.ts';
import { createCycleKeeper } from './cycle/cycle-keeper.ts';
import { openDatabase } from './database.ts';
import type { EmbeddedPostgresEnd } from './db/embedded/embedded-postgres.ts';
import { ensureJob } from './db/jobs.ts';
import { withTransaction } from './db/pool.ts';
import { readSettings } from './db/settings.ts';
import { createEngine } from './engine/create-engine.ts';
import type { Engine } from './engine/engine.ts';
import type { Loop } from './engine/loop.ts';
import { ensureFirstToken } from './first-token.ts';
import { createEndpointStore } from './gateway/endpoint-store.ts';
import { enrolRoute } from './gateway/enrol-route.ts';
import { type Gateway, openGateway } from './gateway/gateway.ts';
import { createOpenWork } from './gateway/open-work.ts';
import { createOutputStore } from './gateway/output-store.ts';
import { createSessions } from './gateway/sessions.ts';
import { createApp } from './http/create-app.ts';
import { createLiveEvents } from './http/live-events.ts';
import { createMetrics } from './http/metrics.ts';
import { openInstallation } from './installation.ts';
import { forgetJob, forgetWorker } from './jobs/forget.ts';
import { createJobs } from './jobs/jobs.ts';
import { logRetentionJob, logRetentionWorker } from './jobs/log-retention.ts';
import { planDueWorker } from './jobs/plan-due.ts';
import { createReportMailer } from './jobs/report-mail.ts';
import { silentEndpointsJob, silentEndpointsWorker } from './jobs/silent-endpoints.ts';
import { taskScheduleWorker } from './jobs/task-schedules.ts';
import { builtInDirectory, readBuiltInLibrary } from './library/read-built-in.ts';
import { storeBuiltInLibrary } from './library/store-built-in.ts';
import { secretPurpose } from './library/task-values.ts';
import { openSecretKey } from './secret-key.ts';
import { makeFirstLink } from './user/first-link.ts';

/** What {@link startServer} takes. */
export interface ServerOptions {
  readonly config: Config;
  readonly log: Logger;
  /** How often agents give a sign of life, in milliseconds. */
  readonly heartbeatMs?: number;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** A server that answers. */
export interface RunningServer {
  /** Such as `http://127.0.0.1:7700`. */
  readonly url: string;
  readonly engine: Engine;
  /** The administrator's API token that became valid at this start; null when there was one before, or none is wanted. */
  readonly firstToken: string | null;
  /** The one-time link that creates the first administrator; null when there is a user (S-01). */
  readonly firstLink: string | null;
  /** Resolves when the embedded database has ended by itself and the server is of no use any more. */
  readonly databaseEnded: Promise<EmbeddedPostgresEnd>;
  /** Says goodbye to agents, finishes what is under way and ends everything that `startServer` began. */
  stop(): Promise<void>;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const consoleDirectory = fileURLToPath(new URL('../../console/dist', import.meta.url));

/** Starts a whole server node; whatever goes wrong meanwhile, nothing of it is left running. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  await using cleanUp = new AsyncDisposableStack();
  const started = await start(options, cleanUp);
  const kept = cleanUp.move();
  let stopped: Promise<void> | undefined;
  return {
    ...started,
    stop: () => (stopped ??= kept.disposeAsync()),
  };
}

async function start(
  { config, log, heartbeatMs = 15_000, now = Date.now }: ServerOptions,
  cleanUp: AsyncDisposableStack,
): Promise<Omit<RunningServer, 'stop'>> {
  const sealer = await openSecretKey(config);
  const tls = await tlsServer(config);
  const database = await openDatabase(config, log, cleanUp);
  const { pool } = database;

  const library = await readBuiltInLibrary(builtInDirectory);
  const { key, firstToken, firstLink } = await withTransaction(pool, async (tx) => {
    const at = new Date(now());
    await ensureJob(tx, forgetJob, new Date(at.getTime() + hourMs));
    await ensureJob(tx, logRetentionJob, at);
    await ensureJob(tx, silentEndpointsJob, at);
    await storeBuiltInLibrary({ tx, sealer, saved: { by: 'Patchbay', at }, log }, library);
    return {
      key: await openInstallation(tx, sealer),
      firstToken: await ensureFirstToken(tx, { wanted: config.adminToken, now: at }),
      firstLink: await makeFirstLink(tx, at),
    };
  });

  const node = randomUUID();
  let gateway: Gateway | null = null;
  let keeper: Loop | null = null;
  const metrics = createMetrics();
  const engine = createEngine({
    pool: database.enginePool,
    node,
    now,
    dispatch: (orders) => gateway?.dispatch(orders),
    moved: () => keeper?.ask(),
    log,
    meter: metrics.engine,
  });
  const liveEvents = createLiveEvents(pool, log);
  cleanUp.defer(() => liveEvents.stop());
  const agents = {
    requestScan: (endpoint: string) => gateway?.requestScan(endpoint) ?? false,
    revoke: (endpoint: string) => gateway?.revoke(endpoint),
  };
  const store = createEndpointStore(pool, node, now);
  const app = await createApp(
    { pool, engine, agents, sealer, liveEvents, now, log },
    {
      ...(tls ? { createServer: tls } : {}),
      ...(existsSync(join(consoleDirectory, 'index.html')) ? { consoleDirectory } : {}),
      trustedProxies: config.trustedProxies,
      agentRoutes: (routes) => {
        metrics.addTo(routes, pool);
        enrolRoute(routes, { store, key });
      },
    },
  );
  await engine.start();
  cleanUp.defer(() => engine.stop());
  cleanUp.defer(() => app.close());
  const opened = openGateway(app.server, {
    engine,
    sessions: createSessions(engine),
    store,
    output: createOutputStore(pool),
    key,
    openWork: createOpenWork(pool, (sealed) => sealer.open(sealed, secretPurpose), now),
    heartbeatMs,
    scanEveryMs: async () => (await readSettings(pool))['agent.scanEveryHours'] * hourMs,
    now,
    log,
  });
  gateway = opened;
  cleanUp.defer(() => opened.stop());

  const mailer = createReportMailer({ pool, sealer, now, log });
  cleanUp.defer(() => mailer.stop());
  const jobs = createJobs({
    pool,
    now,
    log,
    workers: [
      forgetWorker,
      logRetentionWorker,
      silentEndpointsWorker,
      taskScheduleWorker({ engine, sealer, random: Math.random }),
      planDueWorker({ engine, log }),
      mailer,
    ],
  });
  jobs.start();
  cleanUp.defer(() => jobs.stop());
  const cycles = createCycleKeeper({ pool, engine, now, log });
  cycles.start();
  keeper = cycles;
  cleanUp.defer(() => cycles.stop());
  resumeCancellations({ pool, engine, now }).catch((error: unknown) =>
    log.error({ err: error }, 'cancelled cycles could not be cancelled on'),
  );

  const address = await app.listen({ host: config.host, port: config.port });
  const url = tls === null ? address : address.replace(/^http:/, 'https:');
  log.info({ url, node }, 'The server is ready');
  return {
    url,
    engine,
    firstToken,
    firstLink: firstLink === null ? null : `${url}${firstLink}`,
    databaseEnded: database.ended,
  };
}

/** Makes TLS servers with the operator's certificate (S-04); null for plain HTTP. */
async function tlsServer({ tls }: Config): Promise<FastifyServerFactory | null> {
  if (tls === null) return null;
  const [cert, key] = await Promise.all([readFile(tls.certFile), readFile(tls.keyFile)]);
  return (handler) => createServer({ cert, key }, handler);
}
