import type { Cycle } from '@patchbay/contracts/cycle';
import type { Page } from '@patchbay/contracts/page';
import type { Plan, PlanCheck } from '@patchbay/contracts/plan';
import type { Run, RunSummary } from '@patchbay/contracts/run';
import { beforeAll, describe, expect, it } from 'vitest';
import { withTransaction } from '../src/db/pool.ts';
import { movePlanCycle } from '../src/plan/move-plan-cycle.ts';
import { useHttp } from './http-fixture.ts';

const http = useHttp();

beforeAll(async () => {
  await http.endpoints('linux', 'web-1', 'web-2', 'db-1');
  await http.endpoints('aix', 'aix-1');
  const task = await http.task({ name: 'Drain', timeoutMinutes: 7 });
  await http.ok('POST', 'workflows', { name: 'Linux default', os: 'linux', prePatching: [{ task }] });
  await http.ok('POST', 'workflows/Linux default/set-default');
});

const activate = (plan: string) => http.ok<Cycle>('POST', `plans/${plan}/activate`);
const rehearse = (plan: string) => http.ok<Cycle>('POST', `plans/${plan}/rehearse`);
/** What the keeper of cycles does every second. */
const look = (cycle: number) =>
  withTransaction(http.context.pool, (tx) => {
    const at = Date.now();
    return movePlanCycle(tx, http.context, cycle, at, 'wait', (waves) => ({ kind: 'look', at, waves }));
  });
const finished = async (id: number) => {
  await http.ok('POST', `cycles/${id}/cancel`);
  await look(id);
};

