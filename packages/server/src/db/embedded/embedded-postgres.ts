import { setTimeout as delay } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import { messageOf } from '../system-error.ts';
import { installBinaries, removeOtherBinaries } from './binaries.ts';
import { openCluster } from './cluster.ts';
import { lockDirectory } from './directory-lock.ts';
import { openHome } from './home.ts';
import { rotateLogFile } from './log-file.ts';
import {
  adopt,
  type Cluster,
  connectionTo,
  databaseName,
  endAll,
  findLeftPostmaster,
  launch,
  type Postmaster,
} from './postmaster.ts';
import { defaultSettings, type Settings } from './settings.ts';

/** How to reach a PostgreSQL; `host` is the directory of its Unix socket when it begins with a slash. */
export type PostgresConnection = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
};

/** Why an embedded PostgreSQL no longer runs and will not come back. */
export type EmbeddedPostgresEnd =
  | { readonly reason: 'stopped' }
  | { readonly reason: 'failed'; readonly error: Error };

/** A PostgreSQL of the server's own, started again whenever it dies, until it is stopped. */
export type EmbeddedPostgres = {
  readonly connection: PostgresConnection;
  /** The postmaster's process id; another one after a restart. */
  readonly pid: number;
  /** Shuts PostgreSQL down (connected clients are disconnected) and resolves when no process of it is left. */
  stop(): Promise<void>;
  /** Resolves after `stop`, or when PostgreSQL could not be started again; never rejects. */
  readonly exited: Promise<EmbeddedPostgresEnd>;
};

/** What {@link startEmbeddedPostgres} takes. */
export type EmbeddedPostgresOptions = {
  readonly dataDir: string;
  readonly log: BaseLogger;
  /** PostgreSQL settings over the defaults, such as `{ fsync: 'off' }` for tests. */
  readonly settings?: Settings;
};

const rotationIntervalMs = 60_000;
const longestPauseMs = 2_000;
const firstPauseMs = 100;
const shortLifeMs = 1_000;
const failuresBeforeGivingUp = 10;

/**
 * Starts the data directory's PostgreSQL, making it at the first start, and takes care of whatever a killed
 * server or PostgreSQL left behind. It listens on a Unix socket only.
 *
 * @throws DatabaseSetupError with a sentence for the operator, for instance when another server uses the
 * data directory.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log } = options;
  const home = await openHome(dataDir);
  const lock = await lockDirectory(home.lockFile);
  try {
    const { cluster, postmaster } = await bringUp(options, home);
    log.info(
      { directory: home.directory, user: home.account.name, postmaster: postmaster.process.pid },
      'The embedded PostgreSQL is ready',
    );
    return supervise(cluster, postmaster, log, () => lock.release());
  } catch (error) {
    try {
      await endAll(home);
    } finally {
      await lock.release();
    }
    throw error;
  }
}

async function bringUp(
  { log, settings: overrides = {} }: EmbeddedPostgresOptions,
  home: Cluster['home'],
): Promise<{ cluster: Cluster; postmaster: Postmaster }> {
  const settings = { ...defaultSettings, ...overrides };
  const binaries = await installBinaries(home.directory);
  const left = await findLeftPostmaster({ home, binaries, settings });
  const ended = left === undefined ? await endAll(home) : 0;
  if (ended > 0) log.warn({ processes: ended }, 'Ended what an earlier PostgreSQL had left running');
  const password = await openCluster(home, binaries, settings['fsync'] !== 'off');
  const cluster = { home, binaries, password, settings };
  const adopted = left && (await adopt(cluster, left));
  if (adopted !== undefined)
    log.warn({ postmaster: adopted.process.pid }, 'Took over the PostgreSQL of an earlier server');
  const postmaster = adopted ?? (await launch(cluster));
  await removeOtherBinaries(home.directory, binaries);
  return { cluster, postmaster };
}

function supervise(
  cluster: Cluster,
  first: Postmaster,
  log: BaseLogger,
  release: () => Promise<void>,
): EmbeddedPostgres {
  const { home } = cluster;
  const stopping = new AbortController();
  const stopRequested = new Promise<void>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve());
  });
  let current = first;

  const rotation = setInterval(() => {
    rotateLogFile(home.logFile).catch((error: unknown) => log.error({ error }, 'PostgreSQL log not rotated'));
  }, rotationIntervalMs);
  rotation.unref();

  async function keepRunning(): Promise<void> {
    let failures = 0;
    for (;;) {
      const since = performance.now();
      const cause = await Promise.race([current.exited, stopRequested]);
      if (stopping.signal.aborted) {
        await endAll(home);
        return;
      }
      log.error({ cause }, 'PostgreSQL has ended; starting it again');
      failures = performance.now() - since < shortLifeMs ? failures + 1 : 0;
      const next = await restart(failures);
      if (next === undefined) return;
      current = next;
      log.info({ postmaster: current.process.pid }, 'PostgreSQL is ready again');
    }
  }

  /** Undefined when the stop came first. */
  async function restart(failuresBefore: number): Promise<Postmaster | undefined> {
    for (let failures = failuresBefore; ; failures += 1) {
      try {
        const pause = failures === 0 ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1));
        await delay(pause, undefined, { signal: stopping.signal });
        return await launch(cluster, stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) return undefined;
        if (failures >= failuresBefore + failuresBeforeGivingUp) throw error;
        log.error({ reason: messageOf(error) }, 'PostgreSQL did not start');
      }
    }
  }

  async function runToTheEnd(): Promise<EmbeddedPostgresEnd> {
    try {
      await keepRunning();
      return { reason: 'stopped' };
    } catch (error) {
      log.error({ reason: messageOf(error) }, 'PostgreSQL has ended for good');
      return { reason: 'failed', error: error instanceof Error ? error : new Error(messageOf(error)) };
    } finally {
      clearInterval(rotation);
      await release();
    }
  }

  const exited = runToTheEnd();
  return {
    connection: connectionTo(cluster, databaseName),
    get pid() {
      return current.process.pid;
    },
    exited,
    async stop() {
      stopping.abort();
      await exited;
    },
  };
}
