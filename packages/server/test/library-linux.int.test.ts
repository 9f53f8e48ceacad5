import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { testsNeeding } from '@patchbay/testkit/tests-needing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commandDirectory, removeScratch, scratchFolder, scriptRunner } from './built-in-script.ts';

const runLinuxScript = scriptRunner('linux');
const isRoot = process.geteuid?.() === 0;
const canMount = spawnSync('unshare', ['--mount', 'sh', '-c', 'mount -t tmpfs none /run']).status === 0;
const hasApt = spawnSync('apt-get', ['--version']).status === 0;
const itAsRoot = testsNeeding('root', isRoot);
const itWithMounts = testsNeeding('mounts of its own', canMount);
const isContainer = ['/.dockerenv', '/run/.containerenv'].some((path) => existsSync(path));

let folder: string;
beforeEach(() => {
  folder = scratchFolder();
});

afterAll(removeScratch);

/** at, systemd-run and shutdown are stand-ins that write down how they were called: nothing reboots. */
describe('rebooting, with stand-ins for what reboots', () => {
  const real = [
    'cat',
    'dirname',
    'env',
    'grep',
    'id',
    'readlink',
    'sed',
    'setsid',
    'sh',
    'sleep',
    'sort',
    'tail',
    'tr',
    'uname',
  ];
  const note = (log: string, more = ''): string =>
    `{ echo "\${0##*/} $*"; echo "in $PWD"; env | grep ^PATCHBAY; ${more} :; } >>'${log}'`;
  const called = (): string => readFileSync(join(folder, 'log'), 'utf8');
  let atd: ChildProcess;

  beforeAll(async () => {
    const program = join(scratchFolder(), 'atd');
    copyFileSync('/bin/sleep', program);
    atd = spawn(program, ['600'], { stdio: 'ignore' });
    await once(atd, 'spawn');
  });
  afterAll(() => {
    atd.kill();
  });

  const standIns = (broken: readonly string[] = []): Record<string, string> => {
    const log = join(folder, 'log');
    const end = (name: string): string => (broken.includes(name) ? '\nexit 1' : '');
    return {
      at: note(log, 'cat;') + end('at'),
      'systemd-run': note(log) + end('systemd-run'),
      shutdown: note(log) + end('shutdown'),
      systemctl: 'exit 0',
    };
  };
  const without = (names: readonly string[], from: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(from).filter(([name]) => !names.includes(name)));

  itAsRoot(
    'L-08 uses at where atd runs: the job waits, shares nothing with the script, and reboots',
    async () => {
      const path = commandDirectory(real, standIns());
      const run = await runLinuxScript('Simple Linux Reboot', { DELAY_SECONDS: 7 }, { path });
      expect(run).toMatchObject({
        code: 0,
        stdout: 'The reboot is scheduled with at, in 7 s.\n',
        facts: { rebootScheduled: 'true', rebootMethod: 'at' },
      });
      expect(called()).toBe(`at now\nin /\nsleep 7\n${path}/shutdown -r now\n`);
    },
  );

  itAsRoot.each([
    ['at is missing', ['at'], []],
    ['at fails', [], ['at']],
  ])('L-08 given that %s, then systemd-run is used', async (_, missing, broken) => {
    const path = commandDirectory(real, without(missing, standIns(broken)));
    const run = await runLinuxScript('Simple Linux Reboot', {}, { path });
    expect(run).toMatchObject({
      code: 0,
      stdout: 'The reboot is scheduled with systemd-run, in 10 s.\n',
      facts: { rebootScheduled: 'true', rebootMethod: 'systemd-run' },
    });
    expect(called()).toContain(
      `systemd-run --on-active=10s --timer-property=AccuracySec=1s sh -c ${path}/shutdown -r now\nin /\n`,
    );
  });

  itAsRoot.each([
    [10, 1],
    [61, 2],
  ])(
    'L-08 given neither at nor systemd-run and %i s, then shutdown -r +%i is used',
    async (delay, minutes) => {
      const path = commandDirectory(real, without(['at', 'systemd-run'], standIns()));
      const run = await runLinuxScript('Simple Linux Reboot', { DELAY_SECONDS: delay }, { path });
      expect(run).toMatchObject({
        code: 0,
        stdout: `The reboot is scheduled with shutdown -r +${minutes}.\n`,
        facts: { rebootScheduled: 'true', rebootMethod: `shutdown -r +${minutes}` },
      });
      expect(called()).toBe(`shutdown -r +${minutes}\nin /\n`);
    },
  );

  itAsRoot(
    'L-08 given a shutdown that waits in the foreground, then the script does not wait for it',
    async () => {
      const path = commandDirectory(real, { shutdown: `echo $$ >'${folder}/pid'\nexec sleep 600` });
      const run = await runLinuxScript('Simple Linux Reboot', {}, { path });
      expect(run).toMatchObject({ code: 0, facts: { rebootMethod: 'shutdown -r +1' } });
      process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')));
    },
  );

  itAsRoot('L-08 given no way to reboot, then it fails and publishes no reboot', async () => {
    for (const path of [
      commandDirectory(real, standIns(['at', 'systemd-run', 'shutdown'])),
      commandDirectory(real, {}),
    ]) {
      const run = await runLinuxScript('Simple Linux Reboot', {}, { path });
      expect(run).toMatchObject({ code: 1, facts: {} });
      expect(run.stderr).toContain('no way to schedule a reboot');
    }
  });

  it('L-07 refuses a delay that is no number', async () => {
    const path = commandDirectory(real, standIns());
    const run = await runLinuxScript(
      'Simple Linux Reboot',
      {},
      { path, env: { PATCHBAY_DELAY_SECONDS: 'soon' } },
    );
    expect(run).toMatchObject({ code: 2, facts: {} });
    expect(existsSync(join(folder, 'log'))).toBe(false);
  });

  testsNeeding('root and mounts of its own', isRoot && canMount)(
    'L-07 L-04 reboots if needed, and publishes whether it did',
    async () => {
      const path = commandDirectory(real, standIns());
      const noNeed = await runLinuxScript(
        'Reboot If Needed (Linux)',
        {},
        { path, prepare: 'mount -t tmpfs none /run' },
      );
      expect(noNeed).toMatchObject({
        code: 0,
        stdout: 'No reboot is needed.\n',
        facts: { rebootNeeded: 'false', rebootScheduled: 'false', rebootReasons: '' },
      });
      expect(existsSync(join(folder, 'log'))).toBe(false);

      const need = await runLinuxScript(
        'Reboot If Needed (Linux)',
        { MESSAGE: '' },
        {
          path,
          prepare: 'mount -t tmpfs none /run; echo libc6 >/run/reboot-required.pkgs; : >/run/reboot-required',
        },
      );
      expect(need).toMatchObject({
        code: 0,
        stdout:
          'A reboot is needed: requested by libc6 (/run/reboot-required).\nThe reboot is scheduled with at, in 10 s.\n',
        facts: { rebootNeeded: 'true', rebootScheduled: 'true', rebootMethod: 'at' },
      });
      expect(called()).toContain('at now');
    },
  );
});

