import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { DatabaseSetupError } from '../setup-error.ts';
import { hasCode, messageOf } from '../system-error.ts';
import type { Binaries } from './binaries.ts';
import { programEnvironment, superuser } from './cluster.ts';
import { type Home, socketPort } from './home.ts';
import { openLogFile, readLogTail } from './log-file.ts';
import { endProcesses, findProcesses, isRunning, type RunningProcess, readProcess } from './processes.ts';
import type { Settings } from './settings.ts';

/** Everything that a start needs; the same for every start of one server. */
export type Cluster = {
  readonly home: Home;
  readonly binaries: Binaries;
  readonly password: string;
  readonly settings: Settings;
};

/** A running PostgreSQL that answers. */
export type Postmaster = {
  readonly process: RunningProcess;
  /** Resolves with the manner of its end. */
  readonly exited: Promise<string>;
};

const silentMs = 60_000;
const shutdownSteps = [
  { signal: 'SIGINT', waitMs: 60_000 },
  { signal: 'SIGQUIT', waitMs: 10_000 },
  { signal: 'SIGKILL', waitMs: 10_000 },
] as const;
const orphanSteps = [
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 10_000 },
] as const;

function postmasterArgv({ home, binaries, settings }: Omit<Cluster, 'password'>): string[] {
  const all: Settings = {
    ...settings,
    cluster_name: home.clusterName,
    port: String(socketPort),
    // A list, in which quotes keep a comma part of the path.
    unix_socket_directories: `"${home.socketDirectory}"`,
    unix_socket_permissions: '0700',
  };
  const named = Object.entries(all).map(([name, value]) => `--${name}=${value}`);
  return [binaries.postgres, '-D', home.clusterDirectory, ...named];
}

/** How to reach the cluster's database of this name. */
export function connectionTo({ home, password }: Pick<Cluster, 'home' | 'password'>, database: string) {
  return { host: home.socketDirectory, port: socketPort, user: superuser, password, database };
}

/** The postmaster that a killed server left, if it runs exactly as this server would start it. */
export async function findLeftPostmaster(
  expected: Omit<Cluster, 'password'>,
): Promise<RunningProcess | undefined> {
  const pid = await readPostmasterPid(expected.home);
  const argv = postmasterArgv(expected).join('\0');
  const processes = await findClusterProcesses(expected.home);
  return processes.find((one) => one.pid === pid && one.argv.join('\0') === argv);
}

/** Waits until a left postmaster answers; undefined when it does not. */
export async function adopt(cluster: Cluster, running: RunningProcess): Promise<Postmaster | undefined> {
  try {
    if (!(await untilReady(cluster, running))) return undefined;
  } catch (error) {
    if (error instanceof DatabaseSetupError) throw error;
    return undefined;
  }
  return { process: running, exited: watchExit(running) };
}

/**
 * Starts PostgreSQL and waits until it answers, through a crash recovery if it needs one.
 *
 * @throws when it does not come up; nothing of it runs then.
 */
