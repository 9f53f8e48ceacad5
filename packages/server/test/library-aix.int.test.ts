import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testsNeeding } from '@patchbay/testkit/tests-needing';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, describe, expect, it } from 'vitest';
import { removeScratch } from './built-in-script.ts';
import { shells, standInEndpoint } from './stand-in-endpoint.ts';

const isRoot = process.geteuid?.() === 0;
const canMount = isRoot && spawnSync('unshare', ['--mount', 'true']).status === 0;
const itAsRoot = testsNeeding('root', isRoot);
const itWithMounts = testsNeeding('mounts of its own', canMount);

afterAll(removeScratch);

// None of this has run on AIX: AIX's commands are stand-ins that print what AIX's do, as far as that is documented.
describe.each(shells)('built-in scripts for AIX, with stand-ins for its commands, by %s', (shell) => {
  const endpoint = (standIns: Readonly<Record<string, string>>) => standInEndpoint('aix', shell, standIns);
  const rebooting = {
    shutdown: '',
    wall: 'cat >"$FOLDER/shown"',
    at: 'cat >"$FOLDER/job"; pwd >>"$FOLDER/job"',
  };

  itAsRoot('L-07 L-20 Simple AIX Reboot: at runs shutdown -Fr after the delay', async () => {
    const { run, calls, folder } = endpoint({
      ...rebooting,
      at: 'cat >>"$FOLDER/calls"; env >"$FOLDER/env"',
    });
    expect(await run('Simple AIX Reboot', { DELAY_SECONDS: 7 })).toMatchObject({
      code: 0,
      stdout: 'The reboot is scheduled with at, in 7 s.\n',
      facts: { rebootScheduled: 'true', rebootMethod: 'at' },
    });
    expect(calls()).toEqual(['wall', 'at now', 'sleep 7', expect.stringMatching(/\/shutdown -Fr$/)]);
    expect(readFileSync(join(folder, 'env'), 'utf8')).not.toContain('PATCHBAY');
  });

  itAsRoot(
    'L-07 given that at refuses, then shutdown -Fr is run by nohup; without shutdown it fails',
    async () => {
      const { run, calls } = endpoint({ ...rebooting, at: 'exit 1' });
      expect(await run('Simple AIX Reboot', { DELAY_SECONDS: 2, MESSAGE: '' })).toMatchObject({
        code: 0,
        facts: { rebootMethod: 'nohup' },
      });
      await waitFor(() => calls().includes('shutdown -Fr'), {
        what: 'shutdown to be called',
      });
      const { shutdown: _, ...none } = rebooting;
      expect(await endpoint(none).run('Simple AIX Reboot')).toMatchObject({ code: 1, facts: {} });
      const wrong = { env: { PATCHBAY_DELAY_SECONDS: 'soon' } };
      expect(await endpoint(rebooting).run('Simple AIX Reboot', {}, wrong)).toMatchObject({
        code: 2,
        facts: {},
      });
    },
  );

  const kernel = (build: string) => `echo "/unix:"; printf '\\t _kdb_buildinfo unix_64 ${build}\\n'`;
  const fixes = (state: string) =>
    `echo 'ID  STATE LABEL      INSTALL TIME      UPDATED BY ABSTRACT'
     echo '=== ===== ========== ================= ========== ====='
     echo '1   ${state}   IV16587s02 03/06/12 04:08:29            Ifix for IV16587'
     echo; echo 'STATE codes:'; echo ' Q = REBOOT REQUIRED'`;
  const noFixes = "echo 'There is no efix data on this system.' >&2";
  const older = 'Jun 21 2018 11:21:50 1825A_72H';
  const newer = 'Aug 25 2020 10:46:09 2035A_72H';

  itWithMounts.each([
    ['nothing waits', older, noFixes, ''],
    ['a stable fix is there', older, fixes(' S '), ''],
    [
      'the installed kernel is another',
      newer,
      noFixes,
      `the kernel unix_64 ${older} is running, unix_64 ${newer} is installed`,
    ],
    ['an interim fix waits', older, fixes('*Q*'), 'interim fixes wait for it: IV16587s02'],
  ])('L-07 L-04 a reboot is needed or not, given that %s', async (_, installed, emgr, reasons) => {
    const { run, folder, calls } = endpoint({ ...rebooting, what: kernel(installed), emgr });
    writeFileSync(join(folder, 'version'), `@(#) _kdb_buildinfo unix_64 ${older}\n`);
    const prepare = `mount --bind '${folder}/version' /proc/version`;
    const facts = { rebootNeeded: String(reasons !== ''), rebootReasons: reasons };
    expect(await run('Check if a Reboot Is Needed (AIX)', {}, { prepare })).toMatchObject({ code: 0, facts });
    expect(await run('Reboot If Needed (AIX)', {}, { prepare })).toMatchObject({
      code: 0,
      facts: { ...facts, rebootScheduled: facts.rebootNeeded },
    });
    expect(calls().includes('at now')).toBe(reasons !== '');
  });

  it('L-07 disk space is read from df -Pk', async () => {
    const { run, calls } = endpoint({
      df: `echo 'Filesystem    1024-blocks      Used Available Capacity Mounted on'
           echo '/dev/hd4          2097152   1048576   1048576      50% /'`,
    });
    expect(await run('Disk Space Check (AIX)', { PATHS: '/' })).toMatchObject({
      code: 0,
      facts: { diskSpaceEnough: 'true', freeMegabytes: '1024' },
    });
    expect(await run('Disk Space Check (AIX)', { PATHS: '/', MINIMUM_FREE_MB: 1025 })).toMatchObject({
      code: 1,
    });
    expect(calls()).toEqual(['df -Pk /', 'df -Pk /']);
  });

  const subsystem = {
    lssrc: `[ "$2" = sshd ] || { echo '0513-085 The sshx Subsystem is not on file.'; exit 1; }
            echo 'Subsystem         Group            PID          Status'
            if [ -e "$FOLDER/up" ]; then echo ' sshd             ssh              4784462      active'
            else echo ' sshd             ssh                           inoperative'; fi`,
    startsrc: ': >"$FOLDER/up"',
    stopsrc: 'rm -f "$FOLDER/up"',
  };

  it('L-07 services are started, restarted, stopped and found by the System Resource Controller', async () => {
    const { run, calls } = endpoint(subsystem);
    const service = (ACTION: string, SERVICE = 'sshd') => run('Service (AIX)', { SERVICE, ACTION });
    expect(await service('status')).toMatchObject({ code: 3, facts: { serviceState: 'stopped' } });
    expect(await service('start')).toMatchObject({ code: 0, facts: { serviceState: 'running' } });
    expect(await service('restart')).toMatchObject({ code: 0, facts: { serviceState: 'running' } });
    expect(await service('stop')).toMatchObject({ code: 0, facts: { serviceState: 'stopped' } });
    expect(calls().filter((call) => !call.startsWith('lssrc'))).toEqual([
      'startsrc -s sshd',
      'stopsrc -s sshd',
      'startsrc -s sshd',
      'stopsrc -s sshd',
    ]);
    expect(await service('status', 'sshx')).toMatchObject({ code: 4 });
    expect(await service('status', '-a')).toMatchObject({ code: 2 });
    const broken = endpoint({ ...subsystem, startsrc: 'exit 1' });
    expect(await broken.run('Service (AIX)', { SERVICE: 'sshd', ACTION: 'start' })).toMatchObject({
      code: 1,
    });
  });

  it('L-07 installed filesets are healthy, or inconsistent, or incomplete', async () => {
    const healthy = {
      lppchk: '',
      oslevel: 'case $1 in -r) echo 7200-05 ;; *) echo 7200-05-08-2420 ;; esac',
      instfix:
        "echo '    All filesets for 7200-05_AIX_ML were found.'; echo '    Not all filesets for 7200-04_AIX_ML were found.'",
      emgr: noFixes,
    };
    const check = (standIns: Readonly<Record<string, string>>, parameters = {}) =>
      endpoint({ ...healthy, ...standIns }).run('Package Manager Health Check (AIX)', parameters);
    expect(await check({})).toMatchObject({
      code: 0,
      facts: { packageManagerHealthy: 'true', systemLevel: '7200-05-08-2420' },
    });
    expect(await check({ lppchk: 'echo bos.net is broken; exit 1' })).toMatchObject({
      code: 1,
      stderr: 'PROBLEM: all filesets are consistent\nbos.net is broken\n',
      facts: { packageManagerHealthy: 'false' },
    });
    const incomplete = "echo '    Not all filesets for 7200-05_AIX_ML were found.'";
    expect(await check({ instfix: incomplete })).toMatchObject({ code: 1 });
    expect(await check({ emgr: fixes(' B ') })).toMatchObject({ code: 1 });
    expect(await check({ lppchk: '[ "$1" = -v ]' }, { VERIFY_FILES: true })).toMatchObject({ code: 1 });
  });

  it('L-07 the package cache is cleaned: installp, dnf, and old downloads only', async () => {
    const { run, calls, folder } = endpoint({ installp: '', dnf: '' });
    const updates = join(folder, 'updates');
    mkdirSync(updates);
    for (const file of ['old.bff', 'new.bff', 'old.txt']) writeFileSync(join(updates, file), '');
    for (const file of ['old.bff', 'old.txt']) utimesSync(join(updates, file), 1e9, 1e9);
    expect(await run('Clean Package Cache (AIX)', { DIRECTORY: updates })).toMatchObject({ code: 0 });
    expect(calls()).toEqual(['installp -C', 'dnf -q clean packages']);
    expect(readdirSync(updates).sort()).toEqual(['new.bff', 'old.txt']);
    expect(await endpoint({ installp: 'exit 1' }).run('Clean Package Cache (AIX)')).toMatchObject({
      code: 1,
    });
    expect(await run('Clean Package Cache (AIX)', { DIRECTORY: 'updates' })).toMatchObject({ code: 2 });
  });

  it('L-07 a backup holds lists and files, and only so many are kept', async () => {
    const lists = {
      oslevel: 'echo 7200-05',
      lslpp: 'echo bos.mp64',
      emgr: '',
      lspv: '',
      lsvg: '',
      lsattr: '',
    };
    const { run, folder } = endpoint(lists);
    writeFileSync(join(folder, 'config'), 'x');
    const DIRECTORY = join(folder, 'backups');
    const parameters = { DIRECTORY, SOURCES: join(folder, 'config'), KEEP: 1 };
    await run('Backup Before Patching (AIX)', parameters);
    const second = await run('Backup Before Patching (AIX)', parameters);
    expect(second).toMatchObject({ code: 0 });
    expect(second.facts['backupPath']).toBe(join(DIRECTORY, readdirSync(DIRECTORY).join()));
    expect(readdirSync(String(second.facts['backupPath']))).toEqual(
      expect.arrayContaining(['files.tar.gz', 'filesets.txt', 'oslevel.txt']),
    );
    const broken = endpoint({ ...lists, lslpp: 'exit 1' });
    expect(await broken.run('Backup Before Patching (AIX)', parameters)).toMatchObject({ code: 1 });
    expect(readdirSync(DIRECTORY)).toHaveLength(1);
    expect(await run('Backup Before Patching (AIX)', { ...parameters, SOURCES: '/no/such' })).toMatchObject({
      code: 2,
    });
  });

  it('L-07 a message reaches wall when somebody is logged in', async () => {
    const { run, calls } = endpoint({ who: 'echo root pts/0', wall: 'cat >>"$FOLDER/calls"' });
    const message = { MESSAGE: 'Please log out.' };
    expect(await run('Message to Logged-In Users (AIX)', message)).toMatchObject({
      code: 0,
      facts: { loggedInUsers: '1' },
    });
    expect(calls()).toEqual(['who', 'wall', 'Please log out.']);
    const nobody = endpoint({ who: '', wall: '' });
    expect(await nobody.run('Message to Logged-In Users (AIX)', message)).toMatchObject({
      code: 0,
      facts: { loggedInUsers: '0' },
    });
    const broken = endpoint({ who: 'echo root pts/0', wall: 'exit 1' });
    expect(await broken.run('Message to Logged-In Users (AIX)', message)).toMatchObject({ code: 1 });
  });

  it('L-07 diagnostics leave out what is not there', async () => {
    const run = await endpoint({ uname: 'echo AIX', oslevel: 'echo 7200-05' }).run(
      'Collect Diagnostics (AIX)',
    );
    expect(run).toMatchObject({ code: 0 });
    expect(run.stdout).toMatch(/^\n== System ==\nAIX\n\n== System level ==\n7200-05\n/);
    expect(run.stdout).not.toContain('== Disks ==');
  });

  it('L-07 a condition holds, or the time is up; a TCP port does not accept connections', async () => {
    const { run } = endpoint({});
    const wait = 'Wait Until a Condition Holds (AIX)';
    expect(await run(wait, { COMMAND: 'true' })).toMatchObject({
      code: 0,
      facts: { conditionHeld: 'true', waitedSeconds: '0' },
    });
    expect(await run(wait, { COMMAND: 'false', LIMIT_SECONDS: 0 })).toMatchObject({
      code: 1,
      facts: { conditionHeld: 'false' },
    });
    const tcp = 'TCP Health Check (AIX)';
    expect(await run(tcp, { HOST: '127.0.0.1', PORT: 9 })).toMatchObject({
      code: 1,
      facts: { tcpReachable: 'false' },
    });
    expect(await run(tcp, { PORT: 0 })).toMatchObject({ code: 2, facts: {} });
  });

  it('L-07 an address answers as curl says, and is not on its command line', async () => {
    const { run, calls, folder } = endpoint({
      curl: `cat >"$FOLDER/config"; printf 200; while [ "$1" != --output ]; do shift; done; echo 'all is well' >"$2"`,
    });
    const url = 'https://user:secret@localhost/';
    const http = 'HTTP Health Check (AIX)';
    expect(await run(http, { URL: url, VERIFY_CERTIFICATE: false })).toMatchObject({
      code: 0,
      facts: { httpStatus: '200', httpHealthy: 'true' },
    });
    expect(calls()[0]).toMatch(/^curl --config - .* --insecure$/);
    expect(readFileSync(join(folder, 'config'), 'utf8')).toBe(`url = "${url}"\n`);
    expect(calls().join()).not.toContain('secret');
    expect(await run(http, { URL: url, EXPECTED_TEXT: 'ill' })).toMatchObject({ code: 1 });
    expect(await endpoint({}).run(http, { URL: url })).toMatchObject({ code: 3 });
  });

  it('L-07 interim fixes are listed; one that is not stable, or any when asked to, fails the check', async () => {
    const check = (emgr: string, parameters = {}) =>
      endpoint({ emgr }).run('Interim Fix Check (AIX)', parameters);
    expect(await check(noFixes, { FAIL_IF_FOUND: true })).toMatchObject({
      code: 0,
      facts: { interimFixCount: '0', interimFixes: '' },
    });
    expect(await check(fixes(' S '))).toMatchObject({
      code: 0,
      facts: { interimFixCount: '1', interimFixes: 'IV16587s02' },
    });
    expect(await check(fixes(' S '), { FAIL_IF_FOUND: true })).toMatchObject({ code: 1 });
    expect(await check(fixes('*Q*'))).toMatchObject({ code: 1 });
    expect(await endpoint({}).run('Interim Fix Check (AIX)')).toMatchObject({ code: 3 });
  });

  it('L-07 the error log is asked since a time, and more errors than allowed fail the check', async () => {
    const errpt = `echo 'IDENTIFIER TIMESTAMP  T C RESOURCE_NAME  DESCRIPTION'
      echo 'A924A5FC   0306040812 P H hdisk0         DISK OPERATION ERROR'`;
    const { run, calls } = endpoint({ errpt });
    expect(await run('Error Log Check (AIX)')).toMatchObject({ code: 1, facts: { errorLogEntries: '1' } });
    expect(calls()).toEqual([expect.stringMatching(/^errpt -s \d{10} -d H,S -T PERM$/)]);
    expect(await run('Error Log Check (AIX)', { MOST: 1 })).toMatchObject({ code: 0 });
    expect(await endpoint({ errpt: '' }).run('Error Log Check (AIX)')).toMatchObject({
      code: 0,
      facts: { errorLogEntries: '0' },
    });
  });

  it('L-07 the system level is compared', async () => {
    const { run } = endpoint({ oslevel: 'echo 7200-05-08-2420' });
    const check = (MINIMUM: string) => run('System Level Check (AIX)', { MINIMUM });
    expect(await check('7200-05-08-2420')).toMatchObject({
      code: 0,
      facts: { systemLevel: '7200-05-08-2420' },
    });
    expect(await check('7200-05-09-2446')).toMatchObject({ code: 1 });
    expect(await check('7.2')).toMatchObject({ code: 2 });
  });

  it('L-07 a way back is an alternate disk or a fresh mksysb', async () => {
    const lspv = "echo 'hdisk0 00f6 rootvg active'; echo 'hdisk1 00f7 altinst_rootvg'";
    const name = 'System Backup Check (AIX)';
    expect(await endpoint({ lspv }).run(name)).toMatchObject({
      code: 0,
      facts: { alternateDisks: 'hdisk1' },
    });
    const { run, folder } = endpoint({ lspv: 'echo hdisk0 00f6 rootvg active' });
    const file = join(folder, 'mksysb');
    writeFileSync(file, 'x');
    expect(await run(name)).toMatchObject({ code: 1 });
    expect(await run(name, { MKSYSB_FILE: file })).toMatchObject({ code: 0, facts: { mksysbFresh: 'true' } });
    utimesSync(file, 1e9, 1e9);
    expect(await run(name, { MKSYSB_FILE: file })).toMatchObject({
      code: 1,
      facts: { mksysbFresh: 'false' },
    });
  });

  it('L-07 rootvg is copied to a free disk or over an earlier copy, and never over anything else', async () => {
    const standIns = {
      lspv: `echo 'hdisk0 00f6 rootvg active'; echo 'hdisk2 00f8 None'
             if [ -e "$FOLDER/copied" ]; then echo 'hdisk1 00f7 altinst_rootvg'; else echo 'hdisk1 00f7 None'; fi`,
      alt_disk_copy: ': >"$FOLDER/copied"',
      alt_rootvg_op: 'rm "$FOLDER/copied"',
    };
    const { run, calls } = endpoint(standIns);
    const copy = (DISKS: string) => run('Alternate Disk Copy (AIX)', { DISKS });
    const changes = () => calls().filter((call) => call.startsWith('alt'));
    expect(await copy('hdisk0')).toMatchObject({ code: 4, stderr: 'hdisk0 is in use by rootvg\n' });
    expect(await copy('hdisk9')).toMatchObject({ code: 4 });
    expect(await copy('hdisk1; reboot')).toMatchObject({ code: 2 });
    expect(changes()).toEqual([]);
    expect(await copy('hdisk1')).toMatchObject({ code: 0, facts: { alternateDisks: 'hdisk1' } });
    expect(await copy('hdisk2')).toMatchObject({ code: 4 });
    expect(await copy('hdisk1')).toMatchObject({ code: 0 });
    expect(changes()).toEqual([
      'alt_disk_copy -B -d hdisk1',
      'alt_rootvg_op -X altinst_rootvg',
      'alt_disk_copy -B -d hdisk1',
    ]);
    const broken = endpoint({ ...standIns, alt_disk_copy: 'exit 1' });
    expect(await broken.run('Alternate Disk Copy (AIX)', { DISKS: 'hdisk1' })).toMatchObject({ code: 1 });
  });
});