describe('checking if a reboot is needed', () => {
  const name = 'Check if a Reboot Is Needed (Linux)';

  it('L-07 L-04 publishes the answer and exits with 0, whatever it is', async () => {
    const run = await runLinuxScript(name);
    expect(run.code).toBe(0);
    expect(['true', 'false']).toContain(run.facts['rebootNeeded']);
    expect(run.stdout).toMatch(
      run.facts['rebootNeeded'] === 'true' ? /^A reboot is needed: / : /^No reboot is needed/,
    );
  });

  itWithMounts('L-07 given the flag of Debian, then it names the packages', async () => {
    const run = await runLinuxScript(
      name,
      {},
      {
        prepare:
          'mount -t tmpfs none /run; printf "b\\na\\nb\\n" >/run/reboot-required.pkgs; : >/run/reboot-required',
      },
    );
    expect(run).toMatchObject({
      code: 0,
      facts: { rebootNeeded: 'true', rebootReasons: 'requested by a b (/run/reboot-required)' },
    });
  });

  itWithMounts.for([
    ['6.1.0-10-amd64', ['6.1.0-9-amd64', '6.1.0-42-amd64', '6.1.0-50-cloud-amd64'], '6.1.0-42-amd64'],
    ['6.1.0-42-amd64', ['6.1.0-9-amd64', '6.1.0-50-cloud-amd64', '0-rescue-abc'], null],
    ['5.14.0-427.13.1.el9_4.x86_64', ['5.14.0-503.11.1.el9_5.x86_64'], '5.14.0-503.11.1.el9_5.x86_64'],
    ['5.14.21-150500.55.7-default', ['5.14.21-150500.55.19-default'], '5.14.21-150500.55.19-default'],
  ] as const)(
    'L-07 given that kernel %s runs and %j are installed, then the newer one is %s',
    async ([running, others, newer], { skip }) => {
      skip(isContainer, 'in a container the kernel says nothing about the endpoint');
      const images = [running, ...others].map((release) => `: >/boot/vmlinuz-${release}`).join('; ');
      const path = commandDirectory(['cat', 'grep', 'sed', 'sort', 'tail', 'tr', 'dpkg'], {
        uname: `echo ${running}`,
      });
      const run = await runLinuxScript(
        name,
        {},
        { path, prepare: `mount -t tmpfs none /run; mount -t tmpfs none /boot; ${images}` },
      );
      expect(run).toMatchObject({
        code: 0,
        facts: {
          rebootNeeded: String(newer !== null),
          rebootReasons: newer === null ? '' : `kernel ${running} is running, ${newer} is installed`,
        },
      });
    },
  );

  itWithMounts.each([
    ['zypper', 'exit 102', 'zypper needs-rebooting says so'],
    ['zypper', 'exit 0', ''],
    [
      'needs-restarting',
      'echo "Reboot is required to fully utilize these updates."; exit 1',
      'needs-restarting says so',
    ],
    [
      'dnf',
      'echo "Reboot is required to fully utilize these updates."; exit 1',
      'dnf needs-restarting says so',
    ],
    ['dnf', 'echo "No such command: needs-restarting." >&2; exit 1', ''],
  ])('L-07 asks the tools of RPM systems (stand-in): %s that does %s', async (tool, does, reasons) => {
    const path = commandDirectory(['cat', 'grep', 'sed', 'sort', 'tail', 'tr', 'uname'], { [tool]: does });
    const run = await runLinuxScript(name, {}, { path, prepare: 'mount -t tmpfs none /run' });
    expect(run).toMatchObject({
      code: 0,
      facts: { rebootNeeded: String(reasons !== ''), rebootReasons: reasons },
    });
  });
});

