import { randomUUID } from 'node:crypto';
import { waitFor } from '@patchbay/testkit/wait-for';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { migrate, migrationsDirectory } from '../src/db/migrate.ts';
import { createPool } from '../src/db/pool.ts';
import { start, temporaryDirectory } from './embedded-fixture.ts';
import { deliver, executedTwice, randomFrom, UnsteadyAgent } from './engine-agents.ts';
import { definitionOf, makeEngine, questionsTo, step, type TestEngine } from './engine-fixture.ts';

const sixSteps = definitionOf([
  step('pre-1', 'prePatching'),
  step('pre-2', 'prePatching', { safeToRepeat: true, retries: { count: 1, delayMs: 10 } }),
  step('patch', 'patch'),
  step('post-1', 'postPatching', { onFailure: 'continue' }),
  step('post-2', 'postPatching', { onFailure: 'continue' }),
  step('post-3', 'postPatching', { onFailure: 'continue' }),
]);

test('E-09 given PostgreSQL and the engine killed in mid-flight again and again, when they are back, then every run ends and every activity has exactly one outcome', async () => {
  const log = pino({ level: 'silent' });
  const postgres = await start(await temporaryDirectory(), {});
  const pool = createPool(postgres.connection, { max: 20, name: 'test', log, genericPlans: true });
  await migrate(pool, migrationsDirectory, log);
  const database = questionsTo(() => pool);
  const random = randomFrom(7);
  let engine: TestEngine = makeEngine(pool, { pollIntervalMs: 25, node: randomUUID() });
  await engine.start();
  onTestFinished(async () => {
    await engine.stop();
    await pool.end();
  });
  const endpoints = await database.addEndpoints(150);
  const agents = new Map(
    endpoints.map((endpoint) => [endpoint, new UnsteadyAgent(endpoint, () => engine, random)]),
  );
  deliver(engine, agents, random);
  const runs = await database.openRuns(engine, sixSteps, [...endpoints, ...endpoints, ...endpoints]);
  await Promise.all([...agents.values()].map((agent) => agent.connect()));

  const finished = async (): Promise<number> => {
    const { rows } = await pool.query<{ count: number }>(
      `select count(*) from runs where status = 'finished'`,
    );
    return rows[0]?.count ?? 0;
  };
  for (let kills = 1; kills <= 6; kills += 1) {
    const goal = Math.floor((runs.length * kills) / 8);
    await waitFor(async () => (await finished()) >= goal, { what: `${goal} ended runs` });
    if (kills % 3 === 0) {
      // The server goes down without a word and another one takes its place; the agents come back to it.
      const old = engine;
      old.onOrder = null;
      engine = makeEngine(pool, { pollIntervalMs: 25 });
      deliver(engine, agents, random);
      await old.stop();
      // PostgreSQL may still be coming back from the kill before.
      await waitFor(() => pool.query('select').then(() => true), { what: 'PostgreSQL' });
      await engine.start();
      await Promise.all([...agents.values()].map((agent) => agent.connect()));
    } else {
      process.kill(postgres.pid, 'SIGKILL');
    }
  }
  await waitFor(async () => (await finished()) === runs.length, {
    timeoutMs: 50_000,
    what: 'all runs to end',
  });
  for (const agent of agents.values()) agent.stop();
  await database.expectWellKept();
  expect(executedTwice(agents.values())).toEqual([]);
});