describe('plans', () => {
  it('P-01 P-04 a new plan has the default workflow of each operating system unless another is chosen', async () => {
    await http.ok('POST', 'workflows', { name: 'Chosen', os: 'linux' });
    const plain = await http.ok<Plan>('POST', 'plans', { name: 'Plain' });
    expect(plain).toMatchObject({
      progress: { status: 'incomplete', waitsFor: null },
      patches: { choice: { which: 'all' }, exclude: [], minimumAgeDays: 0 },
      schedule: { kind: 'now' },
      lastCycle: null,
      revision: 1,
    });
    expect(plain.assignments).toEqual([{ endpoints: 'all', os: 'linux', workflow: null }]);
    const check = await http.ok<PlanCheck>('POST', 'plans/check', { name: 'Plain' });
    expect(check).toMatchObject({
      endpoints: 3,
      findings: [{ path: 'assignments', severity: 'incomplete', message: expect.stringContaining('AIX') }],
    });
    const own = await http.ok<Plan>('POST', 'plans', {
      name: 'Own',
      assignments: [{ endpoints: 'os:linux', os: 'linux', workflow: 'Chosen' }],
    });
    expect(own.progress.status).toBe('readyToActivate');
    expect(own.assignments).toMatchObject([{ workflow: { name: 'Chosen' } }]);
  });

  it('P-04 an operating system without a workflow blocks activation, and the message names it', async () => {
    await http.ok('POST', 'plans', {
      name: 'With AIX',
      assignments: [{ endpoints: 'all', os: 'linux' }],
    });
    const { status, problem } = await http.call('POST', 'plans/With AIX/activate');
    expect([status, problem.code]).toEqual([409, 'NOT_POSSIBLE_NOW']);
    expect(problem.detail).toContain('AIX');
    expect(await http.column('select count(*) from cycles')).toEqual([0]);
    expect(await http.column('select count(*) from snapshots')).toEqual([0]);
  });

  it('P-01 activation opens one cycle with one run for each endpoint, and one at a time', async () => {
    await http.ok('POST', 'plans', {
      name: 'Web',
      assignments: [{ endpoints: 'endpoint:web-1,endpoint:WEB-2', os: 'linux' }],
    });
    const cycle = await activate('Web');
    expect(cycle).toMatchObject({ kind: 'plan', mode: 'real', status: 'running', plan: { name: 'Web' } });
    expect(cycle.runs).toMatchObject({ total: 2, queued: 2 });
    const runs = await http.ok<Page<RunSummary>>('GET', `runs?cycle=${cycle.id}`);
    expect(runs.items.map(({ endpoint }) => endpoint.name).sort()).toEqual(['web-1', 'web-2']);
    expect(await http.ok<Plan>('GET', 'plans/Web')).toMatchObject({
      progress: { status: 'running' },
      lastCycle: cycle.id,
    });
    const again = await http.call('POST', 'plans/Web/activate');
    expect([again.status, again.problem.code]).toEqual([409, 'NOT_POSSIBLE_NOW']);
    const deletion = await http.call('DELETE', 'plans/Web');
    expect([deletion.status, deletion.problem.code]).toEqual([409, 'IN_USE']);
    await finished(cycle.id);
    expect(await http.ok<Plan>('GET', 'plans/Web')).toMatchObject({ progress: { status: 'cancelled' } });
    await finished((await rehearse('Web')).id);
    expect(await http.ok<Plan>('GET', 'plans/Web')).toMatchObject({ progress: { status: 'cancelled' } });
  });

  it('P-10 S-02 given an author, when a plan is to be rehearsed, then it is, and the author cannot activate it', async () => {
    await http.ok('POST', 'plans', {
      name: 'Tried',
      assignments: [{ endpoints: 'endpoint:web-2', os: 'linux' }],
    });
    const rehearsed = await http.call<Cycle>('POST', 'plans/Tried/rehearse', { as: 'author' });
    expect([rehearsed.status, rehearsed.body.mode]).toEqual([201, 'rehearsal']);
    await finished(rehearsed.body.id);
    const activated = await http.call('POST', 'plans/Tried/activate', { as: 'author' });
    expect([activated.status, activated.problem.code]).toEqual([403, 'NOT_ALLOWED']);
    const misled = await http.call('POST', 'plans/Tried/activate', { body: { mode: 'rehearsal' } });
    expect(misled.status).toBe(400);
    expect(misled.problem.errors).toEqual([{ path: 'mode', message: 'is not a known field' }]);
    expect(await http.column(`select mode from cycles where plan_name = 'Tried'`)).toEqual(['rehearsal']);
  });

  it('L-46 L-48 L-49 a workflow is active while a cycle uses it, and editing it changes no cycle that has started', async () => {
    const task = await http.task({ name: 'First' });
    const other = await http.task({ name: 'Second' });
    const name = 'Edited';
    await http.ok('POST', 'workflows', { name, os: 'linux', prePatching: [{ task }] });
    await http.ok('POST', 'plans', {
      name: 'Uses edited',
      assignments: [{ endpoints: 'endpoint:db-1', os: 'linux', workflow: name }],
    });
    const cycle = await activate('Uses edited');
    expect(await http.ok('GET', `workflows/${name}`)).toMatchObject({ active: true });
    const edit = { name, os: 'linux', prePatching: [{ task: other }, { task }] };
    await http.ok('PUT', `workflows/${name}`, edit, { 'if-match': '*' });
    const script = { name: 'First', os: ['linux'], interpreter: 'sh', content: 'echo new' };
    await http.ok('PUT', 'scripts/First', script, { 'if-match': '*' });
    const list = await http.ok<Page<RunSummary>>('GET', `runs?cycle=${cycle.id}`);
    const run = await http.ok<Run>('GET', `runs/${list.items[0]?.id}`);
    expect(run.steps.map((step) => step.name)).toEqual(['First', 'Patching']);
    expect(run.workflow).toMatchObject({ name });
    const [work] = (await http.column(`select works -> 'pre-1' from snapshots order by id desc limit 1`)) as [
      { scriptRevision: number; work: { content: string } },
    ];
    expect([work.scriptRevision, work.work.content]).toEqual([1, 'exit 0']);
    await finished(cycle.id);
    expect(await http.ok('GET', `workflows/${name}`)).toMatchObject({ active: false });
  });

  it('W-07 a run shows which setting decides and from where it comes', async () => {
    await http.ok('PUT', 'settings/postPatching.afterPostFailure', { value: 'continue' });
    const control = { afterPreFailure: 'always' };
    await http.ok('POST', 'workflows', { name: 'Overrides', os: 'linux', control });
    await http.ok('POST', 'plans', {
      name: 'Control',
      assignments: [{ endpoints: 'endpoint:web-1', os: 'linux', workflow: 'Overrides' }],
    });
    const cycle = await rehearse('Control');
    const list = await http.ok<Page<RunSummary>>('GET', `runs?cycle=${cycle.id}`);
    expect(await http.ok('GET', `runs/${list.items[0]?.id}`)).toMatchObject({
      control: {
        afterPreFailure: { value: 'always', from: 'workflow' },
        afterPatchFailure: { value: 'always', from: 'system' },
        afterPostFailure: { value: 'continue', from: 'system' },
      },
    });
    await finished(cycle.id);
  });

  it('P-01 a plan without an endpoint is not activated', async () => {
    await http.ok('POST', 'plans', {
      name: 'Nobody',
      assignments: [{ endpoints: 'os:solaris', os: 'linux' }],
    });
    expect((await http.call('POST', 'plans/Nobody/activate')).problem).toMatchObject({
      code: 'NOT_POSSIBLE_NOW',
      detail: 'No endpoint matches the assignments of the plan "Nobody".',
    });
  });

  it('W-13 cancelling a cycle cancels its runs; what is queued ends at once', async () => {
    await http.ok('POST', 'plans', {
      name: 'Stopped',
      assignments: [{ endpoints: 'os:linux', os: 'linux' }],
    });
    const { id } = await activate('Stopped');
    const cancelled = await http.call<Cycle>('POST', `cycles/${id}/cancel`);
    expect(cancelled.status).toBe(202);
    expect(cancelled.body.runs).toMatchObject({ total: 3, queued: 0, cancelled: 3 });
    const list = await http.ok<Page<RunSummary>>('GET', `runs?cycle=${id}&result=cancelled`);
    expect(list.items[0]?.reason).toContain('administrator of the test');
    await finished(id).catch(() => undefined);
  });
});