describe('disk space', () => {
  const name = 'Disk Space Check (Linux)';

  it('L-07 L-04 is enough where there is enough, and the least is published', async () => {
    const run = await runLinuxScript(name, { PATHS: `/:${folder}`, MINIMUM_FREE_MB: 1 });
    expect(run.code).toBe(0);
    expect(run.facts['diskSpaceEnough']).toBe('true');
    expect(Number(run.facts['freeMegabytes'])).toBeGreaterThan(0);
  });

  it('L-07 is too little where there is too little', async () => {
    const run = await runLinuxScript(name, { PATHS: '/', MINIMUM_FREE_MB: 999_999_999 });
    expect(run).toMatchObject({ code: 1, facts: { diskSpaceEnough: 'false' } });
    expect(run.stderr).toMatch(/^\/: \d+ MB free, fewer than the required 999999999 MB/);
  });

  it('L-07 is not checked with wrong parameters', async () => {
    expect(await runLinuxScript(name, { PATHS: '/no/such/place' })).toMatchObject({ code: 2 });
    expect(await runLinuxScript(name, {}, { env: { PATCHBAY_MINIMUM_FREE_MB: 'much' } })).toMatchObject({
      code: 2,
    });
  });
});

describe('services under SysV', () => {
  const name = 'Service (Linux)';
  // In a mount namespace of its own, with a real daemon; systemd is tried on a real endpoint in the lab.
  const initScript = `#!/bin/sh
pid=$(cat "$PIDFILE" 2>/dev/null)
case $1 in
  start) test "$BROKEN" || { sleep 600 >/dev/null 2>&1 & echo $! >"$PIDFILE"; } ;;
  stop) kill "$pid" ;;
  restart) "$0" stop; "$0" start ;;
  status) grep -qs '^State:.[RS]' "/proc/$pid/status" || exit 3 ;;
esac`;
  const run = (action: string, service = 'lab', env: Record<string, string> = {}) =>
    runLinuxScript(
      name,
      { SERVICE: service, ACTION: action },
      {
        env: { PIDFILE: join(folder, 'pid'), INIT: initScript, BROKEN: '', ...env },
        prepare:
          'mount -t tmpfs none /run; mount -t tmpfs none /etc/init.d; printf "%s\\n" "$INIT" >/etc/init.d/lab; chmod 755 /etc/init.d/lab',
      },
    );

  itWithMounts('L-07 L-04 are started, restarted, found running, stopped and found stopped', async () => {
    expect(await run('status')).toMatchObject({ code: 3, facts: { serviceState: 'stopped' } });
    expect(await run('start')).toMatchObject({ code: 0, facts: { serviceState: 'running' } });
    expect(await run('restart')).toMatchObject({ code: 0, facts: { serviceState: 'running' } });
    expect(await run('status')).toMatchObject({ code: 0, stdout: 'lab is running.\n' });
    expect(await run('stop')).toMatchObject({ code: 0, facts: { serviceState: 'stopped' } });
  });

  itWithMounts('L-07 are reported when they do not start, do not exist, or are no services', async () => {
    expect(await run('start', 'lab', { BROKEN: '1' })).toMatchObject({
      code: 1,
      facts: { serviceState: 'stopped' },
    });
    expect(await run('status', 'none')).toMatchObject({ code: 4, facts: {} });
    expect(await run('status', '../../bin/true')).toMatchObject({ code: 2, facts: {} });
    expect(await run('status', '')).toMatchObject({ code: 2, facts: {} });
    expect(await run('explode')).toMatchObject({ code: 2, facts: {} });
  });
});

