import { randomUUID } from 'node:crypto';
import { activityId } from '@patchbay/domain/activity/activity-id';
import type { RunDefinition, StepDefinition } from '@patchbay/domain/run/definition';
import type { RunState } from '@patchbay/domain/run/state';
import { useTestDatabase } from '@patchbay/testkit/database';
import { waitFor } from '@patchbay/testkit/wait-for';
import type pg from 'pg';
import { pino } from 'pino';
import { afterEach, expect } from 'vitest';
import type { ReportedActivity } from '../src/db/activities.ts';
import { withTransaction } from '../src/db/pool.ts';
import { insertSnapshot } from '../src/db/snapshots.ts';
import { createEngine, type EngineOptions } from '../src/engine/create-engine.ts';
import type { ActivityToSend, Engine } from '../src/engine/engine.ts';

/** A step with what most tests want. */
export function step(
  key: string,
  phase: StepDefinition['phase'],
  over: Partial<StepDefinition> = {},
): StepDefinition {
  return {
    key,
    phase,
    kind: phase === 'patch' ? 'patch' : 'script',
    name: `Task ${key}`,
    successExitCodes: [0],
    timeoutMs: 60_000,
    retries: { count: 0, delayMs: 0 },
    onFailure: 'stop',
    condition: null,
    safeToRepeat: false,
    safeInRehearsal: false,
    ...over,
  };
}

/** What a run walks, of these steps. */
export function definitionOf(
  steps: readonly StepDefinition[],
  limits: Partial<RunDefinition['limits']> = {},
): RunDefinition {
  return {
    mode: 'real',
    steps,
    control: {
      afterPreFailure: { value: 'never', from: 'system' },
      afterPatchFailure: { value: 'never', from: 'system' },
      afterPostFailure: { value: 'stop', from: 'system' },
    },
    limits: { returnMs: 600_000, lostMs: 300_000, overdueMs: 60_000, cancelMs: 30_000, ...limits },
  };
}

/** Two scripts, no more. */
export const twoSteps = definitionOf([step('pre-1', 'prePatching'), step('post-1', 'postPatching')]);

/** A clock that tests can put forward. */
class TestClock {
  #aheadMs = 0;

  readonly now = (): number => Date.now() + this.#aheadMs;

  advance(ms: number): void {
    this.#aheadMs += ms;
  }
}

/** An engine, and the orders that it has dispatched. */
export interface TestEngine extends Engine {
  readonly node: string;
  readonly orders: ActivityToSend[];
  /** Called for every order besides. */
  onOrder: ((order: ActivityToSend) => void) | null;
  /** Resolves with the first order of this kind. */
  order(action: ActivityToSend['action'], run: number, step: string): Promise<ActivityToSend>;
}

const silent = pino({ level: 'silent' });

/** Makes an engine with short times, which is not started yet. */
export function makeEngine(pool: pg.Pool, options: Partial<EngineOptions> = {}): TestEngine {
  const orders: ActivityToSend[] = [];
  const node = randomUUID();
  const engine = createEngine({
    pool,
    node,
    now: Date.now,
    log: silent,
    pollIntervalMs: 100,
    reconnectHoldMs: 0,
    dispatch: (some) => {
      for (const order of some) {
        orders.push(order);
        made.onOrder?.(order);
      }
    },
    ...options,
  });
  const made: TestEngine = {
    ...engine,
    node,
    orders,
    onOrder: null,
    order: (action, run, step) =>
      waitFor(() => orders.find((one) => one.action === action && one.run === run && one.step === step), {
        what: `the order to ${action} ${run}.${step}`,
      }),
  };
  return made;
}

/** A database of the file's own, with what tests of the engine ask of it. */
export function useEngine() {
  const database = useTestDatabase({ max: 30, genericPlans: true });
  const clock = new TestClock();
  const engines: Engine[] = [];

  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.stop()));
  });

  return {
    get pool(): pg.Pool {
      return database.pool;
    },
    clock,
    /** Starts an engine that is stopped after the test. */
    async engine(options: Partial<EngineOptions> = {}): Promise<TestEngine> {
      const engine = makeEngine(database.pool, { now: clock.now, ...options });
      engines.push(engine);
      await engine.start();
      return engine;
    },
    ...questionsTo(() => database.pool),
  };
}

