import { describe, expect, test } from 'vitest';
import { withTransaction } from '../src/db/pool.ts';
import { answerAll, definitionOf, reportOf, step, twoSteps, useEngine } from './engine-fixture.ts';

const fixture = useEngine();

async function atWork(definition = twoSteps) {
  const engine = await fixture.engine();
  const [endpoint] = await fixture.addEndpoints(1);
  await engine.connected(endpoint!, 'boot-1', []);
  const [run] = await fixture.openRuns(engine, definition, [endpoint!]);
  const first = await engine.order('start', run!, definition.steps[0]!.key);
  engine.orders.length = 0;
  return { engine, endpoint: endpoint!, run: run!, first, id: `${run}.${first.step}.1` };
}

describe('an endpoint that comes and goes', () => {
  test('P-13 given an offline endpoint, when its run is opened, then it waits and starts when the endpoint connects', async () => {
    const engine = await fixture.engine();
    answerAll(engine);
    const [offline, online] = await fixture.addEndpoints(2);
    await engine.connected(online!, 'boot-1', []);
    const [waiting, running] = await fixture.openRuns(engine, twoSteps, [offline!, online!]);
    await fixture.reached(running!, 'finished');
    expect((await fixture.run(waiting!)).status).toBe('queued');
    await engine.connected(offline!, 'boot-1', []);
    await fixture.reached(waiting!, 'finished');
    await fixture.expectWellKept();
  });

  test('given several runs of one endpoint, when they can start, then they are walked one after the other', async () => {
    const engine = await fixture.engine();
    const [endpoint] = await fixture.addEndpoints(1);
    await engine.connected(endpoint!, 'boot-1', []);
    const runs = await fixture.openRuns(engine, twoSteps, [endpoint!, endpoint!, endpoint!]);
    answerAll(engine);
    for (const order of engine.orders) await engine.report(endpoint!, reportOf(order));
    for (const run of runs) await fixture.reached(run, 'finished');
    const { rows } = await fixture.pool.query(
      `select count(*) from runs a join runs b on a.endpoint = b.endpoint and a.id < b.id
       where a.endpoint = $1 and a.finished_at > b.started_at`,
      [endpoint],
    );
    expect(rows).toEqual([{ count: 0 }]);
    await fixture.expectWellKept();
  });

  test('E-08 given an order that never arrived, when the endpoint connects again, then it is sent again', async () => {
    const { engine, endpoint, run, first } = await atWork();
    await engine.disconnected(endpoint);
    expect((await fixture.run(run)).state).toMatchObject({ connected: false });
    await engine.connected(endpoint, 'boot-1', []);
    expect(engine.orders).toEqual([first]);
    expect((await fixture.run(run)).state).toMatchObject({ status: 'running', connected: true });
    await fixture.expectWellKept();
  });

  test('E-08 given an activity that the journal holds, when the endpoint connects again, then it is left alone', async () => {
    const { engine, endpoint, run, first, id } = await atWork();
    engine.started(endpoint, first, fixture.clock.now());
    await engine.disconnected(endpoint);
    await engine.connected(endpoint, 'boot-1', [{ activity: id }]);
    expect(engine.orders).toEqual([]);
    expect(await fixture.activities(run)).toEqual(['pre-1 1 running']);
    expect(await engine.report(endpoint, reportOf(first))).toBe('stored');
    await fixture.expectWellKept();
  });

  test('W-08 given an activity that had begun, when the endpoint comes back and does not know it, then it was interrupted and is not run again', async () => {
    const { engine, endpoint, run, first } = await atWork();
    engine.started(endpoint, first, fixture.clock.now());
    await engine.disconnected(endpoint);
    await engine.connected(endpoint, 'boot-2', []);
    expect(await fixture.activities(run)).toEqual(['pre-1 1 interrupted server']);
    expect(await fixture.run(run)).toMatchObject({
      result: 'failed',
      state: { failure: 'interrupted', reason: expect.stringContaining('no longer knows the activity') },
    });
    expect(engine.orders).toEqual([]);
    expect(await engine.report(endpoint, reportOf(first))).toBe('late');
    await fixture.expectWellKept();
  });

  test('W-08 given a task that is safe to repeat, when it was interrupted, then it is tried again as a new attempt', async () => {
    const safe = step('pre-1', 'prePatching', {
      safeToRepeat: true,
      retries: { count: 1, delayMs: 1_000 },
    });
    const { engine, endpoint, run, first } = await atWork(definitionOf([safe]));
    engine.started(endpoint, first, fixture.clock.now());
    await engine.disconnected(endpoint);
    await engine.connected(endpoint, 'boot-1', []);
    expect((await fixture.run(run)).status).toBe('retrying');
    fixture.clock.advance(1_500);
    const second = await engine.order('start', run, 'pre-1');
    expect(second.attempt).toBe(2);
    expect(await engine.report(endpoint, reportOf(second))).toBe('stored');
    expect(await fixture.activities(run)).toEqual([
      'pre-1 1 interrupted server',
      'pre-1 2 succeeded endpoint',
    ]);
    await fixture.expectWellKept();
  });

  test('W-10 given a reboot script that its own reboot ended, when the endpoint is back and knows nothing of it, then the reboot succeeded', async () => {
    const reboot = step('post-1', 'postPatching', { kind: 'reboot' });
    const { engine, endpoint, run, first } = await atWork(definitionOf([reboot]));
    engine.started(endpoint, first, fixture.clock.now());
    await engine.disconnected(endpoint);
    await engine.connected(endpoint, 'boot-2', []);
    expect(await fixture.run(run)).toMatchObject({ result: 'succeeded', state: { rebooted: true } });
    expect(await fixture.activities(run)).toEqual(['post-1 1 succeeded server']);
    await fixture.expectWellKept();
  });

  test('W-13 given a cancellation while the endpoint was away, when it comes back, then it is asked to stop what it has begun', async () => {
    const { engine, endpoint, run, first, id } = await atWork();
    engine.started(endpoint, first, fixture.clock.now());
    await engine.disconnected(endpoint);
    await engine.submit(run, { kind: 'cancel', at: fixture.clock.now(), by: 'ann' });
    engine.orders.length = 0;
    await engine.connected(endpoint, 'boot-1', [{ activity: id }]);
    expect(engine.orders).toEqual([{ ...first, action: 'stop' }]);
    await engine.report(endpoint, reportOf(first, { kind: 'cancelled' }));
    expect(await fixture.run(run)).toMatchObject({ result: 'cancelled' });
    await fixture.expectWellKept();
  });

  test('W-13 given a cancellation before the order arrived, when the endpoint comes back, then nothing is begun any more', async () => {
    const { engine, endpoint, run } = await atWork();
    await engine.disconnected(endpoint);
    await engine.submit(run, { kind: 'cancel', at: fixture.clock.now(), by: 'ann' });
    engine.orders.length = 0;
    await engine.connected(endpoint, 'boot-1', []);
    expect(engine.orders).toEqual([]);
    expect(await fixture.activities(run)).toEqual(['pre-1 1 cancelled server']);
    expect(await fixture.run(run)).toMatchObject({ result: 'cancelled' });
    await fixture.expectWellKept();
  });

  test('W-13 given a cancellation before the order arrived, when the engine looks for what was not sent while the endpoint is coming back, then nothing is begun', async () => {
    const { engine, endpoint, run } = await atWork();
    const [bystander] = await fixture.addEndpoints(1);
    await engine.connected(bystander!, 'boot-1', []);
    const [other] = await fixture.openRuns(engine, twoSteps, [bystander!]);
    await engine.order('start', other!, 'pre-1');
    await engine.disconnected(endpoint);
    await engine.submit(run, { kind: 'cancel', at: fixture.clock.now(), by: 'ann' });
    engine.orders.length = 0;
    const coming = await withTransaction(fixture.pool, async (tx) => {
      // Its arrival cannot be recorded before this transaction ends.
      await tx.query('select from endpoints where id = $1 for update', [endpoint]);
      const arrival = engine.connected(endpoint, 'boot-1', []);
      await fixture.pool.query('update activities set stop_asked_at = now() where run = $1', [other]);
      engine.stopsAsked([endpoint, bystander!]);
      await engine.order('stop', other!, 'pre-1');
      return { arrival };
    });
    await coming.arrival;
    expect(engine.orders.filter((order) => order.endpoint === endpoint)).toEqual([]);
    expect(await fixture.run(run)).toMatchObject({ result: 'cancelled' });
  });

  test('S-04 given a revoked endpoint, when the engine looks, then its runs end and it is not served', async () => {
    const { engine, endpoint, run } = await atWork();
    const [queued] = await fixture.openRuns(engine, twoSteps, [endpoint]);
    await fixture.pool.query('update endpoints set revoked_at = now() where id = $1', [endpoint]);
    engine.wake();
    expect(await fixture.reached(queued!, 'finished')).toMatchObject({
      result: 'skipped',
      reason: 'the endpoint was revoked',
    });
    expect(await fixture.reached(run, 'finished')).toMatchObject({
      result: 'failed',
      reason: 'pre-patching step "Task pre-1" failed: the endpoint was revoked',
    });
    expect(await fixture.activities(run)).toEqual(['pre-1 1 lost server']);
    await engine.disconnected(endpoint);
    await engine.connected(endpoint, 'boot-1', []);
    const { rowCount } = await fixture.pool.query('select from connections where endpoint = $1', [endpoint]);
    expect(rowCount).toBe(0);
    await fixture.expectWellKept();
  });

  test('given many endpoints that connect at once, when all is settled, then each is on record and at work', async () => {
    const engine = await fixture.engine();
    const endpoints = await fixture.addEndpoints(1_200);
    const runs = await fixture.openRuns(engine, twoSteps, endpoints);
    answerAll(engine);
    await Promise.all(endpoints.map((endpoint) => engine.connected(endpoint, 'boot-1', [])));
    await engine.idle();
    const { rows } = await fixture.pool.query(
      `select count(*) filter (where result = 'succeeded') as succeeded from runs where id = any($1)`,
      [runs],
    );
    expect(rows).toEqual([{ succeeded: 1_200 }]);
    await fixture.expectWellKept();
  });
});
