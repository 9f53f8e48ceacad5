import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { lchown, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DatabaseSetupError } from '../setup-error.ts';
import { hasCode, messageOf } from '../system-error.ts';
import type { Binaries } from './binaries.ts';
import type { Home } from './home.ts';
import { syncDirectory } from './sync-directory.ts';

/** The role that owns the embedded database; PostgreSQL's superuser there. */
export const superuser = 'patchbay';

/** What PostgreSQL's programs see of the environment: none of the server's own, which may hold secrets. */
export function programEnvironment(binaries: Binaries): NodeJS.ProcessEnv {
  return {
    PATH: '/usr/bin:/bin',
    LD_LIBRARY_PATH: join(binaries.directory, 'lib'),
    LC_ALL: 'C',
    TZ: 'UTC',
  };
}

/**
 * Makes the cluster unless there is one, and checks that these programs can open it.
 *
 * @returns the superuser's password.
 */
export async function openCluster(home: Home, binaries: Binaries, durable: boolean): Promise<string> {
  const exists = (await lstat(home.clusterDirectory).catch(() => undefined)) !== undefined;
  if (!exists) return await createCluster(home, binaries, durable);
  const clusterMajor = (await readFile(join(home.clusterDirectory, 'PG_VERSION'), 'utf8')).trim();
  const ourMajor = binaries.version.split('.')[0];
  if (clusterMajor !== ourMajor) {
    throw new DatabaseSetupError(
      `The database in ${home.clusterDirectory} is of PostgreSQL ${clusterMajor}, this version of Patchbay brings PostgreSQL ${ourMajor}: dump it with the version that wrote it and restore the dump into a new data directory.`,
    );
  }
  try {
    return await readFile(home.passwordFile, 'utf8');
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    throw new DatabaseSetupError(
      `The password file ${home.passwordFile} of the embedded PostgreSQL is missing: restore it from a backup.`,
    );
  }
}

async function createCluster(home: Home, binaries: Binaries, durable: boolean): Promise<string> {
  const { uid, gid } = home.account;
  const unfinished = `${home.clusterDirectory}.unfinished`;
  const initialPassword = join(home.directory, 'initial-password');
  const password = randomBytes(24).toString('base64url');
  await Promise.all([unfinished, initialPassword].map((path) => rm(path, { recursive: true, force: true })));
  await mkdir(unfinished, { mode: 0o700 });
  await lchown(unfinished, uid, gid);
  await rm(home.passwordFile, { force: true });
  await writeFile(home.passwordFile, password, { flag: 'wx', mode: 0o600, flush: true });
  // A file of the account's own, for as long as initdb needs it: initdb takes the password in no better way.
  await writeFile(initialPassword, password, { flag: 'wx', mode: 0o600 });
  await lchown(initialPassword, uid, gid);
  try {
    await promisify(execFile)(
      binaries.initdb,
      [
        `--pgdata=${unfinished}`,
        `--username=${superuser}`,
        `--pwfile=${initialPassword}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
        ...(durable ? [] : ['--no-sync']),
      ],
      { cwd: '/', env: programEnvironment(binaries), uid, gid },
    );
  } catch (error) {
    const output =
      error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : messageOf(error);
    throw new DatabaseSetupError(`The embedded PostgreSQL could not make its cluster: ${output}`);
  } finally {
    await rm(initialPassword, { force: true });
  }
  await rename(unfinished, home.clusterDirectory);
  await syncDirectory(home.directory);
  return password;
}
