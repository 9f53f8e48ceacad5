import type { Page } from '@patchbay/contracts/page';
import type { Plan, PlanCheck, PlanDraft, PlanRevision } from '@patchbay/contracts/plan';
import type { Run, RunSummary } from '@patchbay/contracts/run';
import { beforeAll, describe, expect, it } from 'vitest';
import { dayMs, hourMs, minuteMs, patched, plainRollout, usePlans } from './plan-fixture.ts';

const plans = usePlans();
const { http } = plans;

beforeAll(async () => {
  await http.ok('POST', 'workflows', { name: 'Linux default', os: 'linux' });
  await http.ok('POST', 'workflows', { name: 'Shop', os: 'linux' });
  await http.ok('POST', 'workflows/Linux default/set-default');
  await plans.fleet('web', 2);
});

const on = 'endpoint:web-00';
const put = (plan: Plan, over: object) =>
  http.ok<Plan>('PUT', `plans/${plan.name}`, { name: plan.name, ...over }, { 'if-match': '*' });
const verdict = (plan: string, what: 'approve' | 'reject', as: 'approver' | 'administrator', body = {}) =>
  http.call<Plan>('POST', `plans/${plan}/${what}`, { as, body });
const due = (plan: Plan) => http.column('select due_at from jobs where key = $1', plan.id);
const cyclesOf = (plan: Plan) => http.column('select id from cycles where plan = $1 order by id', plan.id);

describe('which workflow an endpoint follows', () => {
  it('P-03 P-04 given rows that overlap, when the plan is activated, then the first row wins, and a row without a workflow means the default', async () => {
    const assignments = [
      { endpoints: on, os: 'linux', workflow: 'Shop' },
      { endpoints: 'endpoint:web-00,endpoint:web-01', os: 'linux' },
    ] satisfies PlanDraft['assignments'];
    const check = await http.ok<PlanCheck>('POST', 'plans/check', { name: 'Rows', assignments });
    expect([check.endpoints, check.perRow, check.findings]).toEqual([2, [1, 1], []]);
    const plan = await plans.plan('Rows', on, { assignments });
    const cycle = await plans.opened('Rows');
    const { items } = await http.ok<Page<RunSummary>>('GET', `runs?cycle=${cycle}`);
    const read = await Promise.all(items.map(({ id }) => http.ok<Run>('GET', `runs/${id}`)));
    const followed = read.map(({ endpoint, workflow }) => `${endpoint.name} ${workflow?.name}`).sort();
    expect(followed).toEqual(['web-00 Shop', 'web-01 Linux default']);
    await http.ok('POST', `plans/${plan.name}/cancel`);
    // Runs are told after the answer.
    const untold = `select count(*)::int from runs where cycle = $1 and status <> 'finished'
      and state ->> 'cancelledBy' is null`;
    await expect.poll(() => http.column(untold, cycle)).toEqual([0]);
    await plans.finish(patched);
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual(['web-00 cancelled', 'web-01 cancelled']);
  });
});

describe('what a plan lacks', () => {
  it('P-04 given an operating system without a workflow, when the plan is activated, then the message names it; once it has one the plan opens', async () => {
    const [unix] = await http.endpoints('aix', 'unix');
    const row = { endpoints: 'endpoint:unix', os: 'linux' } as const;
    const plan = await plans.plan('Lacks', 'endpoint:unix', { assignments: [row] });
    expect(plan.progress.status).toBe('incomplete');
    const refused = await http.call('POST', 'plans/Lacks/activate');
    expect([refused.status, refused.problem.code]).toEqual([409, 'NOT_POSSIBLE_NOW']);
    expect(refused.problem.detail).toMatch(/^The plan "Lacks" is incomplete: .*AIX.*\.$/);
    expect(await cyclesOf(plan)).toEqual([]);
    await http.ok('POST', 'workflows', { name: 'AIX default', os: 'aix' });
    await http.ok('POST', 'workflows/AIX default/set-default');
    await plans.connect([unix ?? '']);
    plans.answerWith(() => patched);
    const cycle = await plans.opened('Lacks');
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual(['unix succeeded']);
  });
});

