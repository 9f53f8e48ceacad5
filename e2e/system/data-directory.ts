import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@patchbay/server/db/embedded/embedded-postgres';
import { type RunningProcess, readProcess } from '@patchbay/server/db/embedded/processes';
import { waitFor } from '@patchbay/testkit/wait-for';
import { pino } from 'pino';

/**
 * Makes a data directory. It is named so that the next test run removes it, and what runs in it, if this one is killed.
 */
export async function makeDataDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), `patchbay-test-${process.pid}-`));
  await chmod(directory, 0o711);
  return directory;
}

/** Ends the PostgreSQL that a killed server may have left in a data directory, and removes both. */
export async function removeDataDirectory(directory: string): Promise<void> {
  const postgres = await startEmbeddedPostgres({ dataDir: directory, log: pino({ level: 'silent' }) });
  await postgres.stop();
  const elsewhere = await readFile(join(directory, 'postgres-location'), 'utf8').catch(() => null);
  if (elsewhere !== null) await rm(elsewhere.trim(), { recursive: true, force: true });
  await rm(directory, { recursive: true, force: true });
}

/** Where the data directory's PostgreSQL lives. */
export async function postgresHome(directory: string): Promise<string> {
  const elsewhere = await readFile(join(directory, 'postgres-location'), 'utf8').catch(() => null);
  return elsewhere?.trim() ?? join(directory, 'postgres');
}

/** The live postmaster's process id; null when there is none. */
export async function postmasterPid(directory: string): Promise<number | null> {
  const home = await postgresHome(directory);
  const text = await readFile(join(home, 'cluster', 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return (await processesOf(home)).some((one) => one.pid === pid) ? pid : null;
}

/** `kill -9` of the postmaster; one that is being started again is waited for. */
export async function killPostmaster(directory: string): Promise<void> {
  await waitFor(
    async () => {
      const pid = await postmasterPid(directory);
      return pid !== null && process.kill(pid, 'SIGKILL');
    },
    { timeoutMs: 30_000, what: 'a postmaster to kill' },
  );
}

/** The live processes, of any user, that have this text in their command line. */
export async function processesOf(text: string): Promise<RunningProcess[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  const running = await Promise.all(pids.map(readProcess));
  return running.flatMap((one) => (one?.argv.some((part) => part.includes(text)) ? [one] : []));
}
