import { waitFor } from '@patchbay/testkit/wait-for';
import { expect, test } from 'vitest';
import { deliver, executedTwice, randomFrom, UnsteadyAgent } from './engine-agents.ts';
import { definitionOf, step, useEngine } from './engine-fixture.ts';

const fixture = useEngine();
const retried = { safeToRepeat: true, retries: { count: 2, delayMs: 20 } };

const sixSteps = definitionOf(
  [
    step('pre-1', 'prePatching', retried),
    step('pre-2', 'prePatching'),
    step('patch', 'patch'),
    step('post-1', 'postPatching', retried),
    step('post-2', 'postPatching', { kind: 'reboot', onFailure: 'continue' }),
    step('check-1', 'afterReboot'),
  ],
  { returnMs: 200, lostMs: 300 },
);

test.each([1, 2, 3])(
  'W-14 given 200 runs of agents that repeat, delay, vanish and reboot (seed %i), when all have ended, then every activity has exactly one outcome and every change is explained',
  async (seed) => {
    const random = randomFrom(seed);
    const engine = await fixture.engine({ pollIntervalMs: 25, batchSize: 50 });
    // Whatever changes the outcome of an activity that has one makes its whole batch fail.
    await fixture.pool.query(`
      create or replace function refuse_second_outcome() returns trigger language plpgsql as
        $$ begin raise 'activity %.%.% has an outcome already', old.run, old.step, old.attempt; end $$;
      create or replace trigger one_outcome before update on activities
        for each row when (old.finished_at is not null) execute function refuse_second_outcome()`);
    const endpoints = await fixture.addEndpoints(100);
    const agents = new Map(
      endpoints.map((endpoint) => [endpoint, new UnsteadyAgent(endpoint, () => engine, random)]),
    );
    deliver(engine, agents, random);
    const runs = await fixture.openRuns(engine, sixSteps, [...endpoints, ...endpoints]);
    await Promise.all([...agents.values()].map((agent) => agent.connect()));
    for (const run of runs.slice(0, 10)) {
      void engine.submit(run, { kind: 'cancel', at: fixture.clock.now(), by: 'ann' });
    }

    await waitFor(
      async () => {
        const { rows } = await fixture.pool.query(
          `select count(*) from runs where id = any($1) and status <> 'finished'`,
          [runs],
        );
        return rows[0].count === 0;
      },
      { what: 'all runs to end' },
    );
    for (const agent of agents.values()) agent.stop();
    await engine.idle();

    await fixture.expectWellKept();
    expect(executedTwice(agents.values())).toEqual([]);
    // Every activity was concluded by exactly one event, and every retry has its predecessor.
    const { rows } = await fixture.pool.query(
      `select activities.run, activities.step, activities.attempt from activities
       where run = any($1) and (
         (select count(*) from run_events where run_events.run = activities.run
            and event ->> 'kind' = 'activityFinished' and event ->> 'step' = activities.step
            and (event ->> 'attempt')::integer = activities.attempt
         ) <> case when activities.status = 'lost' then 0 else 1 end
         or attempt > 1 and not exists (
           select from activities as before where before.run = activities.run and before.step = activities.step
             and before.attempt = activities.attempt - 1
         )
       )`,
      [runs],
    );
    expect(rows).toEqual([]);
  },
);
