import type { ServerMessage } from '@patchbay/contracts/agent-protocol';
import { limits } from '@patchbay/contracts/limits';
import { rebootEvent } from '@patchbay/contracts/reboot-event';
import { activityId } from '@patchbay/domain/activity/activity-id';
import type { RebootEvent } from '@patchbay/domain/reboot/event';
import { wholeRebootSettings } from '@patchbay/domain/reboot/merge-settings';
import type { RebootState } from '@patchbay/domain/reboot/state';
import { seededRandom } from '@patchbay/simulator/seeded-random';
import { type PlayedFlow, playFlow } from '@patchbay/testkit/played-flow';
import type { ScriptedAgent } from '@patchbay/testkit/scripted-agent';
import type { ScriptedAnswer } from '@patchbay/testkit/scripted-answer';
import { openScriptedRuns, scriptedSnapshot } from '@patchbay/testkit/scripted-fleet';
import { describe, expect, it } from 'vitest';
import { eventually, useGateway } from './gateway-fixture.ts';

const gateway = useGateway();
const asked: ScriptedAnswer = { outcome: { kind: 'userAsked' } };
const over = { notificationCount: 2, allowCancel: true };
const settings = wholeRebootSettings(over);
const yesterday = Date.now() - 24 * 3_600_000;

type Stored = Extract<ServerMessage, { type: 'rebootEventsStored' }>;

/** An agent that knows how far its flows are stored. */
async function flowAgent(answer: ScriptedAnswer | null = asked) {
  const stored: Stored[] = [];
  const orders: string[] = [];
  const agent = await gateway.agent({
    onOrder: ({ work }) =>
      work.kind === 'interactiveReboot' ? answer : { outcome: { kind: 'exited', exitCode: 0, facts: {} } },
    onMessage: (message) => {
      if (message.type === 'rebootEventsStored') stored.push(message);
      if (message.type === 'order') orders.push((JSON.parse(message.payload) as { order: string }).order);
    },
  });
  const acknowledged = async (count: number): Promise<void> => {
    await eventually(`the acknowledgement of ${count} events`, () => stored.at(-1)?.count === count);
  };
  return { agent, stored, orders, acknowledged };
}

function send(agent: ScriptedAgent, flow: string, events: readonly RebootEvent[], from = 0): void {
  const most = limits.rebootEventsPerMessage;
  for (let sent = 0; sent < events.length; sent += most) {
    const part = events.slice(sent, sent + most).map((event) => rebootEvent.parse(event));
    agent.send({ type: 'rebootEvents', flow, from: from + sent, events: part });
  }
}

/** A run whose last step is an Interactive Reboot, with a check after it. */
async function rebootRun(agent: ScriptedAgent) {
  const steps = [{ key: 'post-1', kind: 'interactiveReboot', settings: over }, { key: 'check-1' }] as const;
  const [run] = await openScriptedRuns(gateway.pool, gateway.server.engine, scriptedSnapshot(steps), [
    agent.endpoint,
  ]);
  return { run: Number(run), flow: activityId({ run: Number(run), step: 'post-1', attempt: 1 }) };
}

const statusOf = (run: number) => gateway.value('select status from runs where id = $1', run);
const resultOf = (run: number) => gateway.value(`select state ->> 'reason' from runs where id = $1`, run);
const until = (run: number, status: string) =>
  eventually(`run ${run} to be ${status}`, async () => (await statusOf(run)) === status);
const flowOf = (flow: string) =>
  gateway.value(
    `select json_build_object('status', status, 'ending', ending, 'state', state, 'disputed', disputed,
       'events', events, 'rebooted', rebooted_at is not null) from reboot_flows where id = $1`,
    flow,
  ) as Promise<
    | {
        status: string;
        ending: string | null;
        state: RebootState;
        disputed: boolean;
        events: number;
        rebooted: boolean;
      }
    | undefined
  >;
const logOf = (flow: string) =>
  gateway.value(`select json_agg(message order by id) from log_entries where flow = $1`, flow) as Promise<
    string[] | null
  >;

/** A flow that was played and ended in this way. */
function ended(flow: string, ending: string, bootId = 'boot-1'): PlayedFlow {
  for (let seed = 1; ; seed += 1) {
    const played = playFlow({ settings, activity: flow, bootId, at: yesterday, random: seededRandom(seed) });
    if (played.state.status === 'ended' && played.state.ending === ending && played.events.length > 5)
      return played;
  }
}

