import type { PatchWork } from '@patchbay/contracts/activity-order';
import type { ApplicablePatch, PatchResult, ReadinessCheck, RebootNeed } from '@patchbay/contracts/inventory';
import type { LabPackage } from '@patchbay/testkit/lab/apt-repository';
import { labAvailable } from '@patchbay/testkit/lab/lab-available';
import {
  endpointCheckout,
  endpointNode,
  type LabEndpoint,
  startLabEndpoint,
} from '@patchbay/testkit/lab/lab-endpoint';
import { describe, expect, test } from 'vitest';
import type { ProbeOperation } from './patch-probe.ts';

const lab = labAvailable();

interface Applied {
  patches: PatchResult[];
  reboot: RebootNeed;
}

interface Probed<Result> {
  readonly result?: Result;
  readonly error?: { name: string; message: string };
  readonly output: string;
}

async function probe<Result>(
  endpoint: LabEndpoint,
  operation: ProbeOperation,
  by: readonly string[] = [],
): Promise<Probed<Result>> {
  const command = [...by, endpointNode, `${endpointCheckout}/e2e/lab/patch-probe.ts`];
  const answer = await endpoint.execOrThrow(command, {
    input: JSON.stringify(operation),
    timeoutMs: 120_000,
  });
  return JSON.parse(answer) as Probed<Result>;
}

function patchWork(over: Partial<PatchWork> = {}): PatchWork {
  return {
    kind: 'patch',
    simulate: false,
    selection: { which: 'all', ids: [], exclude: [] },
    lockWaitMs: 0,
    timeoutMs: 60_000,
    outputLimitBytes: 1_000_000,
    ...over,
  };
}

const apply = (
  endpoint: LabEndpoint,
  over: Partial<PatchWork> = {},
  abortAt?: string,
): Promise<Probed<Applied>> =>
  probe(endpoint, { do: 'apply', work: patchWork(over), ...(abortAt !== undefined && { abortAt }) });

const outcomes = ({ result }: Probed<Applied>): string[] =>
  (result?.patches ?? []).map(({ id, outcome }) => `${id} ${outcome}`).sort();

const messageOf = ({ result }: Probed<Applied>, name: string): string | null | undefined =>
  result?.patches.find((patch) => patch.package === name)?.message;

const packageStates = async (endpoint: LabEndpoint): Promise<string[]> =>
  (
    await endpoint.execOrThrow([
      'dpkg-query',
      '-W',
      '-f',
      '${Package} ${Version} ${db:Status-Abbrev}\n',
      'lab-*',
    ])
  )
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** An endpoint with version 1.0 of each package, for which the updates are on offer. */
async function endpointWith(updates: readonly LabPackage[], more: readonly LabPackage[] = []) {
  const installed = [...updates.map(({ name }) => ({ name, version: '1.0' })), ...more];
  const endpoint = await startLabEndpoint({ name: 'patched', packages: installed });
  for (const update of updates) await endpoint.publishPackage(update);
  return endpoint;
}

