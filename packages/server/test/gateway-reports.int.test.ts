import type { ActivityReport, ServerMessage } from '@patchbay/contracts/agent-protocol';
import type { ScriptedAgent, ScriptedAgentOptions } from '@patchbay/testkit/scripted-agent';
import { openScriptedRuns, type ScriptedStep, scriptedSnapshot } from '@patchbay/testkit/scripted-fleet';
import { describe, expect, it } from 'vitest';
import { withTransaction } from '../src/db/pool.ts';
import { eventually, useGateway } from './gateway-fixture.ts';

const gateway = useGateway();

interface Scene {
  readonly agent: ScriptedAgent;
  readonly endpoint: string;
  readonly run: number;
  readonly acknowledged: string[];
  readonly orders: string[];
}

/** An agent and a run of these steps for it; the agent is connected. */
async function scene(
  options: Partial<ScriptedAgentOptions> = {},
  steps: readonly ScriptedStep[] = [{ key: 'task' }],
): Promise<Scene> {
  const identity = options.identity ?? (await gateway.addEndpoint());
  const acknowledged: string[] = [];
  const orders: string[] = [];
  const onMessage = (message: ServerMessage): void => {
    if (message.type === 'reportStored') acknowledged.push(message.activity);
    if (message.type === 'order') orders.push(JSON.parse(message.payload).activity);
  };
  const agent = await gateway.agent({ ...options, identity, onMessage });
  await agent.connect();
  const { endpoint } = identity;
  const [run = 0] = await openScriptedRuns(gateway.pool, gateway.server.engine, scriptedSnapshot(steps), [
    endpoint,
  ]);
  return { agent, endpoint, run, acknowledged, orders };
}

const statusOf = (run: number): Promise<unknown> =>
  gateway.value('select status from activities where run = $1 order by attempt desc limit 1', run);
const resultOf = (run: number): Promise<unknown> =>
  gateway.value('select result from runs where id = $1', run);

async function ended(run: number): Promise<unknown> {
  return eventually(`the result of run ${run}`, () => resultOf(run));
}

function reportOf(activity: string): ActivityReport {
  return {
    activity,
    startedAt: Date.now(),
    finishedAt: Date.now(),
    bootId: 'boot-1',
    outcome: { kind: 'exited', exitCode: 0, facts: {} },
    outputBytes: { stdout: 0, stderr: 0 },
    cutBytes: { stdout: 0, stderr: 0 },
  };
}

