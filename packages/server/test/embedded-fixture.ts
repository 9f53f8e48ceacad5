import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import {
  type EmbeddedPostgres,
  type PostgresConnection,
  startEmbeddedPostgres,
} from '../src/db/embedded/embedded-postgres.ts';

/** What a server process in a test says once its PostgreSQL is ready, or why it is not. */
export type ServerReport = { postmaster?: number; host?: string; error?: string };

/** Not durable, but quick: most tests are about processes, not about power cuts. */
export const quick = { fsync: 'off' };

const silent = pino({ level: 'silent' });

/** A directory that everybody can enter, gone after the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'patchbay-embedded-'));
  await chmod(directory, 0o711);
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Starts in this process; stopped after the test at the latest. */
export async function start(
  dataDir: string,
  settings: Record<string, string> = quick,
): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: silent, settings });
  onTestFinished(() => postgres.stop());
  return postgres;
}

/** Starts a server process of its own; killed after the test, and so is its PostgreSQL. */
export async function startServerProcess(
  dataDir: string,
  { settings = quick, uid }: { settings?: Record<string, string>; uid?: number } = {},
): Promise<{ server: ChildProcess; report: ServerReport }> {
  const file = fileURLToPath(new URL('./embedded-server-process.ts', import.meta.url));
  const server = spawn(process.execPath, [file, dataDir, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid, cwd: '/' }),
  });
  let report: ServerReport = {};
  onTestFinished(async () => {
    await kill(server);
    const home = report.host === undefined ? undefined : dirname(report.host);
    if (home === undefined) return;
    for (const pid of await pidsOf(home)) process.kill(pid, 'SIGKILL');
  });
  const lines = createInterface({ input: server.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  report = JSON.parse(line) as ServerReport;
  return { server, report };
}

/** Kills without any chance to tidy up. */
export async function kill(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGKILL');
  await once(server, 'exit');
}

/** Runs work on one connection. */
export async function connected<T>(
  connection: PostgresConnection,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(connection);
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The processes whose command line names something below the directory. */
export async function pidsOf(directory: string): Promise<number[]> {
  const pids: number[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const commandLine = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (commandLine.startsWith(`${directory}/`)) pids.push(pid);
  }
  return pids;
}

/** True when it answers a query. */
export async function answers(connection: PostgresConnection): Promise<boolean> {
  return await connected(connection, async (client) => (await client.query('select 1')).rowCount === 1);
}
