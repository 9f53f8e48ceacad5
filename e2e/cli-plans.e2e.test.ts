import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createdApiToken } from '@patchbay/contracts/api-token';
import { cycle } from '@patchbay/contracts/cycle';
import { cycleReport } from '@patchbay/contracts/cycle-report';
import { plan } from '@patchbay/contracts/plan';
import { planOutlook } from '@patchbay/contracts/plan-outlook';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connectSampleMachines } from './console/sample-machines.ts';
import { hello, taskFile, useCommandLine } from './system/command-line.ts';

const line = useCommandLine();
const { cli, done, file, json, refused } = line;
const cleanUp = new AsyncDisposableStack();

/** A file of a plan for these endpoints, with further lines. */
function planFile(name: string, endpoints: string, ...lines: string[]): string {
  const row = `assignments: [{ endpoints: "${endpoints}", os: linux, workflow: Polite }]`;
  return file('plan.yaml', ['kind: Plan', `name: ${name}`, row, ...lines, ''].join('\n'));
}

/** By name: the pilot is `app-02`, as `db-01` would fail and halt the cycle by itself. */
const oneByOne = [
  'rollout:',
  '  order: byName',
  '  waves: [{ name: Pilot, size: { kind: count, count: 1 }, gate: { soakMinutes: 600 } }]',
  '  maximumConcurrent: 1',
];

beforeAll(async () => {
  const { server, api } = line;
  await connectSampleMachines({ url: server.url, api, firstLink: '' }, cleanUp);
  await done('script', 'create', '-f', file('hello.yaml', hello));
  await done('task', 'create', '-f', file('greet.yaml', taskFile('Greet', 'Say hello')));
  const polite = 'kind: Workflow\nname: Polite\nos: linux\nprePatching: [{ task: Greet }]\n';
  await done('workflow', 'create', '-f', file('polite.yaml', polite));
});
afterAll(() => cleanUp.disposeAsync());

