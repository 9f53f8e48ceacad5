import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const checkout = mkdtempSync(join(tmpdir(), 'launcher-'));
const signalLog = join(checkout, 'signals');

/** Stands for `npm start`'s program: tells what it got, and takes a moment to stop cleanly. */
const program = `
import { appendFileSync } from 'node:fs';
const [mode] = process.argv.slice(2);
console.log(JSON.stringify({ major: parseInt(process.versions.node), args: process.argv.slice(2) }));
if (mode === 'exit') process.exit(42);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {
  appendFileSync(${JSON.stringify(signalLog)}, signal + ' ');
  setTimeout(() => { console.log('stopped cleanly'); process.exit(7); }, 200);
});
setInterval(() => {}, 1000);
`;

/** Stands for npm: counts its runs, and installs by linking the real node_modules. */
const fakeNpm = `
import { appendFileSync, copyFileSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
appendFileSync('npm-runs', process.argv.slice(2, 3) + ' ');
if (process.env.NPM_FAILS) { console.error('npm error no network'); process.exit(1); }
rmSync('node_modules', { recursive: true, force: true });
mkdirSync('node_modules');
symlinkSync(${JSON.stringify(join(root, 'node_modules/.bin'))}, 'node_modules/.bin');
setTimeout(() => copyFileSync('package-lock.json', 'node_modules/.package-lock.json'), 300);
`;

type Launched = {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly end: Promise<unknown[]>;
};

function launch(args: readonly string[], env: NodeJS.ProcessEnv = {}): Launched {
  // A session of its own: no terminal signals the group.
  const child = spawn(process.execPath, [join(checkout, 'tools/launch.mjs'), ...args], {
    cwd: checkout,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, npm_execpath: join(checkout, 'npm.js'), ...env },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  return { child, output: () => text, end: once(child, 'close') };
}

function write(file: string, content: string): void {
  mkdirSync(dirname(join(checkout, file)), { recursive: true });
  writeFileSync(join(checkout, file), content);
}

beforeAll(() => {
  for (const file of ['launch.mjs', 'install.mjs', 'node24.mjs']) {
    cpSync(join(root, 'tools', file), join(checkout, 'tools', file));
  }
  write('packages/cli/src/start.ts', program);
  write('tools/build-console.ts', '');
  write('npm.js', fakeNpm);
  write('package.json', JSON.stringify({ private: true, type: 'module' }));
  write('package-lock.json', JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }));
});
afterAll(() => rmSync(checkout, { recursive: true }));

describe('the launcher, installed', () => {
  beforeAll(() => {
    mkdirSync(join(checkout, 'node_modules'));
    cpSync(join(checkout, 'package-lock.json'), join(checkout, 'node_modules/.package-lock.json'));
    symlinkSync(join(root, 'node_modules/.bin'), join(checkout, 'node_modules/.bin'));
  });
  beforeEach(() => rmSync(signalLog, { force: true }));
  afterAll(() => rmSync(join(checkout, 'node_modules'), { recursive: true }));

  it('runs the program under Node 24 with its arguments and ends with its exit code', async () => {
    const { output, end } = launch(['start', 'exit', '$HOME', 'a b']);
    expect(await end).toEqual([42, null]);
    expect(JSON.parse(output())).toEqual({ major: 24, args: ['exit', '$HOME', 'a b'] });
    expect(existsSync(join(checkout, 'npm-runs'))).toBe(false);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('passes %s on once and waits for a clean end', async (signal) => {
    const { child, output, end } = launch(['start', 'wait']);
    await waitFor(() => output().includes('major'), { what: 'the program' });
    child.kill(signal);
    await waitFor(() => existsSync(signalLog), { what: 'the signal' });
    child.kill(signal);
    expect(await end).toEqual([7, null]);
    expect(output()).toContain('stopped cleanly');
    expect(readFileSync(signalLog, 'utf8')).toBe(`${signal} `);
  });

  it('ends with 128 and the signal that ended the program', async () => {
    write('packages/cli/src/start.ts', "process.kill(process.pid, 'SIGKILL');");
    const { end } = launch(['start']);
    expect(await end).toEqual([137, null]);
    write('packages/cli/src/start.ts', program);
  });

  it('tells its targets when it does not know one', async () => {
    const { output, end } = launch(['stop']);
    expect(await end).toEqual([64, null]);
    expect(output()).toContain('start|test|bench|check');
  });
});

describe('the launcher, not installed', () => {
  beforeEach(() => {
    for (const path of ['node_modules', 'npm-runs', '.install.lock']) {
      rmSync(join(checkout, path), { recursive: true, force: true });
    }
  });
  const npmRuns = (): string => readFileSync(join(checkout, 'npm-runs'), 'utf8');

  it('says what to do when npm fails', async () => {
    const { output, end } = launch(['start', 'exit'], { NPM_FAILS: '1' });
    expect(await end).toEqual([1, null]);
    expect(output()).toContain('npm error no network');
    expect(output()).toContain('check the network');
    expect(existsSync(join(checkout, '.install.lock'))).toBe(false);
  });

  it('installs once when two start at the same time', async () => {
    const both = [launch(['start', 'exit']), launch(['start', 'exit'])];
    for (const { end } of both) expect(await end).toEqual([42, null]);
    expect(npmRuns()).toBe('ci ');
  });

  it('installs again when the wanted packages differ from the installed ones', async () => {
    write(
      'node_modules/.package-lock.json',
      JSON.stringify({ packages: { 'node_modules/a': { version: '0.9.0' } } }),
    );
    expect(await launch(['start', 'exit']).end).toEqual([42, null]);
    expect(npmRuns()).toBe('ci ');
  });

  it('takes over from an installation that was killed', async () => {
    // No process has this number: it is above the largest that Linux gives.
    write('.install.lock', '99999999');
    expect(await launch(['start', 'exit']).end).toEqual([42, null]);
    expect(npmRuns()).toBe('ci ');
  });
});