describe.skipIf(!hasApt)(
  `the package manager, with a database of its own${hasApt ? '' : ': needs apt'}`,
  () => {
    const health = 'Package Manager Health Check (Linux)';

    /** apt and dpkg of this machine on a database in the test's folder. */
    function database(status: string): Record<string, string> {
      for (const name of [
        'lists/partial',
        'cache/archives/partial',
        'dpkg/updates',
        'dpkg/info',
        'dpkg/triggers',
        'log',
        'etc',
      ]) {
        mkdirSync(join(folder, name), { recursive: true });
      }
      writeFileSync(join(folder, 'dpkg/info/lab-app.list'), '/.\n');
      writeFileSync(join(folder, 'dpkg/info/lab-app.md5sums'), '');
      writeFileSync(
        join(folder, 'dpkg/status'),
        `Package: lab-app\nStatus: install ok ${status}\nVersion: 1.0\nArchitecture: all\nMaintainer: Lab <lab@example.test>\nDescription: lab\n\n`,
      );
      writeFileSync(join(folder, 'etc/sources.list'), '');
      writeFileSync(
        join(folder, 'apt.conf'),
        `Dir::State "${folder}";\nDir::State::lists "${folder}/lists";\nDir::State::status "${folder}/dpkg/status";\nDir::Cache "${folder}/cache";\nDir::Etc "${folder}/etc";\nDir::Etc::main "/dev/null";\nDir::Etc::parts "/dev/null";\nDir::Log "${folder}/log";\nAPT::Sandbox::User "root";\nAcquire::Retries "0";\n`,
      );
      return { APT_CONFIG: join(folder, 'apt.conf'), DPKG_ADMINDIR: join(folder, 'dpkg') };
    }

    it('L-07 L-04 is healthy when it is', async () => {
      const env = database('installed');
      expect(await runLinuxScript(health, { CHECK_REPOSITORIES: true }, { env })).toMatchObject({
        code: 0,
        facts: { packageManager: 'apt', packageManagerHealthy: 'true' },
      });
    });

    it('L-07 is not healthy with a package that is half configured', async () => {
      const env = database('half-configured');
      const run = await runLinuxScript(health, {}, { env });
      expect(run).toMatchObject({ code: 1, facts: { packageManagerHealthy: 'false' } });
      expect(run.stderr).toContain('lab-app');
    });

    it('L-07 is not healthy after an interruption', async () => {
      const env = database('installed');
      writeFileSync(join(folder, 'dpkg/updates/0001'), '');
      const run = await runLinuxScript(health, {}, { env });
      expect(run.code).toBe(1);
      expect(run.stderr).toContain('PROBLEM: no installation was interrupted');
    });

    it('L-07 is not healthy with a repository that does not answer, if that is asked', async () => {
      const env = database('installed');
      writeFileSync(join(folder, 'etc/sources.list'), 'deb http://127.0.0.1:9/away stable main\n');
      expect(await runLinuxScript(health, {}, { env })).toMatchObject({ code: 0 });
      const run = await runLinuxScript(health, { CHECK_REPOSITORIES: true }, { env });
      expect(run.code).toBe(1);
      expect(run.stderr).toContain('127.0.0.1:9/away');
    });

    it('L-07 has its cache cleaned, and what was freed is published', async () => {
      const env = database('installed');
      const file = join(folder, 'cache/archives/lab-app_1.0_all.deb');
      writeFileSync(file, Buffer.alloc(3 * 1024 * 1024));
      const run = await runLinuxScript('Clean Package Cache (Linux)', {}, { env });
      expect(run).toMatchObject({ code: 0, facts: { freedMegabytes: '3' } });
      expect(existsSync(file)).toBe(false);
      const broken = commandDirectory(['awk', 'du', 'apt-config'], { 'apt-get': 'exit 100' });
      const failed = await runLinuxScript('Clean Package Cache (Linux)', {}, { env, path: broken });
      expect(failed).toMatchObject({ code: 1, facts: {} });
    });

    it.each(['Package Manager Health Check (Linux)', 'Clean Package Cache (Linux)'])(
      'L-07 is missing: %s says so',
      async (name) => {
        expect(await runLinuxScript(name, {}, { path: commandDirectory(['cat'], {}) })).toMatchObject({
          code: 3,
        });
      },
    );
  },
);

