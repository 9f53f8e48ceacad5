import type { ServerMessage } from '@patchbay/contracts/agent-protocol';
import { rebootEvent } from '@patchbay/contracts/reboot-event';
import { activityId } from '@patchbay/domain/activity/activity-id';
import { decide } from '@patchbay/domain/reboot/decide';
import type { RebootEvent } from '@patchbay/domain/reboot/event';
import { wholeRebootSettings } from '@patchbay/domain/reboot/merge-settings';
import { initialRebootState, type RebootState } from '@patchbay/domain/reboot/state';
import { seededRandom } from '@patchbay/simulator/seeded-random';
import { type PlayedFlow, playFlow } from '@patchbay/testkit/played-flow';
import { ScriptedAgent } from '@patchbay/testkit/scripted-agent';
import { addScriptedEndpoints, openScriptedRuns, scriptedSnapshot } from '@patchbay/testkit/scripted-fleet';
import { describe, expect, it } from 'vitest';
import { eventually, useGateway } from './gateway-fixture.ts';

const gateway = useGateway();
const fleet = 1_000;
const over = {
  notificationCount: 2,
  allowCancel: true,
  snoozeChoices: [{ kind: 'for', minutes: 60 }],
} as const;
const settings = wholeRebootSettings(over);

/** What the rules make of events that were recorded. */
function outcomeOf(events: readonly RebootEvent[]): RebootState {
  return events.reduce<RebootState>((state, event) => {
    const decision = decide(settings, state, event);
    if (decision.kind !== 'accepted') throw new Error(`${event.kind}: ${decision.reason}`);
    return decision.state;
  }, initialRebootState);
}

/** Sends the events from `from` on in parts of random lengths, some of them twice, some too early. */
function sendPart(
  agent: ScriptedAgent,
  flow: string,
  events: readonly RebootEvent[],
  from: number,
  random: () => number,
): void {
  const begin = Math.max(0, from - (random() < 0.3 ? 2 : 0) + (random() < 0.1 ? 1 : 0));
  const part = events.slice(begin, begin + 1 + Math.floor(random() * 12));
  const whole = part.map((event) => rebootEvent.parse(event));
  if (whole.length > 0) agent.send({ type: 'rebootEvents', flow, from: begin, events: whole });
  else agent.send({ type: 'rebootEvents', flow, from: 0, events: [rebootEvent.parse(events[0])] });
}

describe('a fleet with Interactive Reboots', () => {
  it('R-18 R-12 given 1,000 endpoints with random users, when all have reported, then every flow is what the rules make of its events', async () => {
    const identities = await addScriptedEndpoints(gateway.pool, gateway.server.installationKey, fleet);
    const step = { key: 'task', kind: 'interactiveReboot', settings: over } as const;
    const endpoints = identities.map(({ endpoint }) => endpoint);
    const runs = await openScriptedRuns(
      gateway.pool,
      gateway.server.engine,
      scriptedSnapshot([step]),
      endpoints,
    );
    const played = new Map<string, PlayedFlow>();

    const report = async (index: number): Promise<void> => {
      const identity = identities[index];
      if (identity === undefined) throw new Error('no such endpoint');
      const random = seededRandom(index + 1);
      const flow = activityId({ run: Number(runs[index]), step: 'task', attempt: 1 });
      const bootId = 'boot-1';
      const { events, state } = playFlow({
        settings,
        activity: flow,
        bootId,
        at: Date.now() - 86_400_000,
        random,
      });
      played.set(flow, { events, state });
      let count = 0;
      const agent: ScriptedAgent = new ScriptedAgent({
        server: gateway.server.address,
        identity,
        onMessage: (message: ServerMessage) => {
          if (message.type !== 'rebootEventsStored') return;
          count = message.count;
          if (count < events.length) sendPart(agent, flow, events, count, random);
        },
      });
      await agent.connect();
      await eventually(`endpoint ${index} to be asked`, () => agent.executions === 1);
      sendPart(agent, flow, events, 0, random);
      await eventually(
        `the flow of endpoint ${index} to be stored`,
        () => count === events.length && agent.isSettled,
      );
      await agent.stop();
    };
    for (let first = 0; first < fleet; first += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, index) => report(first + index)));
    }

    const { rows } = await gateway.pool.query<{
      id: string;
      state: RebootState;
      status: string;
      disputed: boolean;
      events: RebootEvent[];
    }>(
      `select f.id, f.state, f.status, f.disputed,
         (select json_agg(event order by seq) from reboot_flow_events e where e.flow = f.id) as events
       from reboot_flows f`,
    );
    expect(rows.length).toBe(fleet);
    const endings = new Set<string>();
    for (const { id, state, status, disputed, events } of rows) {
      expect([id, disputed]).toEqual([id, false]);
      expect(events).toEqual(played.get(id)?.events);
      expect(state).toEqual(outcomeOf(events));
      expect(status).toBe(state.status);
      if (state.status === 'ended') endings.add(state.ending);
    }
    expect([...endings].sort()).toEqual(expect.arrayContaining(['cancelled', 'notNeeded', 'rebooted']));

    const ended = rows.filter(({ status }) => status === 'ended').length;
    await eventually('the runs of ended flows to finish', async () => {
      await gateway.server.engine.idle();
      return (await gateway.value(`select count(*) from runs where status = 'finished'`)) === ended;
    });
    expect(await gateway.value('select count(*) from log_entries where flow is null')).toBe(0);
  });
});
