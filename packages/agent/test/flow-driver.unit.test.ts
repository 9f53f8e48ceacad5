import { readFileSync } from 'node:fs';
import { decide } from '@patchbay/domain/reboot/decide';
import { initialRebootState, type RebootState } from '@patchbay/domain/reboot/state';
import { scriptedSession } from '@patchbay/testkit/scripted-notifier';
import { describe, expect, it } from 'vitest';
import { FlowEndpoint, flow, minutes, workWith } from './flow-endpoint.ts';

const kinds = (endpoint: FlowEndpoint): string[] => endpoint.told.map(({ kind }) => kind);

describe('an Interactive Reboot on an endpoint', () => {
  it('R-01 given no reboot is needed then the activity succeeds without any notification', async () => {
    const endpoint = await FlowEndpoint.start();
    endpoint.needed = false;
    expect(await endpoint.begin()).toEqual({ kind: 'exited', exitCode: 0, facts: { rebootNeeded: 'false' } });
    expect(endpoint.notifier.shown).toEqual([]);
    expect(endpoint.log).toContain('No reboot is needed.');
    expect(kinds(endpoint)).toEqual(['begin']);
  });

  it('R-02 given a reboot is needed then the activity ends when the first notification has been rendered', async () => {
    const endpoint = await FlowEndpoint.start();
    expect(await endpoint.begin()).toEqual({ kind: 'userAsked' });
    expect(endpoint.screen()).toBe('reminder until 14:00');
    expect(kinds(endpoint)).toEqual(['begin', 'shown']);
  });

  it('R-03 when the user chooses Reboot now then the system is asked for its reboot 2 minutes later', async () => {
    const endpoint = await FlowEndpoint.start();
    await endpoint.begin();
    await endpoint.pass(3);
    await endpoint.answer('rebootNow');
    expect(endpoint.rebootsAt).toBe('13:05');
    expect(endpoint.screen()).toBe('restarting until 13:05');
    await endpoint.rebootNow();
    expect(kinds(endpoint).at(-1)).toBe('booted');
  });

  it('R-05 when the user cancels then nothing stays and the endpoint never reboots', async () => {
    const endpoint = await FlowEndpoint.start();
    await endpoint.begin({ allowCancel: true });
    await endpoint.answer('cancel');
    await endpoint.pass(3000);
    expect(endpoint.screen()).toBeNull();
    expect(endpoint.reboot.asked).toBe(0);
  });

  it('R-04 R-07 R-08 given count 2 then it goes as in the example, to the minute, in 20 hours of virtual time', async () => {
    const endpoint = await FlowEndpoint.start();
    endpoint.notifier.react = ({ kind }) => (kind === 'reminder' ? { kind: 'snooze', choice: 0 } : null);
    await endpoint.begin({ notificationCount: 2 });
    const story: string[] = [];
    for (let count = 0; count < 20 * 60 && endpoint.rebootsAt === null; count += 1) {
      const before = endpoint.notifier.shown.length;
      await endpoint.pass(1);
      for (const { view } of endpoint.notifier.shown.slice(before)) {
        story.push(`${new Date(endpoint.clock.now().at).toISOString().slice(11, 16)} ${view.kind}`);
      }
    }
    expect(story).toEqual(['17:00 reminder', '21:00 finalWarning']);
    expect(endpoint.rebootsAt).toBe('21:15');
  });

  it('R-06 given nobody answers then new notifications come, and the final warning ends in the reboot it tells', async () => {
    const endpoint = await FlowEndpoint.start();
    await endpoint.begin({ notificationCount: 2 });
    await endpoint.pass(60);
    expect(endpoint.screen()).toBe('reminder until 15:00');
    await endpoint.pass(60);
    expect(endpoint.screen()).toBe('finalWarning until 15:15');
    await endpoint.pass(15);
    expect(endpoint.rebootsAt).toBe('15:15');
  });

  it('R-10 R-18 the server can replay what happened: the same rules lead to the same state', async () => {
    const endpoint = await FlowEndpoint.start();
    const work = workWith({ notificationCount: 2, allowCancel: true });
    await endpoint.begin(work.settings);
    await endpoint.answer('snooze');
    endpoint.notifier.users = [scriptedSession('ada'), scriptedSession('bob')];
    await endpoint.pass(240);
    await endpoint.answer('cancel', 'bob');
    let state: RebootState = initialRebootState;
    const log: string[] = [];
    for (const event of endpoint.told) {
      const decision = decide(work.settings, state, event);
      if (decision.kind !== 'accepted') throw new Error(`${event.kind} is ${decision.kind}`);
      state = decision.state;
      log.push(...decision.commands.flatMap((command) => (command.kind === 'log' ? [command.message] : [])));
    }
    expect(state).toMatchObject({ status: 'ended', ending: 'cancelled' });
    expect(log).toEqual([
      'ada was shown notification 1 of 2.',
      'ada snoozed notification 1 of 2.',
      'ada was shown notification 2 of 2.',
      'bob was shown notification 2 of 2.',
      'bob cancelled the reboot.',
    ]);
  });

  it('W-13 when the server takes it back then the notification goes away and the endpoint never reboots', async () => {
    const endpoint = await FlowEndpoint.start();
    await endpoint.begin({ notificationCount: 0 });
    await endpoint.pass(14);
    expect(endpoint.rebootsAt).toBe('13:15');
    await endpoint.driver.stop(flow);
    expect(endpoint.screen()).toBeNull();
    expect(endpoint.rebootsAt).toBeNull();
    await endpoint.pass(3000);
    expect(endpoint.reboot.asked).toBe(1);
    expect(kinds(endpoint).at(-1)).toBe('stopped');
  });

  it('R-13 given one is under way when a second is ordered then it joins and shows nothing more', async () => {
    const endpoint = await FlowEndpoint.start();
    await endpoint.begin();
    expect(await endpoint.begin({}, '8.task.1')).toEqual({ kind: 'userAsked' });
    expect(endpoint.notifier.shown).toHaveLength(1);
    await endpoint.driver.stop(flow);
    expect(endpoint.screen()).toBe('reminder until 14:00');
    await endpoint.driver.stop('8.task.1');
    expect(endpoint.screen()).toBeNull();
  });
});

