import { cycle as cycleSchema } from '@patchbay/contracts/cycle';
import { type CycleReport, cycleReport } from '@patchbay/contracts/cycle-report';
import { cycleTimeline } from '@patchbay/contracts/cycle-timeline';
import { endpoint as endpointSchema } from '@patchbay/contracts/endpoint';
import { group as groupSchema } from '@patchbay/contracts/group';
import { type PlanDraft, plan as planSchema } from '@patchbay/contracts/plan';
import { runEvent, run as runSchema, runSummary } from '@patchbay/contracts/run';
import { maintenanceWindowDetail } from '@patchbay/contracts/window';
import { workflow as workflowSchema } from '@patchbay/contracts/workflow';
import { startLabAgent } from '@patchbay/testkit/lab/lab-agent';
import { labAvailable } from '@patchbay/testkit/lab/lab-available';
import { type LabEndpoint, startLabEndpoint } from '@patchbay/testkit/lab/lab-endpoint';
import { type PatchbayServer, startPatchbayServer } from '@patchbay/testkit/patchbay-server';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeSetting, type FinishedRun, finishedRun, makeTask, makeWorkflow } from './lab-cycle.ts';

const lab = labAvailable();
const limitMs = 150_000;
const openedCycle = /^Opened cycle (\d+) on (\d+) endpoint/;
/** What post-patching of the default workflow does, and a step that may not run in a rehearsal before it. */
const steps = {
  pre: ['Note versions', 'Drain'],
  post: [
    'Check if a Reboot Is Needed (Linux)',
    { task: 'Simple Linux Reboot', condition: { fact: 'rebootNeeded', is: 'equal', value: 'true' } },
  ],
  after: ['Note versions'],
} as const;

