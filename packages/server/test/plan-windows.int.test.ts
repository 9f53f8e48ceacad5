import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dayMs, hourMs, minuteMs, patched, usePlans } from './plan-fixture.ts';

const plans = usePlans();
const { http } = plans;
/** Windows of these tests open on this evening, and on those after it. */
let evening = 0;
const recurrence = {
  rule: 'FREQ=DAILY',
  afterDays: 0,
  start: '2026-01-01',
  time: '22:00',
  timeZone: 'UTC',
};

beforeAll(async () => {
  // Longer than the clock is ever put forward: no script that is under way is taken for lost.
  await http.task({ name: 'Drain', timeoutMinutes: 720 });
  const control = { afterPreFailure: 'never' };
  await http.ok('POST', 'workflows', {
    name: 'Linux default',
    os: 'linux',
    prePatching: [{ task: 'Drain' }],
    postPatching: [{ task: 'Drain' }],
    control,
  });
  await http.ok('POST', 'workflows/Linux default/set-default');
  await plans.fleet('win', 1);
  await plans.fleet('free', 1);
  await http.ok('POST', 'windows', {
    name: 'Night',
    endpoints: 'endpoint:win-00',
    recurrence,
    durationMinutes: 120,
  });
});
beforeEach(() => {
  evening = Math.floor(plans.now() / dayMs + 1) * dayMs + 22 * hourMs;
  plans.setClock(evening - hourMs);
});

const exited = (exitCode = 0) => ({ kind: 'exited' as const, exitCode, facts: {} });
const steps = (cycle: number) =>
  http.column(
    `select a.step || ' ' || a.status from activities a join runs r on r.id = a.run
     where r.cycle = $1 order by a.created_at, a.step`,
    cycle,
  );
const cancelled = async (plan: string, cycle: number) => {
  await http.ok('POST', `plans/${plan}/cancel`);
  await plans.finish(exited());
  await plans.look(cycle);
};