describe('R-12 a flow goes on', () => {
  it('R-12 given the agent is restarted then what is due is shown again, as it was told', async () => {
    const endpoint = await FlowEndpoint.start();
    await endpoint.begin({ notificationCount: 1 });
    await endpoint.pass(20);
    await endpoint.restartAgent();
    expect(endpoint.screen()).toBe('reminder until 14:00');
    await endpoint.answer('snooze');
    await endpoint.stopAgent();
    endpoint.clock.sleep(minutes(300));
    await endpoint.startAgent();
    await endpoint.pass(1);
    expect(endpoint.screen()).toMatch(/^finalWarning/);
    await endpoint.pass(15);
    expect(endpoint.reboot.asked).toBe(1);
  });

  it('R-12 given the agent is restarted while the reboot is near then it still comes at the time that was told', async () => {
    const endpoint = await FlowEndpoint.start();
    await endpoint.begin();
    await endpoint.answer('rebootNow');
    await endpoint.pass(1);
    await endpoint.restartAgent();
    expect(endpoint.screen()).toBe('restarting until 13:02');
    expect(endpoint.rebootsAt).toBe('13:02');
  });

  it('R-12 given the endpoint sleeps over a notification then it is shown on waking and not used up', async () => {
    const endpoint = await FlowEndpoint.start();
    await endpoint.begin({ notificationCount: 1 });
    await endpoint.pass(20);
    endpoint.clock.sleep(minutes(600));
    await endpoint.pass(1);
    expect(endpoint.screen()).toBe('reminder until 00:20');
    await endpoint.pass(60);
    expect(endpoint.screen()).toBe('finalWarning until 00:35');
  });

  it.each([
    ['ahead', 1],
    ['back', -1],
  ])(
    'R-12 given the wall clock is set a day %s then the warning names the new time and keeps its length',
    async (_, sign) => {
      const endpoint = await FlowEndpoint.start();
      await endpoint.begin({ notificationCount: 0 });
      await endpoint.pass(5);
      endpoint.clock.set(sign * minutes(24 * 60));
      await endpoint.pass(1);
      expect(endpoint.notifier.screen('ada')?.rebootAt).toBe(endpoint.clock.now().at + minutes(9));
      await endpoint.pass(9);
      expect(endpoint.reboot.scheduledAt).toBe(endpoint.clock.now().at);
    },
  );

  it('R-12 given the server is away for the whole flow then it has the whole story afterwards, once', async () => {
    const endpoint = await FlowEndpoint.start();
    endpoint.isConnected = false;
    endpoint.notifier.react = ({ kind }) => (kind === 'reminder' ? { kind: 'snooze', choice: 0 } : null);
    await endpoint.begin({ notificationCount: 2 });
    await endpoint.pass(500);
    expect(endpoint.rebootsAt).toBe('21:15');
    await endpoint.rebootNow();
    expect(endpoint.messages).toEqual([]);
    endpoint.isConnected = true;
    endpoint.driver.reconnected();
    const whole = [
      'begin',
      'shown',
      'answered',
      'wake',
      'shown',
      'answered',
      'wake',
      'shown',
      'wake',
      'booted',
    ];
    expect(kinds(endpoint)).toEqual(whole);
    await endpoint.driver.stored(flow, 4);
    endpoint.messages.length = 0;
    endpoint.driver.reconnected();
    expect(endpoint.messages).toMatchObject([{ type: 'rebootEvents', flow, from: 4 }]);
    await endpoint.driver.stored(flow, whole.length);
    expect(readFileSync(endpoint.journalPath, 'utf8')).toBe('');
    endpoint.messages.length = 0;
    endpoint.driver.reconnected();
    expect(endpoint.messages).toEqual([]);
  });

  it('R-13 given the endpoint was rebooted for another reason then the flow is done', async () => {
    const endpoint = await FlowEndpoint.start();
    await endpoint.begin();
    await endpoint.rebootNow();
    expect(endpoint.screen()).toBeNull();
    expect(kinds(endpoint).at(-1)).toBe('booted');
    await endpoint.pass(3000);
    expect(endpoint.notifier.shown).toHaveLength(1);
  });
});