describe('a backup before patching', () => {
  const name = 'Backup Before Patching (Linux)';

  it('L-07 L-04 holds packages and files, is for root only, and the oldest are removed', async () => {
    const source = join(folder, 'with blank');
    mkdirSync(source);
    writeFileSync(join(source, 'file'), 'content');
    const backups = join(folder, 'backups');
    const paths: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      const run = await runLinuxScript(name, {
        DIRECTORY: backups,
        SOURCES: `${source}:/etc/hostname`,
        KEEP: 2,
      });
      expect(run).toMatchObject({ code: 0 });
      paths.push(run.facts['backupPath'] ?? '');
    }
    const kept = readdirSync(backups);
    expect(kept).toHaveLength(2);
    const last = join(backups, kept[0] ?? '');
    expect(paths).toContain(last);
    const listing = spawnSync('tar', ['-tzvf', join(last, 'files.tar.gz')], { encoding: 'utf8' }).stdout;
    expect(listing).toContain('with blank/file');
    expect(listing).toContain('etc/hostname');
    expect(readFileSync(join(last, 'packages.txt'), 'utf8')).not.toBe('');
    expect(spawnSync('stat', ['-c', '%a', last], { encoding: 'utf8' }).stdout).toBe('700\n');
  });

  it('L-07 leaves nothing behind when it cannot be made', async () => {
    const backups = join(folder, 'backups');
    expect(await runLinuxScript(name, { DIRECTORY: backups, SOURCES: '/no/such/place' })).toMatchObject({
      code: 2,
    });
    expect(readdirSync(backups)).toEqual([]);
    expect(await runLinuxScript(name, { DIRECTORY: '/proc/none', SOURCES: '/etc/hostname' })).toMatchObject({
      code: 1,
    });
    expect(await runLinuxScript(name, { DIRECTORY: backups, KEEP: 0 })).toMatchObject({ code: 2 });
  });
});

