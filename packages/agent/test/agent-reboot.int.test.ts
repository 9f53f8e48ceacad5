import { ManualFlowClock } from '@patchbay/testkit/manual-flow-clock';
import { ScriptedNotifier, scriptedSession } from '@patchbay/testkit/scripted-notifier';
import { ScriptedSystemReboot } from '@patchbay/testkit/scripted-system-reboot';
import { waitFor } from '@patchbay/testkit/wait-for';
import { describe, expect, it } from 'vitest';
import type { AgentOptions } from '../src/agent.ts';
import { rehearsalOnly, statePaths, writePolicy } from '../src/config.ts';
import { minutes, oneOClock, workWith } from './flow-endpoint.ts';
import { enrolledStateDir, type RunningAgent, runAgent } from './running-agent.ts';
import { ScriptedServer } from './scripted-server.ts';
import { scriptedSystem } from './scripted-system.ts';

const flow = '3.post-1.1';

/** An agent with a server, a user, and an operating system that reboots only on paper. */
async function start(): Promise<{
  server: ScriptedServer;
  notifier: ScriptedNotifier;
  reboot: ScriptedSystemReboot;
  clock: ManualFlowClock;
  run: (bootId?: string) => Promise<RunningAgent>;
}> {
  const server = await ScriptedServer.start();
  const notifier = new ScriptedNotifier([scriptedSession('ada')]);
  const reboot = new ScriptedSystemReboot();
  const clock = new ManualFlowClock(oneOClock);
  const stateDir = await enrolledStateDir(server);
  const run = (bootId = 'boot-1'): Promise<RunningAgent> => {
    const system = scriptedSystem({ bootId, rebootNeeded: true, notifier, systemReboot: reboot });
    return runAgent(server, { stateDir, system, flowClock: clock } satisfies Partial<AgentOptions>);
  };
  return { server, notifier, reboot, clock, run };
}

const kindsOf = (server: ScriptedServer): string[] => server.rebootEvents(flow).map(({ kind }) => kind);
const told = (server: ScriptedServer, kind: string) =>
  waitFor(() => kindsOf(server).includes(kind), { what: `the event ${kind}` });

describe('an agent that is ordered an Interactive Reboot', () => {
  it('R-02 R-10 reports the first notification as the end of the activity, and everything after it as events', async () => {
    const { server, notifier, reboot, run } = await start();
    await run();
    await server.connected();
    server.send(server.rebootOrder(flow, workWith()));
    expect(await server.reported(flow)).toMatchObject({ outcome: { kind: 'userAsked' } });
    notifier.answer('ada', { kind: 'rebootNow' });
    await told(server, 'answered');
    await waitFor(() => reboot.scheduledAt !== null, { what: 'the reboot' });
    expect(reboot.scheduledAt).toBe(oneOClock + minutes(2));
    expect(kindsOf(server).slice(0, 3)).toEqual(['begin', 'shown', 'answered']);
    await waitFor(() => server.output(flow).includes('goes on by itself'), { what: 'the output' });
  });

  it('R-12 R-08 given the server is away for 20 hours then the flow goes on, and the whole story comes when it is back', async () => {
    const { server, notifier, reboot, clock, run } = await start();
    notifier.react = ({ kind }) => (kind === 'reminder' ? { kind: 'snooze', choice: 0 } : null);
    const { agent } = await run();
    await server.connected();
    server.send(server.rebootOrder(flow, workWith({ notificationCount: 4 })));
    await server.reported(flow);
    await server.stop();
    await clock.advance(minutes(16 * 60 + 14));
    expect(reboot.scheduledAt).toBe(oneOClock + minutes(16 * 60 + 15));
    await agent.stop();
    clock.boot();
    await clock.advance(minutes(3 * 60));
    await server.listen();
    await run('boot-2');
    await told(server, 'booted');
    const counted = kindsOf(server).filter((kind) => kind !== 'wake');
    expect(counted).toEqual([
      'begin',
      ...Array.from({ length: 4 }, () => ['shown', 'answered']).flat(),
      'shown',
      'booted',
    ]);
  });

  it('W-13 given a stop then nothing is shown any more and the endpoint never reboots, also when it comes late', async () => {
    const { server, notifier, reboot, clock, run } = await start();
    await run();
    await server.connected();
    server.send(server.rebootOrder(flow, workWith({ notificationCount: 0 })));
    await server.reported(flow);
    server.send(server.stopOrder(flow));
    await told(server, 'stopped');
    await waitFor(() => notifier.screen('ada') === null, { what: 'an empty screen' });
    await clock.advance(minutes(3000));
    expect(reboot.asked).toBe(0);
  });

  it('S-05 given an endpoint that is only rehearsed on then it refuses, and asks nobody', async () => {
    const { server, notifier, run } = await start();
    const { stateDir } = await run();
    await writePolicy(statePaths(stateDir), rehearsalOnly);
    await server.connected();
    server.send(server.rebootOrder(flow, workWith()));
    expect(await server.reported(flow)).toMatchObject({
      outcome: { kind: 'refused', reason: 'the local policy of this endpoint does not allow reboots' },
    });
    expect(notifier.shown).toEqual([]);
  });

  it('R-12 given the agent is restarted mid-flow then it shows what is current, and reports no second end', async () => {
    const { server, notifier, run } = await start();
    const { agent } = await run();
    await server.connected();
    server.send(server.rebootOrder(flow, workWith()));
    await server.reported(flow);
    await agent.stop();
    expect(notifier.screen('ada')).toBeNull();
    await run();
    await told(server, 'resumed');
    await waitFor(() => notifier.screen('ada')?.kind === 'reminder', { what: 'the reminder' });
    expect(server.reports(flow).every(({ outcome }) => outcome.kind === 'userAsked')).toBe(true);
  });

  it('R-12 given the server stores nothing yet then the events are sent again after the next sign-in', async () => {
    const { server, run } = await start();
    server.habits.acknowledgesRebootEvents = false;
    await run();
    await server.connected();
    server.send(server.rebootOrder(flow, workWith()));
    await server.reported(flow);
    server.habits.acknowledgesRebootEvents = true;
    server.disconnect();
    await told(server, 'shown');
    expect(kindsOf(server)).toEqual(['begin', 'shown']);
  });
});