describe('plans', () => {
  it('P-01 P-11 a plan is created, listed, shown and forecast', async () => {
    const made = await json(plan, 'plan', 'create', '-f', planFile('Pilot', 'tag:ring=pilot'));
    expect(made).toMatchObject({ progress: { status: 'readyToActivate' }, lastCycle: null });
    expect(await json(z.array(plan), 'plan', 'list')).toMatchObject([{ name: 'Pilot' }]);
    expect(await done('plan', 'list')).toBe('Pilot\treadyToActivate\ttag:ring=pilot\tall\t\n');
    expect(await json(plan, 'plan', 'show', 'Pilot')).toEqual(made);
    expect(await done('plan', 'show', 'pilot')).toMatch(/^row 1 +tag:ring=pilot \(linux\): Polite$/m);
    expect(await json(planOutlook, 'plan', 'forecast', 'Pilot')).toMatchObject({ endpoints: 1 });
    const forecast = await done('plan', 'forecast', 'Pilot');
    expect(forecast).toMatch(/^endpoints +1$/m);
    expect(forecast).toContain('\nAssumed:\n- ');
  });

  it('P-10 P-15 a plan is rehearsed and activated, followed to the end, and reported', async () => {
    const author = { name: 'Author', role: 'author' } as const;
    const { token } = await line.api.send('POST', '/api-tokens', author, createdApiToken);
    const asAuthor = { env: { PATCHBAY_TOKEN: token } };
    const told = await cli(['plan', 'rehearse', 'Pilot', '--wait', '--json'], asAuthor);
    const rehearsed = cycle.parse(JSON.parse(told.stdout));
    expect(rehearsed).toMatchObject({ mode: 'rehearsal', status: 'finished' });
    expect(told.code).toBe(rehearsed.result === 'failed' ? 1 : 0);
    const output = await done('plan', 'activate', 'Pilot', '--wait');
    expect(output).toMatch(/^app-01.example.net: Patching: succeeded/m);
    const [last] = await json(z.array(cycle), 'cycle', 'list', '--plan', 'Pilot');
    expect(last).toMatchObject({ mode: 'real', result: 'succeeded' });
    const id = String(last?.id);
    expect(output).toContain(`Cycle ${id} has finished: `);
    expect((await done('cycle', 'list')).split('\n')[0]).toMatch(
      new RegExp(`^${id}\tPilot\treal\tsucceeded\t1 run: 1 succeeded\t`),
    );
    expect(await json(cycle, 'cycle', 'show', id)).toMatchObject({ id: last?.id, status: 'finished' });
    expect(await done('cycle', 'show', id)).toMatch(/^status +succeeded$/m);
    const report = await json(cycleReport, 'cycle', 'report', id);
    expect(report.runs.map(({ endpoint }) => endpoint.name)).toEqual(['app-01.example.net']);
    expect(await done('cycle', 'report', id)).toContain('<!doctype html>');
    expect((await done('cycle', 'report', id, '--format', 'csv')).split('\n')[1]).toContain('app-01');
    const page = join(line.folder, 'report.html');
    expect(await done('cycle', 'report', id, '-o', page)).toBe(
      `Wrote the report of cycle ${id} to ${page}.\n`,
    );
    expect(readFileSync(page, 'utf8')).toContain('Pilot');
  });

  it('P-08 P-12 a cycle that fails ends --wait with 1', async () => {
    await done('plan', 'create', '-f', planFile('Database', 'tag:role=database'));
    const failed = await cli(['plan', 'activate', 'Database', '--wait']);
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringMatching(/^cycle \d+: failed\n$/)]);
    expect(failed.stdout).toMatch(/^db-01.example.net: failed: /m);
    const listed = await done('plan', 'list', '--search', 'data');
    expect(listed).toMatch(/^Database\tdone\t/);
  });

  it('P-09 a plan that needs an approval is approved by another, rejected, and waited for meanwhile', async () => {
    const { api } = line;
    const other = await api.send('POST', '/api-tokens', { name: 'ITSM', role: 'approver' }, createdApiToken);
    const asOther = { env: { PATCHBAY_TOKEN: other.token } };
    await done('plan', 'create', '-f', planFile('Change', 'tag:ring=pilot', 'approvalRequired: true'));
    expect(await done('plan', 'activate', 'Change')).toBe(
      'The plan "Change" is activated: awaitingApproval, for an approval.\n',
    );
    expect(await refused(3, ['plan', 'approve', 'Change'])).toMatch(/^[A-Z_]+: .*Change/);
    const reject = ['plan', 'reject', 'Change', '--reason', 'not tonight', '--reference', 'CHG1', '--json'];
    const rejected = await cli(reject, asOther);
    expect(rejected).toMatchObject({ code: 0, stderr: '' });
    expect(plan.parse(JSON.parse(rejected.stdout)).progress).toMatchObject({
      status: 'rejected',
      reason: 'not tonight',
    });
    expect(await done('plan', 'show', 'Change')).toMatch(/^why +not tonight$/m);

    const waiting = cli(['plan', 'activate', 'Change', '--wait']);
    await waitFor(async () => (await api.get('/plans/Change', plan)).progress.status === 'awaitingApproval', {
      what: 'the activation',
    });
    const approved = await cli(['plan', 'approve', 'Change', '--reference', 'CHG2'], asOther);
    expect(approved).toMatchObject({ code: 0, stderr: '' });
    expect(approved.stdout).toMatch(/^The plan "Change" is approved: (?:waiting|running|done)\.\n$/);
    const ended = await waiting;
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/^Waiting for an approval …$/m);
    expect(ended.stdout).toMatch(/^Cycle \d+ has finished: succeeded\.$/m);

    const late = cli(['plan', 'activate', 'Change', '--wait', '--json']);
    await waitFor(async () => (await api.get('/plans/Change', plan)).progress.status === 'awaitingApproval', {
      what: 'the second activation',
    });
    await cli(['plan', 'reject', 'Change'], asOther);
    expect(await late).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^the plan "Change" opened no cycle: rejected/),
    });
  });

  it('P-08 a cycle is halted, resumed and cancelled; its plan stays while it is open', async () => {
    await done('plan', 'create', '-f', planFile('Slow', 'tag:ring=last,tag:ring=broad', ...oneByOne));
    const opened = await json(cycle, 'plan', 'activate', 'Slow');
    const id = String(opened.id);
    expect(opened.runs.total).toBe(3);
    const inUse = await refused(3, ['plan', 'delete', 'Slow']);
    expect(inUse).toContain(`IN_USE: The plan "Slow" cannot be deleted: its cycle ${id} has not finished.`);
    expect(await refused(3, ['plan', 'activate', 'Slow'])).toMatch(/^NOT_POSSIBLE_NOW: /);
    expect(await refused(3, ['cycle', 'resume', id])).toMatch(/^NOT_POSSIBLE_NOW: /);
    expect(await done('cycle', 'halt', id, '--reason', 'the shop is open')).toContain(
      `patchbay cycle resume ${id}`,
    );
    const shown = await done('cycle', 'show', id);
    expect(shown).toMatch(/^status +halted$/m);
    expect(shown).toMatch(/^why +.*the shop is open/m);
    expect(shown).toMatch(/^Pilot\topen\t1\t/m);
    expect(await json(cycle, 'cycle', 'show', id)).toMatchObject({ rollout: { status: 'halted' } });
    expect(await done('plan', 'list', '--search', 'Slow')).toMatch(/^Slow\thalted\t/);
    expect(await json(cycle, 'cycle', 'resume', id)).toMatchObject({ rollout: { status: 'running' } });
    expect(await done('cycle', 'cancel', id)).toContain(`Cycle ${id} is being cancelled`);
    expect(await refused(3, ['cycle', 'halt', id, '--reason', 'too late'])).toMatch(/^NOT_POSSIBLE_NOW: /);
  });

  it('P-12 given a plan that waits for its time, when it is cancelled, then its activation is taken back, and that is said', async () => {
    const later = "schedule: { kind: at, at: '2199-01-01T00:00:00Z' }";
    await done('plan', 'create', '-f', planFile('Later', 'tag:ring=pilot', later));
    expect(await done('plan', 'activate', 'Later')).toMatch(
      /^The plan "Later" is activated: waiting, for its start at /,
    );
    expect(await done('plan', 'cancel', 'Later')).toBe('The activation of the plan "Later" is taken back.\n');
    expect(await json(plan, 'plan', 'show', 'Later')).toMatchObject({
      progress: { status: 'readyToActivate' },
    });
  });

  it('P-04 P-08 what is wrong with a plan is said with its line when it is saved, and again when it is activated', async () => {
    const gate = planFile(
      'Gated',
      'all',
      'rollout: { waves: [{ name: Pilot, size: { kind: count, count: 1 }, gate: { minimumSample: 5 } }] }',
    );
    expect(await refused(3, ['plan', 'create', '-f', gate])).toContain(
      `${gate}:4: rollout.waves.0.gate.minimumSample: the gate can never pass: it needs 5 runs, and the wave has 1 endpoint`,
    );
    const never = planFile(
      'Never',
      'all',
      'schedule: { kind: recurring, recurrence: { rule: FREQ=MONTHLY;BYDAY=6TU, start: 2026-01-01, time: "22:00", timeZone: UTC } }',
    );
    expect(await refused(3, ['plan', 'create', '-f', never])).toMatch(
      /plan\.yaml:4: schedule\.recurrence\.rule: /,
    );
    await line.database.pool.query(`update workflows set is_default = false where os = 'aix'`);
    const aix = file('plan.yaml', 'kind: Plan\nname: AIX\nassignments: [{ endpoints: all, os: aix }]\n');
    const told = await cli(['plan', 'create', '-f', aix]);
    expect([told.code, told.stdout]).toEqual([0, 'Created plan "AIX".\n']);
    expect(told.stderr).toMatch(/^Incomplete: .*plan\.yaml:3: assignments: .*AIX/);
    expect(await refused(3, ['plan', 'activate', 'AIX'])).toMatch(/^NOT_POSSIBLE_NOW: .*incomplete: .*AIX/);
    const empty = 'kind: Group\nname: Nobody\nrule: { fact: name, is: equal, value: nobody }\n';
    expect((await cli(['group', 'create', '-f', file('g.yaml', empty)])).stderr).toBe(
      'Warning: No endpoint belongs to it now.\n',
    );
    const nobody = await cli(['plan', 'create', '-f', planFile('Nobody', 'group:Nobody')]);
    expect([nobody.code, nobody.stderr]).toEqual([
      0,
      expect.stringContaining('assignments.0.endpoints: the group "Nobody" has no endpoints at present'),
    ]);
    expect(await refused(3, ['group', 'delete', 'Nobody'])).toBe(
      'IN_USE: The group "Nobody" cannot be deleted: it is used by the plan "Nobody".\nRemove the uses that are listed first.\n',
    );
    const lost = planFile('Lost', 'group:Nowhere');
    expect(await refused(3, ['plan', 'create', '-f', lost])).toContain('there is no group "Nowhere"');
    expect(await done('plan', 'delete', 'Nobody')).toBe('Deleted plan "Nobody".\n');
    expect(await done('group', 'delete', 'Nobody')).toBe('Deleted group "Nobody".\n');
  });
});

