import { readdir, readFile, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { hasCode } from '../system-error.ts';

/** A process, told apart from a later one with the same pid by its start (in ticks since boot). */
export type RunningProcess = {
  readonly pid: number;
  readonly start: string;
  readonly argv: readonly string[];
};

/** The live process with this pid; undefined when there is none or it is only waiting to be reaped. */
export async function readProcess(pid: number): Promise<RunningProcess | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    const state = fields[0];
    const start = fields[19];
    if (state === 'Z' || state === 'X' || start === undefined) return undefined;
    const argv = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
    return { pid, start, argv };
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return undefined;
    throw error;
  }
}

/** Whether this very process still runs. */
export async function isRunning(known: RunningProcess): Promise<boolean> {
  return (await readProcess(known.pid))?.start === known.start;
}

/** The user's live processes that fit. */
export async function findProcesses(
  uid: number,
  fits: (one: RunningProcess) => boolean,
): Promise<RunningProcess[]> {
  const found: RunningProcess[] = [];
  for (const entry of await readdir('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const running = await readProcess(pid);
    if (running !== undefined && fits(running) && (await ownerOf(pid)) === uid) found.push(running);
  }
  return found;
}

async function ownerOf(pid: number): Promise<number | undefined> {
  return (await stat(`/proc/${pid}`).catch(() => undefined))?.uid;
}

/** One step of ending processes: a signal (or none: only wait), then how long to give them, in milliseconds. */
export type EndingStep = { readonly signal?: NodeJS.Signals; readonly waitMs: number };

/** Ends processes step by step until all are gone; false when some survive the last step. */
export async function endProcesses(
  processes: readonly RunningProcess[],
  steps: readonly EndingStep[],
): Promise<boolean> {
  let left = await stillRunning(processes);
  for (const { signal, waitMs } of steps) {
    if (signal !== undefined) for (const { pid } of left) sendSignal(pid, signal);
    const deadline = performance.now() + waitMs;
    while (left.length > 0 && performance.now() < deadline) {
      await delay(20);
      left = await stillRunning(left);
    }
    if (left.length === 0) return true;
  }
  return left.length === 0;
}

async function stillRunning(processes: readonly RunningProcess[]): Promise<RunningProcess[]> {
  const checked = await Promise.all(processes.map(async (one) => ((await isRunning(one)) ? one : undefined)));
  return checked.filter((one) => one !== undefined);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}
