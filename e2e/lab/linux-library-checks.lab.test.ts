import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { labAvailable } from '@patchbay/testkit/lab/lab-available';
import { type LabEndpoint, startLabEndpoint } from '@patchbay/testkit/lab/lab-endpoint';
import { runOrThrow } from '@patchbay/testkit/lab/run-command';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runBuiltIn } from './run-built-in.ts';

const lab = labAvailable();
const openssl = spawnSync('sh', ['-c', 'command -v openssl'], { encoding: 'utf8' }).stdout.trim();

/** Each script once with success and once with its failure. */
describe.skipIf(!lab.ok)(`more built-in scripts on a real endpoint${lab.ok ? '' : `: ${lab.reason}`}`, () => {
  let endpoint: LabEndpoint;
  const run = (script: string, parameters: Readonly<Record<string, string>> = {}) => {
    const named = Object.entries(parameters).map(([name, value]) => [`PATCHBAY_${name}`, value]);
    return runBuiltIn(endpoint, script, Object.fromEntries(named));
  };
  const shell = (lines: string) => endpoint.execOrThrow(['sh', '-ceu', lines]);
  const unit = (command: string) => `[Service]\nType=exec\nExecStart=${command}\n`;

  beforeAll(async () => {
    endpoint = await startLabEndpoint({
      name: 'checked',
      packages: [{ name: 'lab-app', version: '1.0' }, ...kernels()],
    });
    await endpoint.writeFile('/etc/systemd/system/broken.service', unit('/bin/no-such-program'));
    await endpoint.writeFile('/etc/systemd/system/lab-first.service', unit('/bin/sleep 600'));
    await endpoint.writeFile('/etc/systemd/system/lab-second.service', unit('/bin/sleep 600'));
    await shell('systemctl daemon-reload; systemctl reset-failed');
  });
  afterAll(async () => {
    await endpoint?.stop();
  });

  function kernels() {
    const names = ['1', '2', '9', '10'].map((build) => `linux-image-5.10.0-${build}-amd64`);
    return [...names, 'linux-headers-5.10.0-1-amd64'].map((name) => ({ name, version: '1.0' }));
  }

  test('L-07 a file system that became read-only is found, unless it is meant to be', async () => {
    expect(await run('read-only-check.sh')).toMatchObject({ code: 0, facts: { readOnlyFileSystems: '' } });
    await shell('mount -t tmpfs none /mnt; mount -o remount,ro /mnt');
    expect(await run('read-only-check.sh', { PATHS: '/mnt:/' })).toMatchObject({
      code: 1,
      facts: { readOnlyFileSystems: '/mnt' },
    });
    await endpoint.writeFile('/etc/fstab', 'none /mnt tmpfs noauto,ro 0 0\n');
    expect(await run('read-only-check.sh', { PATHS: '/mnt:/' })).toMatchObject({ code: 0 });
    expect(await run('read-only-check.sh', { PATHS: '/no/such' })).toMatchObject({ code: 2 });
    await shell('umount /mnt; rm /etc/fstab');
  });

  test('L-07 failed units are found, and whether the start of the system is in order', async () => {
    expect(await run('failed-units-check.sh')).toMatchObject({ code: 0, facts: { failedUnits: '' } });
    expect(await run('boot-check.sh', { BOOTED_WITHIN_MINUTES: '60' })).toMatchObject({
      code: 0,
      facts: { systemState: 'running', uptimeMinutes: expect.stringMatching(/^\d$/) },
    });
    await endpoint.exec(['systemctl', 'start', 'broken.service']);
    expect(await run('failed-units-check.sh')).toMatchObject({
      code: 1,
      facts: { failedUnits: 'broken.service' },
    });
    expect(await run('failed-units-check.sh', { IGNORE: 'bro*' })).toMatchObject({ code: 0 });
    expect(await run('boot-check.sh')).toMatchObject({ code: 1, facts: { systemState: 'degraded' } });
    expect(await run('boot-check.sh', { ALLOW_DEGRADED: 'true' })).toMatchObject({ code: 0 });
    await shell('systemctl reset-failed');
  });

  test('L-07 a network file system that is not mounted is found', async () => {
    expect(await run('network-mounts-check.sh')).toMatchObject({ code: 0, facts: { networkMounts: '0' } });
    await endpoint.writeFile(
      '/etc/fstab',
      'server:/a /data nfs4 _netdev 0 0\nserver:/b /more nfs noauto 0 0\n',
    );
    expect(await run('network-mounts-check.sh')).toMatchObject({
      code: 1,
      facts: { brokenNetworkMounts: '/data' },
    });
    await shell('rm /etc/fstab');
  });

  test('L-07 a service that runs on a replaced program is found and restarted, or fails to', async () => {
    await endpoint.writeFile('/etc/systemd/system/lab-old.service', unit('/usr/local/bin/lab-old 600'));
    await shell('cp /bin/sleep /usr/local/bin/lab-old; systemctl daemon-reload; systemctl start lab-old');
    expect(await run('restart-after-update.sh')).toMatchObject({
      code: 0,
      facts: { processesOnReplacedFiles: '0' },
    });
    await shell('cp /bin/sleep /usr/local/bin/lab-new; mv /usr/local/bin/lab-new /usr/local/bin/lab-old');
    const action = (ACTION: string, more = {}) => run('restart-after-update.sh', { ACTION, ...more });
    expect(await action('report')).toMatchObject({
      code: 0,
      facts: { servicesToRestart: 'lab-old.service' },
    });
    expect(await action('fail')).toMatchObject({ code: 1 });
    expect(await action('restart', { EXCLUDE: 'lab-*' })).toMatchObject({
      code: 0,
      facts: { servicesRestarted: '' },
    });
    expect(await action('restart')).toMatchObject({
      code: 0,
      facts: { servicesRestarted: 'lab-old.service' },
    });
    expect(await action('fail')).toMatchObject({ code: 0, facts: { servicesToRestart: '' } });
    await shell('rm /usr/local/bin/lab-old');
    expect(await action('restart')).toMatchObject({ code: 1, facts: { servicesRestarted: '' } });
    await shell('systemctl reset-failed');
  });

  test('L-07 old kernels are removed but for the newest, and not while another installs packages', async () => {
    const installed = () =>
      shell("dpkg-query -W -f '${db:Status-Abbrev}${Package}\\n' 'linux-*' | sed -n 's/^ii *//p'");
    const giveBack = await endpoint.holdAptLock();
    expect(await run('wait-for-package-manager.sh', { LIMIT_SECONDS: '0' })).toMatchObject({
      code: 1,
      facts: { packageManagerFree: 'false' },
    });
    expect(await run('remove-old-kernels.sh')).toMatchObject({ code: 1, facts: {} });
    const waiting = run('wait-for-package-manager.sh', { INTERVAL_SECONDS: '1' });
    await giveBack();
    expect(await waiting).toMatchObject({ code: 0, facts: { packageManagerFree: 'true' } });
    expect(await run('remove-old-kernels.sh')).toMatchObject({
      code: 0,
      facts: {
        removedKernels: 'linux-image-5.10.0-2-amd64,linux-headers-5.10.0-1-amd64,linux-image-5.10.0-1-amd64',
      },
    });
    expect(await installed()).toBe('linux-image-5.10.0-10-amd64\nlinux-image-5.10.0-9-amd64\n');
    expect(await run('remove-old-kernels.sh')).toMatchObject({ code: 0, facts: { removedKernels: '' } });
    expect(await run('remove-old-kernels.sh', { KEEP: '0' })).toMatchObject({ code: 2 });
  });

  test('L-07 the maintenance marker is set, found, cleared and missed, and no other file is touched', async () => {
    const marker = (ACTION: string, more = {}) => run('maintenance-marker.sh', { ACTION, ...more });
    const set = await marker('set', { TEXT: 'Patching.' });
    expect(set).toMatchObject({ code: 0, facts: { maintenance: 'true' } });
    expect(await marker('set')).toMatchObject({ code: 0, facts: set.facts });
    expect(await marker('check')).toMatchObject({ code: 0, facts: set.facts });
    expect(await marker('clear')).toMatchObject({ code: 0, facts: { maintenance: 'false' } });
    expect(await marker('check')).toMatchObject({ code: 3, facts: { maintenance: 'false' } });
    expect(await marker('clear', { FILE: '/etc/passwd' })).toMatchObject({ code: 4 });
    expect(await marker('set', { FILE: '/no/such/marker' })).toMatchObject({ code: 1 });
  });

  test.skipIf(openssl === '')('L-07 certificates in files and of servers are checked', async () => {
    const check = (CERTIFICATES: string, more = {}) => run('certificate-check.sh', { CERTIFICATES, ...more });
    expect(await check('/root/cert.pem')).toMatchObject({ code: 3 });
    // The image has its libraries, but not the program.
    await endpoint.writeFile('/usr/local/bin/openssl', readFileSync(openssl), '755');
    const made = 'req -x509 -newkey rsa:2048 -nodes -days 91 -subj /CN=localhost -keyout - -out -'.split(' ');
    const both = await runOrThrow([openssl, ...made]);
    await endpoint.writeFile('/root/cert.pem', both);
    const server = createServer({ cert: both, key: both }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = `localhost:${(server.address() as AddressInfo).port}`;
    expect(await check(`/root/cert.pem ${address}`)).toMatchObject({
      code: 0,
      facts: { certificateDaysLeft: expect.stringMatching(/^9[01]$/) },
    });
    expect(await check(address, { DAYS: '100' })).toMatchObject({
      code: 1,
      facts: { certificateDaysLeft: expect.stringMatching(/^9[01]$/) },
    });
    server.close();
    await once(server, 'close');
    expect(await check(address)).toMatchObject({ code: 1 });
    expect(await check('/etc/passwd')).toMatchObject({ code: 1 });
    expect(await check('cert.pem')).toMatchObject({ code: 2 });
  });

  test('L-07 the clock is judged by systemd, and by chrony, of which there is a stand-in', async () => {
    const bySystemd = await run('time-check.sh');
    expect(bySystemd).toMatchObject({
      code: bySystemd.facts['timeSynchronized'] === 'true' ? 0 : 1,
      facts: { timeSource: 'systemd', timeSynchronized: expect.stringMatching(/^(?:true|false)$/) },
    });
    const chrony = (offset: string, leap: string) =>
      endpoint.writeFile(
        '/usr/local/bin/chronyc',
        `#!/bin/sh\necho 'C0A80001,ntp.example,2,1700000000.1,${offset},0.0,0.0,-8.1,0.0,0.1,0.01,0.01,64.2,${leap}'\n`,
        '755',
      );
    await chrony('-0.012345', 'Normal');
    expect(await run('time-check.sh')).toMatchObject({
      code: 0,
      facts: { timeSource: 'chrony', timeSynchronized: 'true', timeOffsetMilliseconds: '12' },
    });
    expect(await run('time-check.sh', { MAX_OFFSET_MS: '10' })).toMatchObject({ code: 1 });
    await chrony('0', 'Not synchronised');
    expect(await run('time-check.sh')).toMatchObject({ code: 1, facts: { timeSynchronized: 'false' } });
    await shell('rm /usr/local/bin/chronyc');
  });

  test('L-07 several services are stopped and started again, and only those that ran', async () => {
    const group = (ACTION: string, SERVICES = '') => run('service-group.sh', { ACTION, SERVICES });
    await shell('systemctl start lab-first');
    const both = 'lab-first lab-second atd';
    expect(await group('stop', `${both} no-such-service`)).toMatchObject({ code: 4, facts: {} });
    expect(await group('stop', both)).toMatchObject({ code: 0, facts: { stoppedServices: 'lab-first,atd' } });
    expect(await group('stop', both)).toMatchObject({ code: 0, facts: { stoppedServices: '' } });
    const states = 'lab-first is stopped\nlab-second is stopped\natd is stopped\n';
    expect(await group('list', both)).toMatchObject({ code: 0, stdout: states });
    await endpoint.writeFile('/etc/systemd/system/lab-first.service', unit('/bin/no-such-program'));
    await shell('systemctl daemon-reload');
    expect(await group('start')).toMatchObject({ code: 1, facts: { startedServices: 'atd' } });
    await endpoint.writeFile('/etc/systemd/system/lab-first.service', unit('/bin/sleep 600'));
    await shell('systemctl daemon-reload');
    expect(await group('start')).toMatchObject({ code: 0, facts: { startedServices: 'lab-first' } });
    expect(await group('start')).toMatchObject({ code: 0, facts: { startedServices: '' } });
  });

  test('L-07 packages are held and let go, and what has changed since the backup is listed', async () => {
    const hold = (ACTION: string, PACKAGES = '') => run('hold-packages.sh', { ACTION, PACKAGES });
    expect(await run('package-changes.sh')).toMatchObject({ code: 1, facts: {} });
    expect(await run('backup-before-patching.sh')).toMatchObject({ code: 0 });
    const none = { packagesAdded: '0', packagesRemoved: '0', packagesChanged: '0' };
    expect(await run('package-changes.sh')).toMatchObject({ code: 0, facts: none });

    await endpoint.publishPackage({ name: 'lab-app', version: '1.1' });
    await endpoint.publishPackage({ name: 'lab-more', version: '2.0' });
    await shell('apt-get update -qq');
    expect(await hold('hold', 'lab-app')).toMatchObject({ code: 0, facts: { heldPackages: 'lab-app' } });
    await shell(
      'apt-get upgrade -y -qq; apt-get install -y -qq lab-more; apt-get purge -y -qq linux-image-5.10.0-9-amd64',
    );
    const moreAndLess = { packagesAdded: '1', packagesRemoved: '1', packagesChanged: '0' };
    expect(await run('package-changes.sh')).toMatchObject({ code: 0, facts: moreAndLess });
    expect(await hold('release', 'lab-app')).toMatchObject({ code: 0, facts: { heldPackages: '' } });
    await shell('apt-get upgrade -y -qq');
    const changes = await run('package-changes.sh');
    expect(changes).toMatchObject({ code: 0, facts: { ...moreAndLess, packagesChanged: '1' } });
    expect(changes.stdout).toContain('~ lab-app 1.0 -> 1.1\n');
    expect(await hold('hold', 'no-such-package')).toMatchObject({ code: 1, facts: {} });
    expect(await hold('hold')).toMatchObject({ code: 2 });
  });

  test('L-07 processes, configuration files that wait to be merged, and host names are looked for', async () => {
    const process = (PROCESS: string, more = {}) => run('process-check.sh', { PROCESS, ...more });
    expect(await process('systemd-journald')).toMatchObject({ code: 0, facts: { processCount: '1' } });
    expect(await process('systemd-journald', { USER: 'daemon' })).toMatchObject({
      code: 1,
      facts: { processCount: '0' },
    });
    expect(await process('no-such-process')).toMatchObject({ code: 1 });

    const leftovers = (more = {}) => run('configuration-leftovers.sh', more);
    expect(await leftovers({ FAIL_IF_FOUND: 'true' })).toMatchObject({
      code: 0,
      facts: { configurationLeftovers: '0' },
    });
    await shell(': >/etc/issue.dpkg-dist');
    expect(await leftovers()).toMatchObject({ code: 0, stdout: '/etc/issue.dpkg-dist\n' });
    expect(await leftovers({ FAIL_IF_FOUND: 'true' })).toMatchObject({
      code: 1,
      facts: { configurationLeftovers: '1' },
    });
    expect(await leftovers({ DIRECTORY: '/no/such' })).toMatchObject({ code: 2 });

    const names = (NAMES: string) => run('name-resolution-check.sh', { NAMES });
    expect(await names('localhost checked')).toMatchObject({ code: 0, facts: { unresolvedNames: '' } });
    expect(await names('localhost no-such-host')).toMatchObject({
      code: 1,
      facts: { unresolvedNames: 'no-such-host' },
    });
  });

  test('L-07 without LVM no snapshot is taken, without containers there is nothing to stop; the environment is shown', async () => {
    expect(await run('lvm-snapshot.sh', { ACTION: 'create' })).toMatchObject({ code: 3, facts: {} });
    expect(await run('containers.sh', { ACTION: 'stop' })).toMatchObject({ code: 0, facts: {} });
    expect(await run('containers.sh', { ACTION: 'drain' })).toMatchObject({ code: 2 });
    const shown = await run('show-environment.sh', { SECRET: 'hidden' });
    expect(shown).toMatchObject({ code: 0 });
    expect(shown.stdout).toContain('  PATCHBAY_SECRET\n');
    expect(shown.stdout).not.toContain('hidden');
  });
});
