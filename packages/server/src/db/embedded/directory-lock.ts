import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, type FileHandle, open } from 'node:fs/promises';
import { DatabaseSetupError } from '../setup-error.ts';

/** The right to use a directory, held until released or until this process ends. */
export type DirectoryLock = { release(): Promise<void> };

const takenExitCode = 75;
/** A server killed a moment ago may still be on its way out. */
const patienceSeconds = '1';

/**
 * Takes the lock file for this process and writes its pid there for the message a second server shows.
 *
 * The lock itself is the kernel's (flock on a descriptor that only this process keeps), so it ends with the
 * process however that dies, a reused pid means nothing, and containers that share the volume see it too.
 *
 * @throws DatabaseSetupError when another process holds it.
 */
export async function lockDirectory(lockFile: string): Promise<DirectoryLock> {
  const file = await open(lockFile, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  try {
    if (!(await tryLock(file))) {
      const holder = (await file.readFile('utf8')).trim();
      throw new DatabaseSetupError(
        `Another Patchbay server (pid ${holder === '' ? 'unknown' : holder}) uses this data directory.`,
      );
    }
    await file.truncate(0);
    await file.write(`${process.pid}\n`, 0);
  } catch (error) {
    await file.close();
    throw error;
  }
  let released: Promise<void> | undefined;
  return {
    release() {
      released ??= file.close();
      return released;
    },
  };
}

/** Node has no flock; the program locks the open file that it shares with us, and the lock outlives it. */
async function tryLock(file: FileHandle): Promise<boolean> {
  const child = spawn('flock', ['-w', patienceSeconds, '-E', String(takenExitCode), '3'], {
    stdio: ['ignore', 'ignore', 'ignore', file.fd],
  });
  const [code] = await once(child, 'exit').catch(() => {
    throw new DatabaseSetupError(
      'The embedded PostgreSQL needs the program flock (package util-linux); install it, or set DATABASE_URL.',
    );
  });
  if (code === 0) return true;
  if (code === takenExitCode) return false;
  throw new DatabaseSetupError(
    `The data directory's file system does not support locks (flock: exit ${code}).`,
  );
}