describe('the users of an endpoint', () => {
  it('R-14 given a user logs in mid-flow then they see the current notification in their language', async () => {
    const endpoint = await FlowEndpoint.start();
    await endpoint.begin();
    endpoint.notifier.users = [scriptedSession('ada'), scriptedSession('bea', { language: 'de_DE.UTF-8' })];
    await endpoint.pass(1);
    expect(endpoint.screen('bea')).toBe('reminder until 14:00');
    expect(endpoint.notifier.screen('bea')?.buttons[0]?.label).toBe('Jetzt neu starten');
    await endpoint.answer('rebootNow', 'bea');
    expect(endpoint.rebootsAt).toBe('13:03');
    expect(endpoint.screen('ada')).toBe('restarting until 13:03');
  });

  it('R-14 given the user logs off just before a notification is due then nobody is asked and the policy acts', async () => {
    const endpoint = await FlowEndpoint.start();
    await endpoint.begin();
    await endpoint.pass(0.2);
    await endpoint.answer('snooze');
    await endpoint.pass(239.9);
    endpoint.notifier.users = [];
    await endpoint.pass(0.1);
    expect(endpoint.notifier.shown).toHaveLength(1);
    expect(kinds(endpoint)).not.toContain('notifierFailed');
    expect(endpoint.rebootsAt).toBe('17:02');
  });

  it('R-14 given all users log off then the policy for that acts, and whoever comes back is asked again', async () => {
    const endpoint = await FlowEndpoint.start();
    await endpoint.begin();
    endpoint.notifier.users = [];
    await endpoint.pass(0.5);
    expect(endpoint.rebootsAt).toBe('13:02');
    endpoint.notifier.users = [scriptedSession('ada')];
    await endpoint.pass(0.5);
    expect(endpoint.rebootsAt).toBeNull();
    expect(endpoint.screen()).toBe('reminder until 14:01');
  });

  it('R-02 R-16 given nobody is there then the activity succeeds by the policy alone', async () => {
    const endpoint = await FlowEndpoint.start();
    endpoint.notifier.users = [];
    expect(await endpoint.begin()).toEqual({ kind: 'userAsked' });
    expect(endpoint.rebootsAt).toBe('13:02');
  });

  it('R-15 given an answer comes after the notification was replaced then it changes nothing', async () => {
    const endpoint = await FlowEndpoint.start();
    let late: (() => void) | null = null;
    endpoint.notifier.show = (_view, _session, options) => {
      options.onShown();
      return new Promise((resolve) => {
        late ??= () => resolve({ kind: 'answered', answer: { kind: 'rebootNow' } });
      });
    };
    await endpoint.begin();
    await endpoint.pass(60);
    const tell: (() => void) | null = late;
    if (tell === null) throw new Error('nothing was shown');
    (tell as () => void)();
    await endpoint.driver.settled();
    expect(endpoint.rebootsAt).toBeNull();
    expect(kinds(endpoint)).not.toContain('answered');
  });
});

