import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningProcess, readProcess } from '@patchbay/server/db/embedded/processes';
import { waitFor } from './wait-for.ts';

const prefix = 'patchbay-test-';

/**
 * Makes a data directory for a server. It is named so that the next test run removes it, and what runs on it, should
 * this one be killed. `mode`: 0711 lets PostgreSQL's user pass, 0700 does not.
 */
export async function makeDataDirectory(mode: 0o711 | 0o700 = 0o711): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  await chmod(directory, mode);
  return directory;
}

/** The data directories of test runs that do not run any more. */
export async function findLeftDataDirectories(): Promise<string[]> {
  const names = await readdir(tmpdir());
  const left = await Promise.all(
    names.map(async (name) => {
      const pid = Number(new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]);
      return pid > 0 && (await readProcess(pid)) === undefined ? [join(tmpdir(), name)] : [];
    }),
  );
  return left.flat();
}

/** Ends whatever runs on a data directory, servers and PostgreSQL, and removes it with its database. */
export async function removeDataDirectory(directory: string): Promise<void> {
  const home = await postgresHome(directory);
  const find = async () => [...(await serversOf(directory)), ...(await processesOf(home))];
  await waitFor(
    async () => {
      const left = await find();
      // PostgreSQL ends at once on SIGQUIT, and without a word in anybody's way.
      for (const { pid, argv } of left) kill(pid, argv[0]?.startsWith(home) ? 'SIGQUIT' : 'SIGKILL');
      return left.length === 0;
    },
    { what: `the end of all that runs on ${directory}` },
  );
  await rm(home, { recursive: true, force: true });
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
    { what: 'a postmaster to kill' },
  );
}

/** The live processes, of any user, that have this text in their command line. */
export function processesOf(text: string): Promise<RunningProcess[]> {
  return findProcesses(async ({ argv }) => argv.some((part) => part.includes(text)));
}

/** The live processes whose environment names this data directory. */
function serversOf(directory: string): Promise<RunningProcess[]> {
  return findProcesses(async ({ pid }) => {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    return environment.split('\0').includes(`PATCHBAY_DATA_DIR=${directory}`);
  });
}

async function findProcesses(fits: (one: RunningProcess) => Promise<boolean>): Promise<RunningProcess[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const running = await readProcess(pid);
      return running !== undefined && (await fits(running)) ? [running] : [];
    }),
  );
  return found.flat();
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