/** What tests ask of a database with runs. */
export function questionsTo(pool: () => pg.Pool) {
  return {
    addEndpoints: (count: number): Promise<string[]> => addEndpoints(pool(), count),
    /** Opens one queued run of the definition for each endpoint. */
    openRuns: (engine: Engine, definition: RunDefinition, endpoints: readonly string[]): Promise<number[]> =>
      openRuns(pool(), engine, definition, endpoints),
    async run(id: number): Promise<{ status: string; result: string | null; seq: number; state: RunState }> {
      const { rows } = await pool().query('select status, result, seq, state from runs where id = $1', [id]);
      return rows[0];
    },
    /** Step, attempt, status and who concluded it, in the order of creation. */
    async activities(run: number): Promise<string[]> {
      const { rows } = await pool().query<{ line: string }>(
        `select concat_ws(' ', step, attempt, status, concluded_by) as line from activities
         where run = $1 order by created_at, step, attempt`,
        [run],
      );
      return rows.map((row) => row.line);
    },
    async notes(run: number): Promise<string[]> {
      const { rows } = await pool().query<{ notes: string[] }>(
        'select notes from run_events where run = $1 order by seq',
        [run],
      );
      return rows.flatMap((row) => row.notes);
    },
    /** Resolves with the state once it has this status. */
    async reached(run: number, status: RunState['status']): Promise<RunState> {
      return waitFor(
        async () => {
          const { rows } = await pool().query<{ state: RunState }>('select state from runs where id = $1', [
            run,
          ]);
          const state = rows[0]?.state;
          if (state?.status !== status) throw new Error(`run ${run} is ${state?.status}`);
          return state;
        },
        { what: `run ${run} to be ${status}` },
      );
    },
    expectWellKept: (): Promise<void> => expectWellKept(pool()),
  };
}

async function addEndpoints(pool: pg.Pool, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await pool.query(
    `insert into endpoints (id, name, public_key, os, inventory, policy, agent_version)
     select id, id::text, id::text, 'linux', '{}', '{}', '0' from unnest($1::uuid[]) as id`,
    [ids],
  );
  return ids;
}

async function openRuns(
  pool: pg.Pool,
  engine: Engine,
  definition: RunDefinition,
  endpoints: readonly string[],
): Promise<number[]> {
  const runs = await withTransaction(pool, async (tx) => {
    const snapshot = await insertSnapshot(tx, {
      definition,
      works: {},
      workflow: null,
      workflowName: 'Test',
      os: 'linux',
    });
    const { rows } = await tx.query<{ id: number }>(
      `insert into cycles (kind, plan_name, mode, opened_by) values ('plan', 'Test', 'real', 'tester') returning id`,
    );
    const cycle = rows[0]?.id ?? null;
    return engine.openRuns(
      tx,
      endpoints.map((endpoint) => ({ cycle, snapshot, endpoint, openedBy: 'tester' })),
    );
  });
  engine.wake();
  return runs;
}

/**
 * What holds at any time: events are without gaps and explained (W-14), an activity that has ended has an outcome,
 * a run waits for at most one activity, and a finished run for none.
 */
async function expectWellKept(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query(
    `with events as (
       select run, count(*) as count, max(seq) as last, min(seq) as first, min(json_array_length(notes)) as notes
       from run_events group by run
     ), open as (select run, count(*) as count from activities where finished_at is null group by run)
     select runs.id, runs.status, runs.seq, events.*, open.count as open
     from runs left join events on events.run = runs.id left join open on open.run = runs.id
     where runs.seq <> coalesce(events.count, 0)
       or events.last <> events.count or events.first <> 1 or events.notes < 1
       or coalesce(open.count, 0) <> case when runs.status = 'running' then 1 else 0 end
       or (runs.status = 'finished') <> (runs.result is not null and runs.finished_at is not null and runs.wake_at is null)`,
  );
  expect(rows).toEqual([]);
  const half = await pool.query(
    `select * from activities where (finished_at is null) <> (outcome is null)
       or (finished_at is null) <> (concluded_by is null) or (finished_at is null) <> (status in ('queued', 'running'))
       or started_at < created_at or finished_at < started_at`,
  );
  expect(half.rows).toEqual([]);
}

/** A report of an activity's end. */
export function reportOf(
  order: Pick<ActivityToSend, 'run' | 'step' | 'attempt'>,
  outcome: ReportedActivity['outcome'] = { kind: 'exited', exitCode: 0, facts: {} },
  over: Partial<ReportedActivity> = {},
): ReportedActivity {
  const at = Date.now();
  return {
    activity: activityId(order),
    startedAt: at,
    finishedAt: at,
    bootId: 'boot-1',
    outcome,
    outputBytes: { stdout: 0, stderr: 0 },
    cutBytes: { stdout: 0, stderr: 0 },
    ...over,
  };
}

/** Answers every start order at once with exit code 0. */
export function answerAll(engine: TestEngine): void {
  engine.onOrder = (order) => {
    if (order.action === 'start') void engine.report(order.endpoint, reportOf(order));
  };
}