export async function launch(cluster: Cluster, signal?: AbortSignal): Promise<Postmaster> {
  const { home, binaries } = cluster;
  await endAll(home);
  await removeStaleFiles(home);
  const [file = '', ...args] = postmasterArgv(cluster);
  const log = await openLogFile(home.logFile);
  const { size: loggedBefore } = await log.stat();
  // Detached: Ctrl-C on the server's terminal must reach the server only, which then stops PostgreSQL.
  const child = spawn(file, args, {
    cwd: '/',
    env: programEnvironment(binaries),
    uid: home.account.uid,
    gid: home.account.gid,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  child.unref();
  const exited = once(child, 'exit').then(
    ([code, killedBy]) => (killedBy === null ? `exit code ${code}` : `signal ${killedBy}`),
    messageOf,
  );
  await log.close();
  const running = child.pid === undefined ? undefined : await readProcess(child.pid);
  try {
    if (running !== undefined && (await untilReady(cluster, running, signal)))
      return { process: running, exited };
  } catch (error) {
    await endAll(home);
    throw error;
  }
  throw new DatabaseSetupError(
    `The embedded PostgreSQL ended during its start (${await exited}); the end of ${home.logFile}:\n${await readLogTail(home.logFile, loggedBefore)}`,
  );
}

/**
 * Ends all that runs in this home and resolves with the number of processes there were: a postmaster (fast
 * shutdown: clients are disconnected, everything is written; harder if that hangs), an unfinished initdb,
 * and backends whose postmaster was killed.
 */
export async function endAll(home: Home): Promise<number> {
  const all = await findClusterProcesses(home);
  await endProcesses(all.filter(isProgram(home)), shutdownSteps);
  // Not every orphan notices the loss of its postmaster: some compute, some wait for a lock of one that has gone.
  const orphans = await findClusterProcesses(home);
  if (!(await endProcesses(orphans, orphanSteps))) {
    throw new DatabaseSetupError(
      `Processes of the PostgreSQL in ${home.directory} cannot be ended (pids ${orphans.map(({ pid }) => pid).join(', ')}).`,
    );
  }
  return all.length;
}

async function findClusterProcesses(home: Home): Promise<RunningProcess[]> {
  const title = `postgres: ${home.clusterName}: `;
  const isTitled = (one: RunningProcess) => one.argv[0]?.startsWith(title) ?? false;
  const isOurProgram = isProgram(home);
  return await findProcesses(home.account.uid, (one) => isOurProgram(one) || isTitled(one));
}

/** A postmaster or initdb shows its program's path; backends title themselves with the cluster's name. */
function isProgram(home: Home): (one: RunningProcess) => boolean {
  return ({ argv }) => argv[0]?.startsWith(`${home.directory}/`) ?? false;
}

async function readPostmasterPid(home: Home): Promise<number | undefined> {
  const text = await readFile(join(home.clusterDirectory, 'postmaster.pid'), 'utf8').catch(
    (error: unknown) => {
      if (hasCode(error, 'ENOENT')) return '';
      throw error;
    },
  );
  const pid = Number.parseInt(text, 10);
  return pid > 0 ? pid : undefined;
}

/** PostgreSQL keeps its distance from a pid file whose pid lives again, though as another program. */
async function removeStaleFiles(home: Home): Promise<void> {
  const socket = join(home.socketDirectory, `.s.PGSQL.${socketPort}`);
  const stale = [join(home.clusterDirectory, 'postmaster.pid'), socket, `${socket}.lock`];
  await Promise.all(stale.map((file) => rm(file, { force: true })));
}

/** Not our child, so there is no event to wait for. */
async function watchExit(running: RunningProcess): Promise<string> {
  while (await isRunning(running)) await delay(250, undefined, { ref: false });
  return 'unknown cause';
}

/** True when it answers, false when it ended. */
async function untilReady(cluster: Cluster, running: RunningProcess, signal?: AbortSignal): Promise<boolean> {
  let silentSince = performance.now();
  while (await isRunning(running)) {
    signal?.throwIfAborted();
    try {
      await ensureDatabase(cluster);
      return true;
    } catch (error) {
      if (hasCode(error, '28P01', '28000')) {
        throw new DatabaseSetupError(
          `The embedded PostgreSQL refuses the password in ${cluster.home.passwordFile}: restore that file from a backup.`,
        );
      }
      // 57P03: it answers that it is starting up, recovering or shutting down.
      if (hasCode(error, '57P03')) silentSince = performance.now();
      if (performance.now() - silentSince > silentMs) throw error;
    }
    await delay(50);
  }
  return false;
}

/** The database of our own beside `postgres`, `template0` and `template1`. */
export const databaseName = 'patchbay';

async function ensureDatabase(cluster: Cluster): Promise<void> {
  const client = new pg.Client({ ...connectionTo(cluster, 'postgres'), connectionTimeoutMillis: 5_000 });
  client.on('error', () => {}); // a loss of the connection shows as the failure of the query
  try {
    await client.connect();
    const found = await client.query('select from pg_database where datname = $1', [databaseName]);
    if (found.rowCount === 0) await client.query(`create database ${databaseName}`);
  } finally {
    await client.end();
  }
}
