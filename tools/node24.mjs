// Finds Node 24 and runs a program of this checkout under it. Plain JavaScript for Node 20.20, no dependencies.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const binaries = join(root, 'node_modules', '.bin');

/**
 * Runs `program` (a path below the checkout) under Node 24 with this process's terminal, and answers its exit
 * code (128 + signal number if a signal ended it). Never ends before the program does, so that Ctrl-C leaves
 * it the time to stop cleanly.
 */
export function runUnderNode24(program, args) {
  const child = spawn(findNode24(), [join(root, program), ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH ?? ''}` },
  });
  const forwarded = new Set();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // One stop may arrive here several times (npm passes on what the terminal has sent to all already).
      if (forwarded.has(signal) || (signal !== 'SIGTERM' && terminalSignalsTheWholeGroup())) return;
      forwarded.add(signal);
      child.kill(signal);
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/** The pinned Node of the dependencies, or the running one if it is new enough. */
function findNode24() {
  const pinned = join(binaries, 'node');
  if (existsSync(pinned) && spawnSync(pinned, ['--version']).status === 0) return pinned;
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  throw new Error(
    `Node 24 is needed and this is Node ${process.versions.node}. On Linux (x64, arm64) it comes with the ` +
      'dependencies: run `npm ci --include=optional`. Elsewhere install Node 24 and run the same command again.',
  );
}

/** Whether Ctrl-C reaches the program without our help: true in the foreground of a terminal. */
function terminalSignalsTheWholeGroup() {
  try {
    const afterName = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
    const [, , group, , , foregroundGroup] = afterName;
    return group === foregroundGroup;
  } catch {
    return process.stdin.isTTY === true;
  }
}
