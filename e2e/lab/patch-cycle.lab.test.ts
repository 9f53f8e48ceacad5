import path from 'node:path';
import { activity, activitySummary } from '@patchbay/contracts/activity';
import { createdEnrolmentToken } from '@patchbay/contracts/enrolment-token';
import { runEvent, run as runSchema, runSummary } from '@patchbay/contracts/run';
import { workflow } from '@patchbay/contracts/workflow';
import { endpointPatchbay, startLabAgent } from '@patchbay/testkit/lab/lab-agent';
import { labAvailable } from '@patchbay/testkit/lab/lab-available';
import { type LabEndpoint, startLabEndpoint } from '@patchbay/testkit/lab/lab-endpoint';
import type { CommandResult } from '@patchbay/testkit/lab/run-command';
import { type PatchbayServer, startPatchbayServer } from '@patchbay/testkit/patchbay-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readOutput } from './lab-cycle.ts';

const lab = labAvailable();
const files = path.join(import.meta.dirname, 'first-cycle');
/** How the two endpoints reboot. */
const methods = ['at', 'systemd-run'];
const shownRun = runSchema.extend({ events: runEvent.array(), activities: activitySummary.array() });

describe.skipIf(!lab.ok)(`a patch cycle by command line${lab.ok ? '' : `: ${lab.reason}`}`, () => {
  let server: PatchbayServer;
  let withAt: LabEndpoint;
  let withoutAt: LabEndpoint;

  beforeAll(async () => {
    const packages = [
      { name: 'lab-app', version: '1.0' },
      { name: 'lab-kernel', version: '1.0' },
    ];
    [server, withAt, withoutAt] = await Promise.all([
      startPatchbayServer(),
      startLabEndpoint({ name: 'with-at', packages }),
      startLabEndpoint({ name: 'without-at', packages, withAt: false }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([server?.[Symbol.asyncDispose](), withAt?.stop(), withoutAt?.stop()]);
  });

  const patchbay = (...args: string[]): Promise<CommandResult> => server.patchbay(args);
  const done = async (...args: string[]): Promise<string> => {
    const result = await patchbay(...args);
    expect(result, `patchbay ${args.join(' ')}`).toMatchObject({ code: 0, stderr: '' });
    return result.stdout;
  };
  const json = async <Answer>(
    schema: { parse(value: unknown): Answer },
    ...args: string[]
  ): Promise<Answer> => schema.parse(JSON.parse(await done(...args, '--json')));
  /** What `patchbay run show` tells of the latest run on an endpoint. */
  const lastRunOn = async (name: string) => {
    const [latest] = await json(runSummary.array(), 'run', 'list', '--endpoint', name);
    return json(shownRun, 'run', 'show', String(latest?.id));
  };

  test('E-01 L-08 machines enrol with one token, and say whether at is there', async () => {
    const create = ['enrolment-token', 'create', '--uses', '2', '--expires', '1h', '--tag', 'ring=first'];
    const { token } = await json(createdEnrolmentToken, ...create);
    await Promise.all([withAt, withoutAt].map((machine) => startLabAgent(machine, server, { token })));
    const third = [...endpointPatchbay, 'agent', 'enroll', '--server', server.url, '--token', '-'];
    const used = await withAt.exec([...third, '--state-dir', '/root/third', '--name', 'third'], {
      input: token,
    });
    expect(used).toMatchObject({ code: 3, stderr: expect.stringContaining('ENROLMENT_REFUSED') });

    expect((await done('endpoint', 'list')).split('\n').sort().join('\n')).toMatch(
      /^\nwith-at\tDebian .*\tconnected\t.*\nwithout-at\tDebian .*\tconnected\t/,
    );
    expect(await done('endpoint', 'show', 'with-at')).toMatch(/^ {2}ok +at: /m);
    expect(await done('endpoint', 'show', 'without-at')).toMatch(/^ {2}warning +at: .* → /m);
  });

  test('L-02 L-22 L-42 the library is made from files; what is wrong with a file or a call is said', async () => {
    for (const [noun, file] of [
      ['script', 'script-before'],
      ['script', 'script-after'],
      ['task', 'task-before'],
      ['task', 'task-after'],
      ['workflow', 'workflow'],
      ['plan', 'plan'],
    ] as const) {
      expect(await done(noun, 'create', '-f', path.join(files, `${file}.yaml`))).toMatch(`Created ${noun} "`);
    }
    expect(await done('plan', 'show', 'Monthly patches')).toMatch(
      /^row 1 +tag:ring=first \(linux\): Application servers$/m,
    );

    const again = await patchbay('plan', 'create', '-f', path.join(files, 'plan.yaml'));
    expect(again).toMatchObject({ code: 3, stderr: expect.stringMatching(/^NAME_TAKEN: /) });
    const invalid = await patchbay('task', 'create', '-f', path.join(files, 'task-misspelt.yaml'));
    expect(invalid).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^INVALID_INPUT: [^]*task-misspelt\.yaml:5: timeoutMinute: /),
    });
    expect(await patchbay('plan', 'activate')).toMatchObject({ code: 2 });
    const nowhere = await server.patchbay(['plan', 'list'], { env: { PATCHBAY_URL: 'http://127.0.0.1:1' } });
    expect(nowhere).toMatchObject({ code: 4, stderr: expect.stringContaining('cannot be reached') });
  });

  test('L-41 the default workflow has the post-patching steps that this cycle uses', async () => {
    const own = await json(workflow, 'workflow', 'show', 'Application servers');
    const builtIn = await json(workflow, 'workflow', 'show', 'Linux Patching');
    expect(builtIn).toMatchObject({ origin: 'builtIn', isDefault: true, os: 'linux' });
    expect(own.postPatching).toEqual(builtIn.postPatching);
  });

  test('W-01 W-10 W-11 E-05 L-41 L-51 given a newer package that asks for a reboot, then the endpoints are patched, rebooted and looked at', async () => {
    for (const machine of [withAt, withoutAt]) {
      await machine.publishPackage({ name: 'lab-app', version: '1.1', security: true });
      await machine.publishPackage({ name: 'lab-kernel', version: '1.1', rebootRequired: true });
    }
    const before = await Promise.all([withAt.bootId(), withoutAt.bootId()]);
    const progress = await done('plan', 'activate', 'Monthly patches', '--wait');
    expect(progress).toMatch(/^Cycle \d+ has finished: succeeded\.$/m);
    expect(progress).toMatch(/^without-at: Patching: succeeded \(2 patches were installed\)$/m);

    for (const [index, machine] of [withAt, withoutAt].entries()) {
      const found = await lastRunOn(machine.name);
      expect(found).toMatchObject({
        result: 'succeeded',
        reason: '2 patches were installed',
        rebooted: true,
        workflow: { name: 'Application servers' },
        facts: { versionBefore: '1.0', rebootNeeded: 'true', rebootMethod: methods[index] },
      });
      expect(found.steps.map(({ key, status, attempts }) => `${key} ${status} ${attempts}`)).toEqual([
        'pre-1 succeeded 1',
        'patch succeeded 1',
        'post-1 succeeded 1',
        'post-2 succeeded 1',
        'check-1 succeeded 1',
      ]);
      const after = await machine.bootId();
      expect(machine.boots.map(({ bootId }) => bootId)).toEqual([before[index], after]);
      expect(after).not.toBe(before[index]);
      expect(machine.reboots).toBe(1);
      expect(await machine.readFile('/usr/share/lab-app/version')).toBe('1.1\n');
      expect(await machine.execOrThrow(['dpkg-query', '-W', '-f', '${Version}', 'lab-kernel'])).toBe('1.1');
    }
  });

  test('W-14 every transition of those runs is explained, and the reboot was reported before it came', async () => {
    for (const machine of [withAt, withoutAt]) {
      const { events } = await lastRunOn(machine.name);
      expect(events.map(({ kind, step, notes }) => [step ?? kind, ...notes])).toEqual([
        ['start', 'The run started.', sent('pre-patching step "Version before patching"')],
        ['pre-1', succeeded('Pre-patching step "Version before patching"'), sent('the patch operation')],
        [
          'patch',
          'The patch operation succeeded: 2 patches were installed.',
          sent('post-patching step "Check if a Reboot Is Needed (Linux)"'),
        ],
        [
          'post-1',
          succeeded('Post-patching step "Check if a Reboot Is Needed (Linux)"'),
          sent('post-patching step "Simple Linux Reboot"'),
        ],
        [
          'post-2',
          succeeded('Post-patching step "Simple Linux Reboot"'),
          'The run waits up to 30 min for the endpoint to come back with a new boot id.',
        ],
        ['endpointDisconnected', 'The endpoint was disconnected.'],
        [
          'endpointConnected',
          'The endpoint came back with a new boot id.',
          sent('after-reboot check "Application is up"'),
        ],
        [
          'check-1',
          succeeded('After-reboot check "Application is up"'),
          'The run succeeded: 2 patches were installed.',
        ],
      ]);
      const accepted = events.find(({ step }) => step === 'post-2');
      expect(Date.parse(accepted?.at ?? '')).toBeLessThan(machine.boots[1]?.startedAt ?? 0);
    }
  });

  test('E-05 E-06 L-08 what the activities have said and done can be read', async () => {
    for (const [index, machine] of [withAt, withoutAt].entries()) {
      const { activities } = await lastRunOn(machine.name);
      const ids = new Map(activities.map(({ step, id }) => [step, id]));
      expect([...ids.keys()]).toEqual(['check-1', 'post-2', 'post-1', 'patch', 'pre-1']);
      const output = (step: string): Promise<string> => readOutput(server.api, ids.get(step) ?? '');
      expect(await output('pre-1')).toBe(`lab-app is 1.0 on ${machine.name}\n`);
      expect(await output('post-1')).toBe(
        'A reboot is needed: requested by lab-kernel (/run/reboot-required).\n',
      );
      expect(await output('post-2')).toBe(`The reboot is scheduled with ${methods[index]}, in 10 s.\n`);
      expect(await output('check-1')).toBe(`boot ${await machine.bootId()}\nlab-app 1.1\n`);
      expect(await output('patch')).toContain('Setting up lab-app (1.1)');

      expect(await done('activity', 'output', ids.get('check-1') ?? '', '--stderr')).toBe(
        'nothing to complain about\n',
      );

      const patching = await json(activity, 'activity', 'show', ids.get('patch') ?? '');
      expect(patching.patches.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([
        installed('lab-app', true),
        installed('lab-kernel', false),
      ]);
      const before = await server.api.get(`/activities/${ids.get('pre-1')}`, activity);
      expect(before).toMatchObject({
        status: 'succeeded',
        exitCode: 0,
        script: { name: 'Note the version of the application', revision: 1 },
        parameters: { PATCHBAY_PACKAGE: 'lab-app' },
        facts: { versionBefore: '1.0' },
      });
    }
  });

  test('W-05 W-09 L-51 given nothing newer, then the run succeeds without a reboot and is still looked at', async () => {
    const boots = withAt.boots.length;
    const progress = await done('plan', 'activate', 'Monthly patches', '--wait');
    expect(progress).toMatch(/^with-at: succeeded: no applicable patches$/m);
    const { steps, rebooted } = await lastRunOn('with-at');
    expect(rebooted).toBe(false);
    expect(steps.map(({ key, status, detail }) => `${key} ${status}: ${detail}`).slice(1)).toEqual([
      'patch succeeded: no applicable patches',
      'post-1 succeeded: exit code 0 is in its success list [0]',
      'post-2 skipped: its condition "rebootNeeded is true" does not hold (rebootNeeded is false)',
      'check-1 succeeded: exit code 0 is in its success list [0]',
    ]);
    expect(withAt.boots.length).toBe(boots);
  });

  test('W-02 given a pre-patching step that fails, then waiting for the cycle ends with exit code 1', async () => {
    await withoutAt.execOrThrow(['apt-get', 'remove', '-y', '-qq', 'lab-app']);
    const result = await patchbay('plan', 'activate', 'Monthly patches', '--wait');
    expect(result).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^cycle \d+: (failed|partial)\n$/),
    });
    expect(result.stdout).toMatch(/^without-at: Version before patching: failed \(exit code 1 /m);
    expect(result.stdout).toMatch(/^with-at: succeeded: /m);
  });
});

function sent(what: string): string {
  return `Attempt 1 of ${what} was sent to the endpoint.`;
}

function succeeded(what: string): string {
  return `${what} succeeded: exit code 0 is in its success list [0].`;
}

function installed(name: string, security: boolean) {
  return {
    id: `${name}=1.1`,
    package: name,
    fromVersion: '1.0',
    toVersion: '1.1',
    outcome: 'installed',
    security,
    message: null,
  };
}