describe('E-08 given an agent that reports the end of an activity', () => {
  it('E-08 when the report is acknowledged then it is in the database, not before', async () => {
    const { agent, run, acknowledged } = await scene({ onOrder: () => null });
    await eventually('the start', async () => (await statusOf(run)) === 'running');
    await withTransaction(gateway.pool, async (tx) => {
      await tx.query('select 1 from runs where id = $1 for update', [run]);
      agent.finish(`${run}.task.1`);
      // The server has the report and waits for the row.
      const waiting = `select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      await eventually('the server to wait', async () => (await gateway.value(waiting)) === 1);
      expect(acknowledged).toEqual([]);
    });
    await eventually('the acknowledgement', () => acknowledged.length === 1);
    expect(await statusOf(run)).toBe('succeeded');
  });

  it('E-08 when it reports the same end many times then there is one outcome, and each is acknowledged', async () => {
    const { run, acknowledged } = await scene({
      onOrder: () => ({ outcome: { kind: 'exited', exitCode: 0, facts: {} }, repeats: 4 }),
    });
    expect(await ended(run)).toBe('succeeded');
    await eventually('five acknowledgements', () => acknowledged.length === 5);
    const finished = `select count(*) from run_events where run = $1 and event ->> 'kind' = 'activityFinished'`;
    expect(await gateway.value(finished, run)).toBe(1);
  });

  it('E-08 when a second report tells something else then the first one stands', async () => {
    const { agent, run, acknowledged } = await scene();
    expect(await ended(run)).toBe('succeeded');
    const outcome = { kind: 'exited', exitCode: 1, facts: {} } as const;
    agent.send({ type: 'finished', report: { ...reportOf(`${run}.task.1`), outcome } });
    await eventually('both acknowledgements', () => acknowledged.length === 2);
    expect(await gateway.value('select exit_code from activities where run = $1', run)).toBe(0);
    expect(await resultOf(run)).toBe('succeeded');
  });

  it('E-08 when the connection is lost before the report then it comes with the next one', async () => {
    const { run, acknowledged } = await scene({
      onOrder: () => ({ outcome: { kind: 'exited', exitCode: 0, facts: {} }, loses: 'beforeReport' }),
      comeBack: { minMs: 1, maxMs: 10 },
    });
    expect(await ended(run)).toBe('succeeded');
    await eventually('the acknowledgement', () => acknowledged.length === 1);
  });

  it('E-08 when the connection is lost just after the report then nothing is done twice', async () => {
    const { agent, run, orders } = await scene({
      onOrder: () => ({ outcome: { kind: 'exited', exitCode: 0, facts: {} }, loses: 'afterReport' }),
      comeBack: { minMs: 1, maxMs: 10 },
    });
    expect(await ended(run)).toBe('succeeded');
    await eventually('the acknowledgement', () => agent.isSettled);
    expect(new Set(orders)).toEqual(new Set([`${run}.task.1`]));
    expect(await gateway.value('select count(*) from activities where run = $1', run)).toBe(1);
  });

  it('E-08 when another endpoint reports it then nothing changes, and the report stops coming', async () => {
    const victim = await scene({ onOrder: () => null });
    await eventually('the start', async () => (await statusOf(victim.run)) === 'running');
    const acknowledged: string[] = [];
    const forger = await gateway.agent({
      onMessage: (message) => {
        if (message.type === 'reportStored') acknowledged.push(message.activity);
      },
    });
    await forger.connect();
    forger.send({ type: 'finished', report: reportOf(`${victim.run}.task.1`) });
    await eventually('the acknowledgement', () => acknowledged.length === 1);
    expect(await statusOf(victim.run)).toBe('running');
    victim.agent.finish(`${victim.run}.task.1`);
    expect(await ended(victim.run)).toBe('succeeded');
  });
});

describe('E-08 given an activity whose order may have been lost', () => {
  it('E-08 when the endpoint was away then it gets the order when it comes', async () => {
    const identity = await gateway.addEndpoint();
    const first = await scene({ identity, onOrder: () => null }, [{ key: 'pre-1' }, { key: 'post-1' }]);
    await eventually('the start', async () => (await statusOf(first.run)) === 'running');
    first.agent.lose();
    first.agent.finish(`${first.run}.pre-1.1`);
    await first.agent.connect();
    await eventually('the next order', () => first.orders.length === 2);
    expect(first.orders).toEqual([`${first.run}.pre-1.1`, `${first.run}.post-1.1`]);
  });

  it('E-08 when the same order comes twice then the script runs once', async () => {
    const { agent, endpoint, run, orders } = await scene({ onOrder: () => null });
    await eventually('the start', () => orders.length === 1);
    const snapshot = Number(await gateway.value('select snapshot from runs where id = $1', run));
    gateway.server.gateway.dispatch([{ action: 'start', run, step: 'task', attempt: 1, endpoint, snapshot }]);
    await eventually('the order, once more', () => orders.length === 2);
    agent.finish(`${run}.task.1`);
    gateway.server.gateway.dispatch([{ action: 'start', run, step: 'task', attempt: 1, endpoint, snapshot }]);
    await eventually('the order, a third time', () => orders.length === 3);
    expect(await ended(run)).toBe('succeeded');
    expect(agent.executions).toBe(1);
  });

  it('E-08 when the agent was killed in mid-script then the activity is interrupted and not run again', async () => {
    const { agent, run } = await scene({ onOrder: () => null });
    await eventually('the start', async () => (await statusOf(run)) === 'running');
    agent.kill();
    await agent.connect();
    expect(await ended(run)).toBe('failed');
    expect(await statusOf(run)).toBe('interrupted');
    expect(agent.executions).toBe(1);
  });

  it('E-08 when the agent has lost its journal then what had begun is interrupted', async () => {
    const { agent, run } = await scene({ onOrder: () => null });
    await eventually('the start', async () => (await statusOf(run)) === 'running');
    agent.loseJournal();
    await agent.reconnect();
    expect(await ended(run)).toBe('failed');
    expect(await statusOf(run)).toBe('interrupted');
    expect(agent.executions).toBe(1);
  });
});

describe('E-09 given an agent that the server cannot be reached by', () => {
  it('E-09 when the connection is gone then what has begun is finished and reported later', async () => {
    const { agent, run } = await scene({ onOrder: () => null });
    await eventually('the start', async () => (await statusOf(run)) === 'running');
    agent.lose();
    const gone =
      'select count(*) from connections where endpoint = (select endpoint from runs where id = $1)';
    await eventually('the server to notice', async () => (await gateway.value(gone, run)) === 0);
    agent.finish(`${run}.task.1`);
    expect(await statusOf(run)).toBe('running');
    await agent.connect();
    expect(await ended(run)).toBe('succeeded');
  });

  it('W-10 when it comes back with a new boot id after a reboot step then the run goes on', async () => {
    const { agent, run } = await scene(
      {
        onOrder: ({ activity }) => ({
          outcome: { kind: 'exited', exitCode: 0, facts: {} },
          ...(activity.includes('post-1') ? { rebootsAfterMs: 1 } : {}),
        }),
        comeBack: { minMs: 1, maxMs: 10 },
      },
      [{ key: 'pre-1' }, { key: 'post-1', kind: 'reboot' }, { key: 'check-1' }],
    );
    expect(await ended(run)).toBe('succeeded');
    expect(agent.bootId).toBe('boot-2');
    const check = `select boot_id from activities where run = $1 and step = 'check-1'`;
    expect(await gateway.value(check, run)).toBe('boot-2');
  });
});