describe('maintenance windows of a cycle', () => {
  it('P-05 P-06 given an endpoint with a window, when the cycle opens outside of it, then the plan waits until it opens', async () => {
    await plans.plan('Waits', 'endpoint:win-00');
    const cycle = await plans.opened('Waits');
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual(['win-00 queued']);
    expect((await plans.readPlan('Waits')).progress).toMatchObject({
      status: 'waiting',
      waitsFor: { what: 'window', at: new Date(evening).toISOString() },
    });
    plans.setClock(evening - 1_000);
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual(['win-00 queued']);
    plans.setClock(evening + 1_000);
    await plans.look(cycle);
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual(['win-00 running']);
    expect((await plans.readPlan('Waits')).progress.status).toBe('running');
    await cancelled('Waits', cycle);
  });

  it('P-12 P-13 given a window that opens while all its endpoints are offline, when anyone looks, then the plan waits for them, and for the next window when that ends', async () => {
    const [id = ''] = await http.endpoints('linux', 'off');
    const window = { name: 'Off', endpoints: 'endpoint:off', recurrence, durationMinutes: 120 };
    await http.ok('POST', 'windows', window);
    await plans.plan('Offline', 'endpoint:off');
    const cycle = await plans.opened('Offline');
    const waitsFor = async () => (await plans.readPlan('Offline')).progress.waitsFor;
    await plans.look(cycle);
    expect(await waitsFor()).toEqual({ what: 'window', at: new Date(evening).toISOString() });
    plans.setClock(evening + minuteMs);
    await plans.look(cycle);
    expect(await waitsFor()).toMatchObject({ what: 'endpoints', at: null, held: 'offline' });
    // Nothing starts in the last minutes of a window.
    plans.setClock(evening + 100 * minuteMs);
    await plans.look(cycle);
    expect(await waitsFor()).toEqual({ what: 'window', at: new Date(evening + dayMs).toISOString() });
    plans.setClock(evening + dayMs + minuteMs);
    await plans.look(cycle);
    expect(await waitsFor()).toMatchObject({ what: 'endpoints', at: null, held: 'offline' });
    await plans.connect([id]);
    await plans.look(cycle);
    await plans.look(cycle);
    expect((await plans.readPlan('Offline')).progress).toMatchObject({ status: 'running', waitsFor: null });
    await cancelled('Offline', cycle);
  });

  it('P-05 given an endpoint without a window, or an emergency, then it is worked on at once', async () => {
    await plans.plan('Free', 'endpoint:free-00');
    const cycle = await plans.opened('Free');
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual(['free-00 running']);
    await cancelled('Free', cycle);
    await plans.plan('Emergency', 'endpoint:win-00', { emergency: true });
    const urgent = await plans.opened('Emergency');
    await plans.look(urgent);
    expect(await plans.runs(urgent)).toEqual(['win-00 running']);
    await cancelled('Emergency', urgent);
  });

  it('P-07 given the last 30 minutes of a window, when the endpoint could start, then it does not, and does in the next one', async () => {
    await plans.plan('Buffer', 'endpoint:win-00');
    const cycle = await plans.opened('Buffer');
    plans.setClock(evening + 91 * minuteMs);
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual(['win-00 queued']);
    plans.setClock(evening + dayMs + 89 * minuteMs);
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual(['win-00 running']);
    await cancelled('Buffer', cycle);
  });

  it('P-07 given a run that was let start and could not at once, when the buffer has begun, then it does not start, whoever looks', async () => {
    const [endpoint] = (await http.column(`select id from endpoints where name = 'win-00'`)) as string[];
    await http.ok('POST', 'task-runs', { task: 'Drain', on: 'endpoint:win-00' });
    await plans.eventually('the task to run', async () => plans.waiting.length === 1);
    await plans.plan('Busy', 'endpoint:win-00');
    const cycle = await plans.opened('Busy');
    plans.setClock(evening + minuteMs);
    // As if it had been let start just before the other run began.
    const before = new Date(evening + 90 * minuteMs);
    await http.column(
      'update runs set admitted_at = $2, start_before = $3 where cycle = $1 returning id',
      cycle,
      new Date(plans.now()),
      before,
    );
    plans.setClock(evening + 91 * minuteMs);
    await plans.finish(exited());
    http.context.engine.wake();
    await plans.settled();
    expect([endpoint?.length, await plans.runs(cycle)]).toEqual([36, ['win-00 queued']]);
    await plans.look(cycle);
    expect(await http.column('select admitted_at from runs where cycle = $1', cycle)).toEqual([null]);
    await cancelled('Busy', cycle);
  });

  it('P-07 W-06 given a window that ends in pre-patching, when its script ends, then patching is not started and the run is missedWindow', async () => {
    await plans.plan('Missed', 'endpoint:win-00');
    plans.setClock(evening + 80 * minuteMs);
    const cycle = await plans.opened('Missed');
    await plans.look(cycle);
    expect(await steps(cycle)).toEqual(['pre-1 queued']);
    plans.setClock(evening + 121 * minuteMs);
    await plans.look(cycle);
    await plans.finish(exited());
    await plans.look(cycle);
    expect(await steps(cycle)).toEqual(['pre-1 succeeded', 'post-1 queued']);
    await plans.finish(exited());
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual(['win-00 missedWindow']);
    expect((await plans.readPlan('Missed')).progress.status).toBe('done');
  });

  it('P-07 P-13 given a deadline before the window, when it passes, then the run is missedWindow', async () => {
    await plans.plan('Early', 'endpoint:win-00', { deadlineMinutes: 30 });
    const cycle = await plans.opened('Early');
    plans.advance(31 * minuteMs);
    await plans.look(cycle);
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual(['win-00 missedWindow']);
    expect((await plans.readPlan('Early')).progress.status).toBe('expired');
  });

  it('P-05 P-12 given a plan that waits for a window, when the window is put off, then it waits for the new time, also when that passes unused', async () => {
    const window = { name: 'Moved', endpoints: 'endpoint:away', recurrence, durationMinutes: 120 };
    await http.endpoints('linux', 'away');
    await http.ok('POST', 'windows', window);
    await plans.plan('Follows', 'endpoint:away');
    const cycle = await plans.opened('Follows');
    const waitsFor = async () => (await plans.readPlan('Follows')).progress.waitsFor?.at;
    await plans.look(cycle);
    expect(await waitsFor()).toBe(new Date(evening).toISOString());
    const later = { ...window, recurrence: { ...recurrence, time: '23:00' } };
    await http.ok('PUT', 'windows/Moved', later, { 'if-match': '*' });
    await plans.look(cycle);
    expect(await waitsFor()).toBe(new Date(evening + hourMs).toISOString());
    plans.setClock(evening + 4 * hourMs);
    await plans.look(cycle);
    expect(await waitsFor()).toBe(new Date(evening + hourMs + dayMs).toISOString());
    await cancelled('Follows', cycle);
  });

  it('P-05 P-06 given a window that a cycle waits for, when somebody deletes it, then that is refused; without it nothing is worked on', async () => {
    await http.endpoints('linux', 'alone');
    const window = { name: 'Only', endpoints: 'endpoint:alone', recurrence, durationMinutes: 120 };
    await http.ok('POST', 'windows', window);
    await plans.plan('Alone', 'endpoint:alone');
    const cycle = await plans.opened('Alone');
    const refused = await http.call('DELETE', 'windows/Only');
    expect([refused.status, refused.problem.detail]).toEqual([
      409,
      `The window "Only" cannot be deleted: endpoints of cycle ${cycle} of the plan "Alone" are still to be worked on in it.`,
    ]);
    // As if it had been deleted at the moment in which the cycle opened.
    await http.column(`delete from windows where name = 'Only' returning id`);
    const [endpoint] = (await http.column(`select id from endpoints where name = 'alone'`)) as string[];
    await plans.connect([endpoint ?? '']);
    plans.setClock(evening + minuteMs);
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual(['alone queued']);
    await cancelled('Alone', cycle);
    expect(await plans.runs(cycle)).toEqual(['alone cancelled']);
  });

  it('P-05 P-08 given one free place, when several could start, then it is the one whose window ends first', async () => {
    await plans.fleet('ends', 3);
    const window = (name: string, endpoint: string, durationMinutes: number) =>
      http.ok('POST', 'windows', { name, endpoints: `endpoint:${endpoint}`, recurrence, durationMinutes });
    await window('Long', 'ends-01', 180);
    await window('Short', 'ends-02', 120);
    plans.setClock(evening + minuteMs);
    await plans.plan('Ends', 'endpoint:ends-00,endpoint:ends-01,endpoint:ends-02', {
      rollout: { order: 'byName', maximumConcurrent: 1, failureThreshold: null },
    });
    const cycle = await plans.opened('Ends');
    const started: string[][] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      await plans.look(cycle);
      started.push((await plans.runs(cycle)).filter((run) => run.endsWith('running')));
      for (let step = 0; step < 3; step += 1) {
        await plans.finish(plans.waiting[0]?.step === 'patch' ? patched : exited());
        await plans.settled();
      }
    }
    expect(started).toEqual([['ends-02 running'], ['ends-01 running'], ['ends-00 running']]);
    await plans.look(cycle);
  });

  it('P-05 given an order that patches, when it is answered in the window, then the run succeeds', async () => {
    plans.answerWith((order) => (order.step === 'patch' ? patched : exited()));
    plans.setClock(evening + minuteMs);
    await plans.plan('Fine', 'endpoint:win-00,endpoint:free-00');
    const cycle = await plans.opened('Fine');
    await plans.look(cycle);
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual(['free-00 succeeded', 'win-00 succeeded']);
  });
});
