import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { labAvailable } from '@patchbay/testkit/lab/lab-available';
import {
  endpointCheckout,
  endpointNode,
  type LabEndpoint,
  startLabEndpoint,
} from '@patchbay/testkit/lab/lab-endpoint';
import { labDirectory } from '@patchbay/testkit/lab/lab-image';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const lab = labAvailable();

describe.skipIf(!lab.ok)(`endpoint lab${lab.ok ? '' : `: ${lab.reason}`}`, () => {
  let endpoint: LabEndpoint;
  let without: LabEndpoint;

  beforeAll(async () => {
    const packages = [
      { name: 'lab-app', version: '1.0' },
      { name: 'lab-kernel', version: '1.0' },
      { name: 'lab-broken', version: '1.0' },
    ];
    [endpoint, without] = await Promise.all([
      startLabEndpoint({ name: 'with-at', packages }),
      startLabEndpoint({ name: 'without-at', withAt: false }),
    ]);
  });

  afterAll(async () => {
    await Promise.all([endpoint?.stop(), without?.stop()]);
  });

  const versions = async (): Promise<string> =>
    endpoint.execOrThrow(['dpkg-query', '-W', '-f', '${Package} ${Version} ${db:Status-Abbrev}\n', 'lab-*']);

  test('installs the initial packages', async () => {
    expect(await versions()).toBe('lab-app 1.0 ii \nlab-broken 1.0 ii \nlab-kernel 1.0 ii \n');
    expect(await endpoint.readFile('/usr/share/lab-app/version')).toBe('1.0\n');
  });

  test('offers updates, of which apt installs some, and one fails', async () => {
    await endpoint.publishPackage({ name: 'lab-app', version: '1.1' });
    await endpoint.publishPackage({
      name: 'lab-kernel',
      version: '1.1',
      security: true,
      rebootRequired: true,
    });
    await endpoint.publishPackage({ name: 'lab-broken', version: '1.1', postinst: 'exit 7' });
    await endpoint.execOrThrow(['apt-get', 'update', '-qq']);

    const found = await endpoint.execOrThrow(['apt-get', '-s', '-q', 'dist-upgrade']);
    expect(found).toMatch(/^Inst lab-app \[1\.0\] \(1\.1 Debian:stable \[all\]\)/m);
    expect(found).toMatch(/^Inst lab-kernel \[1\.0\] \(1\.1 Debian-Security:stable-security \[all\]\)/m);

    const upgrade = await endpoint.exec(['apt-get', 'upgrade', '-y', '-q']);
    expect(upgrade.code).toBe(100);
    expect(upgrade.stdout + upgrade.stderr).toContain('returned error exit status 7');
    expect(await versions()).toBe('lab-app 1.1 ii \nlab-broken 1.1 iF \nlab-kernel 1.1 ii \n');
    expect(await endpoint.readFile('/run/reboot-required.pkgs')).toBe('lab-kernel\n');
  });

  test("holds apt's lock until it is released", async () => {
    const release = await endpoint.holdAptLock();
    const refused = await endpoint.exec(['apt-get', 'install', '-y', '--reinstall', 'lab-app']);
    expect(refused.stderr).toContain('lock-frontend');
    expect(refused.code).toBe(100);
    await release();
    await endpoint.execOrThrow(['apt-get', 'remove', '-y', 'lab-broken']);
  });

  test('runs a service that reboots with the endpoint, on the Node of the project', async () => {
    await endpoint.installUnit(
      'lab-node.service',
      `[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${endpointNode} -e "console.log('node', process.version, require('${endpointCheckout}/package.json').name)"
StandardOutput=append:/var/lib/lab-node
[Install]
WantedBy=multi-user.target
`,
    );
    const line = `node ${process.version} patchbay\n`;
    expect(await endpoint.readFile('/var/lib/lab-node')).toBe(line);

    const before = await endpoint.bootId();
    const reboots = endpoint.reboots;
    await endpoint.exec(['systemctl', 'reboot']);
    const after = await endpoint.waitForBoot(before);
    expect(after).not.toBe(before);
    expect(endpoint.boots.map((boot) => boot.bootId).slice(-2)).toEqual([before, after]);
    expect(endpoint.reboots).toBe(reboots + 1);
    expect((await endpoint.exec(['test', '-e', '/run/reboot-required'])).code).toBe(1);
    expect(await endpoint.readFile('/var/lib/lab-node')).toBe(line + line);
  });

  test('reboots through `at` where it is installed', async () => {
    const before = await endpoint.bootId();
    await endpoint.execOrThrow(['at', 'now'], { input: 'systemctl reboot' });
    expect(await endpoint.waitForBoot(before)).not.toBe(before);
    expect((await without.exec(['sh', '-c', 'command -v at'])).code).toBe(127);
  });

  test('systemd-run ends a whole process tree at its time limit, and passes exit codes and output on', async () => {
    const run = ['systemd-run', '--pipe', '--wait', '--collect', '-q', '-p', 'KillMode=control-group'];
    const escape = 'setsid sleep 4711 & setsid sh -c "sleep 4711 & sleep 4711" & sleep 4711';
    const limited = await endpoint.exec([...run, '-p', 'RuntimeMaxSec=2', 'sh', '-c', escape]);
    expect(limited.code).not.toBe(0);
    expect((await endpoint.exec(['pgrep', '-f', 'sleep 4711'])).stdout).toBe('');
    expect(await endpoint.exec([...run, 'sh', '-c', 'cat; exit 7'], { input: 'read' })).toMatchObject({
      code: 7,
      stdout: 'read',
    });
  });

  test('comes back after its power was cut', async () => {
    const before = await without.bootId();
    await without.writeFile('/var/lib/kept/note', 'kept', '600');
    await without.kill();
    await expect(without.exec(['true'])).rejects.toThrow('is not booted');
    const switchedOn = Date.now();
    without.powerOn();
    expect(await without.waitForBoot()).not.toBe(before);
    console.log(`boot: ${Date.now() - switchedOn} ms until systemd is done`);
    expect(await without.readFile('/var/lib/kept/note')).toBe('kept');
    expect((await without.exec(['hostname'])).stdout).toBe('without-at\n');
  });

  test('leaves nothing behind when it is stopped', async () => {
    const spare = await startLabEndpoint({ name: 'spare' });
    const id = spare.id;
    expect(traces(id)).not.toEqual([]);
    await spare.stop();
    await spare.stop();
    expect(traces(id)).toEqual([]);
  });

  test('leaves nothing behind when the process that started it is killed', async () => {
    const { id, starter } = await startElsewhere();
    starter.kill('SIGKILL');
    await waitFor(() => traces(id).length === 0, { timeoutMs: 30_000, what: `endpoint ${id} to be removed` });
    expect(traces(id)).toEqual([]);
  });

  test('removes what is left where even the holder of the endpoint was killed', async () => {
    const { id, starter } = await startElsewhere();
    const holder = processes().find(
      ({ commandLine }) => commandLine.includes(`hold-endpoint.sh`) && commandLine.includes(id),
    );
    process.kill(Number(holder?.pid), 'SIGKILL');
    starter.kill('SIGKILL');
    await waitFor(() => !existsSync(`/proc/${holder?.pid}`), {
      timeoutMs: 5_000,
      what: 'the holder to be gone',
    });
    expect(traces(id)).not.toEqual([]);
    await using next = await startLabEndpoint({ name: 'next' });
    expect(await next.bootId()).not.toBe('');
    expect(traces(id)).toEqual([]);
  });
});

/** An endpoint that belongs to another process than this. */
async function startElsewhere(): Promise<{ id: string; starter: ChildProcess }> {
  const program = `
    const { startLabEndpoint } = await import('@patchbay/testkit/lab/lab-endpoint');
    console.log((await startLabEndpoint({ name: 'orphan' })).id);`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const id = String((await once(starter.stdout, 'data'))[0]).trim();
  expect(traces(id)).not.toEqual([]);
  return { id, starter };
}

/** Mounts, files, processes and control groups of this machine that bear the id of an endpoint. */
function traces(id: string): string[] {
  const groups = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].filter(existsSync);
  const places = [path.join(labDirectory(), 'endpoints'), '/run/systemd/nspawn', ...groups].filter(
    existsSync,
  );
  return [
    ...readFileSync('/proc/self/mounts', 'utf8').split('\n'),
    ...places.flatMap((place) => readdirSync(place)),
    ...processes().map(({ commandLine }) => commandLine),
  ].filter((trace) => trace.includes(id));
}

function processes(): { pid: string; commandLine: string }[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => ({ pid, commandLine: readIfThere(`/proc/${pid}/cmdline`).replaceAll('\0', ' ') }));
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
