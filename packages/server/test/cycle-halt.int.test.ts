import type { LiveEvent } from '@patchbay/contracts/live-event';
import type pg from 'pg';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { withTransaction } from '../src/db/pool.ts';
import { movePlanCycle } from '../src/plan/move-plan-cycle.ts';
import { patched, usePlans } from './plan-fixture.ts';

const plans = usePlans();
const { http } = plans;

beforeAll(async () => {
  await http.ok('POST', 'workflows', { name: 'Linux default', os: 'linux' });
  await http.ok('POST', 'workflows/Linux default/set-default');
});

const on = (name: string, count: number): string =>
  Array.from({ length: count }, (_, n) => `endpoint:${name}-${String(n).padStart(2, '0')}`).join(',');
const started = (cycle: number) =>
  http.column(`select id from runs where cycle = $1 and status <> 'queued' order by id`, cycle);

/** Keeps the engine from going on with what it does for these endpoints, until it is called. */
async function holdUp(endpoints: readonly string[]): Promise<() => Promise<void>> {
  const client: pg.PoolClient = await http.context.pool.connect();
  await client.query('begin');
  await client.query('select from connections where endpoint = any($1) for update', [endpoints]);
  let released = false;
  const release = async (): Promise<void> => {
    if (released) return;
    released = true;
    await client.query('commit');
    client.release();
  };
  onTestFinished(release);
  return release;
}

/** Resolves when a statement of this database with these words waits for a lock. */
const waits = (words: string): Promise<void> =>
  plans.eventually(`"${words}" to wait`, async () => {
    const [count] = await http.column(
      `select count(*) from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and query like '%' || $1 || '%'`,
      words,
    );
    return count !== 0;
  });

const halt = (cycle: number) => http.ok('POST', `cycles/${cycle}/halt`, { reason: 'a bad patch' });

describe('P-08 a halted cycle starts nothing', () => {
  it('P-14 P-08 given somebody who listens, when a cycle is halted while nothing of it runs, then they are told of the cycle', async () => {
    await http.endpoints('linux', 'told');
    await plans.plan('Told', 'endpoint:told');
    const cycle = await plans.opened('Told');
    const { liveEvents } = http.context;
    const heard: LiveEvent[] = [];
    onTestFinished(liveEvents.subscribe((event) => heard.push(event)));
    await liveEvents.begun();
    await halt(cycle);
    await plans.eventually('the news', async () =>
      heard.some(({ kind, ids }) => kind === 'cycle' && ids.includes(cycle)),
    );
    expect(heard.filter(({ kind }) => kind === 'run')).toEqual([]);
  });

  it('P-08 given runs whose start is under way, when the cycle is halted before it is stored, then none of them starts', async () => {
    const ids = await plans.fleet('early', 4);
    await plans.plan('Early', on('early', 4));
    const goOn = await holdUp(ids);
    const cycle = await plans.opened('Early');
    await waits('from connections');
    await halt(cycle);
    await goOn();
    await plans.settled();
    expect(await started(cycle)).toEqual([]);
    expect(plans.waiting).toEqual([]);
    await http.ok('POST', `cycles/${cycle}/resume`);
    await plans.eventually('the runs to start', async () => plans.waiting.length === 4);
  });

  it('P-08 given a halt that is being stored, when runs are started, then their start waits for it, and does not take place', async () => {
    const ids = await plans.fleet('meanwhile', 4);
    await plans.plan('Meanwhile', on('meanwhile', 4));
    const goOn = await holdUp(ids);
    const cycle = await plans.opened('Meanwhile');
    await waits('from connections');
    await withTransaction(http.context.pool, async (tx) => {
      const at = plans.now();
      const event = { kind: 'halt', by: 'ada', reason: 'a bad patch', at } as const;
      await movePlanCycle(tx, http.context, cycle, at, 'wait', (waves) => ({ ...event, waves }));
      await goOn();
      await waits('for no key update');
    });
    await plans.settled();
    expect(await started(cycle)).toEqual([]);
    expect(plans.waiting).toEqual([]);
  });

  it('P-08 given cycles that are halted while their runs start, then none starts after the halt, and those before it are finished', async () => {
    await plans.fleet('storm', 40);
    const counts: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      await plans.plan(`Storm ${round}`, on('storm', 40));
      const cycle = await plans.opened(`Storm ${round}`);
      // Once after some have started, so that the storm is known to blow.
      if (round === 0) await plans.eventually('a start', async () => (await started(cycle)).length > 0);
      const waking = Array.from({ length: 5 }, async () => http.context.engine.wake());
      await Promise.all([halt(cycle), ...waking]);
      const before = await started(cycle);
      http.context.engine.wake();
      await plans.settled();
      expect(await started(cycle)).toEqual(before);
      counts.push(before.length);
      await plans.finish(patched);
      expect(await plans.cycle(cycle)).toMatchObject({ runs: { succeeded: before.length, running: 0 } });
      await http.ok('POST', `plans/Storm ${round}/cancel`);
      await plans.lookUntil(cycle, 'the cycle to end', async () => {
        return (await plans.cycle(cycle)).status === 'finished';
      });
    }
    expect(Math.max(...counts)).toBeGreaterThan(0);
  });
});
