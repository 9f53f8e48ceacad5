import { describe, expect, it } from 'vitest';
import type { RebootEvent } from '../src/reboot/event.ts';
import { replay } from '../src/reboot/replay.ts';
import { initialRebootState } from '../src/reboot/state.ts';
import { ada, Flow } from './reboot-flow.ts';

describe('R-18 what an endpoint reports of its flow', () => {
  const flow = new Flow();
  const { settings, now } = flow;
  const begin: RebootEvent = {
    kind: 'begin',
    now,
    activity: '1.task.1',
    bootId: 'boot-1',
    needed: true,
    sessions: [ada],
  };
  const shown: RebootEvent = { kind: 'shown', now, notification: 1, session: 'ada' };
  const disputed = (...events: RebootEvent[]) => {
    const { state, events: replayed } = replay(settings, initialRebootState, events, () => null);
    return { status: state.status, disputed: replayed.map((one) => one.disputed) };
  };

  it('R-18 given an event that the rules do not have so, then it is disputed and changes nothing', () => {
    expect(disputed(shown, begin, shown)).toEqual({
      status: 'asking',
      disputed: ['the flow has not begun', null, null],
    });
  });

  it('R-18 given an event on which the rules fail, then it is disputed too, and what follows is taken', () => {
    const broken = { kind: 'sessionsChanged', now, sessions: null } as unknown as RebootEvent;
    expect(disputed(begin, broken, shown)).toEqual({
      status: 'asking',
      disputed: [null, expect.stringMatching(/^the rules fail on it: /), null],
    });
  });
});
