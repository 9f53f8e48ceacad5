import { describe, expect, test } from 'vitest';
import { answerAll, definitionOf, reportOf, step, twoSteps, useEngine } from './engine-fixture.ts';

const fixture = useEngine();

describe('a step of the engine', () => {
  test('W-14 given events of many runs in one batch, when it is done, then each is decided by itself and explained in one sentence at least', async () => {
    const engine = await fixture.engine({ batchSize: 500, flushDelayMs: 20 });
    const endpoints = await fixture.addEndpoints(4);
    await engine.connected(endpoints[0]!, 'boot-1', []);
    await engine.connected(endpoints[1]!, 'boot-1', []);
    const [first, second, third, fourth] = await fixture.openRuns(engine, twoSteps, endpoints);
    const started = await engine.order('start', first!, 'pre-1');
    await engine.order('start', second!, 'pre-1');
    const at = fixture.clock.now();

    const [report, cancelled, cancelledAgain, disallowed, passedOver, unknown, stale] = await Promise.all([
      engine.report(endpoints[0]!, reportOf(started)),
      engine.submit(third!, { kind: 'cancel', at, by: 'ann' }),
      engine.submit(third!, { kind: 'cancel', at, by: 'bob' }),
      engine.submit(second!, { kind: 'resume', at, by: 'ann', connected: true, bootId: 'boot-1' }),
      engine.submit(fourth!, { kind: 'passOver', at, result: 'skipped', reason: 'it is exempt' }),
      engine.submit(999_999, { kind: 'cancel', at, by: 'ann' }),
      engine.submit(second!, { kind: 'wake', at }),
    ]);

    expect(report).toBe('stored');
    expect(cancelled).toMatchObject({ kind: 'accepted', state: { status: 'finished', result: 'cancelled' } });
    expect(cancelledAgain).toEqual({ kind: 'rejected', reason: 'the run is already finished' });
    expect(disallowed).toEqual({ kind: 'rejected', reason: 'only a failed run can be resumed' });
    expect(passedOver).toMatchObject({ kind: 'accepted', state: { status: 'finished', result: 'skipped' } });
    expect(unknown).toEqual({ kind: 'rejected', reason: 'there is no such run' });
    expect(stale).toMatchObject({ kind: 'ignored' });

    const next = await engine.order('start', first!, 'post-1');
    expect(next).toMatchObject({ run: first, attempt: 1, endpoint: endpoints[0] });
    expect(await fixture.activities(first!)).toEqual(['pre-1 1 succeeded endpoint', 'post-1 1 queued']);
    expect(await fixture.notes(first!)).toEqual([
      'The run started.',
      expect.stringContaining('pre-patching step "Task pre-1"'),
      expect.stringContaining('succeeded'),
      expect.stringContaining('post-patching step "Task post-1"'),
    ]);
    await fixture.expectWellKept();
  });

  test('W-14 given an event that cannot be processed, when it is in a batch with others, then only it is rejected', async () => {
    const engine = await fixture.engine({ flushDelayMs: 20, parallelBatches: 1 });
    const endpoints = await fixture.addEndpoints(5);
    const runs = await fixture.openRuns(engine, twoSteps, endpoints);
    const broken = runs[2]!;
    // A state that no rule can make: the run is at a step that it does not have.
    await fixture.pool.query(
      `update runs set status = 'running',
         state = (state::jsonb || '{"status": "running", "step": "ghost", "attempt": 1, "retriesLeft": 0}')::json
       where id = $1`,
      [broken],
    );
    const at = fixture.clock.now();
    const results = await Promise.all(
      runs.map((run) => engine.submit(run, { kind: 'cancel', at, by: 'ann' })),
    );
    expect(results.map((result) => result.kind)).toEqual([
      'accepted',
      'accepted',
      'rejected',
      'accepted',
      'accepted',
    ]);
    expect(results[2]).toMatchObject({ reason: expect.stringContaining('could not be processed') });
    expect((await fixture.run(broken)).seq).toBe(0);
    await fixture.pool.query('delete from runs where id = $1', [broken]);
    await fixture.expectWellKept();
  });

  test('O-09 given what people ask of runs, then it is in the audit if it was accepted, and not without its event', async () => {
    const engine = await fixture.engine({ flushDelayMs: 20, parallelBatches: 1 });
    const runs = await fixture.openRuns(engine, twoSteps, await fixture.addEndpoints(2));
    const at = fixture.clock.now();
    const deed = (action: string, run: number) => {
      const object = { kind: 'run', id: String(run), name: null };
      return { actor: 'ann', action, object, address: null, correlationId: null, at: new Date(at) };
    };
    const cancel = { kind: 'cancel', at, by: 'ann' } as const;
    const resume = { kind: 'resume', at, by: 'ann', connected: false, bootId: 'boot-1' } as const;
    const [first, second] = [runs[0]!, runs[1]!];
    const results = await Promise.all([
      engine.submit(first, cancel, deed('run.cancel', first)),
      engine.submit(first, resume, deed('run.resume', first)),
      // An action that the audit cannot hold: the run must stay as it is.
      engine.submit(second, cancel, deed(String.fromCharCode(0), second)),
    ]);
    expect(results.map(({ kind }) => kind)).toEqual(['accepted', 'rejected', 'rejected']);
    const { rows } = await fixture.pool.query<{ entry: string }>(
      `select action || ' ' || object_id as entry from audit where object_id = any($1)`,
      [runs.map(String)],
    );
    expect(rows.map(({ entry }) => entry)).toEqual([`run.cancel ${first}`]);
    expect((await fixture.run(second)).seq).toBe(0);
  });

  test('L-49 given runs of two snapshots, when they are walked in the same batches, then each keeps to its own', async () => {
    const engine = await fixture.engine();
    answerAll(engine);
    const [one, other] = await fixture.addEndpoints(2);
    await engine.connected(one!, 'boot-1', []);
    await engine.connected(other!, 'boot-1', []);
    const [short] = await fixture.openRuns(engine, twoSteps, [one!]);
    const longer = definitionOf([...twoSteps.steps, step('post-2', 'postPatching')]);
    const [long] = await fixture.openRuns(engine, longer, [other!]);
    await fixture.reached(short!, 'finished');
    await fixture.reached(long!, 'finished');
    expect(await fixture.activities(short!)).toHaveLength(2);
    expect(await fixture.activities(long!)).toHaveLength(3);
  });

  test('given a batch that was committed by another writer meanwhile, when it is written, then it is decided anew', async () => {
    const one = await fixture.engine();
    const other = await fixture.engine();
    const [endpoint] = await fixture.addEndpoints(1);
    await one.connected(endpoint!, 'boot-1', []);
    const [run] = await fixture.openRuns(one, twoSteps, [endpoint!]);
    const order = await one.order('start', run!, 'pre-1');
    // `one` remembers the run as it left it; `other` moves it on.
    const at = fixture.clock.now();
    expect(await other.submit(run!, { kind: 'windowEnded', at })).toMatchObject({ kind: 'accepted' });
    expect(await one.report(endpoint!, reportOf(order))).toBe('stored');
    expect((await fixture.run(run!)).state.windowEnded).toBe(true);
    await fixture.expectWellKept();
  });

  test('given the last run of a cycle, when it finishes, then the cycle is closed, and open again when the run goes on', async () => {
    const engine = await fixture.engine();
    const [endpoint] = await fixture.addEndpoints(1);
    await engine.connected(endpoint!, 'boot-1', []);
    const [run] = await fixture.openRuns(engine, twoSteps, [endpoint!]);
    const order = await engine.order('start', run!, 'pre-1');
    await engine.report(endpoint!, reportOf(order, { kind: 'exited', exitCode: 3, facts: {} }));
    await engine.idle();
    const finishedAt = async (): Promise<unknown> =>
      (
        await fixture.pool.query(
          'select cycles.finished_at from cycles join runs on cycle = cycles.id where runs.id = $1',
          [run],
        )
      ).rows[0].finished_at;
    expect(await finishedAt()).not.toBeNull();
    const resumed = await engine.submit(run!, {
      kind: 'resume',
      at: fixture.clock.now(),
      by: 'ann',
      connected: true,
      bootId: 'boot-1',
    });
    expect(resumed).toMatchObject({ kind: 'accepted', state: { status: 'running', attempt: 2 } });
    expect(await finishedAt()).toBeNull();
    expect((await fixture.run(run!)).result).toBeNull();
    await fixture.expectWellKept();
  });

  test('given an endpoint at work, when a failed run of it is resumed, then that is rejected', async () => {
    const engine = await fixture.engine();
    const [endpoint] = await fixture.addEndpoints(1);
    await engine.connected(endpoint!, 'boot-1', []);
    const [failed, next] = await fixture.openRuns(engine, twoSteps, [endpoint!, endpoint!]);
    const order = await engine.order('start', failed!, 'pre-1');
    expect((await fixture.run(next!)).status).toBe('queued');
    await engine.report(endpoint!, reportOf(order, { kind: 'exited', exitCode: 3, facts: {} }));
    await engine.order('start', next!, 'pre-1');
    const resumed = await engine.submit(failed!, {
      kind: 'resume',
      at: fixture.clock.now(),
      by: 'ann',
      connected: true,
      bootId: 'boot-1',
    });
    expect(resumed).toEqual({ kind: 'rejected', reason: 'the endpoint works on another run' });
    await fixture.expectWellKept();
  });
});