describe('revisions', () => {
  it('P-01 given a plan that was edited twice, when its first revision is put back, then it is as it was, as a new revision', async () => {
    const first = await plans.plan('Kept', on, { description: 'first' });
    await put(first, {
      description: 'second',
      assignments: first.assignments.map((row) => ({ ...row, workflow: 'Shop' })),
    });
    const revisions = await http.ok<PlanRevision[]>('GET', 'plans/Kept/revisions');
    expect(revisions.map(({ revision, plan }) => [revision, plan.description])).toEqual([
      [2, 'second'],
      [1, 'first'],
    ]);
    const restored = await http.ok<Plan>('PUT', 'plans/Kept', revisions[1]?.plan, { 'if-match': '*' });
    const { revision, updatedAt, ...same } = restored;
    const { revision: before, updatedAt: _, ...original } = first;
    expect([before, revision, updatedAt >= first.updatedAt]).toEqual([1, 3, true]);
    expect(same).toEqual(original);
  });
});

describe('a plan that was complete when it was saved', () => {
  it('P-04 given an endpoint of another system that joins its group, when it is activated for later, then the message names the system', async () => {
    await http.endpoints('linux', 'mixed-0');
    const rule = { is: 'like', fact: 'name', value: 'mixed-*' };
    await http.ok('POST', 'groups', { name: 'Mixed', rule });
    const at = new Date(plans.now() + hourMs).toISOString();
    const plan = await plans.plan('Mixed', 'group:Mixed', { schedule: { kind: 'at', at } });
    expect(plan.progress.status).toBe('readyToActivate');
    const [solaris] = await http.endpoints('solaris', 'mixed-1');
    const refused = await http.call('POST', 'plans/Mixed/activate');
    expect([refused.status, refused.problem.errors.map(({ path }) => path)]).toEqual([409, ['assignments']]);
    expect(refused.problem.detail).toMatch(/Solaris \(1 endpoint\)/);
    await http.column('update endpoints set revoked_at = now() where id = $1 returning id', solaris);
  });
});