describe('Run Task', () => {
  it('L-26 any task, internal scripts too, runs at once on the endpoints of its operating system', async () => {
    await http.task({ name: 'Internal', category: 'Internal Script' });
    const cycle = await http.ok<Cycle>('POST', 'task-runs', { task: 'Internal', on: 'all' });
    expect(cycle).toMatchObject({ kind: 'task', plan: null, task: { name: 'Internal' }, runs: { total: 3 } });
    const list = await http.ok<Page<RunSummary>>('GET', `runs?cycle=${cycle.id}`);
    const run = await http.ok<Run>('GET', `runs/${list.items[0]?.id}`);
    expect(run.steps.map(({ key, phase, status }) => [key, phase, status])).toEqual([
      ['task', 'task', 'pending'],
    ]);
    const none = await http.call('POST', 'task-runs', { body: { task: 'Internal', on: 'os:aix' } });
    expect(none.problem).toMatchObject({ code: 'NOT_POSSIBLE_NOW' });
  });

  it('L-26 L-03 values are given over those of the task, and a secret among them is sealed', async () => {
    await http.ok('POST', 'scripts', {
      name: 'Call',
      os: ['linux'],
      interpreter: 'sh',
      content: 'true',
      parameters: [
        { name: 'url', type: 'string' },
        { name: 'tries', type: 'number', default: 3 },
        { name: 'key', type: 'secret' },
      ],
    });
    await http.ok('POST', 'tasks', {
      name: 'Call it',
      os: 'linux',
      script: 'Call',
      parameters: { url: 'a' },
    });
    const wrong = await http.call('POST', 'task-runs', {
      body: { task: 'Call it', on: 'os:linux', parameters: { tries: 'x', colour: 'y' } },
    });
    expect(wrong.problem.errors.map(({ path }) => path)).toEqual(['parameters.colour', 'parameters.tries']);
    await http.ok('POST', 'task-runs', {
      task: 'Call it',
      on: 'endpoint:web-1',
      parameters: { url: 'b', key: 'open sesame' },
    });
    const [work] = (await http.column(
      `select works -> 'task' -> 'work' from snapshots order by id desc limit 1`,
    )) as [{ environment: Record<string, string>; secretNames: string[] }];
    expect(work.environment).toMatchObject({ PATCHBAY_URL: 'b', PATCHBAY_TRIES: '3' });
    expect(work.secretNames).toEqual(['PATCHBAY_KEY']);
    expect(http.context.sealer.open(String(work.environment['PATCHBAY_KEY']), 'parameter')).toBe(
      'open sesame',
    );
  });
});

describe('Idempotency-Key', () => {
  it('S-07 the same request with the same key acts once and answers the same; another request is refused', async () => {
    await http.ok('POST', 'plans', {
      name: 'Once',
      assignments: [{ endpoints: 'endpoint:db-1', os: 'linux' }],
    });
    const headers = { 'idempotency-key': 'activate-once' };
    const both = await Promise.all([
      http.call<Cycle>('POST', 'plans/Once/activate', { headers, body: {} }),
      http.call<Cycle>('POST', 'plans/Once/activate', { headers, body: {} }),
    ]);
    expect(both.map(({ status }) => status)).toEqual([201, 201]);
    expect(both[0]?.body.id).toBe(both[1]?.body.id);
    expect(await http.column(`select count(*) from cycles where plan_name = 'Once'`)).toEqual([1]);
    const other = await http.call('POST', 'plans/Once/rehearse', { headers });
    expect([other.status, other.problem.code]).toEqual([409, 'IDEMPOTENCY_CONFLICT']);
    const refused = await http.call('POST', 'plans/Once/rehearse', { headers: { 'idempotency-key': 'a b' } });
    expect(refused.status).toBe(400);
  });

  it('S-07 a refused request gives its key back', async () => {
    const headers = { 'idempotency-key': 'later' };
    const assignments = [{ endpoints: 'all', os: 'linux', workflow: 'Not yet' }];
    const body = { name: 'Later', assignments };
    expect((await http.call('POST', 'plans', { headers, body })).status).toBe(400);
    await http.ok('POST', 'workflows', { name: 'Not yet', os: 'linux' });
    expect((await http.call('POST', 'plans', { headers, body })).status).toBe(201);
  });
});
