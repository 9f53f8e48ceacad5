import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../wait-for.ts';

const PROGRAM = fileURLToPath(new URL('hold-endpoint.sh', import.meta.url));
const KILL_LIMIT_MS = 30_000;

/** The disk and the control group of one endpoint, which last until `release` or the end of this process. */
export interface EndpointHold {
  /** Where the endpoint's own files are, console output among them. */
  readonly directory: string;
  /** The endpoint's disk as the processes see it that start with `enter`. */
  readonly root: string;
  /** The endpoint's disk as this process sees it. */
  readonly rootFromHere: string;
  /** Turns a command into one that runs where the disk is mounted, in a control group `name` of its own. */
  enter(name: string, command: readonly string[]): string[];
  /** Kills every process of the endpoint at once and resolves when they are gone. */
  killAll(): Promise<void>;
  /** Kills every process and removes the disk. Rejects with what could not be removed. */
  release(): Promise<void>;
}

/**
 * Makes the disk of an endpoint, empty over `image`, in `directory/<id>`. Rejects when the machine refuses the
 * mounts. What endpoints of killed processes left in `directory` is removed first.
 */
export async function holdEndpoint(directory: string, id: string, image: string): Promise<EndpointHold> {
  // A session of its own: an interrupt from the keyboard must not keep it from cleaning up.
  const holder = spawn('unshare', ['--mount', '--propagation=private', 'sh', PROGRAM, directory, id, image], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const complaints = text(holder.stderr);
  const exit = once(holder, 'exit');
  const failure = async (): Promise<never> => {
    throw new Error(`endpoint ${id} is not held properly: ${(await complaints).trim()}`);
  };
  await Promise.race([once(holder.stdout, 'data'), exit.then(failure)]);

  const here = `/proc/${holder.pid}/root`;
  const group = `/sys/fs/cgroup/patchbay-lab-${id}`;
  const own = path.join(directory, id);
  const root = path.join(own, 'root');

  return {
    directory: own,
    root,
    rootFromHere: here + root,
    enter: (name, command) => [
      'nsenter',
      `--mount=/proc/${holder.pid}/ns/mnt`,
      'sh',
      '-ceu',
      'mkdir "$0"; echo $$ >"$0/cgroup.procs"; exec "$@"',
      `${group}/${name}`,
      ...command,
    ],
    killAll: async () => {
      writeFileSync(`${here}${group}/cgroup.kill`, '1');
      await waitFor(() => readFileSync(`${here}${group}/cgroup.events`, 'utf8').includes('populated 0'), {
        timeoutMs: KILL_LIMIT_MS,
        what: `the processes of endpoint ${id} to be gone`,
      });
    },
    release: async () => {
      holder.stdin.end();
      const [code] = await exit;
      if (code !== 0) await failure();
    },
  };
}