describe('approval', () => {
  it('P-09 given a plan that needs an approval, when its author approves, then that is refused; another person opens the cycle', async () => {
    const plan = await plans.plan('Asks', on, { approvalRequired: true });
    expect((await verdict('Asks', 'approve', 'administrator')).status).toBe(409);
    const asked = await http.call<Plan>('POST', 'plans/Asks/activate');
    expect([asked.status, asked.body.progress.status]).toEqual([202, 'awaitingApproval']);
    expect(
      await http.column(`select level || ': ' || message from log_entries where category = 'cycle'`),
    ).toEqual(['warning: administrator of the test activated the plan "Asks", which waits for an approval.']);
    expect(await cyclesOf(plan)).toEqual([]);
    const own = await verdict('Asks', 'approve', 'administrator');
    expect([own.status, own.problem.code]).toEqual([409, 'NOT_POSSIBLE_NOW']);
    expect(own.problem.detail).toContain('somebody else has to approve it');
    const body = { reference: 'CHG-17', reason: 'as agreed' };
    // Before anything can be dispatched.
    plans.answerWith(() => patched);
    const approved = await verdict('Asks', 'approve', 'approver', body);
    expect(approved.body.progress).toMatchObject({ status: 'running', verdict: body });
    const [cycle] = (await cyclesOf(plan)) as number[];
    const isDone = async () => (await plans.readPlan('Asks')).progress.status === 'done';
    await plans.lookUntil(cycle ?? 0, 'the plan to be done', isDone);
  });

  it('P-09 given the setting, when an author approves, then the cycle opens; without it everybody who has edited since the approval is an author', async () => {
    const plan = await plans.plan('Own', on, { approvalRequired: true });
    const edit = { ...plan, description: 'by an operator' };
    const {
      id: _,
      progress,
      lastCycle,
      revision,
      createdAt,
      createdBy,
      updatedAt,
      updatedBy,
      ...input
    } = edit;
    void [progress, lastCycle, revision, createdAt, createdBy, updatedAt, updatedBy];
    const row = { endpoints: on, os: 'linux' };
    const body = { ...input, assignments: [row] };
    const author = await http.call('PUT', 'plans/Own', { as: 'author', body, headers: { 'if-match': '*' } });
    expect(author.status).toBe(200);
    expect(await http.column('select cardinality(authors) from plans where id = $1', plan.id)).toEqual([2]);
    await http.ok('POST', 'plans/Own/activate');
    expect((await verdict('Own', 'approve', 'administrator')).status).toBe(409);
    await http.ok('PUT', 'settings/plan.authorsMayApprove', { value: 'yes' });
    expect((await verdict('Own', 'approve', 'administrator')).body.progress.status).toBe('running');
    await http.ok('PUT', 'settings/plan.authorsMayApprove', { value: 'no' });
    await http.ok('POST', 'plans/Own/cancel');
    // Who edits what was approved is its only author.
    await http.ok('PUT', 'plans/Own', body, { 'if-match': '*' });
    expect(await http.column('select authors from plans where id = $1', plan.id)).toEqual([
      ['administrator of the test'],
    ]);
  });

  it('P-09 given a plan that somebody else has approved, when it is activated again unchanged, then its author still cannot approve it', async () => {
    const plan = await plans.plan('Twice', on, { approvalRequired: true });
    await http.ok('POST', 'plans/Twice/activate');
    await verdict('Twice', 'approve', 'approver');
    await http.ok('POST', 'plans/Twice/cancel');
    const [cycle] = (await cyclesOf(plan)) as number[];
    await plans.finish(patched);
    await plans.look(cycle ?? 0);
    await http.ok('POST', 'plans/Twice/activate');
    expect((await verdict('Twice', 'approve', 'administrator')).status).toBe(409);
    expect((await verdict('Twice', 'approve', 'approver')).status).toBe(200);
    await http.ok('POST', 'plans/Twice/cancel');
  });

  it('P-09 given a plan that waits for an approval, when it is rejected, then nothing opens and the reason is kept; it can be activated again', async () => {
    const plan = await plans.plan('No', on, { approvalRequired: true });
    await http.ok('POST', 'plans/No/activate');
    const rejected = await verdict('No', 'reject', 'approver', { reason: 'freeze' });
    expect(rejected.body.progress).toMatchObject({ status: 'rejected', reason: 'freeze' });
    expect(await cyclesOf(plan)).toEqual([]);
    expect((await verdict('No', 'approve', 'approver')).status).toBe(409);
    await http.ok('POST', 'plans/No/activate');
    expect((await plans.readPlan('No')).progress.status).toBe('awaitingApproval');
  });

  it('P-09 P-05 given a recurring plan, when it is approved after its first time, then it waits for the next one', async () => {
    const recurrence = {
      rule: 'FREQ=DAILY',
      afterDays: 0,
      start: '2026-01-01',
      time: '22:00',
      timeZone: 'UTC',
    };
    await plans.plan('Slow', on, { approvalRequired: true, schedule: { kind: 'recurring', recurrence } });
    const asked = await http.ok<Plan>('POST', 'plans/Slow/activate');
    const first = Date.parse(asked.progress.waitsFor?.at ?? '');
    plans.setClock(first + 12 * hourMs);
    const approved = await verdict('Slow', 'approve', 'approver');
    const at = new Date(first + dayMs).toISOString();
    expect(approved.body.progress).toMatchObject({ status: 'waiting', waitsFor: { what: 'start', at } });
    await http.ok('POST', 'plans/Slow/cancel');
  });

  it('P-09 given an approved plan whose group grows before its time, when the cycle opens, then its story and Logs & Alerts have both counts', async () => {
    await plans.fleet('grow', 2);
    await http.ok('POST', 'groups', { name: 'Grows', rule: { fact: 'name', is: 'like', value: 'grow-*' } });
    const at = new Date(plans.now() + hourMs).toISOString();
    const plan = await plans.plan('Grown', 'group:Grows', {
      approvalRequired: true,
      schedule: { kind: 'at', at },
    });
    await http.ok('POST', 'plans/Grown/activate');
    const approved = await verdict('Grown', 'approve', 'approver');
    expect(approved.body.progress.verdict?.endpoints).toBe(2);
    await http.endpoints('linux', 'grow-02', 'grow-03');
    plans.jobs();
    plans.advance(hourMs + minuteMs);
    await plans.eventually('the cycle to open', async () => (await cyclesOf(plan)).length === 1);
    const [cycle] = (await cyclesOf(plan)) as number[];
    expect(await plans.story(cycle ?? 0)).toMatch(/^It was approved for 2 endpoints and opens with 4\. /);
    expect(
      await http.column(
        `select message from log_entries where level = 'warning' and message like 'Cycle%"Grown"%'`,
      ),
    ).toEqual([`Cycle ${cycle} of the plan "Grown": it was approved for 2 endpoints and opens with 4.`]);
    await http.ok('POST', 'plans/Grown/cancel');
  });

  it('P-09 given an approved time, when the plan is approved before, then it waits for it; an edit takes both back', async () => {
    const at = new Date(plans.now() + hourMs).toISOString();
    const plan = await plans.plan('Later', on, { approvalRequired: true, schedule: { kind: 'at', at } });
    await http.ok('POST', 'plans/Later/activate');
    expect(await due(plan)).toEqual([]);
    const approved = await verdict('Later', 'approve', 'approver');
    expect(approved.body.progress).toMatchObject({ status: 'waiting', waitsFor: { what: 'start', at } });
    expect(await due(plan)).toEqual([new Date(at)]);
    const edited = await put(plan, { description: 'other', approvalRequired: true });
    expect(edited.progress).toMatchObject({ status: 'readyToActivate', waitsFor: null, verdict: null });
    expect(await due(plan)).toEqual([]);
  });
});