describe('a message to logged-in users', () => {
  const name = 'Message to Logged-In Users (Linux)';

  it('L-07 L-04 is shown to whoever is logged in (stand-ins for who and wall)', async () => {
    const standIns = {
      who: 'echo "alice pts/0 2026-11-20"; echo "bob tty1 2026-11-20"',
      wall: `cat >'${folder}/shown'`,
    };
    const run = await runLinuxScript(
      name,
      { MESSAGE: 'Save "$HOME" now' },
      { path: commandDirectory(['cat', 'grep'], standIns) },
    );
    expect(run).toMatchObject({ code: 0, facts: { loggedInUsers: '2' } });
    expect(readFileSync(join(folder, 'shown'), 'utf8')).toBe('Save "$HOME" now\n');
  });

  it('L-07 is not shown when nobody is there, and fails without a text or when it cannot be shown', async () => {
    const nobody = commandDirectory(['grep'], { who: 'exit 0' });
    expect(await runLinuxScript(name, {}, { path: nobody })).toMatchObject({
      code: 0,
      stdout: 'Nobody is logged in.\n',
      facts: { loggedInUsers: '0' },
    });
    expect(await runLinuxScript(name, { MESSAGE: '' })).toMatchObject({ code: 2 });
    const broken = commandDirectory(['grep'], { who: 'echo alice pts/0', wall: 'exit 1' });
    expect(await runLinuxScript(name, {}, { path: broken })).toMatchObject({ code: 1 });
  });
});

describe('diagnostics', () => {
  it('L-07 are collected from what there is', async () => {
    const run = await runLinuxScript('Collect Diagnostics (Linux)', { LINES: 5 });
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('== System ==');
    expect(run.stdout).toContain('== Disk space ==');
    const bare = await runLinuxScript(
      'Collect Diagnostics (Linux)',
      {},
      { path: commandDirectory(['head', 'uname'], {}) },
    );
    expect(bare.code).toBe(0);
    expect(bare.stdout).toMatch(/^\n== System ==\nLinux/);
  });
});

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

describe('the TCP health check', () => {
  const name = 'TCP Health Check (Linux)';

  it.each([
    ['bash', ['bash', 'timeout', 'tail']],
    ['python3', ['python3', 'tail']],
  ])('L-07 L-04 tells by %s whether a port accepts connections', async (tool, commands) => {
    if (spawnSync(tool, ['--version']).status !== 0 || !existsSync(`/usr/bin/${tool}`)) return;
    const path = commandDirectory(commands, {});
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const parameters = { HOST: '127.0.0.1', PORT: portOf(server), TIMEOUT_SECONDS: 5 };
    expect(await runLinuxScript(name, parameters, { path })).toMatchObject({
      code: 0,
      facts: { tcpReachable: 'true' },
    });
    server.close();
    await once(server, 'close');
    expect(await runLinuxScript(name, parameters, { path })).toMatchObject({
      code: 1,
      facts: { tcpReachable: 'false' },
    });
  });

  it('L-07 refuses wrong parameters, and says when nothing can connect', async () => {
    for (const parameters of [
      { PORT: 0 },
      { PORT: 65536 },
      { PORT: 22, HOST: '-x' },
      { PORT: 22, HOST: 'a;b' },
    ]) {
      expect(await runLinuxScript(name, parameters)).toMatchObject({ code: 2, facts: {} });
    }
    expect(await runLinuxScript(name, { PORT: 22 }, { path: commandDirectory([], {}) })).toMatchObject({
      code: 3,
    });
  });
});

