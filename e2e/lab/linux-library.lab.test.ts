import { labAvailable } from '@patchbay/testkit/lab/lab-available';
import { type LabEndpoint, startLabEndpoint } from '@patchbay/testkit/lab/lab-endpoint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runBuiltIn as run } from './run-built-in.ts';

const lab = labAvailable();
describe.skipIf(!lab.ok)(`built-in scripts on a real endpoint${lab.ok ? '' : `: ${lab.reason}`}`, () => {
  let endpoint: LabEndpoint;

  beforeAll(async () => {
    endpoint = await startLabEndpoint({
      name: 'scripted',
      packages: [{ name: 'lab-kern', version: '1.0' }],
    });
  });
  afterAll(async () => {
    await endpoint?.stop();
  });

  test('L-07 services are found, stopped and started under systemd', async () => {
    const service = (action: string, name = 'atd') =>
      run(endpoint, 'service.sh', { PATCHBAY_SERVICE: name, PATCHBAY_ACTION: action });
    expect(await service('status')).toMatchObject({ code: 0, facts: { serviceState: 'running' } });
    expect(await service('stop')).toMatchObject({ code: 0, facts: { serviceState: 'stopped' } });
    expect(await service('status')).toMatchObject({ code: 3 });
    expect(await service('restart')).toMatchObject({ code: 0, facts: { serviceState: 'running' } });
    expect(await service('start', 'no-such-service')).toMatchObject({ code: 4 });
    await endpoint.writeFile('/etc/systemd/system/broken.service', '[Service]\nExecStart=/bin/false\n');
    await endpoint.execOrThrow(['systemctl', 'daemon-reload']);
    expect(await service('start', 'broken')).toMatchObject({ code: 1, facts: { serviceState: 'stopped' } });
  });

  test('L-07 package manager, diagnostics and the wait for the start of the system work', async () => {
    const repositories = { PATCHBAY_CHECK_REPOSITORIES: 'true' };
    expect(await run(endpoint, 'package-manager-health.sh', repositories)).toMatchObject({
      code: 0,
      facts: { packageManager: 'apt', packageManagerHealthy: 'true' },
    });
    expect(await run(endpoint, 'clean-package-cache.sh')).toMatchObject({ code: 0 });
    const diagnostics = await run(endpoint, 'collect-diagnostics.sh');
    expect(diagnostics).toMatchObject({ code: 0 });
    expect(diagnostics.stdout).toContain('== Failed units ==');
    const backup = await run(endpoint, 'backup-before-patching.sh');
    expect(backup).toMatchObject({
      code: 0,
      facts: { backupPath: expect.stringContaining('/var/backups/patchbay/') },
    });
    const up = { PATCHBAY_COMMAND: "systemctl is-system-running | grep -Ex 'running|degraded'" };
    expect(await run(endpoint, 'wait-until.sh', up)).toMatchObject({ code: 0 });
  });

  test('L-07 a newer kernel is found, outside of containers', async () => {
    const kernels = 'mount -t tmpfs none /run; mount -t tmpfs none /boot; umask 000; running=$(uname -r)';
    const newer = 'newer=$(echo "$running" | sed "s/^[0-9]*/999/")';
    const images =
      ': >"/boot/vmlinuz-$running"; : >"/boot/vmlinuz-$newer"; : >"/boot/vmlinuz-998.0-other"; exec sh "$@"';
    const found = await run(endpoint, 'check-reboot-needed.sh', {}, [
      'unshare',
      '--mount',
      'sh',
      '-ceu',
      [kernels, newer, images].join('\n'),
      'sh',
    ]);
    expect(found).toMatchObject({ code: 0, facts: { rebootNeeded: 'true' } });
    expect(found.facts['rebootReasons']).toMatch(/^kernel \S+ is running, 999\.\S+ is installed$/);
  });

  test.each([
    ['at', 'true'],
    ['systemd-run', 'stop atd'],
  ])('L-08 the reboot script reboots by %s, after its end', async (method, prepare) => {
    const before = await endpoint.bootId();
    await endpoint.execOrThrow(prepare === 'true' ? ['true'] : ['systemctl', ...prepare.split(' ')]);
    const scheduled = await run(endpoint, 'simple-reboot.sh', { PATCHBAY_DELAY_SECONDS: '1' });
    expect(scheduled).toMatchObject({
      code: 0,
      stdout: `The reboot is scheduled with ${method}, in 1 s.\n`,
      facts: { rebootScheduled: 'true', rebootMethod: method },
    });
    expect(await endpoint.waitForBoot(before)).not.toBe(before);
  });

  test('L-08 given neither at nor systemd-run, then shutdown -r +1 is scheduled', async () => {
    const hide =
      'mount --bind /dev/null /usr/bin/at; mount --bind /dev/null /usr/bin/systemd-run; exec sh "$@"';
    const shell = ['unshare', '--mount', 'sh', '-ceu', hide, 'sh'];
    const scheduled = await run(endpoint, 'simple-reboot.sh', {}, shell);
    expect(scheduled).toMatchObject({ code: 0, facts: { rebootMethod: 'shutdown -r +1' } });
    expect(await endpoint.readFile('/run/systemd/shutdown/scheduled')).toContain('MODE=reboot');
    await endpoint.execOrThrow(['shutdown', '-c']);
  });

  test('L-07 L-41 a reboot is needed after a patch asked for it, is done once, and not needed any more', async () => {
    expect(await run(endpoint, 'reboot-if-needed.sh')).toMatchObject({
      code: 0,
      facts: { rebootNeeded: 'false', rebootScheduled: 'false' },
    });
    await endpoint.publishPackage({ name: 'lab-kern', version: '1.1', rebootRequired: true });
    await endpoint.execOrThrow(['apt-get', 'update', '-qq']);
    await endpoint.execOrThrow(['apt-get', 'install', '-y', '-qq', 'lab-kern']);
    expect(await run(endpoint, 'check-reboot-needed.sh')).toMatchObject({
      code: 0,
      facts: { rebootNeeded: 'true', rebootReasons: 'requested by lab-kern (/run/reboot-required)' },
    });
    const before = await endpoint.bootId();
    expect(await run(endpoint, 'reboot-if-needed.sh', { PATCHBAY_DELAY_SECONDS: '1' })).toMatchObject({
      code: 0,
      facts: { rebootNeeded: 'true', rebootScheduled: 'true' },
    });
    await endpoint.waitForBoot(before);
    expect(await run(endpoint, 'check-reboot-needed.sh')).toMatchObject({ facts: { rebootNeeded: 'false' } });
  });
});
