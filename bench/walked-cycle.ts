import { randomUUID } from 'node:crypto';
import { activityId } from '@patchbay/domain/activity/activity-id';
import { createCycleKeeper } from '@patchbay/server/cycle/cycle-keeper';
import type { ReportedActivity } from '@patchbay/server/db/activities';
import { findPlan } from '@patchbay/server/db/plans';
import { withTransaction } from '@patchbay/server/db/pool';
import { createEngine } from '@patchbay/server/engine/create-engine';
import type { ActivityToSend, Engine } from '@patchbay/server/engine/engine';
import { movePlan } from '@patchbay/server/plan/move-plan';
import { afterMove } from '@patchbay/server/plan/plan-shell';
import { waitFor } from '@patchbay/testkit/wait-for';
import type pg from 'pg';
import type { Logger } from 'pino';

/** What it takes to walk the cycle of a plan to its end. */
export interface WalkedCycle {
  readonly cycle: number;
  /** From the activation to the first order. */
  readonly activationSeconds: number;
  /** From the activation to the end of the cycle. */
  readonly seconds: number;
  /** How much more memory this process held at the most than before, with its agents. */
  readonly memoryMb: number;
}

/**
 * Activates a plan and walks its cycle to the end: engine and waves as a server has them, and agents that answer at
 * once. Of 100 endpoints one fails before patching, and one installs only a part.
 */
export async function walkCycle(
  pool: pg.Pool,
  enginePool: pg.Pool,
  log: Logger,
  plan: string,
): Promise<WalkedCycle> {
  const numbers = await numberedEndpoints(pool);
  const first = Promise.withResolvers<number>();
  const engine: Engine = createEngine({
    pool: enginePool,
    node: randomUUID(),
    now: Date.now,
    log,
    moved: () => keeper.ask(),
    dispatch: (orders) => {
      first.resolve(performance.now());
      for (const order of orders) {
        void engine.report(order.endpoint, answerTo(order, numbers.get(order.endpoint) ?? 0));
      }
    },
  });
  const keeper = createCycleKeeper({ pool, engine, now: Date.now, log });
  await engine.start();
  keeper.start();
  try {
    await Promise.all([...numbers.keys()].map((endpoint) => engine.connected(endpoint, 'boot-1', [])));
    using memory = watchMemory();
    const begin = performance.now();
    const cycle = await activate(pool, engine, log, plan);
    await waitFor(() => isFinished(pool, cycle), { timeoutMs: 1_800_000, what: `the end of cycle ${cycle}` });
    const end = performance.now();
    const activationSeconds = ((await first.promise) - begin) / 1000;
    return { cycle, activationSeconds, seconds: (end - begin) / 1000, memoryMb: memory.grownMb() };
  } finally {
    await keeper.stop();
    await engine.stop();
  }
}

async function activate(pool: pg.Pool, engine: Engine, log: Logger, name: string): Promise<number> {
  const at = Date.now();
  const { opened, after } = await withTransaction(pool, async (tx) => {
    const plan = await findPlan(tx, name, 'lock');
    if (plan === null) throw new Error(`there is no plan "${name}"`);
    const event = { kind: 'activate', at, by: 'bench', approvalRequired: false, start: null } as const;
    return movePlan(tx, { engine, log }, plan, event, 'bench');
  });
  await afterMove({ engine, log }, after);
  if (opened === null) throw new Error(`the plan "${name}" has opened no cycle`);
  return opened;
}

async function isFinished(pool: pg.Pool, cycle: number): Promise<boolean> {
  const { rowCount } = await pool.query('select from cycles where id = $1 and finished_at is not null', [
    cycle,
  ]);
  return rowCount === 1;
}

async function numberedEndpoints(pool: pg.Pool): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ id: string }>('select id from endpoints order by id');
  return new Map(rows.map(({ id }, number) => [id, number]));
}

function watchMemory(): { grownMb(): number } & Disposable {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 20);
  return { grownMb: () => (most - before) / 2 ** 20, [Symbol.dispose]: () => clearInterval(timer) };
}

const noOutput = { stdout: 0, stderr: 0 };

function answerTo(order: ActivityToSend, number: number): ReportedActivity {
  const at = Date.now();
  return {
    activity: activityId(order),
    startedAt: at,
    finishedAt: at,
    bootId: 'boot-1',
    outcome:
      order.step === 'patch'
        ? { kind: 'patched', patches: patchesOf(number), reboot: { needed: false, reasons: [] } }
        : { kind: 'exited', exitCode: number % 100 === 13 ? 1 : 0, facts: {} },
    outputBytes: noOutput,
    cutBytes: noOutput,
  };
}

/** 20 to 40 of 1,500. */
function patchesOf(number: number) {
  return Array.from({ length: 20 + (number % 21) }, (_, place) => {
    const known = (number * 7 + place * 37) % 1_500;
    const failed = number % 100 === 57 && place === 0;
    return {
      id: `package-${known}=2:4.${known}-1+deb12u1`,
      package: `package-${known}`,
      fromVersion: '2:4.1-1',
      toVersion: `2:4.${known}-1+deb12u1`,
      outcome: failed ? ('failed' as const) : ('installed' as const),
      security: known % 4 === 0,
      message: failed ? 'E: Sub-process /usr/bin/dpkg returned an error code (1)' : null,
    };
  });
}
