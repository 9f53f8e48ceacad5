import { randomUUID } from 'node:crypto';
import { planInput } from '@patchbay/contracts/plan';
import type { PostgresConnection } from '@patchbay/server/db/embedded/embedded-postgres';
import { migrate, migrationsDirectory } from '@patchbay/server/db/migrate';
import { findPlan } from '@patchbay/server/db/plans';
import { createPool, withTransaction } from '@patchbay/server/db/pool';
import { findCycle } from '@patchbay/server/db/views/cycles';
import { createEngine } from '@patchbay/server/engine/create-engine';
import { showRollout } from '@patchbay/server/http/show-rollout';
import { createPlan } from '@patchbay/server/library/save-plan';
import { movePlan } from '@patchbay/server/plan/move-plan';
import { afterMove } from '@patchbay/server/plan/plan-shell';
import type pg from 'pg';
import type { Logger } from 'pino';

/** What the activation of a plan over many connected endpoints came to. */
interface Activation {
  /** Until the first order was dispatched. */
  readonly seconds: number;
  /** To show its cycle then, in milliseconds. */
  readonly showMs: number;
}

/** Seconds from the activation of a plan over so many connected endpoints to the first order (P-08). */
export async function measurePlanActivation(
  connection: PostgresConnection,
  log: Logger,
  endpoints: number,
): Promise<number> {
  return (await measured(connection, log, endpoints)).seconds;
}

/** Milliseconds to show a cycle of so many endpoints with its waves (P-14). */
export async function measureCycleView(
  connection: PostgresConnection,
  log: Logger,
  endpoints: number,
): Promise<number> {
  return (await measured(connection, log, endpoints)).showMs;
}

/** The power of the number of endpoints that the time of an activation grows with: 1 is linear. */
export async function measurePlanGrowth(connection: PostgresConnection, log: Logger): Promise<number> {
  const few = await measured(connection, log, 5_000);
  const more = await measured(connection, log, 10_000);
  const many = await measured(connection, log, 20_000);
  const power = (one: Activation, other: Activation) => Math.log2(other.seconds / one.seconds);
  return (power(few, more) + power(more, many)) / 2;
}

/** In a database of its own, which nothing else has filled. */
async function measured(connection: PostgresConnection, log: Logger, endpoints: number): Promise<Activation> {
  const database = `bench_${randomUUID().replaceAll('-', '')}`;
  const administrator = createPool(connection, { max: 1, name: 'bench plans', log });
  await administrator.query(`create database ${database}`);
  // Dropping the database ends connections that are just closing.
  const quiet = log.child({}, { level: 'error' });
  const pool = createPool({ ...connection, database }, { max: 12, name: 'bench plans', log: quiet });
  try {
    await migrate(pool, migrationsDirectory, log);
    return await activate(pool, log, await addEndpoints(pool, endpoints));
  } finally {
    await pool.end();
    await administrator.query(`drop database ${database} with (force)`);
    await administrator.end();
  }
}

async function activate(pool: pg.Pool, log: Logger, endpoints: readonly string[]): Promise<Activation> {
  const first = Promise.withResolvers<number>();
  const engine = createEngine({
    pool,
    node: randomUUID(),
    now: Date.now,
    log,
    dispatch: () => first.resolve(performance.now()),
  });
  await engine.start();
  try {
    await Promise.all(endpoints.map((endpoint) => engine.connected(endpoint, 'boot-1', [])));
    await pool.query('analyze');
    const id = await addPlan(pool);
    const begin = performance.now();
    const { opened, after } = await withTransaction(pool, async (tx) => {
      const plan = await findPlan(tx, id, 'lock');
      if (plan === null) throw new Error('the plan is gone');
      const at = Date.now();
      const event = { kind: 'activate', at, by: 'bench', approvalRequired: false, start: null } as const;
      return movePlan(tx, { engine, log }, plan, event, 'bench');
    });
    await afterMove({ engine, log }, after);
    const seconds = ((await first.promise) - begin) / 1000;
    const shown = performance.now();
    await findCycle(pool, opened ?? 0);
    const rollout = await showRollout(pool, opened ?? 0, Date.now());
    const showMs = performance.now() - shown;
    const total = rollout?.waves.reduce((sum, { counts }) => sum + counts.queued + counts.active, 0);
    if (total !== endpoints.length) throw new Error(`${total} runs instead of ${endpoints.length}`);
    return { seconds, showMs };
  } finally {
    await engine.stop();
  }
}

async function addEndpoints(pool: pg.Pool, count: number): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `insert into endpoints (id, name, public_key, os, inventory, policy, tags, agent_version)
     select gen_random_uuid(), 'host-' || n, 'bench ' || n, 'linux',
       jsonb_build_object('hostname', 'host-' || n, 'os', 'linux', 'osVersion', '12.' || n % 10), '{}',
       jsonb_build_object('site', 's' || n % 20), '0'
     from generate_series(1, $1) n returning id`,
    [count],
  );
  return rows.map(({ id }) => id);
}

/** A plan as they are: waves by percentage and by group, a maintenance window, two rows. */
async function addPlan(pool: pg.Pool): Promise<string> {
  const saved = { by: 'bench', at: new Date() };
  const recurrence = {
    rule: 'FREQ=DAILY',
    afterDays: 0,
    start: '2026-01-01',
    time: '00:00',
    timeZone: 'UTC',
  };
  await pool.query(
    `insert into workflows (name, description, origin, os, is_default, control, steps, created_at, created_by,
       updated_at, updated_by)
     values ('Bench', '', 'personal', 'linux', true, '{}', '{"prePatching": [], "postPatching": [], "afterReboot": []}',
       now(), 'bench', now(), 'bench')`,
  );
  await pool.query(
    `insert into groups (name, description, rule, created_at, created_by, updated_at, updated_by)
     values ('Site 1', '', '{"fact": "tag.site", "is": "oneOf", "values": ["s1"]}', now(), 'bench', now(), 'bench')`,
  );
  await pool.query(
    `insert into windows (name, description, endpoints, recurrence, duration_minutes, blackouts,
       created_at, created_by, updated_at, updated_by)
     values ('Always', '', 'group:Site 1', $1, 1440, '[]', now(), 'bench', now(), 'bench')`,
    [recurrence],
  );
  return withTransaction(pool, (tx) =>
    createPlan(
      tx,
      planInput.parse({
        name: 'Bench',
        assignments: [
          { endpoints: 'tag:site=s1', os: 'linux', workflow: 'Bench' },
          { endpoints: 'all', os: 'linux' },
        ],
        rollout: {
          waves: [
            { name: 'Canary', size: { kind: 'group', group: 'Site 1' }, gate: { soakMinutes: 30 } },
            { name: 'Early', size: { kind: 'percent', percent: 10 } },
          ],
        },
      }),
      saved,
    ),
  );
}
