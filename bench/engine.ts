import { randomUUID } from 'node:crypto';
import { activityId } from '@patchbay/domain/activity/activity-id';
import type { ReportedActivity } from '@patchbay/server/db/activities';
import { withTransaction } from '@patchbay/server/db/pool';
import { insertSnapshot } from '@patchbay/server/db/snapshots';
import { createEngine } from '@patchbay/server/engine/create-engine';
import type { ActivityToSend, Engine } from '@patchbay/server/engine/engine';
import type pg from 'pg';
import type { BaseLogger } from 'pino';
import { sixSteps } from './six-steps.ts';

const endpointCount = 2_000;

/** Runs of six activities by in-process agents that answer at once; activities per second. */
export async function measureEngine(
  pool: pg.Pool,
  log: BaseLogger,
  runsPerEndpoint: number,
): Promise<number> {
  const endpoints = Array.from({ length: endpointCount }, () => randomUUID());
  await addEndpoints(pool, endpoints);
  const engine = createEngine({
    pool,
    node: randomUUID(),
    now: Date.now,
    log,
    dispatch: (orders) => {
      for (const order of orders) void engine.report(order.endpoint, answerTo(order));
    },
  });
  await engine.start();
  try {
    await Promise.all(endpoints.map((endpoint) => engine.connected(endpoint, 'boot-1', [])));
    const runs = await openCycle(
      pool,
      engine,
      Array.from({ length: runsPerEndpoint }, () => endpoints).flat(),
    );
    const begin = performance.now();
    engine.wake();
    await engine.idle();
    const seconds = (performance.now() - begin) / 1000;
    await verify(pool, runs);
    return (runs.length * sixSteps.definition.steps.length) / seconds;
  } finally {
    await Promise.all(endpoints.map((endpoint) => engine.disconnected(endpoint)));
    await engine.stop();
  }
}

async function openCycle(pool: pg.Pool, engine: Engine, endpoints: readonly string[]): Promise<number[]> {
  return withTransaction(pool, async (tx) => {
    const snapshot = await insertSnapshot(tx, sixSteps);
    const { rows } = await tx.query<{ id: number }>(
      `insert into cycles (kind, plan_name, mode, opened_by) values ('plan', 'Bench', 'real', 'bench') returning id`,
    );
    const cycle = rows[0]?.id ?? 0;
    return engine.openRuns(
      tx,
      endpoints.map((endpoint) => ({ cycle, snapshot, endpoint, openedBy: 'bench' })),
    );
  });
}

const noOutput = { stdout: 0, stderr: 0 };

function answerTo(order: ActivityToSend): ReportedActivity {
  const at = Date.now();
  return {
    activity: activityId(order),
    startedAt: at,
    finishedAt: at,
    bootId: 'boot-1',
    outcome:
      order.step === 'patch'
        ? {
            kind: 'patched',
            patches: ['openssl', 'curl'].map((name) => ({
              id: `${name}=2`,
              package: name,
              fromVersion: '1',
              toVersion: '2',
              outcome: 'installed',
              security: true,
              message: null,
            })),
            reboot: { needed: false, reasons: [] },
          }
        : { kind: 'exited', exitCode: 0, facts: {} },
    outputBytes: noOutput,
    cutBytes: noOutput,
  };
}

async function addEndpoints(pool: pg.Pool, ids: readonly string[]): Promise<void> {
  await pool.query(
    `insert into endpoints (id, name, public_key, os, inventory, policy, agent_version)
     select id, id::text, id::text, 'linux', '{}', '{}', '0' from unnest($1::uuid[]) as id`,
    [ids],
  );
}

/** Every run succeeded, every activity has exactly one outcome, and the events have no gap. */
async function verify(pool: pg.Pool, runs: readonly number[]): Promise<void> {
  const { rows } = await pool.query<Record<string, number>>(
    `with mine as (select id, seq, result from runs where id between $1 and $2),
      done as (
        select count(*) as "all", count(*) filter (
          where status = 'succeeded' and outcome is not null and concluded_by = 'endpoint'
        ) as succeeded from activities where run between $1 and $2
      ),
      told as (select run, count(*) as count from run_events where run between $1 and $2 group by run)
     select count(*) filter (where result = 'succeeded') as runs,
       (select succeeded from done) as activities, (select "all" from done) as "allActivities",
       count(*) filter (where seq = told.count) as "gapFree"
     from mine left join told on run = id`,
    [Math.min(...runs), Math.max(...runs)],
  );
  const activities = runs.length * sixSteps.definition.steps.length;
  const expected = { runs: runs.length, activities, allActivities: activities, gapFree: runs.length };
  for (const [what, count] of Object.entries(expected)) {
    if (rows[0]?.[what] !== count) throw new Error(`${what}: ${rows[0]?.[what]} instead of ${count}`);
  }
}
