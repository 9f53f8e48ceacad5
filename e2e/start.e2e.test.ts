import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endpointSummary } from '@patchbay/contracts/endpoint';
import { runSummary } from '@patchbay/contracts/run';
import {
  makeDataDirectory,
  postgresHome,
  postmasterPid,
  processesOf,
  removeDataDirectory,
} from '@patchbay/testkit/data-directory';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Child, type ChildOptions, runToEnd } from './system/child.ts';
import { patchbay } from './system/server-process.ts';

const checkout = join(import.meta.dirname, '..');
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
const hasApt = existsSync('/usr/bin/apt-get');
const canMount = isRoot && spawnSync('unshare', ['--mount', 'true']).status === 0;
const hasTerminals = spawnSync('script', ['--version']).status === 0;
const isUp = 'Ctrl-C stops everything';

const directories: string[] = [];
const children: Child[] = [];

/** A data directory that only its owner can enter: as root, PostgreSQL's user cannot. */
async function makeClosedDirectory(): Promise<string> {
  const directory = await makeDataDirectory(0o700);
  directories.push(directory);
  return directory;
}

type Environment = NonNullable<ChildOptions['env']>;

function environment(directory: string, env: Environment = {}): Environment {
  return {
    PATCHBAY_DATA_DIR: directory,
    PATCHBAY_PORT: '0',
    PATCHBAY_URL: undefined,
    PATCHBAY_TOKEN: undefined,
    PATCHBAY_ADMIN_TOKEN: undefined,
    DATABASE_URL: undefined,
    XDG_CONFIG_HOME: directory,
    NO_COLOR: '1',
    FORCE_COLOR: undefined,
    ...env,
  };
}

const npmStart = ['npm', 'start', '--silent', '--'];

function start(directory: string, args: readonly string[] = [], options: ChildOptions = {}): Child {
  const env = environment(directory, options.env);
  return launch([...npmStart, ...args], { ...options, env });
}

function launch(command: readonly string[], options: ChildOptions): Child {
  const child = new Child(command, { cwd: checkout, ...options });
  children.push(child);
  return child;
}

async function once(
  directory: string,
  options: ChildOptions = {},
): Promise<{ code: number | null; output: string }> {
  const child = start(directory, ['--once'], options);
  const { code } = await child.end;
  return { code, output: child.output };
}

/** What the CLI of this checkout lists for the started installation. */
async function list<Item extends z.ZodType>(directory: string, noun: string, item: Item) {
  const env = environment(directory);
  const { code, stdout, stderr } = await runToEnd([...patchbay, noun, 'list', '--json'], { env });
  expect(code, stderr).toBe(0);
  return z.array(item).parse(JSON.parse(stdout));
}

async function expectNothingLeft(directory: string): Promise<void> {
  expect(await processesOf(directory)).toEqual([]);
  expect(await processesOf(await postgresHome(directory))).toEqual([]);
}

function expectNoStack(output: string): void {
  expect(output).not.toMatch(/^\s+at .+:\d+/m);
}

afterAll(async () => {
  for (const child of children) child.killGroup('SIGKILL');
  for (const directory of directories) await removeDataDirectory(directory);
});