describe('the time of a plan', () => {
  it('P-05 given a plan at a time, when it comes, then its cycle opens once; one that has passed is refused', async () => {
    const at = new Date(plans.now() + 2 * hourMs).toISOString();
    const plan = await plans.plan('At', on, { schedule: { kind: 'at', at } });
    const activated = await http.call<Plan>('POST', 'plans/At/activate');
    expect([activated.status, activated.body.progress.waitsFor]).toEqual([202, { what: 'start', at }]);
    plans.jobs();
    plans.advance(2 * hourMs + minuteMs);
    await plans.eventually('the cycle to open', async () => (await cyclesOf(plan)).length === 1);
    expect((await plans.readPlan('At')).progress.status).toBe('running');
    expect(await due(plan)).toEqual([]);
    await http.ok('POST', 'plans/At/cancel');
    const [cycle] = (await cyclesOf(plan)) as number[];
    await plans.look(cycle ?? 0);
    await plans.finish(patched);
    await plans.look(cycle ?? 0);
    expect((await plans.readPlan('At')).progress.status).toBe('cancelled');
    const soon = new Date(plans.now() + minuteMs).toISOString();
    await plans.plan('Past', on, { schedule: { kind: 'at', at: soon } });
    plans.advance(hourMs);
    const past = await http.call('POST', 'plans/Past/activate');
    expect([past.status, past.problem.detail]).toEqual([
      409,
      'The plan "Past" is incomplete: the time is in the past.',
    ]);
  });

  it('P-05 P-12 given a recurring plan, when nothing can be opened, then the reason is kept and the next time is waited for', async () => {
    const recurrence = {
      rule: 'FREQ=DAILY',
      afterDays: 0,
      start: '2026-01-01',
      time: '22:00',
      timeZone: 'UTC',
    };
    const plan = await plans.plan('Nightly', 'endpoint:late-00', {
      schedule: { kind: 'recurring', recurrence },
    });
    const first = (await http.ok<Plan>('POST', 'plans/Nightly/activate')).progress.waitsFor;
    const firstAt = Date.parse(first?.at ?? '');
    expect(new Date(firstAt).toISOString()).toMatch(/T22:00:00/);
    plans.jobs();
    plans.setClock(firstAt + minuteMs);
    await plans.eventually('the next time', async () => {
      const { waitsFor } = (await plans.readPlan('Nightly')).progress;
      return waitsFor?.what === 'start' && Date.parse(waitsFor.at) === firstAt + dayMs;
    });
    expect(await cyclesOf(plan)).toEqual([]);
    const notes = await http.column('select notes from plan_events where plan = $1 order by seq', plan.id);
    expect(notes.flat().join(' ')).toContain(
      'No cycle was opened: No endpoint matches the assignments of the plan "Nightly".',
    );
    expect(
      await http.column(`select message from log_entries where category = 'cycle' and level = 'error'`),
    ).toEqual([
      'No cycle of the plan "Nightly" was opened: No endpoint matches the assignments of the plan "Nightly".',
    ]);
    expect(await http.column('select count(*) from cycles where plan = $1', plan.id)).toEqual([0]);

    // The endpoint is there: the next night opens a cycle, whose end the next one waits for.
    await plans.fleet('late', 1);
    plans.answerWith(() => patched);
    plans.setClock(firstAt + dayMs + minuteMs);
    await plans.eventually('the cycle', async () => (await cyclesOf(plan)).length === 1);
    const [cycle] = (await cyclesOf(plan)) as number[];
    expect((await plans.cycle(cycle ?? 0)).rollout?.deadlineAt).toBe(
      new Date(firstAt + 2 * dayMs).toISOString(),
    );
    await plans.look(cycle ?? 0);
    await plans.look(cycle ?? 0);
    expect((await plans.readPlan('Nightly')).progress).toMatchObject({
      status: 'waiting',
      waitsFor: { what: 'start', at: new Date(firstAt + 2 * dayMs).toISOString() },
    });
    expect(await due(plan)).toEqual([new Date(firstAt + 2 * dayMs)]);
    const cancelled = await http.ok<Plan>('POST', 'plans/Nightly/cancel');
    expect([cancelled.progress.status, await due(plan)]).toEqual(['readyToActivate', []]);
  });

  it('P-05 given a cycle that is open at the next time, when that comes, then the old one expires first', async () => {
    const recurrence = {
      rule: 'FREQ=DAILY',
      afterDays: 0,
      start: '2026-01-01',
      time: '22:00',
      timeZone: 'UTC',
    };
    await http.endpoints('linux', 'gone');
    const plan = await plans.plan('Gone', 'endpoint:gone', { schedule: { kind: 'recurring', recurrence } });
    const at = Date.parse((await http.ok<Plan>('POST', 'plans/Gone/activate')).progress.waitsFor?.at ?? '');
    plans.jobs();
    plans.setClock(at + minuteMs);
    await plans.eventually('the first cycle', async () => (await cyclesOf(plan)).length === 1);
    const [cycle] = (await cyclesOf(plan)) as number[];
    plans.setClock(at + dayMs + minuteMs);
    await plans.look(cycle ?? 0);
    expect(await plans.runs(cycle ?? 0)).toEqual(['gone skipped']);
    await plans.look(cycle ?? 0);
    expect((await plans.cycle(cycle ?? 0)).rollout).toMatchObject({ status: 'finished', ending: 'expired' });
    // The night that ended the old cycle has one of its own.
    await plans.eventually('the second cycle', async () => (await cyclesOf(plan)).length === 2);
    expect((await plans.readPlan('Gone')).progress.status).toBe('running');
    const [, second] = (await cyclesOf(plan)) as number[];
    expect((await plans.cycle(second ?? 0)).rollout?.deadlineAt).toBe(new Date(at + 2 * dayMs).toISOString());
    await http.ok('POST', 'plans/Gone/cancel');
  });

  it('P-05 P-13 given a server that was down over the time of a plan, when it is back, then the cycle opens late with its first deadline; after that the time is expired', async () => {
    const at = plans.now() + hourMs;
    const schedule = { kind: 'at' as const, at: new Date(at).toISOString() };
    const late = await plans.plan('Down', on, { schedule, deadlineMinutes: 240 });
    const over = await plans.plan('Over it', on, { schedule, deadlineMinutes: 60 });
    for (const { name } of [late, over]) await http.ok('POST', `plans/${name}/activate`);
    plans.setClock(at + 2 * hourMs);
    plans.jobs();
    await plans.eventually('both', async () => [...(await due(late)), ...(await due(over))].length === 0);
    const [cycle] = (await cyclesOf(late)) as number[];
    expect((await plans.cycle(cycle ?? 0)).rollout?.deadlineAt).toBe(new Date(at + 4 * hourMs).toISOString());
    expect(await plans.story(cycle ?? 0)).toMatch(/^It opens 2 h late; its deadline counts from its time\./);
    expect([await cyclesOf(over), (await plans.readPlan('Over it')).progress.status]).toEqual([
      [],
      'expired',
    ]);
    expect(await http.column(`select message from log_entries where message like '%"Over it"%'`)).toEqual([
      expect.stringMatching(/was opened: its time was .* ago, and the deadline has passed\.$/),
    ]);
    await http.ok('POST', 'plans/Down/cancel');
  });

  it('P-05 given a recurring plan whose server was down for days, when it is back, then it goes on to the time whose deadline has not passed', async () => {
    const recurrence = {
      rule: 'FREQ=DAILY',
      afterDays: 0,
      start: '2026-01-01',
      time: '22:00',
      timeZone: 'UTC',
    };
    const plan = await plans.plan('Days', on, { schedule: { kind: 'recurring', recurrence } });
    const at = Date.parse((await http.ok<Plan>('POST', 'plans/Days/activate')).progress.waitsFor?.at ?? '');
    plans.setClock(at + 3 * dayMs + hourMs);
    plans.jobs();
    await plans.eventually('the cycle', async () => (await cyclesOf(plan)).length === 1);
    const [cycle] = (await cyclesOf(plan)) as number[];
    expect((await plans.cycle(cycle ?? 0)).rollout?.deadlineAt).toBe(new Date(at + 4 * dayMs).toISOString());
    expect(await http.column(`select count(*)::int from log_entries where message like '%"Days"%'`)).toEqual([
      1,
    ]);
    await http.ok('POST', 'plans/Days/cancel');
  });

  it('P-05 P-10 given a rehearsal that waits for an endpoint that is away, when the time of the plan comes, then its cycle opens', async () => {
    await http.endpoints('linux', 'asleep');
    const at = plans.now() + 3 * hourMs;
    const schedule = { kind: 'at' as const, at: new Date(at).toISOString() };
    const plan = await plans.plan('Rehearsed', 'endpoint:asleep', { schedule });
    await http.ok('POST', 'plans/Rehearsed/activate');
    await http.ok('POST', 'plans/Rehearsed/rehearse');
    expect((await http.call('POST', 'plans/Rehearsed/rehearse')).status).toBe(409);
    plans.jobs();
    plans.setClock(at + minuteMs);
    await plans.eventually('the real cycle', async () => (await cyclesOf(plan)).length === 2);
    expect(await http.column('select mode from cycles where plan = $1 order by id', plan.id)).toEqual([
      'rehearsal',
      'real',
    ]);
    expect((await plans.readPlan('Rehearsed')).progress.status).toBe('running');
    await http.ok('POST', 'plans/Rehearsed/cancel');
  });
});

