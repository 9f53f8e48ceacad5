// Keeps node_modules in step with package-lock.json. Plain JavaScript for Node 20.20, no dependencies.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const lockFile = join(root, '.install.lock');

/**
 * Runs `npm ci` unless what is installed is what package-lock.json asks for. Two launchers in one checkout
 * take turns. Throws an error that says what to do when npm fails.
 */
export async function ensureInstalled() {
  if (isInstalled()) return;
  await takeTurn();
  try {
    if (!isInstalled()) await npmCi();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

/**
 * Compares npm's own record of what it installed with package-lock.json, by content: the record is the last
 * thing npm writes, so an interrupted installation has none. Optional packages may be absent (other
 * platforms); workspaces are links.
 */
function isInstalled() {
  const installed = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  const wanted = packagesIn(join(root, 'package-lock.json'));
  if (installed === undefined || wanted === undefined) return false;
  const sameOrOptional = ([path, entry]) =>
    installed[path] === undefined ? entry.optional === true : identity(installed[path]) === identity(entry);
  return (
    Object.entries(wanted)
      .filter(([path]) => path.includes('node_modules/'))
      .every(sameOrOptional) && Object.keys(installed).every((path) => wanted[path] !== undefined)
  );
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

const identity = (entry) => `${entry.version} ${entry.integrity} ${entry.link === true}`;

async function takeTurn() {
  let told = false;
  for (;;) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isAlive(holderOfTurn())) {
      rmSync(lockFile, { force: true });
    } else {
      if (!told) console.error('Waiting for another installation in this folder …');
      told = true;
      await delay(300);
    }
  }
}

function holderOfTurn() {
  try {
    return Number(readFileSync(lockFile, 'utf8'));
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function npmCi() {
  console.error('Installing the dependencies (npm ci; once, and after they change) …');
  const started = Date.now();
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm tells its scripts where its own program is; that needs no PATH and no shell.
  const npm = process.env.npm_execpath;
  const [command, commandArgs] = npm?.endsWith('.js') ? [process.execPath, [npm, ...args]] : ['npm', args];
  const problem = await new Promise((resolve) => {
    const child = spawn(command, commandArgs, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(code === 0 ? undefined : `it ended with ${signal ?? code}`));
  });
  if (problem !== undefined) {
    throw new Error(
      `the dependencies could not be installed: npm ci failed (${problem}).\n` +
        'npm needs a package registry it can reach: see its message above, check the network and ' +
        '`npm config get registry`, then run the same command again.',
    );
  }
  console.error(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}
