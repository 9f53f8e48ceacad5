import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, type FileHandle, open } from 'node:fs/promises';
import { AgentError } from './agent-error.ts';

/** The right to use a state directory, held until released or until this process ends. */
export interface StateLock {
  release(): Promise<void>;
}

/** What flock answers when somebody else holds the lock. */
const takenCode = 75;

/**
 * Takes the state directory for this process: two agents on one journal would run things twice. The lock is the
 * kernel's, so it ends with the process however that dies.
 *
 * @throws AgentError of kind `refused` when another agent holds it
 */
export async function takeStateLock(path: string): Promise<StateLock> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    if (!(await lock(file))) {
      const holder = (await file.readFile('utf8')).trim();
      throw new AgentError('refused', `the agent is already running here (pid ${holder || 'unknown'})`);
    }
    await file.truncate(0);
    await file.write(`${process.pid}\n`, 0);
  } catch (error) {
    await file.close();
    throw error;
  }
  return { release: () => file.close() };
}

/** Node has no flock; the program locks the open file that it shares with this process, and the lock outlives it. */
async function lock(file: FileHandle): Promise<boolean> {
  const child = spawn('flock', ['--nonblock', '--conflict-exit-code', String(takenCode), '3'], {
    stdio: ['ignore', 'ignore', 'ignore', file.fd],
  });
  const [code] = await once(child, 'exit').catch(() => {
    throw new AgentError('failed', 'the agent needs the program flock (package util-linux)');
  });
  if (code !== 0 && code !== takenCode) {
    throw new AgentError('failed', `the state directory's file system has no locks (flock: exit ${code})`);
  }
  return code === 0;
}
