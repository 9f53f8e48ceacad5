import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { hasCode } from '../error-code.ts';

/**
 * How the processes of one piece of work are found again, even after the agent has crashed and even when they have
 * left their process group: by a variable in their environment and, where systemd keeps them, by their unit.
 */
export interface TreeMark {
  /** Value of {@link markVariable} in every process of the tree. */
  readonly mark: string;
  /** Name of the systemd scope that holds them; null where there is none. */
  readonly unit: string | null;
}

/** The environment variable that marks the processes of a tree. */
export const markVariable = 'PATCHBAY_TREE';

interface LiveProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
}

/**
 * The live processes of a tree: those that carry the mark or live in the unit, their descendants, and whoever shares
 * a process group or session that one of them leads. `root`: the process that the agent started, when it still knows it.
 */
export function findTree(tree: TreeMark, root: number | null = null): number[] {
  const live = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && pid !== process.pid)
    .map(readProcess)
    .filter((one) => one !== null);
  const leaders = new Set<number>(root === null ? [] : [root]);
  const found = new Set(live.filter(({ pid }) => pid === root || isMarked(pid, tree)).map(({ pid }) => pid));
  const belongs = (one: LiveProcess): boolean =>
    found.has(one.parent) ||
    [one.group, one.session].some((leader) => found.has(leader) || leaders.has(leader));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const one of live) if (belongs(one)) found.add(one.pid);
  }
  return [...found];
}

function readProcess(pid: number): LiveProcess | null {
  const status = readProc(pid, 'stat');
  // The command's name stands in brackets and may hold anything, blanks and brackets too.
  const [state, parent, group, session] = status.slice(status.lastIndexOf(')') + 2).split(' ');
  if (state === undefined || state === '' || state === 'Z' || state === 'X') return null;
  return { pid, parent: Number(parent), group: Number(group), session: Number(session) };
}

function isMarked(pid: number, { mark, unit }: TreeMark): boolean {
  if (`\0${readProc(pid, 'environ')}`.includes(`\0${markVariable}=${mark}\0`)) return true;
  if (unit === null) return false;
  return readProc(pid, 'cgroup')
    .split('\n')
    .some((line) => line.endsWith(`/${unit}`) || line.includes(`/${unit}/`));
}

/** A process that has ended meanwhile, or that is not ours to look into, reads as empty. */
function readProc(pid: number, file: 'stat' | 'environ' | 'cgroup'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return '';
    throw error;
  }
}

/** How long processes that will not die (in uninterruptible sleep) are pursued, in milliseconds. */
const pursueMs = 10_000;

/**
 * Ends a whole tree (E-07): `request` (SIGTERM), then SIGKILL after `graceMs` until nothing is left. Answers the pids
 * that could not be ended, which is none unless the kernel holds them or they belong to somebody else.
 */
export async function endTree(
  find: () => number[],
  graceMs: number,
  request: NodeJS.Signals = 'SIGTERM',
): Promise<number[]> {
  let left = find();
  for (const pid of left) {
    sendSignal(pid, request);
    // A stopped process would sleep through it.
    sendSignal(pid, 'SIGCONT');
  }
  const graceEnds = performance.now() + graceMs;
  for (let pause = 10; left.length > 0 && performance.now() < graceEnds; pause = Math.min(pause * 2, 250)) {
    await delay(Math.min(pause, Math.max(graceEnds - performance.now(), 1)));
    left = find();
  }
  const pursuitEnds = performance.now() + pursueMs;
  while (left.length > 0 && performance.now() < pursuitEnds) {
    for (const pid of left) sendSignal(pid, 'SIGKILL');
    await delay(20);
    left = find();
  }
  return left;
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH', 'EPERM')) throw error;
  }
}
