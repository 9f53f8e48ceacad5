import { describe, expect, test } from 'vitest';
import { definitionOf, makeEngine, reportOf, step, useEngine } from './engine-fixture.ts';

const fixture = useEngine();
const hour = 3_600_000;

const patient = definitionOf(
  [
    step('pre-1', 'prePatching', {
      timeoutMs: hour,
      safeToRepeat: true,
      retries: { count: 1, delayMs: 60_000 },
    }),
    step('post-1', 'postPatching', { timeoutMs: hour }),
  ],
  { lostMs: hour, overdueMs: 60_000 },
);

async function wakeAt(run: number): Promise<Date | null> {
  const { rows } = await fixture.pool.query('select wake_at from runs where id = $1', [run]);
  return rows[0].wake_at;
}

async function atWork(options: Parameters<typeof fixture.engine>[0] = {}, definition = patient) {
  const engine = await fixture.engine(options);
  const [endpoint] = await fixture.addEndpoints(1);
  await engine.connected(endpoint!, 'boot-1', []);
  const [run] = await fixture.openRuns(engine, definition, [endpoint!]);
  const first = await engine.order('start', run!, 'pre-1');
  return { engine, endpoint: endpoint!, run: run!, first };
}

describe("a run's clocks", () => {
  test('W-08 given a connected endpoint that stays silent, when its time is up, then the activity is lost and tried again after the delay', async () => {
    const { engine, run, first } = await atWork();
    fixture.clock.advance(hour + 61_000);
    await fixture.reached(run, 'retrying');
    expect(await fixture.activities(run)).toEqual(['pre-1 1 lost server']);
    fixture.clock.advance(61_000);
    const attempts = () => engine.orders.filter((order) => order.run === run).map(({ attempt }) => attempt);
    await expect.poll(attempts).toEqual([first.attempt, 2]);
    expect((await fixture.run(run)).status).toBe('running');
    await fixture.expectWellKept();
  });

  test('W-08 given a disconnected endpoint, when it is not heard of for too long, then the activity is lost', async () => {
    const { engine, endpoint, run } = await atWork();
    await engine.disconnected(endpoint);
    fixture.clock.advance(hour + 1_000);
    await fixture.reached(run, 'retrying');
    expect(await fixture.activities(run)).toEqual(['pre-1 1 lost server']);
    await fixture.expectWellKept();
  });

  test('given a clock that was overtaken, when it is due, then nothing happens and the next one is set', async () => {
    const { engine, endpoint, run, first } = await atWork();
    const early = await wakeAt(run);
    fixture.clock.advance(hour / 2);
    await engine.report(endpoint, reportOf(first));
    // The second activity may take until later, but waking too early does no harm.
    expect(await wakeAt(run)).toEqual(early);
    fixture.clock.advance(hour / 2 + 120_000);
    const laterBy = async () => Number(await wakeAt(run)) - fixture.clock.now();
    await expect.poll(laterBy).toBeGreaterThan(hour / 3);
    expect((await fixture.run(run)).seq).toBe(2);
    expect(await fixture.activities(run)).toEqual(['pre-1 1 succeeded endpoint', 'post-1 1 queued']);
    await fixture.expectWellKept();
  });

  test('E-09 given a server that was down while clocks ran out, when it is back, then nothing is given up before agents had time to report', async () => {
    const before = makeEngine(fixture.pool, { now: fixture.clock.now });
    await before.start();
    const endpoints = await fixture.addEndpoints(3);
    for (const endpoint of endpoints) await before.connected(endpoint, 'boot-1', []);
    const runs = await fixture.openRuns(before, patient, endpoints);
    const orders = [];
    for (const run of runs) orders.push(await before.order('start', run, 'pre-1'));
    await before.disconnected(endpoints[1]!);
    await before.stop();

    fixture.clock.advance(2 * hour);
    const after = await fixture.engine({ reconnectHoldMs: 30_000, pollIntervalMs: 20 });
    const journal = [{ activity: `${runs[0]}.pre-1.1` }];
    await after.connected(endpoints[0]!, 'boot-1', journal);
    await after.connected(endpoints[1]!, 'boot-1', []);
    expect(await after.report(endpoints[0]!, reportOf(orders[0]!))).toBe('stored');
    expect(await after.report(endpoints[1]!, reportOf(orders[1]!))).toBe('stored');
    expect(await fixture.activities(runs[2]!)).toEqual(['pre-1 1 queued']);
    expect(await fixture.activities(runs[0]!)).toEqual(['pre-1 1 succeeded endpoint', 'post-1 1 queued']);

    fixture.clock.advance(31_000);
    await fixture.reached(runs[2]!, 'retrying');
    expect((await fixture.run(runs[0]!)).status).toBe('running');
    await fixture.expectWellKept();
  });

  test('E-09 given nothing under way when a server starts, when a step is to be tried again, then that is not held up', async () => {
    await fixture.pool.query(`delete from runs where status not in ('queued', 'finished')`);
    const { engine, endpoint, run, first } = await atWork({ reconnectHoldMs: hour, pollIntervalMs: 20 });
    await engine.report(endpoint, reportOf(first, { kind: 'exited', exitCode: 9, facts: {} }));
    fixture.clock.advance(61_000);
    await fixture.reached(run, 'running');
    expect(await fixture.activities(run)).toEqual(['pre-1 1 failed endpoint', 'pre-1 2 queued']);
  });

  test('given many runs whose clocks are due at once, when two nodes fire them, then each is given up once', async () => {
    const one = await fixture.engine({ pollIntervalMs: 20 });
    const endpoints = await fixture.addEndpoints(1_100);
    await Promise.all(endpoints.map((endpoint) => one.connected(endpoint, 'boot-1', [])));
    const definition = definitionOf([step('pre-1', 'prePatching', { timeoutMs: hour })]);
    const runs = await fixture.openRuns(one, definition, endpoints);
    await one.idle();
    await fixture.engine({ pollIntervalMs: 20 });
    fixture.clock.advance(2 * hour);
    const lost = async (): Promise<number> => {
      const { rows } = await fixture.pool.query<{ count: number }>(
        `select count(*) from activities where run = any($1) and status = 'lost'`,
        [runs],
      );
      return rows[0]?.count ?? 0;
    };
    await expect.poll(lost).toBe(runs.length);
    await fixture.expectWellKept();
  });
});