describe('an open cycle and its plan', () => {
  it('P-12 given a cycle of which everything has ended, when its plan is cancelled before anyone looks, then both are over', async () => {
    plans.answerWith(() => patched);
    await plans.plan('Over', on, { rollout: plainRollout });
    const cycle = await plans.opened('Over');
    await plans.settled();
    expect(await plans.runs(cycle)).toEqual(['web-00 succeeded']);
    await http.ok('POST', 'plans/Over/cancel');
    expect((await plans.readPlan('Over')).progress.status).toBe('cancelled');
    expect((await plans.cycle(cycle)).status).toBe('finished');
    await http.ok('POST', 'plans/Over/activate');
  });

  it('P-12 L-49 given an open cycle, when the plan is edited, then the cycle goes on, and a recurring plan has to be activated again', async () => {
    const recurrence = {
      rule: 'FREQ=DAILY',
      afterDays: 0,
      start: '2026-01-01',
      time: '22:00',
      timeZone: 'UTC',
    };
    const plan = await plans.plan('Edited', on, {});
    const cycle = await plans.opened('Edited');
    const edited = await put(plan, {
      assignments: [{ endpoints: on, os: 'linux' }],
      schedule: { kind: 'recurring', recurrence },
      rollout: plainRollout,
    });
    expect(edited.progress.status).toBe('running');
    await plans.look(cycle);
    await plans.finish(patched);
    await plans.look(cycle);
    expect((await plans.readPlan('Edited')).progress.status).toBe('readyToActivate');
    expect(await due(plan)).toEqual([]);
  });
});