describe('what can fail', () => {
  it('R-16 given no notification can be shown then it is reported with the reason, and the activity fails', async () => {
    const endpoint = await FlowEndpoint.start();
    endpoint.notifier.react = () => ({ kind: 'failed', reason: 'no display' });
    const outcome = endpoint.begin();
    await endpoint.driver.settled();
    await endpoint.pass(10);
    expect(await outcome).toEqual({
      kind: 'notStarted',
      reason: 'no notification could be shown: no display',
    });
    expect(endpoint.told).toContainEqual(
      expect.objectContaining({ kind: 'notifierFailed', reason: 'no display' }),
    );
    expect(endpoint.reboot.asked).toBe(0);
  });

  it('R-16 given the notifier crashes mid-flow and mends itself then the same notification is shown again', async () => {
    const endpoint = await FlowEndpoint.start();
    await endpoint.begin({ notificationCount: 1 });
    endpoint.notifier.end('ada', { kind: 'failed', reason: 'it crashed' });
    await endpoint.driver.settled();
    expect(endpoint.screen()).toBeNull();
    await endpoint.pass(1);
    expect(endpoint.screen()).toBe('reminder until 14:01');
  });

  it('R-16 given an endpoint without a notifier then the activity says so', async () => {
    const endpoint = await FlowEndpoint.start();
    await endpoint.stopAgent();
    await endpoint.startAgent({ notifier: null });
    expect(await endpoint.begin()).toEqual({
      kind: 'notStarted',
      reason: 'this agent cannot show notifications on this endpoint',
    });
  });

  it('R-16 given a notifier that answers what was not offered then it has failed', async () => {
    const endpoint = await FlowEndpoint.start();
    await endpoint.begin();
    await endpoint.answer('cancel');
    expect(kinds(endpoint).at(-1)).toBe('notifierFailed');
  });

  it('S-05 given the local policy forbids reboots by the time of the reboot then the endpoint does not reboot', async () => {
    const endpoint = await FlowEndpoint.start();
    await endpoint.begin();
    endpoint.policy = { ...endpoint.policy, reboot: false };
    await endpoint.answer('rebootNow');
    expect(endpoint.rebootsAt).toBeNull();
    expect(endpoint.told.at(-1)).toMatchObject({
      kind: 'rebootRefused',
      reason: 'the local policy of this endpoint does not allow reboots',
    });
  });

  it('R-10 given the system refuses the reboot then it is reported and users are asked again', async () => {
    const endpoint = await FlowEndpoint.start();
    endpoint.reboot.refusal = 'blocked by an inhibitor';
    await endpoint.begin();
    await endpoint.answer('rebootNow');
    expect(kinds(endpoint).at(-1)).toBe('rebootRefused');
    await endpoint.pass(60);
    expect(endpoint.screen()).toMatch(/^reminder/);
  });

  it('R-02 given the time for the first notification is over then nothing is left of the flow', async () => {
    const endpoint = await FlowEndpoint.start();
    endpoint.notifier.react = () => 'notRendered';
    const outcome = endpoint.driver.carryOut(
      flow,
      { ...workWith(), timeoutMs: 30_000 },
      new AbortController().signal,
      () => {},
    );
    await endpoint.driver.settled();
    await endpoint.pass(1);
    expect(await outcome).toEqual({ kind: 'timedOut' });
    expect(endpoint.screen()).toBeNull();
    expect(kinds(endpoint).at(-1)).toBe('stopped');
  });
});
