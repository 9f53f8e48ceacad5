import { decide } from '@patchbay/domain/reboot/decide';
import type { RebootEvent } from '@patchbay/domain/reboot/event';
import type { RebootAnswer } from '@patchbay/domain/reboot/notification-view';
import { initialRebootState, type RebootState } from '@patchbay/domain/reboot/state';
import { type ScriptedReaction, scriptedSession } from '@patchbay/testkit/scripted-notifier';
import { describe, expect, it } from 'vitest';
import { FlowEndpoint, minutes, workWith } from './flow-endpoint.ts';

const endpoints = 1000;
const atOnce = 50;

/** Random numbers from [0, 1) that are the same in every run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Half a day of an endpoint whose users, clocks, sleep and agent do what chance will have. Answers how its flow stands. */
async function live(seed: number): Promise<string> {
  const random = randomFrom(seed);
  const oneOf = <T>(values: readonly [T, ...T[]]): T =>
    values[Math.floor(random() * values.length)] ?? values[0];
  const endpoint = new FlowEndpoint();
  endpoint.isConnected = random() < 0.5;
  endpoint.needed = random() < 0.95;
  await endpoint.startAgent();
  const answers: readonly [ScriptedReaction, ...ScriptedReaction[]] = [
    { kind: 'snooze', choice: 0 },
    { kind: 'snooze', choice: 0 },
    { kind: 'rebootNow' },
    { kind: 'cancel' },
    null,
    null,
    'notRendered',
    { kind: 'failed', reason: 'no display' },
  ];
  const isOffered = (
    buttons: readonly { readonly answer: RebootAnswer }[],
    reaction: ScriptedReaction,
  ): boolean => buttons.some(({ answer }) => JSON.stringify(answer) === JSON.stringify(reaction));
  endpoint.notifier.react = ({ buttons }) => {
    const reaction = oneOf(answers);
    const isAnswer = reaction !== null && typeof reaction === 'object' && reaction.kind !== 'failed';
    return isAnswer && !isOffered(buttons, reaction) ? null : reaction;
  };
  const { settings } = workWith({
    notificationCount: oneOf([0, 1, 2, 5]),
    allowCancel: random() < 0.5,
    noActiveUser: oneOf(['reboot', 'wait', 'skip']),
    notifierFailed: oneOf(['keepTrying', 'rebootAnyway']),
  });
  const outcome = endpoint.begin(settings);
  for (let step = 0; step < 12; step += 1) {
    await endpoint.pass(100 * random());
    const what = random();
    if (what < 0.1) endpoint.clock.sleep(minutes(600 * random()));
    else if (what < 0.15) endpoint.clock.set(oneOf([minutes(1440), -minutes(1440)]));
    else if (what < 0.25) await endpoint.restartAgent();
    else if (what < 0.35) {
      endpoint.notifier.users = ['ada', 'bob']
        .filter(() => random() < 0.7)
        .map((user) => scriptedSession(user));
    } else if (what < 0.38) await endpoint.rebootNow();
  }
  await endpoint.pass(1);
  endpoint.isConnected = true;
  endpoint.driver.reconnected();
  await outcome;
  const replayed = replay(settings, endpoint.told);
  const screens = ['ada', 'bob'].filter((user) => endpoint.screen(user) !== null);
  const scheduledAt = endpoint.reboot.scheduledAt;
  await endpoint.stopAgent();
  const { state } = replayed;
  if (replayed.scheduledAt !== scheduledAt) throw new Error(`${seed}: another reboot than the rules say`);
  if (state.status === 'ended' && screens.length > 0) throw new Error(`${seed}: a notification stays`);
  return state.status === 'ended' ? state.ending : state.status;
}

/** What the pure rules make of what was reported. */
function replay(
  settings: ReturnType<typeof workWith>['settings'],
  events: readonly RebootEvent[],
): { state: RebootState; scheduledAt: number | null } {
  let state: RebootState = initialRebootState;
  let scheduledAt: number | null = null;
  for (const event of events) {
    const decision = decide(settings, state, event);
    if (decision.kind !== 'accepted')
      throw new Error(`${event.kind} would not be allowed: ${decision.reason}`);
    state = decision.state;
    for (const command of decision.commands) {
      if (command.kind === 'scheduleReboot') scheduledAt = command.at;
      if (command.kind === 'unscheduleReboot') scheduledAt = null;
    }
    if (event.kind === 'booted') scheduledAt = null;
  }
  return { state, scheduledAt };
}

describe('a thousand endpoints with random users', { timeout: 240_000 }, () => {
  it('R-18 R-12 given what they reported then every outcome is what the pure rules say for it', async () => {
    const found: Record<string, number> = {};
    for (let first = 0; first < endpoints; first += atOnce) {
      const batch = Array.from({ length: atOnce }, (_, index) => live(first + index + 1));
      for (const how of await Promise.all(batch)) found[how] = (found[how] ?? 0) + 1;
    }
    expect(Object.values(found).reduce((sum, count) => sum + count, 0)).toBe(endpoints);
    for (const ending of ['rebooted', 'cancelled', 'notNeeded', 'skipped']) {
      expect(found[ending], `"${ending}" happens`).toBeGreaterThan(10);
    }
  });
});