describe('what cannot be', () => {
  it.each([
    ...['show', 'forecast', 'activate', 'rehearse', 'approve', 'reject', 'delete'].map((verb) => [
      'plan',
      verb,
    ]),
    ...['show', 'resume', 'cancel', 'report'].map((verb) => ['cycle', verb]),
  ])('patchbay %s %s: 3 for what does not exist, 2 without a name', async (noun, verb) => {
    const name = noun === 'plan' ? 'Nowhere' : '4711';
    expect(await refused(3, [noun, verb, name])).toMatch(/^NOT_FOUND: .+\n.+\n$/);
    expect(await refused(2, [noun, verb])).toContain('missing required argument');
  });

  it('wrong usage is 2, a server that is away 4', async () => {
    expect(await refused(2, ['cycle', 'halt', '1'])).toContain('--reason');
    expect(await refused(3, ['cycle', 'halt', '4711', '--reason', 'x'])).toMatch(/^NOT_FOUND: /);
    expect(await refused(3, ['cycle', 'show', 'latest'])).toMatch(/^[A-Z_]+: /);
    expect(await refused(2, ['cycle', 'report', '1', '--format', 'pdf'])).toContain('html');
    expect(await refused(2, ['plan', 'create'])).toContain('--file');
    expect(await refused(2, ['plan', 'create', '-f', join(line.folder, 'none.yaml')])).toContain('none.yaml');
    const away = { env: { PATCHBAY_URL: 'http://127.0.0.1:1' } };
    for (const args of [
      ['plan', 'list'],
      ['plan', 'activate', 'Pilot', '--wait'],
      ['cycle', 'list'],
    ]) {
      expect(await refused(4, args, away)).toContain('cannot be reached');
    }
  });
});
