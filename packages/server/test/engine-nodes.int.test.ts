import { waitFor } from '@patchbay/testkit/wait-for';
import { describe, expect, test } from 'vitest';
import {
  answerAll,
  definitionOf,
  makeEngine,
  reportOf,
  step,
  twoSteps,
  useEngine,
} from './engine-fixture.ts';

const fixture = useEngine();

async function nodeOf(endpoint: string): Promise<string | null> {
  const { rows } = await fixture.pool.query('select node from connections where endpoint = $1', [endpoint]);
  return rows[0]?.node ?? null;
}

describe('several nodes on one database', () => {
  test('given endpoints at two nodes, when one node opens their runs, then both start theirs at once', async () => {
    const slow = { pollIntervalMs: 60_000 };
    const one = await fixture.engine(slow);
    const other = await fixture.engine(slow);
    answerAll(one);
    answerAll(other);
    const endpoints = await fixture.addEndpoints(20);
    await Promise.all(
      endpoints.map((endpoint, index) => (index % 2 ? one : other).connected(endpoint, 'boot-1', [])),
    );
    const runs = await fixture.openRuns(one, twoSteps, endpoints);
    for (const run of runs) await fixture.reached(run, 'finished');
    expect(one.orders).toHaveLength(20);
    expect(other.orders).toHaveLength(20);
    await fixture.expectWellKept();
  });

  test('W-13 given a run that is cancelled at one node, when its endpoint is connected to another, then that one sends the order to stop', async () => {
    const one = await fixture.engine({ pollIntervalMs: 60_000 });
    const other = await fixture.engine({ pollIntervalMs: 60_000 });
    const [endpoint] = await fixture.addEndpoints(1);
    await other.connected(endpoint!, 'boot-1', []);
    const [run] = await fixture.openRuns(one, twoSteps, [endpoint!]);
    const start = await other.order('start', run!, 'pre-1');
    await one.submit(run!, { kind: 'cancel', at: fixture.clock.now(), by: 'ann' });
    expect(await other.order('stop', run!, 'pre-1')).toEqual({ ...start, action: 'stop' });
    expect(one.orders).toEqual([]);
    expect(await other.report(endpoint!, reportOf(start, { kind: 'cancelled' }))).toBe('stored');
    await fixture.expectWellKept();
  });

  test('given an activity that another node has begun, when it is committed, then the node of the endpoint sends it', async () => {
    const one = await fixture.engine();
    const other = await fixture.engine();
    const [endpoint] = await fixture.addEndpoints(1);
    await other.connected(endpoint!, 'boot-1', []);
    const definition = definitionOf([
      step('pre-1', 'prePatching', { retries: { count: 1, delayMs: 3_600_000 } }),
    ]);
    const [run] = await fixture.openRuns(other, definition, [endpoint!]);
    const first = await other.order('start', run!, 'pre-1');
    await other.report(endpoint!, reportOf(first, { kind: 'exited', exitCode: 1, facts: {} }));
    other.orders.length = 0;
    await fixture.reached(run!, 'retrying');
    // The clock of `one` is ahead, so that it is the one that wakes the run.
    await one.submit(run!, { kind: 'wake', at: fixture.clock.now() + 7_200_000 });
    expect(await other.order('start', run!, 'pre-1')).toMatchObject({ attempt: 2 });
    await fixture.expectWellKept();
  });

  test('given an order that a node committed before it died, when nobody was told of it, then the node of the endpoint finds it', async () => {
    const engine = await fixture.engine();
    const [endpoint] = await fixture.addEndpoints(1);
    await engine.connected(endpoint!, 'boot-1', []);
    const [run] = await fixture.openRuns(engine, twoSteps, [endpoint!]);
    const start = await engine.order('start', run!, 'pre-1');
    await fixture.pool.query('update activities set stop_asked_at = now() where run = $1', [run]);
    expect(await engine.order('stop', run!, 'pre-1')).toEqual({ ...start, action: 'stop' });
  });

  test('W-08 given a node that dies, when its endpoints stay away, then another node tells their runs, and serves them when they come', async () => {
    const dying = makeEngine(fixture.pool, { now: fixture.clock.now, nodeDeadAfterMs: 600_000 });
    await dying.start();
    const [coming, staying] = await fixture.addEndpoints(2);
    await dying.connected(coming!, 'boot-1', []);
    await dying.connected(staying!, 'boot-1', []);
    const [first, second] = await fixture.openRuns(dying, twoSteps, [coming!, staying!]);
    const order = await dying.order('start', first!, 'pre-1');
    await dying.order('start', second!, 'pre-1');
    // From here on it gives no more sign of life.
    await dying.stop();

    const heir = await fixture.engine({ nodeDeadAfterMs: 900 });
    await heir.connected(coming!, 'boot-1', [{ activity: `${first}.pre-1.1` }]);
    await waitFor(async () => !(await fixture.run(second!)).state.connected, {
      what: 'the run to know that its endpoint is gone',
    });
    expect((await fixture.run(first!)).state.connected).toBe(true);
    expect(await nodeOf(staying!)).toBeNull();
    expect(await nodeOf(coming!)).toBe(heir.node);
    expect(await heir.report(coming!, reportOf(order))).toBe('stored');
    await heir.order('start', first!, 'post-1');
    const { rows } = await fixture.pool.query('select id from nodes where id = $1', [dying.node]);
    expect(rows).toEqual([]);
    await fixture.expectWellKept();
  });

  test('given a node that others counted as dead, when it is alive after all, then its endpoints are on record again', async () => {
    const engine = await fixture.engine({ nodeDeadAfterMs: 900 });
    const [endpoint] = await fixture.addEndpoints(1);
    await engine.connected(endpoint!, 'boot-1', []);
    const [run] = await fixture.openRuns(engine, twoSteps, [endpoint!]);
    await engine.order('start', run!, 'pre-1');
    await fixture.pool.query('delete from nodes where id = $1', [engine.node]);
    await fixture.pool.query('delete from connections where endpoint = $1', [endpoint]);
    await waitFor(async () => (await nodeOf(endpoint!)) === engine.node, {
      what: 'the connection to be on record again',
    });
    await waitFor(async () => (await fixture.run(run!)).state.connected, {
      what: 'the run to know that its endpoint is there',
    });
    await fixture.expectWellKept();
  });

  test('given an endpoint that has moved to another node, when its old node tells of the end, then it stays connected', async () => {
    const one = await fixture.engine();
    const other = await fixture.engine();
    const [endpoint] = await fixture.addEndpoints(1);
    await one.connected(endpoint!, 'boot-1', []);
    const [run] = await fixture.openRuns(one, twoSteps, [endpoint!]);
    await one.order('start', run!, 'pre-1');
    await other.connected(endpoint!, 'boot-1', []);
    await one.disconnected(endpoint!);
    expect(await nodeOf(endpoint!)).toBe(other.node);
    expect((await fixture.run(run!)).state.connected).toBe(true);
    expect(await other.order('start', run!, 'pre-1')).toMatchObject({ attempt: 1 });
    await fixture.expectWellKept();
  });
});