describe.skipIf(!lab.ok)(`a remediation plan on real endpoints${lab.ok ? '' : `: ${lab.reason}`}`, () => {
  let server: PatchbayServer;
  let first: LabEndpoint;
  let second: LabEndpoint;
  let rehearsed: CycleReport;

  beforeAll(async () => {
    const packages = ['lab-app', 'lab-lib', 'lab-held', 'linux-image-lab'].map((name) => ({
      name,
      version: '1.0',
    }));
    [server, first, second] = await Promise.all([
      startPatchbayServer(),
      startLabEndpoint({ name: 'shop-1', packages }),
      startLabEndpoint({ name: 'shop-2', packages: packages.slice(0, 3) }),
    ]);
    await Promise.all([first, second].map((machine) => startLabAgent(machine, server)));
    const { api } = server;
    const rule = { is: 'like', fact: 'name', value: 'shop-*' };
    await api.send('POST', '/groups', { name: 'Shop', rule }, groupSchema);
    const note = "dpkg-query -W -f '${Package} ${Version}\\n' 'lab-*'";
    await makeTask(api, 'Note versions', note, { safeInRehearsal: true });
    await makeTask(api, 'Drain', 'echo drained >>/root/marks');
    await makeTask(api, 'Bring back', 'echo back >>/root/marks');
    await makeTask(api, 'Gated', ': >/root/gated; while [ ! -e /root/go-on ]; do sleep 0.1; done');
    await makeWorkflow(api, 'Shop servers', steps);
    await api.send('POST', '/workflows/Shop servers/set-default', {}, workflowSchema);
  });
  afterAll(async () => {
    await Promise.all([server?.[Symbol.asyncDispose](), first?.stop(), second?.stop()]);
  });

  const done = async (...args: string[]): Promise<string> => {
    const result = await server.patchbay(args);
    expect(result, `patchbay ${args.join(' ')}`).toMatchObject({ code: 0, stderr: '' });
    return result.stdout;
  };
  const makePlan = (draft: PlanDraft) => server.api.send('POST', '/plans', draft, planSchema);
  /** Opens a cycle and gives its number. */
  const open = async (verb: 'activate' | 'rehearse', plan: string): Promise<number> => {
    const said = await done('plan', verb, plan);
    return Number(openedCycle.exec(said)?.[1]);
  };
  const readCycle = (id: number) => server.api.get(`/cycles/${id}`, cycleSchema);
  const ended = (id: number) =>
    waitFor(async () => (await readCycle(id)).status === 'finished', {
      timeoutMs: limitMs,
      what: `cycle ${id} to end`,
    });
  const report = (id: number) => server.api.get(`/cycles/${id}/report`, cycleReport);
  const runOf = async (cycle: number, endpoint: string): Promise<number> => {
    const runs = await server.api.list('/runs', runSummary, { cycle });
    return runs.find((run) => run.endpoint.name === endpoint)?.id ?? 0;
  };
  const finishedOn = async (cycle: number, machine: LabEndpoint): Promise<FinishedRun> =>
    finishedRun(server.api, await runOf(cycle, machine.name));
  const notesOf = async (run: number): Promise<string[]> =>
    (await server.api.list(`/runs/${run}/events`, runEvent)).flatMap(({ notes }) => notes);
  /** Lets a machine look for patches, until it has found so many. */
  const scan = async (machine: LabEndpoint, patches: number): Promise<void> => {
    await done('endpoint', 'scan', machine.name);
    await waitFor(
      async () =>
        (await server.api.get(`/endpoints/${machine.name}`, endpointSchema)).applicablePatches === patches,
      { timeoutMs: limitMs, what: `${machine.name} to find ${patches} patches` },
    );
  };
  /** `shop-1 lab-app 1.1` for each patch of an outcome, from the report as CSV. */
  const patchesIn = async (cycle: number, outcome: string): Promise<string[]> => {
    const [head = '', ...lines] = (await done('cycle', 'report', String(cycle), '--format', 'csv'))
      .trimEnd()
      .split('\r\n')
      // A comma within quotes parts nothing.
      .map((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));
    const column = (line: readonly string[], name: string): string => line[head.indexOf(name)] ?? '';
    return lines
      .filter((line) => column(line, 'outcome') === outcome)
      .map((line) => ['endpoint', 'package', 'to version'].map((name) => column(line, name)).join(' '))
      .toSorted();
  };

  test('P-02 P-10 given a plan for a group, when it is rehearsed, then nothing on the endpoints changes and it is said what would happen', async () => {
    for (const machine of [first, second]) {
      await machine.publishPackage({ name: 'lab-app', version: '1.1', security: true });
      await machine.publishPackage({ name: 'lab-held', version: '1.1', security: true });
      await machine.publishPackage({ name: 'lab-lib', version: '1.1' });
    }
    await first.publishPackage({
      name: 'linux-image-lab',
      version: '1.1',
      security: true,
      rebootRequired: true,
    });
    await Promise.all([scan(first, 4), scan(second, 3)]);
    await makePlan({
      name: 'Shop',
      patches: { choice: { which: 'matching', classifications: ['security'] }, exclude: ['lab-held'] },
      assignments: [{ endpoints: 'group:Shop', os: 'linux' }],
      rollout: { order: 'byName', waves: [{ name: 'First', size: { kind: 'count', count: 1 } }] },
    });

    const before = await Promise.all([first, second].map(stateOf));
    const cycle = await open('rehearse', 'Shop');
    await ended(cycle);
    expect(await Promise.all([first, second].map(stateOf))).toEqual(before);
    expect((await first.exec(['test', '-e', '/root/marks'])).code).toBe(1);

    const [one, two] = [await finishedOn(cycle, first), await finishedOn(cycle, second)];
    expect(one.lines).toEqual([
      'pre-1 succeeded: exit code 0 is in its success list [0]',
      'pre-2 skipped: it is not marked safe in rehearsal',
      'patch succeeded: 2 patches would be installed, 2 for security',
      'post-1 succeeded: exit code 0 is in its success list [0]',
      'post-2 skipped: it would reboot, which a rehearsal does not do',
      'check-1 succeeded: exit code 0 is in its success list [0]',
    ]);
    expect(two.lines[2]).toBe('patch succeeded: 1 patch would be installed, 1 for security');
    expect(two.lines[4]).toBe(
      'post-2 skipped: its condition "rebootNeeded is true" does not hold (rebootNeeded is false)',
    );
    expect(await one.output('pre-1')).toContain('lab-app 1.0\n');
    expect(await patchesIn(cycle, 'wouldInstall')).toEqual([
      'shop-1 lab-app 1.1',
      'shop-1 linux-image-lab 1.1',
      'shop-2 lab-app 1.1',
    ]);
    rehearsed = await report(cycle);
    expect(rehearsed).toMatchObject({
      cycle: { mode: 'rehearsal', result: 'succeeded' },
      before: { endpointsUpToDate: 0, patches: 7 },
      after: { endpointsUpToDate: 0, patches: 7 },
      reboots: [{ endpoint: { name: 'shop-1' }, step: 'Simple Linux Reboot', ending: 'foreseen' }],
    });
    expect(await done('cycle', 'report', String(cycle))).toMatch(
      /A rehearsal: nothing was installed or rebooted\.[^]*<td>linux-image-lab<\/td>/,
    );
    expect((await server.api.get('/plans/Shop', planSchema)).progress.status).toBe('readyToActivate');
  });

  test('P-10 P-14 P-15 given the same plan, when it is activated, then exactly what was foretold is installed and rebooted, and reported', async () => {
    const before = await Promise.all([first, second].map(versionsOf));
    const boots = await Promise.all([first, second].map((machine) => machine.bootId()));
    const cycle = await open('activate', 'Shop');
    await ended(cycle);
    const [one, two] = [await finishedOn(cycle, first), await finishedOn(cycle, second)];

    const installed = await patchesIn(cycle, 'installed');
    expect(installed).toEqual(await patchesIn(rehearsed.cycle.id, 'wouldInstall'));
    const after = await Promise.all([first, second].map(versionsOf));
    const changed = [first, second].flatMap(({ name }, index) =>
      [...(after[index] ?? [])].filter((line) => !before[index]?.has(line)).map((line) => `${name} ${line}`),
    );
    expect(changed.toSorted()).toEqual(installed);

    expect([one.rebooted, two.rebooted]).toEqual([true, false]);
    expect([first.reboots, second.reboots]).toEqual([1, 0]);
    expect((await first.bootId()) === boots[0]).toBe(false);
    expect(await second.bootId()).toBe(boots[1]);
    expect(await first.readFile('/root/marks')).toBe('drained\n');

    await Promise.all([scan(first, 2), scan(second, 2)]);
    await second.publishPackage({ name: 'lab-app', version: '1.2', security: true });
    await scan(second, 3);
    const told = await report(cycle);
    expect(told).toMatchObject({
      cycle: { mode: 'real', result: 'succeeded' },
      before: { endpointsUpToDate: 0, patches: 7 },
      after: { endpointsUpToDate: 0, patches: 4 },
      reboots: [
        {
          endpoint: { name: 'shop-1' },
          step: 'Simple Linux Reboot',
          interactive: false,
          ending: 'succeeded',
        },
      ],
    });
    expect(
      told.runs.map(({ endpoint, wave, installed: count, patchesBefore, patchesAfter }) => [
        endpoint.name,
        wave,
        count,
        patchesBefore,
        patchesAfter,
      ]),
    ).toEqual([
      ['shop-1', 'First', 2, 4, 2],
      ['shop-2', 'All others', 1, 3, 2],
    ]);
    expect(
      told.patches.map(({ package: name, installed, wouldInstall }) => [name, installed, wouldInstall]),
    ).toEqual([
      ['lab-app', 2, 0],
      ['linux-image-lab', 1, 0],
    ]);
    const page = await done('cycle', 'report', String(cycle));
    expect(page).toContain('<td>Simple Linux Reboot</td>');
    expect(page).toContain('7 → 4');

    const { rollout, runs } = await readCycle(cycle);
    expect(runs).toMatchObject({ total: 2, succeeded: 2 });
    expect(
      rollout?.waves.map(({ name, counts, openedAt }) => [name, counts.succeeded, openedAt !== null]),
    ).toEqual([
      ['First', 1, true],
      ['All others', 1, true],
    ]);
    const { points } = await server.api.get(`/cycles/${cycle}/timeline`, cycleTimeline);
    expect(points[0]?.runs).toMatchObject({ queued: 2 });
    expect(points.at(-1)?.runs).toMatchObject({ succeeded: 2 });
    expect(points.some(({ runs: places }) => places.patch > 0)).toBe(true);
    expect((await server.api.get('/plans/Shop', planSchema)).progress.status).toBe('done');
  });

  test('P-13 given an endpoint that is off when its turn comes, then the cycle waits for it, and works on it when it is back', async () => {
    await second.kill();
    await waitFor(
      async () => (await server.api.get('/endpoints/shop-2', endpointSchema)).status !== 'connected',
      { timeoutMs: limitMs, what: 'shop-2 to be missed' },
    );
    const cycle = await open('activate', 'Shop');
    expect((await finishedOn(cycle, first)).result).toBe('succeeded');
    expect(await readCycle(cycle)).toMatchObject({ status: 'running', runs: { succeeded: 1, queued: 1 } });
    expect((await server.api.get('/plans/Shop', planSchema)).progress.status).toBe('running');
    second.powerOn();
    expect((await finishedOn(cycle, second)).lines[2]).toBe('patch succeeded: 1 patch was installed');
    await ended(cycle);
    expect(await patchesIn(cycle, 'installed')).toEqual(['shop-2 lab-app 1.2']);
  });

  test('P-05 P-06 P-07 W-06 given a window that ends during pre-patching, then the step ends, nothing is patched, and post-patching follows by setting', async () => {
    for (const machine of [first, second]) {
      await machine.execOrThrow(['rm', '-f', '/root/marks']);
      await machine.publishPackage({ name: 'lab-app', version: '1.3', security: true });
    }
    await changeSetting(server.api, 'window.bufferMinutes', 0);
    const gated = { pre: ['Gated', 'Drain'], post: ['Bring back'] };
    await makeWorkflow(server.api, 'Brought back', gated);
    await makeWorkflow(server.api, 'Left', gated, { afterPatchFailure: 'never' });
    // The shortest window, so that it ends at the full minute that is at least half a minute away.
    const closesAt = Math.ceil((Date.now() + 30_000) / 60_000) * 60_000;
    const [start, time] = new Date(closesAt - 15 * 60_000).toISOString().split('T');
    const recurrence = { rule: 'FREQ=DAILY;COUNT=1', start, time: time?.slice(0, 5), timeZone: 'Etc/UTC' };
    const window = { name: 'Nearly over', endpoints: 'group:Shop', recurrence, durationMinutes: 15 };
    const made = await server.api.send('POST', '/windows', window, maintenanceWindowDetail);
    expect(made.current?.closesAt).toBe(new Date(closesAt).toISOString());
    await makePlan({
      name: 'Late',
      assignments: [
        { endpoints: 'endpoint:shop-1', os: 'linux', workflow: 'Brought back' },
        { endpoints: 'group:Shop', os: 'linux', workflow: 'Left' },
      ],
    });

    const before = await Promise.all([first, second].map(versionsOf));
    const cycle = await open('activate', 'Late');
    const runs = await Promise.all([first, second].map(({ name }) => runOf(cycle, name)));
    for (const run of runs) {
      await waitFor(async () => (await notesOf(run)).includes('The maintenance window ended.'), {
        timeoutMs: limitMs,
        what: 'the run to hear that its window ended',
      });
      expect((await server.api.get(`/runs/${run}`, runSchema)).step?.key).toBe('pre-1');
    }
    for (const machine of [first, second]) await machine.writeFile('/root/go-on', '');
    await ended(cycle);

    const closed = 'the maintenance window ended before patching';
    const [one, two] = [await finishedOn(cycle, first), await finishedOn(cycle, second)];
    expect([one.result, two.result]).toEqual(['missedWindow', 'missedWindow']);
    expect(one.lines).toEqual([
      'pre-1 succeeded: exit code 0 is in its success list [0]',
      `pre-2 notRun: ${closed}`,
      `patch notRun: ${closed}`,
      'post-1 succeeded: exit code 0 is in its success list [0]',
    ]);
    expect(two.lines[3]).toBe(
      'post-1 notRun: the window ended before patching and postPatching.afterPatchFailure is "never" (set by the workflow)',
    );
    expect(await first.readFile('/root/marks')).toBe('back\n');
    expect((await second.exec(['test', '-e', '/root/marks'])).code).toBe(1);
    expect(await Promise.all([first, second].map(versionsOf))).toEqual(before);
    expect((await report(cycle)).patches).toEqual([]);

    // Outside of every window nothing starts, unless the plan is an emergency.
    await makePlan({
      name: 'Now',
      emergency: true,
      assignments: [{ endpoints: 'group:Shop', os: 'linux' }],
      patches: { choice: { which: 'listed', ids: ['lab-app=1.3'] } },
    });
    const emergency = await open('activate', 'Now');
    await ended(emergency);
    expect(await patchesIn(emergency, 'installed')).toEqual(['shop-1 lab-app 1.3', 'shop-2 lab-app 1.3']);
  });
});

/** Packages, what dpkg and apt keep about them, files of the system, services and the boot: what a rehearsal must not touch. */
async function stateOf(machine: LabEndpoint): Promise<string> {
  const look = [
    "dpkg-query -W -f '${Package} ${Version} ${db:Status-Abbrev} ${Conffiles}\\n'",
    'apt-mark showmanual; apt-mark showauto; apt-mark showhold',
    "find /var/lib/dpkg /etc /usr /boot -xdev -printf '%p %m %u %g %s %T@\\n' | sort",
    'find /var/lib/dpkg /etc /usr /boot -xdev -type f -print0 | sort -z | xargs -0 sha256sum',
    'systemctl list-units --type=service --state=running --no-legend --plain | sort',
    "find /run -maxdepth 1 -name 'reboot-required*'; cat /proc/sys/kernel/random/boot_id",
  ];
  return machine.execOrThrow(['sh', '-ceu', look.join('\n')]);
}

/** The installed packages as `lab-app 1.1`. */
async function versionsOf(machine: LabEndpoint): Promise<Set<string>> {
  const listed = await machine.execOrThrow(['dpkg-query', '-W', '-f', '${Package} ${Version}\\n']);
  return new Set(listed.trimEnd().split('\n'));
}