describe('the HTTP health check', () => {
  const name = 'HTTP Health Check (Linux)';
  let url: string;
  const server = createHttpServer((request, response) => {
    response.statusCode = request.url === '/broken' ? 503 : 200;
    response.end('all systems working');
  });

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${portOf(server)}`;
  });
  afterAll(() => {
    server.close();
  });

  it.each(['curl', 'wget'])('L-07 L-04 judges status and text by %s', async (tool) => {
    if (!existsSync(`/usr/bin/${tool}`)) return;
    const path = commandDirectory([tool, 'awk', 'grep', 'mktemp', 'rm', 'tail'], {});
    const check = (parameters: Record<string, string | number>) => runLinuxScript(name, parameters, { path });
    expect(await check({ URL: url })).toMatchObject({
      code: 0,
      facts: { httpStatus: '200', httpHealthy: 'true' },
    });
    expect(await check({ URL: url, EXPECTED_TEXT: 'systems working' })).toMatchObject({ code: 0 });
    expect(await check({ URL: url, EXPECTED_TEXT: 'nothing' })).toMatchObject({
      code: 1,
      facts: { httpHealthy: 'false' },
    });
    expect(await check({ URL: `${url}/broken` })).toMatchObject({ code: 1, facts: { httpStatus: '503' } });
    expect(await check({ URL: `${url}/broken`, EXPECTED_STATUS: 503 })).toMatchObject({ code: 0 });
    expect(await check({ URL: 'http://127.0.0.1:9/' })).toMatchObject({
      code: 1,
      facts: { httpStatus: '000' },
    });
  });

  it('L-07 refuses wrong parameters, and says when it has no tool', async () => {
    for (const parameters of [
      { URL: '' },
      { URL: 'file:///etc/passwd' },
      { URL: 'http://a/"\noutput = "x' },
    ]) {
      expect(await runLinuxScript(name, parameters)).toMatchObject({ code: 2, facts: {} });
    }
    const path = commandDirectory(['mktemp', 'rm'], {});
    expect(await runLinuxScript(name, { URL: url }, { path })).toMatchObject({ code: 3 });
  });
});

describe('waiting until a condition holds', () => {
  const name = 'Wait Until a Condition Holds (Linux)';

  it('L-07 L-04 ends when it holds', async () => {
    const flag = join(folder, 'flag');
    const COMMAND = `test -e '${flag}' || { : >'${flag}'; echo not yet; false; }`;
    const run = await runLinuxScript(name, { COMMAND, INTERVAL_SECONDS: 1, LIMIT_SECONDS: 60 });
    expect(run).toMatchObject({ code: 0, facts: { conditionHeld: 'true' } });
    expect(Number(run.facts['waitedSeconds'])).toBeGreaterThanOrEqual(1);
  });

  it('L-07 ends when the time is up, and shows what the command said at last', async () => {
    const run = await runLinuxScript(name, {
      COMMAND: 'echo still closed; exit 4',
      INTERVAL_SECONDS: 1,
      LIMIT_SECONDS: 0,
    });
    expect(run).toMatchObject({ code: 1, stdout: 'still closed\n', facts: { conditionHeld: 'false' } });
    expect(run.stderr).toContain('exit code 4');
  });

  it('L-07 refuses wrong parameters', async () => {
    expect(await runLinuxScript(name, { COMMAND: '' })).toMatchObject({ code: 2 });
    expect(await runLinuxScript(name, { COMMAND: 'true', INTERVAL_SECONDS: 0 })).toMatchObject({ code: 2 });
  });
});