describe.skipIf(!lab.ok)(`apt on a real endpoint${lab.ok ? '' : `: ${lab.reason}`}`, () => {
  test('E-03 scan finds updates; E-05 simulating changes nothing, installing installs, in the versions chosen', async () => {
    await using endpoint = await endpointWith([
      { name: 'lab-app', version: '1.1', depends: 'lab-new' },
      { name: 'lab-lib', version: '1.1', security: true },
      { name: 'lab-kern', version: '1.1', security: true, rebootRequired: true },
      { name: 'lab-left', version: '1.1' },
    ]);
    await endpoint.publishPackage({ name: 'lab-new', version: '1.0' });
    await endpoint.execOrThrow(['apt-mark', 'auto', 'lab-lib']);

    const { result: found = [] } = await probe<ApplicablePatch[]>(endpoint, { do: 'scan' });
    expect(
      found.map(({ id, currentVersion, classification }) => [id, currentVersion, classification]),
    ).toEqual([
      ['lab-app=1.1', '1.0', 'other'],
      ['lab-kern=1.1', '1.0', 'security'],
      ['lab-left=1.1', '1.0', 'other'],
      ['lab-lib=1.1', '1.0', 'security'],
    ]);
    expect(found[0]).toMatchObject({
      title: expect.stringContaining('lab-app'),
      sizeBytes: expect.any(Number),
    });

    const selection = { which: 'all', ids: [], exclude: ['lab-left'] } as const;
    const simulated = await apply(endpoint, {
      simulate: true,
      selection: { ...selection, ids: [], exclude: ['lab-left'] },
    });
    expect(outcomes(simulated)).toEqual([
      'lab-app=1.1 wouldInstall',
      'lab-kern=1.1 wouldInstall',
      'lab-lib=1.1 wouldInstall',
    ]);
    expect(await packageStates(endpoint)).toEqual([
      'lab-app 1.0 ii',
      'lab-kern 1.0 ii',
      'lab-left 1.0 ii',
      'lab-lib 1.0 ii',
    ]);

    const ids = ['lab-app=1.1', 'lab-lib=1.1', 'lab-kern=1.1', 'lab-kern=0.9', 'lab-none=1'];
    const installed = await apply(endpoint, { selection: { which: 'listed', ids, exclude: [] } });
    expect(outcomes(installed)).toEqual([
      'lab-app=1.1 installed',
      'lab-kern=0.9 notApplicable',
      'lab-kern=1.1 installed',
      'lab-lib=1.1 installed',
      'lab-none=1 notApplicable',
    ]);
    expect(installed.result?.reboot).toEqual({
      needed: true,
      reasons: ['requested by lab-kern (/run/reboot-required)'],
    });
    expect(await packageStates(endpoint)).toEqual([
      'lab-app 1.1 ii',
      'lab-kern 1.1 ii',
      'lab-left 1.0 ii',
      'lab-lib 1.1 ii',
      'lab-new 1.0 ii',
    ]);
    expect((await endpoint.execOrThrow(['apt-mark', 'showauto'])).split('\n')).toContain('lab-lib');
    expect(await endpoint.readFile('/var/log/apt/term.log')).toContain('Setting up lab-app (1.1)');

    const { result: left = [] } = await probe<ApplicablePatch[]>(endpoint, { do: 'scan' });
    expect(left.map(({ id }) => id)).toEqual(['lab-left=1.1']);
  });

  test('E-05 given packages that fail in each way, then the others are installed and each failure carries its message', async () => {
    await using endpoint = await endpointWith(
      [
        { name: 'lab-app', version: '1.1' },
        { name: 'lab-bad', version: '1.1', postinst: 'echo boom >&2; exit 7' },
        { name: 'lab-on-bad', version: '1.1', depends: 'lab-bad (>= 1.1)' },
        { name: 'lab-full', version: '1.1', preinst: 'echo no room here >&2; exit 3' },
        { name: 'lab-gone', version: '1.1' },
        { name: 'lab-needy', version: '1.1', depends: 'lab-missing' },
        { name: 'lab-rival', version: '1.1', conflicts: 'lab-friend' },
        { name: 'lab-zoo', version: '1.1' },
      ],
      [{ name: 'lab-friend', version: '1.0' }],
    );
    await endpoint.publishPackage({ name: 'lab-missing', version: '1.0' });
    await endpoint.execOrThrow([
      'sh',
      '-c',
      'rm /srv/apt/pool/main/lab-gone_1.1_* /srv/apt/pool/main/lab-missing_*',
    ]);

    const installed = await apply(endpoint);
    expect(outcomes(installed)).toEqual([
      'lab-app=1.1 installed',
      'lab-bad=1.1 failed',
      'lab-full=1.1 failed',
      'lab-gone=1.1 failed',
      'lab-needy=1.1 failed',
      'lab-on-bad=1.1 failed',
      'lab-rival=1.1 failed',
      'lab-zoo=1.1 installed',
    ]);
    expect(messageOf(installed, 'lab-bad')).toMatch(/boom[^]*exit status 7/);
    expect(messageOf(installed, 'lab-full')).toMatch(/no room here[^]*exit status 3/);
    expect(messageOf(installed, 'lab-gone')).toMatch(/could not fetch .*lab-gone_1\.1/);
    expect(messageOf(installed, 'lab-needy')).toMatch(
      /Depends: lab-missing[^]*could not fetch .*lab-missing/,
    );
    expect(messageOf(installed, 'lab-on-bad')).toMatch(/lab-bad is not configured yet/);
    expect(messageOf(installed, 'lab-rival')).toMatch(/removing lab-friend/);
    expect(messageOf(installed, 'lab-app')).toBeNull();
    expect(await packageStates(endpoint)).toEqual([
      'lab-app 1.1 ii',
      'lab-bad 1.1 iF',
      'lab-friend 1.0 ii',
      'lab-full 1.0 ii',
      'lab-gone 1.0 ii',
      'lab-needy 1.0 ii',
      'lab-on-bad 1.1 iU',
      'lab-rival 1.0 ii',
      'lab-zoo 1.1 ii',
    ]);

    const { result: checks = [] } = await probe<ReadinessCheck[]>(endpoint, { do: 'readiness' });
    expect(checks.find(({ name }) => name === 'packageManager')).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('lab-bad'),
    });

    // What did not finish is still applicable, and a mended package finishes it.
    const { result: found = [] } = await probe<ApplicablePatch[]>(endpoint, { do: 'scan' });
    expect(found.find(({ id }) => id === 'lab-bad=1.1')).toMatchObject({
      currentVersion: '1.0',
      title: expect.stringContaining('did not finish'),
    });
    await endpoint.writeFile('/var/lib/dpkg/info/lab-bad.postinst', '#!/bin/sh\nexit 0\n', '755');
    const mended = await apply(endpoint, {
      selection: { which: 'listed', ids: ['lab-bad=1.1'], exclude: [] },
    });
    expect(outcomes(mended)).toEqual(['lab-bad=1.1 installed', 'lab-on-bad=1.1 installed']);
  });

  test('E-05 given that every package fails, then each result is a failure with its message', async () => {
    await using endpoint = await endpointWith([
      { name: 'lab-one', version: '1.1', postinst: 'echo first >&2; exit 1' },
      { name: 'lab-two', version: '1.1', preinst: 'echo second >&2; exit 2' },
    ]);
    const installed = await apply(endpoint);
    expect(outcomes(installed)).toEqual(['lab-one=1.1 failed', 'lab-two=1.1 failed']);
    expect(messageOf(installed, 'lab-one')).toContain('first');
    expect(messageOf(installed, 'lab-two')).toContain('second');
  });

  test('E-04 given a lock that somebody holds, then it is waited for, and reported when the wait is over', async () => {
    await using endpoint = await endpointWith([{ name: 'lab-app', version: '1.1' }]);
    const release = await endpoint.holdAptLock();
    const locked = await apply(endpoint, { lockWaitMs: 1500 });
    expect(locked.error).toMatchObject({
      name: 'PatchToolError',
      message: expect.stringMatching(/locked by perl \(process \d+\); waited 2 s/),
    });
    const { result: checks = [] } = await probe<ReadinessCheck[]>(endpoint, { do: 'readiness' });
    expect(checks.find(({ name }) => name === 'packageManager')).toMatchObject({ state: 'warning' });

    const given = await apply(endpoint, { lockWaitMs: 30_000 }, 'Waiting for perl');
    expect(given.error?.name).toBe('AbortError');

    const waiting = apply(endpoint, { lockWaitMs: 60_000 });
    await release();
    expect(outcomes(await waiting)).toEqual(['lab-app=1.1 installed']);
  });

  test('E-05 given that it is asked to stop while packages are installed, then the installation is finished', async () => {
    await using endpoint = await endpointWith([
      { name: 'lab-a', version: '1.1', postinst: 'sleep 2' },
      { name: 'lab-b', version: '1.1' },
    ]);
    const stopped = await apply(endpoint, {}, 'Setting up lab-a');
    expect(outcomes(stopped)).toEqual(['lab-a=1.1 installed', 'lab-b=1.1 installed']);
  });

  test('E-04 given an interrupted dpkg, then it is repaired first and that is said', async () => {
    await using endpoint = await endpointWith([{ name: 'lab-app', version: '1.1' }]);
    await endpoint.execOrThrow([
      'sh',
      '-c',
      "dpkg-query -s lab-app | sed 's/^Status: .*/Status: install ok unpacked/' >/var/lib/dpkg/updates/0001",
    ]);
    const { result: checks = [] } = await probe<ReadinessCheck[]>(endpoint, { do: 'readiness' });
    expect(checks.find(({ name }) => name === 'packageManager')?.message).toContain('interrupted');

    const installed = await apply(endpoint);
    expect(installed.output).toContain('An earlier installation was interrupted');
    expect(outcomes(installed)).toEqual(['lab-app=1.1 installed']);
  });

  test('E-03 given a repository that cannot be reached, then the scan names it and E-10 readiness tells', async () => {
    await using endpoint = await endpointWith([{ name: 'lab-app', version: '1.1' }]);
    await endpoint.writeFile('/etc/apt/apt.conf.d/90retries', 'Acquire::Retries "0";\n');
    await endpoint.execOrThrow([
      'sh',
      '-c',
      'echo "deb http://127.0.0.1:9/away stable main" >>/etc/apt/sources.list',
    ]);
    const scan = await probe(endpoint, { do: 'scan' });
    expect(scan.error).toMatchObject({
      name: 'PatchToolError',
      message: expect.stringContaining('http://127.0.0.1:9/away'),
    });
    // The others are patched all the same.
    await endpoint.execOrThrow(['sed', '-i', '/away/d', '/etc/apt/sources.list']);
    await endpoint.exec(['apt-get', 'update']);
    await endpoint.execOrThrow([
      'sh',
      '-c',
      'echo "deb http://127.0.0.1:9/away stable main" >>/etc/apt/sources.list',
    ]);
    const installed = await apply(endpoint);
    expect(installed.output).toContain('could not be refreshed');
    expect(outcomes(installed)).toEqual(['lab-app=1.1 installed']);
  });

  test('E-04 E-10 without root patches are found and simulated, and readiness says what is missing', async () => {
    await using endpoint = await endpointWith([{ name: 'lab-app', version: '1.1' }]);
    await endpoint.execOrThrow(['apt-get', 'update', '-qq']);
    const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const scan = await probe<ApplicablePatch[]>(endpoint, { do: 'scan' }, asNobody);
    expect(scan.result?.map(({ id }) => id)).toEqual(['lab-app=1.1']);
    const work = patchWork({ simulate: true });
    const simulated = await probe<Applied>(endpoint, { do: 'apply', work }, asNobody);
    expect(outcomes(simulated)).toEqual(['lab-app=1.1 wouldInstall']);
    const refused = await probe<Applied>(endpoint, { do: 'apply', work: patchWork() }, asNobody);
    expect(refused.error?.message).toContain('does not run as root');
    const { result: checks = [] } = await probe<ReadinessCheck[]>(endpoint, { do: 'readiness' }, asNobody);
    expect(checks.filter(({ state }) => state === 'failed').map(({ name }) => name)).toEqual(['privileges']);
  });

  test('E-10 L-08 readiness says whether at is there and what is used where it is not', async () => {
    await using endpoint = await startLabEndpoint({ name: 'ready' });
    const checkOf = async (name: string) =>
      (await probe<ReadinessCheck[]>(endpoint, { do: 'readiness' })).result?.find(
        (check) => check.name === name,
      );
    expect(await checkOf('at')).toMatchObject({ state: 'ok', message: 'at is installed and atd is running' });
    expect(await checkOf('packageManager')).toMatchObject({ state: 'ok' });
    expect(await checkOf('privileges')).toMatchObject({ state: 'ok' });
    expect(await checkOf('repositories')).toMatchObject({
      state: 'ok',
      message: expect.stringContaining('package sources'),
    });
    await endpoint.execOrThrow(['systemctl', 'stop', 'atd']);
    expect(await checkOf('at')).toMatchObject({
      state: 'warning',
      message: expect.stringContaining('atd is not'),
    });
    await endpoint.execOrThrow(['dpkg', '--purge', 'at']);
    expect(await checkOf('at')).toMatchObject({
      state: 'warning',
      message: 'at is not installed; reboot scripts use systemd-run instead',
    });
  });
});
