import type { Page } from '@patchbay/contracts/page';
import type { RunSummary } from '@patchbay/contracts/run';
import { beforeAll, describe, expect, it } from 'vitest';
import { cyclesRollingOut } from '../src/db/cycle-rollouts.ts';
import { hourMs, minuteMs, patched, patchFailed, plainRollout, usePlans } from './plan-fixture.ts';

const plans = usePlans();
const { http } = plans;

beforeAll(async () => {
  await http.ok('POST', 'workflows', { name: 'Linux default', os: 'linux' });
  await http.ok('POST', 'workflows/Linux default/set-default');
});

const member = (prefix: string) => `tag:fleet=${prefix}`;
/** A fleet that a selector names. */
const fleet = async (prefix: string, count: number): Promise<string[]> => {
  const ids = await plans.fleet(prefix, count);
  await http.column(
    `update endpoints set tags = jsonb_build_object('fleet', $2::text) where id = any($1)`,
    ids,
    prefix,
  );
  return ids;
};
const wave = (name: string, count: number, gate: object | null = null) => ({
  name,
  size: { kind: 'count' as const, count },
  gate,
});
/** What Logs & Alerts tell of the cycles of a plan. */
const toldOf = (plan: string) =>
  http.column(
    `select level || ': ' || message from log_entries where category = 'cycle' and position($1 in message) > 0 order by id`,
    `"${plan}"`,
  );
const startedIn = async (cycle: number) =>
  (await http.column(
    `select wave || ':' || count(*) filter (where status <> 'queued') from runs where cycle = $1
     group by wave order by wave`,
    cycle,
  )) as string[];

describe('waves', () => {
  it('P-08 given waves with a soak and an approval, when each has done well, then the next one opens, and never before', async () => {
    await fleet('soak', 6);
    const gate = { minimumSuccessPercent: 100, soakMinutes: 30, approval: true };
    const waves = [wave('Canary', 1, gate), wave('Early', 2)];
    await plans.plan('Soak', member('soak'), { rollout: { ...plainRollout, waves } });
    plans.answerWith(() => patched);
    const cycle = await plans.opened('Soak');
    await plans.look(cycle);
    await plans.look(cycle);
    expect(await startedIn(cycle)).toEqual(['0:1', '1:0', '2:0']);
    expect((await plans.cycle(cycle)).rollout?.waves[0]?.gate?.state).toBe('soaking');
    const early = await http.call('POST', `cycles/${cycle}/approve-wave`);
    expect(early.status).toBe(200);
    plans.advance(29 * minuteMs);
    await plans.look(cycle);
    expect(await startedIn(cycle)).toEqual(['0:1', '1:0', '2:0']);
    plans.advance(2 * minuteMs);
    await plans.look(cycle);
    await plans.look(cycle);
    await plans.look(cycle);
    expect(await startedIn(cycle)).toEqual(['0:1', '1:2', '2:3']);
    await plans.look(cycle);
    expect(await plans.cycle(cycle)).toMatchObject({ status: 'finished', runs: { succeeded: 6 } });
    expect((await plans.readPlan('Soak')).progress.status).toBe('done');
    expect(await plans.story(cycle)).toMatch(
      /"Canary" opened.*it is watched for 30 min.*"Early" opened.*"All others" opened.*Every run/,
    );
  });

  it('P-08 given a gate that waits for an approval, when nobody gives it, then nothing opens and it is told once; a person opens the next wave', async () => {
    await fleet('gate', 2);
    const waves = [wave('One', 1, { approval: true })];
    await plans.plan('Gate', member('gate'), { rollout: { ...plainRollout, waves } });
    plans.answerWith(() => patched);
    const cycle = await plans.opened('Gate');
    for (let looks = 0; looks < 3; looks += 1) await plans.look(cycle);
    expect(await startedIn(cycle)).toEqual(['0:1', '1:0']);
    expect((await plans.cycle(cycle)).rollout?.waves[0]?.gate?.state).toBe('approval');
    expect(await toldOf('Gate')).toEqual([
      `warning: Cycle ${cycle} of the plan "Gate" waits for an approval before its wave "All others" opens.`,
    ]);
    await http.ok('POST', `cycles/${cycle}/approve-wave`);
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual(['gate-00 succeeded', 'gate-01 succeeded']);
    expect((await http.call('POST', `cycles/${cycle}/approve-wave`)).status).toBe(409);
  });

  it('P-08 given a canary that fails, when it has, then the cycle halts by itself and nothing of the next wave starts; resumed it goes on', async () => {
    await fleet('bad', 4);
    const rollout = {
      ...plainRollout,
      waves: [wave('Canary', 2)],
      failureThreshold: { kind: 'count' as const, count: 1 },
    };
    await plans.plan('Bad', member('bad'), { rollout });
    plans.answerWith(() => patchFailed);
    const cycle = await plans.opened('Bad');
    await plans.look(cycle);
    await plans.look(cycle);
    expect(await startedIn(cycle)).toEqual(['0:2', '1:0']);
    expect((await plans.cycle(cycle)).rollout).toMatchObject({
      status: 'halted',
      reason: '2 runs failed, and no more than 1 may',
    });
    expect(await toldOf('Bad')).toEqual([
      `error: Cycle ${cycle} of the plan "Bad" was halted: 2 runs failed, and no more than 1 may.`,
    ]);
    const { progress } = await plans.readPlan('Bad');
    expect([progress.status, progress.reason]).toEqual(['halted', '2 runs failed, and no more than 1 may']);
    plans.answerWith(() => patched);
    await http.ok('POST', `cycles/${cycle}/resume`);
    expect((await plans.readPlan('Bad')).progress.status).toBe('running');
    await plans.look(cycle);
    await plans.look(cycle);
    expect(await plans.cycle(cycle)).toMatchObject({ status: 'finished', runs: { failed: 2, succeeded: 2 } });
  });

  it('P-08 given a cycle at work, when a person halts it, then what runs is finished and what was let start is held back; cancelled it ends', async () => {
    const ids = await fleet('halt', 4);
    const rollout = { ...plainRollout, maximumConcurrent: 2 };
    await plans.plan('Halt', member('halt'), { rollout });
    const cycle = await plans.opened('Halt');
    await plans.look(cycle);
    expect(await startedIn(cycle)).toEqual(['0:2']);
    await http.ok('POST', `cycles/${cycle}/halt`, { reason: 'a bad patch' });
    await plans.finish(patched);
    await plans.look(cycle);
    expect(await startedIn(cycle)).toEqual(['0:2']);
    expect(
      await http.column('select count(*) from runs where cycle = $1 and admitted_at is null', cycle),
    ).toEqual([2]);
    expect((await plans.readPlan('Halt')).progress).toMatchObject({
      status: 'halted',
      reason: 'a bad patch',
    });
    expect((await http.call('POST', `cycles/${cycle}/halt`, { body: { reason: 'again' } })).status).toBe(409);
    await http.ok('POST', 'plans/Halt/cancel');
    await plans.settled();
    await plans.look(cycle);
    expect(await plans.cycle(cycle)).toMatchObject({
      status: 'finished',
      runs: { succeeded: 2, cancelled: 2 },
    });
    expect((await plans.readPlan('Halt')).progress.status).toBe('cancelled');
    expect(ids.length).toBe(4);
  });
});