describe('flows of Interactive Reboot at the server', () => {
  it('R-10 R-12 W-15 given a server that was down for the whole flow, when the endpoint is back, then the story is complete and in order', async () => {
    const { agent, acknowledged } = await flowAgent();
    await agent.connect();
    const { run, flow } = await rebootRun(agent);
    await until(run, 'awaitingUser');
    agent.lose();
    const { events, state } = ended(flow, 'rebooted');
    agent.reboot();
    await agent.connect();
    send(agent, flow, events);
    await acknowledged(events.length);
    await until(run, 'finished');
    expect(await flowOf(flow)).toMatchObject({ status: 'ended', ending: 'rebooted', state, disputed: false });
    const { rows } = await gateway.pool.query<{ event: RebootEvent }>(
      'select event from reboot_flow_events where flow = $1 order by seq',
      [flow],
    );
    expect(rows.map((row) => row.event)).toEqual(events);
    expect((await logOf(flow))?.length).toBeGreaterThan(2);
    const { rows: times } = await gateway.pool.query<{ late: boolean }>(
      `select at > now() - interval '1 second' as late from log_entries where flow = $1`,
      [flow],
    );
    expect(times.length).toBeGreaterThan(0);
    expect(
      await gateway.value(`select status from activities where run = $1 and step = 'check-1'`, run),
    ).toBe('succeeded');
  });

  it('W-15 given a flow that ended before its activity was reported, when the report comes, then the run is told all the same', async () => {
    const { agent, acknowledged } = await flowAgent(null);
    await agent.connect();
    const { run, flow } = await rebootRun(agent);
    await until(run, 'running');
    await eventually('the order', () => agent.executions === 1);
    const { events } = ended(flow, 'cancelled');
    send(agent, flow, events);
    await acknowledged(events.length);
    expect(await statusOf(run)).toBe('running');
    agent.finish(flow, asked);
    await until(run, 'finished');
    expect(await resultOf(run)).toContain('which is still pending');
  });

  it('R-18 given duplicates, gaps and parts out of order, when they come, then each event is stored once and in order', async () => {
    const { agent, stored, acknowledged } = await flowAgent();
    await agent.connect();
    const { run, flow } = await rebootRun(agent);
    await until(run, 'awaitingUser');
    const { events, state } = ended(flow, 'rebooted');
    send(agent, flow, events.slice(4), 4);
    await eventually('the answer to a gap', () => stored.at(-1)?.count === 0);
    send(agent, flow, events.slice(0, 3));
    send(agent, flow, events.slice(0, 2));
    await eventually('the answer to a repetition', () => stored.length === 3);
    expect(stored.map(({ count }) => count)).toEqual([0, 3, 3]);
    send(agent, flow, events.slice(5), 5);
    send(agent, flow, events.slice(1), 1);
    await acknowledged(events.length);
    expect(await flowOf(flow)).toMatchObject({ events: events.length, state, disputed: false });
    send(agent, flow, events);
    await eventually('the answer to all of it again', () => stored.length === 6);
    expect(stored.at(-1)?.count).toBe(events.length);
    await until(run, 'finished');
  });

  it('R-18 given events that the rules do not allow, when they come, then they are kept, marked and told of once, and change nothing', async () => {
    const { agent, acknowledged } = await flowAgent();
    await agent.connect();
    const { run, flow } = await rebootRun(agent);
    await until(run, 'awaitingUser');
    const { events, state } = ended(flow, 'rebooted');
    const [begin, ...rest] = events;
    if (begin === undefined) throw new Error('the flow has no beginning');
    const { now } = begin;
    const hostile: RebootEvent[] = [
      { kind: 'answered', now, notification: 999_999, session: 'c1', answer: { kind: 'snooze', choice: 9 } },
      { kind: 'begin', now, activity: flow, bootId: 'boot-x', needed: true, sessions: [] },
      { kind: 'joined', now, activity: '999999.post-1.1' },
      { kind: 'rebootRefused', now: { ...now, at: Date.UTC(2199, 0) }, reason: 'no\nreason' },
    ];
    send(agent, flow, [begin, ...hostile, ...rest]);
    await acknowledged(events.length + hostile.length);
    expect(await flowOf(flow)).toMatchObject({ state, disputed: true });
    const { rows } = await gateway.pool.query<{ seq: number; disputed: string }>(
      'select seq, disputed from reboot_flow_events where flow = $1 and disputed is not null order by seq',
      [flow],
    );
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(rows[2]?.disputed).toContain('not of this endpoint');
    expect((await logOf(flow))?.filter((message) => message.includes('which cannot be'))).toHaveLength(1);
  });

  it("R-12 given flows that are not the endpoint's or have no activity, when they are reported, then they can be forgotten and nothing is kept", async () => {
    const one = await flowAgent();
    const other = await flowAgent();
    await Promise.all([one.agent.connect(), other.agent.connect()]);
    const { run, flow } = await rebootRun(one.agent);
    await until(run, 'awaitingUser');
    const { events } = ended(flow, 'rebooted');
    for (const strange of [flow, '999999999.post-1.1', `${run}.check-1.1`]) {
      send(other.agent, strange, events.slice(0, 2));
      await other.acknowledged(Number.MAX_SAFE_INTEGER);
      other.stored.length = 0;
    }
    expect(await flowOf(flow)).toBeUndefined();
    send(one.agent, flow, events.slice(1), 1);
    await one.acknowledged(0);
    expect(await statusOf(run)).toBe('awaitingUser');
  });

  it('R-12 given an endpoint without a clock, when its flow is told of, then no entry is older than the order or from the future', async () => {
    const { agent, acknowledged } = await flowAgent();
    await agent.connect();
    const { run, flow } = await rebootRun(agent);
    await until(run, 'awaitingUser');
    const { events } = playFlow({
      settings,
      activity: flow,
      bootId: 'boot-1',
      at: 5,
      random: seededRandom(3),
    });
    send(agent, flow, events);
    await acknowledged(events.length);
    const wrong = await gateway.value(
      `select count(*) from log_entries l join activities a on a.run = l.run and a.step = 'post-1'
       where l.flow = $1 and (l.at < a.created_at - interval '1 millisecond' or l.at > now())`,
      flow,
    );
    expect(wrong).toBe(0);
  });

  it('R-13 given an endpoint that comes back from another boot, when it has not told of its flow yet, then the flow is over and the run goes on', async () => {
    const { agent, acknowledged } = await flowAgent();
    await agent.connect();
    const { run, flow } = await rebootRun(agent);
    await until(run, 'awaitingUser');
    const { events } = ended(flow, 'rebooted');
    send(agent, flow, events.slice(0, 2));
    await acknowledged(2);
    expect((await flowOf(flow))?.rebooted).toBe(false);
    agent.reboot();
    await agent.connect();
    await until(run, 'finished');
    expect(await flowOf(flow)).toMatchObject({ rebooted: true, ending: null });
    send(agent, flow, events.slice(2), 2);
    await acknowledged(events.length);
    expect(await flowOf(flow)).toMatchObject({ ending: 'rebooted', disputed: false });
  });

  it('R-13 W-15 given a second Interactive Reboot, when it joins the flow, then both runs wait for it and both are told', async () => {
    const { agent, acknowledged } = await flowAgent();
    await agent.connect();
    const first = await rebootRun(agent);
    await until(first.run, 'awaitingUser');
    const second = await rebootRun(agent);
    await until(second.run, 'awaitingUser');
    const { events } = ended(first.flow, 'rebooted');
    const [begin, ...rest] = events;
    if (begin === undefined) throw new Error('the flow has no beginning');
    const joined: RebootEvent = { kind: 'joined', now: begin.now, activity: second.flow };
    send(agent, first.flow, [begin, joined, ...rest]);
    await acknowledged(events.length + 1);
    await until(first.run, 'finished');
    await until(second.run, 'finished');
    expect(await flowOf(first.flow)).toMatchObject({ disputed: false, ending: 'rebooted' });
    expect(await flowOf(second.flow)).toBeUndefined();
  });

  it('W-13 W-15 given a run that waits for a user, when it is cancelled while the endpoint is away, then the order to stop reaches it when it is back', async () => {
    const { agent, orders, acknowledged } = await flowAgent();
    await agent.connect();
    const { run, flow } = await rebootRun(agent);
    await until(run, 'awaitingUser');
    const [begin] = ended(flow, 'rebooted').events;
    if (begin === undefined) throw new Error('the flow has no beginning');
    send(agent, flow, [begin]);
    await acknowledged(1);
    agent.lose();
    await gateway.server.engine.submit(run, { kind: 'cancel', at: Date.now(), by: 'alice' });
    expect(await statusOf(run)).toBe('finished');
    await agent.connect();
    await eventually('the order to stop', () => orders.includes('stop'));
    send(agent, flow, [{ kind: 'stopped', now: begin.now, activity: flow }], 1);
    await acknowledged(2);
    expect(await flowOf(flow)).toMatchObject({ ending: 'stopped', disputed: false });
    orders.length = 0;
    await agent.reconnect();
    gateway.server.engine.stopsAsked([agent.endpoint]);
    await gateway.server.engine.idle();
    expect(orders).not.toContain('stop');
  });

  it('W-15 given a run that waits for a user, when another run is opened on the endpoint, then it is not held up', async () => {
    const { agent } = await flowAgent();
    await agent.connect();
    const { run } = await rebootRun(agent);
    await until(run, 'awaitingUser');
    const [other] = await openScriptedRuns(
      gateway.pool,
      gateway.server.engine,
      scriptedSnapshot([{ key: 'task' }]),
      [agent.endpoint],
    );
    await until(Number(other), 'finished');
    expect(await statusOf(run)).toBe('awaitingUser');
  });
});
