import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs `work` while no other process on this machine holds the lock of that name. The lock ends with this
 * process, however it ends. The file is made if it is missing and stays.
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; read -r _'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const exit = once(holder, 'exit');
  try {
    await Promise.race([
      once(holder.stdout, 'data'),
      exit.then(() => Promise.reject(new Error(`cannot lock ${file}`))),
    ]);
    return await work();
  } finally {
    holder.stdin.end();
    await exit;
  }
}