describe('a failed run that an operator has go on', () => {
  it('W-12 P-08 given as many at work as may be, when a failed run is resumed, then it goes on at once, also in a halted cycle, and nothing new starts before there is a place', async () => {
    await fleet('again', 3);
    await plans.plan('Again', member('again'), { rollout: { ...plainRollout, maximumConcurrent: 1 } });
    const cycle = await plans.opened('Again');
    await plans.look(cycle);
    await plans.finish(patchFailed);
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual(['again-00 failed', 'again-01 running', 'again-02 queued']);
    await http.ok('POST', `cycles/${cycle}/halt`, { reason: 'a bad patch' });
    const { items } = await http.ok<Page<RunSummary>>('GET', `runs?cycle=${cycle}&result=failed`);
    await http.ok('POST', `runs/${items[0]?.id}/resume`);
    await http.ok('POST', `cycles/${cycle}/resume`);
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual(['again-00 running', 'again-01 running', 'again-02 queued']);
    await plans.finish(patched);
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual(['again-00 succeeded', 'again-01 succeeded', 'again-02 running']);
  });
});

describe('endpoints that are away or exempt', () => {
  it('P-13 given endpoints that are offline and one that is exempt, when one is back it is worked on; at the deadline the other is skipped', async () => {
    await http.endpoints('linux', 'away-0', 'away-1', 'away-2', 'away-3');
    await http.column(
      `update endpoints set tags = '{"exempt": "a demo until Friday"}' where name = 'away-2' returning id`,
    );
    const [back] = (await http.column(`select id from endpoints where name = 'away-0'`)) as string[];
    await http.column(`update endpoints set tags = '{"exempt": ""}' where name = 'away-3' returning id`);
    const on = ['away-0', 'away-1', 'away-2', 'away-3'].map((name) => `endpoint:${name}`).join();
    await plans.plan('Away', on, { deadlineMinutes: 120 });
    plans.answerWith(() => patched);
    const cycle = await plans.opened('Away');
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual([
      'away-0 queued',
      'away-1 queued',
      'away-2 skipped',
      'away-3 skipped',
    ]);
    plans.advance(hourMs);
    await plans.connect([back ?? '']);
    await plans.look(cycle);
    plans.advance(hourMs + minuteMs);
    await plans.look(cycle);
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual([
      'away-0 succeeded',
      'away-1 skipped',
      'away-2 skipped',
      'away-3 skipped',
    ]);
    expect((await plans.reasons(cycle)).slice(1)).toEqual([
      'away-1: offline until the deadline of the cycle',
      expect.stringContaining('a demo until Friday'),
      expect.stringContaining('no reason is given'),
    ]);
    expect((await plans.readPlan('Away')).progress.status).toBe('expired');
    expect((await plans.cycle(cycle)).rollout).toMatchObject({ status: 'finished', ending: 'expired' });
  });

  it('P-12 P-13 P-14 given endpoints that cannot start, when anyone looks, then each run, the cycle and the plan say why', async () => {
    const [, second = ''] = await http.endpoints('linux', 'why-0', 'why-1', 'why-2');
    const [first = '', , third = ''] = (await http.column(
      `select id from endpoints where name like 'why-%' order by name`,
    )) as string[];
    await plans.connect([first, third]);
    await http.task({ name: 'Keep busy' });
    await http.ok('POST', 'task-runs', { task: 'Keep busy', on: 'endpoint:why-0' });
    await plans.eventually('the task to run', async () => plans.waiting.length === 1);
    await plans.plan('Why', 'endpoint:why-0,endpoint:why-1,endpoint:why-2', {
      rollout: { ...plainRollout, maximumConcurrent: 1, waves: [wave('Two', 2)] },
    });
    const cycle = await plans.opened('Why');
    await plans.look(cycle);
    const said = async () => {
      const { rollout } = await plans.cycle(cycle);
      const { progress } = await plans.readPlan('Why');
      const { items } = await http.ok<Page<RunSummary>>('GET', `runs?cycle=${cycle}&sort=run`);
      return {
        plan: progress.waitsFor?.what === 'endpoints' ? progress.waitsFor.held : progress.status,
        cycle: Object.fromEntries((rollout?.held ?? []).map(({ reason, runs }) => [reason, runs])),
        runs: items
          .map(({ endpoint, held: why }) => `${endpoint.name} ${why?.reason}`)
          .toSorted((one, other) => one.localeCompare(other)),
      };
    };
    expect(await said()).toEqual({
      plan: 'offlineOrBusy',
      cycle: { wave: 1, offline: 1, busy: 1 },
      runs: ['why-0 busy', 'why-1 offline', 'why-2 wave'],
    });
    const [run] = (await http.ok<Page<RunSummary>>('GET', `runs?cycle=${cycle}&sort=run&limit=1`)).items;
    expect(await http.ok('GET', `runs/${run?.id}`)).toMatchObject({ status: 'queued', held: run?.held });
    await plans.connect([second]);
    await plans.look(cycle);
    await plans.look(cycle);
    expect(await said()).toMatchObject({ cycle: { wave: 1, busy: 1 }, plan: 'running' });
    await plans.finish({ kind: 'exited', exitCode: 0, facts: {} });
    await http.ok('POST', `cycles/${cycle}/cancel`);
  });

  it('P-13 given an endpoint that is exempted after the cycle opened, when its turn comes, then it is skipped with the reason', async () => {
    const [first = '', second = ''] = await fleet('spared', 2);
    await plans.plan('Spared', member('spared'), { rollout: { ...plainRollout, maximumConcurrent: 1 } });
    const cycle = await plans.opened('Spared');
    await plans.look(cycle);
    await http.column(
      `update endpoints set tags = tags || '{"exempt": "the end of the month"}' where id = any($1) returning id`,
      [first, second],
    );
    await plans.finish(patched);
    await plans.look(cycle);
    await plans.look(cycle);
    // Who is at work goes on.
    expect(await plans.runs(cycle)).toEqual(['spared-00 succeeded', 'spared-01 skipped']);
    expect((await plans.reasons(cycle))[1]).toContain('the end of the month');
    expect((await plans.cycle(cycle)).status).toBe('finished');
  });

  it('P-13 P-08 given a run that was let start whose endpoint went away, when a minute has passed, then another has its place', async () => {
    const [first = ''] = await fleet('gone', 2);
    await http.context.engine.disconnected(first);
    // Connected to a node that does not start it any more.
    await http.column(
      `with node as (insert into nodes (id, started_at, seen_at)
         values (gen_random_uuid(), now() - interval '1 hour', now() + interval '1 hour') returning id)
       insert into connections (endpoint, node, connected_at, boot_id) select $1, id, now(), 'boot-1' from node`,
      first,
    );
    await plans.plan('Place', member('gone'), { rollout: { ...plainRollout, maximumConcurrent: 1 } });
    const cycle = await plans.opened('Place');
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual(['gone-00 queued', 'gone-01 queued']);
    await http.column('delete from connections where endpoint = $1', first);
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual(['gone-00 queued', 'gone-01 queued']);
    plans.advance(2 * minuteMs);
    await plans.look(cycle);
    expect((await plans.runs(cycle))[1]).toBe('gone-01 running');
  });
});

