import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testsNeeding } from '@patchbay/testkit/tests-needing';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, describe, expect, it } from 'vitest';
import { removeScratch } from './built-in-script.ts';
import { shells, standInEndpoint } from './stand-in-endpoint.ts';

const itAsRoot = testsNeeding('root', process.geteuid?.() === 0);

afterAll(removeScratch);

// None of this has run on Solaris: its commands are stand-ins that print what Solaris's do, as far as that is
// documented. What is alike on AIX and Solaris is tested for AIX.
describe.each(shells)('built-in scripts for Solaris, with stand-ins for its commands, by %s', (shell) => {
  const endpoint = (standIns: Readonly<Record<string, string>>) =>
    standInEndpoint('solaris', shell, standIns);
  const shutdown = 'env >"$FOLDER/env"; pwd >"$FOLDER/directory"; exec sleep 3';
  const environments = (...lines: string[]) => `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')}`;
  const only = 'solaris;b7a1;NR;/;5000000;static;1460000000';

  itAsRoot('L-07 L-20 Simple Solaris Reboot starts shutdown -i 6, which outlives it', async () => {
    const { run, calls, folder } = endpoint({ shutdown });
    expect(await run('Simple Solaris Reboot', { DELAY_SECONDS: 60, MESSAGE: 'Bye.' })).toMatchObject({
      code: 0,
      stdout: 'The reboot is scheduled with shutdown -i 6, in 60 s.\n',
      facts: { rebootScheduled: 'true', rebootMethod: 'shutdown -i 6' },
    });
    const made = () => readFileSync(join(folder, 'directory'), 'utf8');
    await waitFor(() => made() === '/\n', { what: 'shutdown to be called' });
    expect(calls()).toEqual(['shutdown -y -g 60 -i 6 Bye.']);
    expect(readFileSync(join(folder, 'env'), 'utf8')).not.toContain('PATCHBAY');
    expect(await endpoint({ shutdown: 'exit 1' }).run('Simple Solaris Reboot')).toMatchObject({
      code: 1,
      facts: {},
    });
    expect(await endpoint({}).run('Simple Solaris Reboot')).toMatchObject({ code: 1, facts: {} });
  });

  itAsRoot.each([
    ['the running boot environment is the next one', [only, 'old;c8;;;80000;static;1450000000'], ''],
    [
      'another one is to be booted',
      ['solaris;b7a1;N;/;5000000;static;1460000000', 'solaris-1;d9;R;;90000;static;1470000000'],
      'the boot environment solaris is running, solaris-1 is to be booted',
    ],
  ])('L-07 L-04 a reboot is needed or not, given that %s', async (_, lines, reasons) => {
    const { run, calls } = endpoint({ beadm: environments(...lines), shutdown });
    const facts = { rebootNeeded: String(reasons !== ''), rebootReasons: reasons };
    expect(await run('Check if a Reboot Is Needed (Solaris)')).toMatchObject({ code: 0, facts });
    expect(await run('Reboot If Needed (Solaris)')).toMatchObject({
      code: 0,
      facts: { ...facts, rebootScheduled: facts.rebootNeeded },
    });
    expect(calls().some((call) => call.startsWith('shutdown'))).toBe(reasons !== '');
    const unknown = await endpoint({ beadm: 'exit 1' }).run('Check if a Reboot Is Needed (Solaris)');
    expect(unknown).toMatchObject({ code: 3, facts: {} });
  });

  const smf = {
    svcs: `case "$*" in
        *-o\\ fmri\\ *nothing) exit 1 ;;
        *-o\\ fmri\\ *many) echo svc:/a:default; echo svc:/b:default ;;
        *-o\\ fmri\\ *) echo svc:/network/ssh:default ;;
        *-o\\ state*) cat "$FOLDER/state" ;;
      esac`,
    svcadm: `case $1 in
        enable | restart) echo online >"$FOLDER/state" ;;
        disable) echo disabled >"$FOLDER/state" ;;
      esac`,
  };

  it('L-07 services are started, restarted, stopped and found by SMF', async () => {
    const { run, calls, folder } = endpoint(smf);
    writeFileSync(join(folder, 'state'), 'disabled\n');
    const service = (ACTION: string, SERVICE = 'ssh') => run('Service (Solaris)', { SERVICE, ACTION });
    expect(await service('status')).toMatchObject({ code: 3, facts: { serviceState: 'stopped' } });
    expect(await service('start')).toMatchObject({ code: 0, facts: { serviceState: 'running' } });
    expect(await service('restart')).toMatchObject({ code: 0, facts: { serviceState: 'running' } });
    expect(await service('stop')).toMatchObject({ code: 0, facts: { serviceState: 'stopped' } });
    expect(calls().filter((call) => call.startsWith('svcadm'))).toEqual([
      'svcadm enable -t svc:/network/ssh:default',
      'svcadm restart svc:/network/ssh:default',
      'svcadm disable -t svc:/network/ssh:default',
    ]);
    expect(await service('status', 'nothing')).toMatchObject({ code: 4 });
    expect(await service('status', 'many')).toMatchObject({ code: 4 });
    expect(await service('status', '*')).toMatchObject({ code: 2 });
    const broken = endpoint({ ...smf, svcadm: 'echo maintenance >"$FOLDER/state"' });
    writeFileSync(join(broken.folder, 'state'), 'disabled\n');
    const start = { SERVICE: 'ssh', ACTION: 'start' };
    expect(await broken.run('Service (Solaris)', start)).toMatchObject({
      code: 1,
      facts: { serviceState: 'stopped' },
    });
  });

  it('L-07 failed services are those in maintenance or degraded', async () => {
    const states = (...lines: string[]) => ({ svcs: `[ "$1" = -xv ] || { ${environments(...lines)}; }` });
    const name = 'Failed Services Check (Solaris)';
    expect(
      await endpoint(states('online svc:/a:default', 'disabled svc:/b:default')).run(name),
    ).toMatchObject({
      code: 0,
      facts: { failedServices: '' },
    });
    const failed = states('online svc:/a:default', 'maintenance svc:/b:default', 'degraded svc:/c:default');
    expect(await endpoint(failed).run(name)).toMatchObject({
      code: 1,
      facts: { failedServices: 'svc:/b:default,svc:/c:default' },
    });
  });

  it('L-07 pools are healthy, or degraded, or too full', async () => {
    const check = (health: string, capacity: string, status = 'all pools are healthy') =>
      endpoint({
        zpool: `case $1 in list) printf 'rpool\\t%s\\t%s\\n' ${health} ${capacity} ;; *) echo "${status}" ;; esac`,
      }).run('ZFS Pool Check (Solaris)');
    expect(await check('ONLINE', '45%')).toMatchObject({
      code: 0,
      facts: { unhealthyPools: '', fullestPoolPercent: '45' },
    });
    expect(await check('ONLINE', '91%')).toMatchObject({ code: 1 });
    expect(await check('DEGRADED', '45%')).toMatchObject({ code: 1, facts: { unhealthyPools: 'rpool' } });
    expect(await check('ONLINE', '45%', 'errors: 3 data errors')).toMatchObject({ code: 1 });
  });

  it('L-07 a boot environment is made, and only older ones of its own are removed', async () => {
    const { run, calls } = endpoint({
      beadm: `[ "$1" != list ] || ${environments(
        only,
        'by-hand;c;;;1;static;1',
        'patchbay-20200101T000000Z;d;;;1;static;2',
        'patchbay-20200102T000000Z;e;;;1;static;3',
        'patchbay-20200103T000000Z;f;;;1;static;4',
        'patchbay-20190101T000000Z;g;R;;1;static;5',
      )}`,
    });
    const name = 'Create Boot Environment (Solaris)';
    const made = await run(name);
    expect(made).toMatchObject({
      code: 0,
      facts: { bootEnvironment: expect.stringMatching(/^patchbay-\d{8}T\d{6}Z$/) },
    });
    expect(calls().filter((call) => call !== 'beadm list -H')).toEqual([
      `beadm create ${made.facts['bootEnvironment']}`,
      'beadm destroy -F patchbay-20200101T000000Z',
    ]);
    expect(await run(name, { KEEP: 0 })).toMatchObject({ code: 2 });
    expect(await endpoint({ beadm: 'exit 1' }).run(name)).toMatchObject({ code: 1, facts: {} });
  });

  it('L-07 packages are healthy, or cannot be read, verified or updated', async () => {
    const healthy = 'case $1 in publisher) echo solaris ;; update) exit 4 ;; esac';
    const name = 'Package Manager Health Check (Solaris)';
    const check = (pkg: string, parameters = {}) => endpoint({ pkg, beadm: '' }).run(name, parameters);
    expect(await check(healthy)).toMatchObject({ code: 0, facts: { packageManagerHealthy: 'true' } });
    const ask = { CHECK_REPOSITORIES: true };
    expect(await check(healthy, ask)).toMatchObject({ code: 0, facts: { updatesAvailable: 'false' } });
    expect(await check('echo solaris', ask)).toMatchObject({ code: 0, facts: { updatesAvailable: 'true' } });
    expect(await check('echo solaris; [ "$1" != update ]', ask)).toMatchObject({
      code: 1,
      facts: { packageManagerHealthy: 'false' },
    });
    expect(await check('')).toMatchObject({ code: 1 });
    expect(await check('echo x; [ "$1" != verify ]', { VERIFY_PACKAGES: true })).toMatchObject({ code: 1 });
  });

  it('L-07 the package cache is left to pkg, and old boot environments go only when asked for', async () => {
    const df = "echo 'Filesystem 1024-blocks Used Available Capacity Mounted'; echo 'rpool 9 9 2048 5% /'";
    const beadm = `[ "$1" != list ] || ${environments(only, 'old;c;;;1;static;100', 'older;d;;;1;static;99', 'open;e;;/mnt;1;static;1')}`;
    const { run, calls } = endpoint({ pkg: '', beadm, df });
    const name = 'Clean Package Cache (Solaris)';
    expect(await run(name)).toMatchObject({ code: 0, facts: { freedMegabytes: '0' } });
    expect(await run(name, { KEEP_BOOT_ENVIRONMENTS: 1 })).toMatchObject({ code: 0 });
    expect(calls().filter((call) => !call.startsWith('df'))).toEqual([
      'pkg set-property flush-content-cache-on-success True',
      'pkg set-property flush-content-cache-on-success True',
      'beadm list -H',
      'beadm destroy -F older',
    ]);
    expect(await endpoint({ pkg: 'exit 1', df }).run(name)).toMatchObject({ code: 1 });
  });

  it('L-07 a backup holds lists and files; diagnostics leave out what is not there', async () => {
    const lists = { pkg: 'echo entire', beadm: '', zpool: '', svcs: '' };
    const { run, folder } = endpoint(lists);
    const parameters = { DIRECTORY: join(folder, 'backups'), SOURCES: folder, KEEP: 1 };
    writeFileSync(join(folder, 'config'), 'x');
    const backup = await run('Backup Before Patching (Solaris)', {
      ...parameters,
      SOURCES: join(folder, 'config'),
    });
    expect(backup).toMatchObject({ code: 0 });
    expect(readdirSync(String(backup.facts['backupPath']))).toEqual(
      expect.arrayContaining(['files.tar.gz', 'packages.txt', 'services.txt']),
    );
    const broken = endpoint({ ...lists, pkg: 'exit 1' });
    expect(await broken.run('Backup Before Patching (Solaris)', parameters)).toMatchObject({
      code: 1,
      facts: {},
    });
    const diagnostics = await endpoint({ uname: 'echo SunOS' }).run('Collect Diagnostics (Solaris)');
    expect(diagnostics.stdout).toMatch(/^\n== System ==\nSunOS\n/);
    expect(diagnostics.stdout).not.toContain('== Pools ==');
  });
});
