import { describe, expect, test } from 'vitest';
import type { ReportedActivity } from '../src/db/activities.ts';
import { completeLength } from '../src/db/views/activities.ts';
import { definitionOf, reportOf, step, twoSteps, useEngine } from './engine-fixture.ts';

const fixture = useEngine();
const failure: ReportedActivity['outcome'] = { kind: 'exited', exitCode: 9, facts: {} };

/** A connected endpoint whose run has its first activity under way. */
async function atWork(definition = twoSteps, options: Parameters<typeof fixture.engine>[0] = {}) {
  const engine = await fixture.engine(options);
  const [endpoint] = await fixture.addEndpoints(1);
  await engine.connected(endpoint!, 'boot-1', []);
  const [run] = await fixture.openRuns(engine, definition, [endpoint!]);
  const first = await engine.order('start', run!, definition.steps[0]!.key);
  return { engine, endpoint: endpoint!, run: run!, first };
}

async function row(run: number, key: string): Promise<Record<string, unknown>> {
  const { rows } = await fixture.pool.query('select * from activities where run = $1 and step = $2', [
    run,
    key,
  ]);
  return rows[0];
}

describe('an activity report', () => {
  test('E-08 given the same report many times at once and later, when they are taken, then one is stored and the outcome stays', async () => {
    const { engine, endpoint, run, first } = await atWork(twoSteps, { flushDelayMs: 20 });
    const results = await Promise.all([
      engine.report(endpoint, reportOf(first)),
      engine.report(endpoint, reportOf(first)),
      engine.report(endpoint, reportOf(first, failure)),
    ]);
    expect(results).toEqual(['stored', 'repeated', 'repeated']);
    expect(await engine.report(endpoint, reportOf(first, failure))).toBe('repeated');
    expect(await fixture.activities(run)).toEqual(['pre-1 1 succeeded endpoint', 'post-1 1 queued']);
    expect(await row(run, 'pre-1')).toMatchObject({ exit_code: 0, outcome: { kind: 'exited', exitCode: 0 } });
    await fixture.expectWellKept();
  });

  test('E-08 given a report from another endpoint or about nothing, when it is taken, then it is unknown and changes nothing', async () => {
    const { engine, endpoint, run, first } = await atWork();
    const [stranger] = await fixture.addEndpoints(1);
    await engine.connected(stranger!, 'boot-9', []);
    engine.started(stranger!, first, fixture.clock.now());
    expect(await engine.report(stranger!, reportOf(first))).toBe('unknown');
    expect(await engine.report(endpoint, reportOf({ ...first, attempt: 2 }))).toBe('unknown');
    expect(await engine.report(endpoint, reportOf({ ...first, step: 'post-1' }))).toBe('unknown');
    expect(await engine.report(endpoint, reportOf({ ...first, run: 999_999 }))).toBe('unknown');
    expect(await engine.report(endpoint, { ...reportOf(first), activity: 'nonsense' })).toBe('unknown');
    expect(await fixture.activities(run)).toEqual(['pre-1 1 queued']);
    expect((await fixture.run(run)).seq).toBe(1);
  });

  test('W-08 given an activity that the server gave up, when its report comes after all, then it is late and the outcome stays lost', async () => {
    const { engine, endpoint, run, first } = await atWork(
      definitionOf([step('pre-1', 'prePatching', { timeoutMs: 1_000 })], { overdueMs: 1_000 }),
    );
    fixture.clock.advance(3_000);
    await fixture.reached(run, 'finished');
    expect(await engine.report(endpoint, reportOf(first))).toBe('late');
    expect(await fixture.activities(run)).toEqual(['pre-1 1 lost server']);
    expect(await row(run, 'pre-1')).toMatchObject({ outcome: { kind: 'lost' }, exit_code: null });
    await fixture.expectWellKept();
  });

  test('given a beginning that was told before, with or after the end, when both are taken, then the activity keeps its end', async () => {
    const { engine, endpoint, run, first } = await atWork();
    engine.started(endpoint, first, fixture.clock.now());
    await engine.idle();
    expect(await fixture.activities(run)).toEqual(['pre-1 1 running']);
    const stored = engine.report(endpoint, reportOf(first));
    engine.started(endpoint, first, fixture.clock.now());
    expect(await stored).toBe('stored');
    engine.started(endpoint, first, fixture.clock.now());
    await engine.idle();
    expect(await fixture.activities(run)).toEqual(['pre-1 1 succeeded endpoint', 'post-1 1 queued']);
    await fixture.expectWellKept();
  });

  test('given times beyond reason, when they are stored, then they lie between the order and now', async () => {
    const { engine, endpoint, run, first } = await atWork();
    const before = fixture.clock.now();
    await engine.report(
      endpoint,
      reportOf(first, failure, {
        startedAt: Number.MIN_SAFE_INTEGER,
        finishedAt: Number.MAX_SAFE_INTEGER,
        cutBytes: { stdout: 1.5, stderr: Number.MAX_SAFE_INTEGER },
      }),
    );
    const stored = await row(run, 'pre-1');
    expect(stored['started_at']).toEqual(stored['created_at']);
    expect(Number(stored['finished_at'])).toBeGreaterThanOrEqual(before);
    expect(Number(stored['finished_at'])).toBeLessThanOrEqual(fixture.clock.now());
    expect(stored).toMatchObject({ cut_stdout_bytes: 1, cut_stderr_bytes: Number.MAX_SAFE_INTEGER });
    await fixture.expectWellKept();
  });

  test('O-02 given a report that its output follows, when it is stored, then readers know how much is still to come', async () => {
    const { engine, endpoint, run, first } = await atWork();
    const key = { run, step: first.step, attempt: first.attempt };
    const length = (stream: 'stdout' | 'stderr', laterMs = 0) =>
      completeLength(fixture.pool, key, stream, fixture.clock.now() + laterMs);
    expect(await length('stdout')).toBe(Number.POSITIVE_INFINITY);
    await engine.report(endpoint, reportOf(first, failure, { outputBytes: { stdout: 5, stderr: 0 } }));
    expect([await length('stdout'), await length('stderr')]).toEqual([5, 0]);
    expect(await length('stdout', 120_000)).toBe(0);
    expect(await completeLength(fixture.pool, { ...key, attempt: 9 }, 'stdout', 0)).toBeNull();
    await fixture.expectWellKept();
  });

  test('W-05 given patches one by one, when they are reported, then all are kept and the run knows the numbers', async () => {
    const definition = definitionOf([step('patch', 'patch')]);
    const { engine, endpoint, run, first } = await atWork(definition);
    const patches = (['installed', 'failed', 'notApplicable'] as const).map((outcome) => ({
      id: `${outcome}=1`,
      package: outcome,
      fromVersion: null,
      toVersion: '1',
      outcome,
      security: false,
      message: outcome === 'failed' ? 'the words of "apt",\nof several lines' : null,
    }));
    const reboot = { needed: true, reasons: ['kernel'] };
    await engine.report(endpoint, reportOf(first, { kind: 'patched', patches, reboot }));
    expect(await row(run, 'patch')).toMatchObject({
      status: 'partial',
      outcome: { kind: 'patched', patches, reboot },
    });
    expect(await fixture.run(run)).toMatchObject({
      result: 'partial',
      state: { facts: { rebootNeeded: 'true', patchesInstalled: '1', patchesFailed: '1' } },
    });
    await fixture.expectWellKept();
  });

  test.each([
    ['timedOut', { kind: 'timedOut' }, 'timedOut'],
    ['interrupted', { kind: 'interrupted', reason: 'power cut' }, 'interrupted'],
    ['refused', { kind: 'refused', reason: 'local policy' }, 'refused'],
    ['notStarted', { kind: 'notStarted', reason: 'no interpreter' }, 'notStarted'],
    ['exit code 9', failure, 'failed'],
    ['a wrong kind', { kind: 'userAsked' }, 'failed'],
  ] as const)(
    'W-08 given an activity that came to %s, when it is reported, then its status says so',
    async (_, outcome, status) => {
      const { engine, endpoint, run, first } = await atWork();
      expect(await engine.report(endpoint, reportOf(first, outcome))).toBe('stored');
      expect((await fixture.activities(run))[0]).toBe(`pre-1 1 ${status} endpoint`);
      expect((await fixture.run(run)).result).toBe('failed');
      await fixture.expectWellKept();
    },
  );
});
