import { randomUUID } from 'node:crypto';
import { seededRandom } from '@patchbay/simulator/seeded-random';
import { beforeAll, describe, expect, it } from 'vitest';
import { patched, patchFailed, plainRollout, usePlans } from './plan-fixture.ts';

const plans = usePlans();
const { http } = plans;
const fleet = 5_000;
const canary = 250;

beforeAll(async () => {
  await http.ok('POST', 'workflows', { name: 'Linux default', os: 'linux' });
  await http.ok('POST', 'workflows/Linux default/set-default');
  const ids = Array.from({ length: fleet }, () => randomUUID());
  await http.context.pool.query(
    `insert into endpoints (id, name, public_key, os, inventory, policy, agent_version)
     select id, id::text, id::text, 'linux', '{}', '{}', '0' from unnest($1::uuid[]) as id`,
    [ids],
  );
  await plans.connect(ids);
});

const waveCounts = async (cycle: number) =>
  (await http.column(
    `select json_build_object('started', count(*) filter (where status <> 'queued'), 'all', count(*),
       'failed', count(*) filter (where result = 'failed'))
     from runs where cycle = $1 group by wave order by wave`,
    cycle,
  )) as { started: number; all: number; failed: number }[];

describe('a fleet of 5,000', () => {
  it('P-08 given random failures over the threshold in the canary wave, then the cycle halts by itself and nothing of the next wave was started; resumed, it never works on more at once than allowed', async () => {
    const random = seededRandom(7);
    let share = 0.3;
    plans.answerWith(() => (random() < share ? patchFailed : patched));
    const rollout = {
      ...plainRollout,
      order: 'drawn' as const,
      waves: [{ name: 'Canary', size: { kind: 'percent' as const, percent: (canary / fleet) * 100 } }],
      maximumConcurrent: 400,
      failureThreshold: { kind: 'percent' as const, percent: 10, minimumSample: 50 },
    };
    await plans.plan('Fleet', 'all', { rollout });
    const cycle = await plans.opened('Fleet');
    plans.keeper();
    await plans.eventually('the halt', async () => (await plans.cycle(cycle)).rollout?.status === 'halted');
    await plans.settled();
    const [first, rest] = await waveCounts(cycle);
    expect([first?.all, rest?.all, rest?.started]).toEqual([canary, fleet - canary, 0]);
    expect(first?.failed).toBeGreaterThan((first?.started ?? 0) * 0.1);
    expect((await plans.cycle(cycle)).rollout?.reason).toMatch(
      /in the wave "Canary" failed, which is more than 10 %/,
    );
    const held = await http.column(
      `select count(*) from runs where cycle = $1 and status = 'queued' and admitted_at is not null`,
      cycle,
    );
    expect(held).toEqual([0]);

    share = 0.02;
    await http.ok('POST', `cycles/${cycle}/resume`);
    const samples: number[] = [];
    await plans.eventually('the end', async () => {
      const [active] = await http.column(
        `select count(*) from runs where cycle = $1 and (status in ('running', 'retrying', 'returning')
           or (status = 'queued' and admitted_at is not null))`,
        cycle,
      );
      samples.push(Number(active));
      return (await plans.cycle(cycle)).status === 'finished';
    });
    expect(Math.max(...samples)).toBeLessThanOrEqual(400);
    const [most] = await http.column(
      `select max(n)::int from (
         select sum(step) over (order by at, step) as n from (
           select started_at as at, 1 as step from runs where cycle = $1
           union all select finished_at, -1 from runs where cycle = $1
         ) as steps
       ) as counts`,
      cycle,
    );
    expect(Number(most)).toBeLessThanOrEqual(400);
    const { runs } = await plans.cycle(cycle);
    expect((runs?.succeeded ?? 0) + (runs?.failed ?? 0)).toBe(fleet);
    expect((await plans.readPlan('Fleet')).progress.status).toBe('done');
  });
});