describe('servers that die and several nodes', () => {
  it('P-13 given a server that dies after its commit, when the next one looks, then it tells the runs', async () => {
    await http.endpoints('linux', 'lost-0', 'lost-1');
    await http.column(`update endpoints set tags = '{"exempt": "spare"}' where name = 'lost-0' returning id`);
    await plans.plan('Lost', 'endpoint:lost-0,endpoint:lost-1', { deadlineMinutes: 60 });
    const cycle = await plans.opened('Lost');
    await plans.look(cycle, true);
    plans.advance(hourMs + minuteMs);
    await plans.look(cycle, true);
    expect((await plans.cycle(cycle)).rollout).toMatchObject({ status: 'ending', ending: 'expired' });
    expect((await plans.runs(cycle))[1]).toBe('lost-1 queued');
    await plans.look(cycle);
    expect(await plans.runs(cycle)).toEqual(['lost-0 skipped', 'lost-1 skipped']);
    await plans.look(cycle);
    expect(await cyclesRollingOut(http.context.pool)).not.toContain(cycle);
  });

  it('W-13 given a server that dies after a cycle was cancelled, when another looks, then also those at work are told', async () => {
    await fleet('told', 2);
    await plans.plan('Told', member('told'), { rollout: { ...plainRollout, maximumConcurrent: 1 } });
    const cycle = await plans.opened('Told');
    await plans.look(cycle);
    await plans.cancelAndDie(cycle);
    expect(await plans.runs(cycle)).toEqual(['told-00 running', 'told-01 queued']);
    await plans.look(cycle);
    expect((await plans.runs(cycle))[1]).toBe('told-01 cancelled');
    expect(
      await http.column(`select state ->> 'cancelledBy' from runs where cycle = $1 order by id`, cycle),
    ).toEqual(['somebody', 'somebody']);
  });

  it('P-08 given a cycle that cannot be moved, when the server looks at all of them, then the others go on', async () => {
    await fleet('fine', 1);
    await http.endpoints('linux', 'stuck');
    await plans.plan('Stuck', 'endpoint:stuck');
    const stuck = await plans.opened('Stuck');
    const [rollout] = await http.column('select rollout from cycles where id = $1', stuck);
    await http.column(`update cycles set rollout = '{}' where id = $1 returning id`, stuck);
    await plans.plan('Fine', member('fine'));
    plans.answerWith(() => patched);
    const cycle = await plans.opened('Fine');
    plans.keeper();
    await plans.eventually('the end', async () => (await plans.cycle(cycle)).status === 'finished');
    await http.column(
      'update cycles set rollout = $2 where id = $1 returning id',
      stuck,
      JSON.stringify(rollout),
    );
    expect(await plans.runs(stuck)).toEqual(['stuck queued']);
    await http.ok('POST', 'plans/Stuck/cancel');
  });

  it('P-08 given three nodes that look at one cycle, when it runs, then there are never more runs at once than allowed', async () => {
    await fleet('many', 60);
    await plans.plan('Many', member('many'), { rollout: { ...plainRollout, maximumConcurrent: 7 } });
    const most: number[] = [];
    plans.answerWith(() => null);
    const cycle = await plans.opened('Many');
    for (let node = 0; node < 3; node += 1) plans.keeper();
    await plans.eventually('the cycle to finish', async () => {
      const [active] = (await http.column(
        `select count(*) from runs where cycle = $1 and (status in ('running', 'retrying', 'returning')
           or (status = 'queued' and admitted_at is not null))`,
        cycle,
      )) as number[];
      most.push(active ?? 0);
      await plans.finish(patched);
      return (await plans.cycle(cycle)).status === 'finished';
    });
    expect(Math.max(...most)).toBe(7);
    expect(await mostAtOnce(cycle)).toBe(7);
    expect((await plans.cycle(cycle)).runs).toMatchObject({ total: 60, succeeded: 60 });
    const again =
      'select count(*) from activities a join runs r on r.id = a.run where r.cycle = $1 and a.attempt > 1';
    expect(await http.column(again, cycle)).toEqual([0]);
  });
});

/** The most runs that were between their start and their end at one time. */
async function mostAtOnce(cycle: number): Promise<number> {
  const [most] = (await http.column(
    `select max(n)::int from (
       select sum(step) over (order by at, step) as n from (
         select started_at as at, 1 as step from runs where cycle = $1
         union all select finished_at, -1 from runs where cycle = $1
       ) as steps
     ) as counts`,
    cycle,
  )) as number[];
  return most ?? 0;
}