describe.skipIf(!hasApt)(`npm start${hasApt ? '' : ': no apt on this machine'}`, () => {
  let directory: string;

  it('E-01 E-03 P-10 given a fresh machine, when it is started once, then it rehearses a patch cycle and ends with its result', async () => {
    directory = await makeClosedDirectory();
    const { code, output } = await once(directory);
    expect(output).toContain('✔ Starting PostgreSQL and the server');
    expect(output).toContain('✔ Making this machine an endpoint that may only be rehearsed on');
    expect(output).toContain('Rehearsing a patch cycle on ');
    expect(output).toMatch(/: Patching: succeeded \(.+would be installed/);
    expect(output).toMatch(/: Check if a Reboot Is Needed \(Linux\): succeeded/);
    expect(output).toMatch(
      /^Patches: (none|\d+ applicable; \d+) would be installed(, \d+ of them for security:)?/m,
    );
    expect(output).toMatch(/^Reboot needed now: (no|yes \(.+\))\.$/m);
    expect(output).toContain('Result: succeeded. Nothing was installed, nothing was rebooted.');
    expect(output).not.toContain('Patchbay is up at');
    expect(output).not.toMatch(/patchbay_\w+_\w{20}/);
    expect(code).toBe(0);
    await expectNothingLeft(directory);
    for (const file of ['credentials.json', 'patchbay.log', 'secret-key']) {
      expect(statSync(join(directory, file)).mode & 0o077, file).toBe(0);
    }
  });

  it('S-01 given the same data, when it is started again, then it prints a link to sign in and goes on with its history until Ctrl-C', async () => {
    const child = start(directory);
    await child.prints(isUp);
    const url = new URL(/Patchbay is up at (\S+)/.exec(child.output)?.[1] ?? '');
    expect((await fetch(new URL('/api/docs', url))).ok).toBe(true);
    // The link of the first administrator is for the terminal alone (S-01).
    const link = /^Sign in: (\S+)$/m.exec(child.output)?.[1] ?? '';
    expect(link).toMatch(/^http\S+\/welcome#patchbay_link_[\w-]{43}$/);
    expect(readFileSync(join(directory, 'patchbay.log'), 'utf8')).not.toContain('patchbay_link');
    const token = new URL(link).hash.slice(1);
    const check = await fetch(new URL('/api/v1/welcome/check', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    expect(await check.json()).toMatchObject({ purpose: 'firstAdministrator', role: 'administrator' });
    expect(await list(directory, 'endpoint', endpointSummary)).toMatchObject([{ status: 'connected' }]);
    expect(await list(directory, 'run', runSummary)).toMatchObject([
      { mode: 'rehearsal', result: 'succeeded' },
      { mode: 'rehearsal', result: 'succeeded' },
    ]);

    const second = await once(directory);
    expect(second.code).toBe(1);
    expect(second.output).toMatch(/^Another Patchbay server \(pid \d+\) uses this data directory\.$/m);
    expectNoStack(second.output);

    const elsewhere = await makeClosedDirectory();
    const third = await once(elsewhere, { env: { PATCHBAY_PORT: url.port } });
    expect(third.code).toBe(1);
    expect(third.output).toContain(`Port ${url.port} of 127.0.0.1 is taken`);
    expect(third.output).toContain('set PATCHBAY_PORT');
    expectNoStack(third.output);
    await expectNothingLeft(elsewhere);

    child.killGroup('SIGINT');
    expect(await child.end, child.output).toEqual({ code: 130, signal: null });
    expect(child.output).toContain('Stopping …');
    await expectNothingLeft(directory);
  });

  it('given a reader that has seen enough, then it still stops cleanly', async () => {
    const child = launch(['sh', '-c', '"$@" | head -n 1', 'sh', ...npmStart, '--once'], {
      env: environment(directory),
    });
    await child.end;
    await waitFor(async () => (await processesOf(await postgresHome(directory))).length === 0, {
      what: 'the end of PostgreSQL',
    });
    expect(child.stderr).toBe('');
  });

  it('E-08 given a start that was killed in mid-rehearsal and has left its PostgreSQL, then the next start works', async () => {
    const killed = start(directory);
    await killed.prints('Rehearsing a patch cycle on');
    killed.killGroup('SIGKILL');
    await killed.end;
    expect(await postmasterPid(directory)).not.toBeNull();
    const next = await once(directory);
    expect(next.output).toContain('Result: succeeded.');
    expect(next.code).toBe(0);
    await expectNothingLeft(directory);
  });

  it('S-03 given a start that was killed when it had kept its token and the server did not know it yet, then the next start uses it', async () => {
    const other = await makeClosedDirectory();
    const token = `patchbay_api_${'k'.repeat(43)}`;
    const file = join(other, 'credentials.json');
    writeFileSync(file, JSON.stringify({ url: 'http://localhost:0', token }), { mode: 0o600 });
    const { code, output } = await once(other);
    expect(code, output).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain(token);
  });

  it.skipIf(!hasTerminals)(
    `on a terminal it draws a tree and Ctrl-C ends it${hasTerminals ? '' : ': no program script'}`,
    async () => {
      const child = launch(
        ['script', '-qec', `stty cols 100 rows 30; exec ${npmStart.join(' ')}`, '/dev/null'],
        {
          input: null,
          env: { ...environment(directory), NO_COLOR: undefined, TERM: 'xterm' },
        },
      );
      await child.prints(isUp);
      const eraseLine = '\u001b[2K';
      expect(child.stdout).toContain(eraseLine);
      const frames = child.stdout.replaceAll(/\u001b\[(?!\?25l)[\d;?]*\w/g, '').split('\u001b[?25l');
      const drawn = frames.findLast((frame) => frame.includes('Patching'))?.split('\r\n') ?? [];
      expect(drawn[0]).toMatch(/^✔ \S+ succeeded: /);
      expect(drawn[1]).toMatch(/^ {4}✔ Patching: /);
      expect(drawn[2]).toMatch(/^ {4}✔ Check if a Reboot Is Needed \(Linux\): /);
      expect(drawn[3]).toMatch(/^ {4}[✔↷] Simple Linux Reboot: /);
      child.write('\u0003');
      expect(await child.end, child.output).toEqual({ code: 130, signal: null });
      await expectNothingLeft(directory);
    },
  );

  const whyNoUser = !isRoot ? 'not root' : canRead(checkout) ? null : 'the checkout is closed to other users';
  it.skipIf(whyNoUser !== null)(
    `an ordinary user can start it${whyNoUser ? `: ${whyNoUser}` : ''}`,
    async () => {
      const own = await makeClosedDirectory();
      chownSync(own, nobody, nobody);
      const { code, output } = await once(own, { user: nobody, env: { HOME: own } });
      expect(output).toContain('Result: succeeded.');
      expect(code).toBe(0);
      expect(statSync(join(await postgresHome(own), 'cluster')).uid).toBe(nobody);
      await expectNothingLeft(own);
    },
  );

  it.skipIf(!canMount)(
    `E-10 without a patch provider it says so and runs the safe steps${canMount ? '' : ': no root who may mount'}`,
    async () => {
      const own = await makeClosedDirectory();
      const release = join(own, 'os-release');
      writeFileSync(release, 'NAME="Some Linux"\nVERSION_ID=1\nID=some\n');
      const hide = `mount --bind ${release} /etc/os-release && mount --bind /dev/null /usr/bin/apt-get && exec "$@"`;
      const child = launch(['unshare', '--mount', 'sh', '-c', hide, 'sh', ...npmStart, '--once'], {
        env: environment(own),
      });
      const { code } = await child.end;
      expect(child.output).toContain(
        'Patches: there is no patch provider for Some Linux yet; scripts can be run.',
      );
      expect(child.output).toMatch(/: Check if a Reboot Is Needed \(Linux\): succeeded/);
      expect(child.output).toContain('Result: failed. Nothing was installed, nothing was rebooted.');
      expect(code).toBe(1);
      expectNoStack(child.output);
      await expectNothingLeft(own);
    },
  );
});

it('S-07 a data directory that cannot be used is named, without a stack', async () => {
  const own = await makeClosedDirectory();
  writeFileSync(join(own, 'file'), '');
  const { code, output } = await once(join(own, 'file'));
  expect(output).toContain(`the data directory ${join(own, 'file')} cannot be used`);
  expectNoStack(output);
  expect(code).toBe(1);
});

it('S-07 settings that cannot be are named, without a stack', async () => {
  const own = await makeClosedDirectory();
  const { code, output } = await once(own, { env: { PATCHBAY_PORT: 'seventy' } });
  expect(output).toContain('PATCHBAY_PORT must be a number from 0 to 65535.');
  expectNoStack(output);
  expect(code).toBe(1);
});

function canRead(path: string): boolean {
  const { status } = spawnSync('ls', [path], { uid: nobody, gid: nobody });
  return status === 0;
}
