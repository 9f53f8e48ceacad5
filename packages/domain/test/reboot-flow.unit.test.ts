import { describe, expect, it } from 'vitest';
import { ada, bob, Flow, minutes, oneOClock, session } from './reboot-flow.ts';

describe('the flow of Interactive Reboot', () => {
  it('R-01 given no reboot is needed then nothing is shown and the flow ends', () => {
    const flow = new Flow();
    flow.begin([ada], false);
    expect(flow.state).toMatchObject({ status: 'ended', ending: 'notNeeded' });
    expect(flow.commands).toEqual([]);
    expect(flow.log).toEqual(['No reboot is needed.']);
  });

  it('R-01 given the check is off then users are asked although no reboot is needed', () => {
    const flow = new Flow({ onlyIfNeeded: false });
    flow.begin([ada], false);
    expect(flow.state.status).toBe('asking');
  });

  it('R-02 given a reboot is needed then the first notification is raised at once', () => {
    const flow = Flow.begun();
    expect(flow.commands).toEqual([{ kind: 'show', sessions: ['ada'] }]);
    expect(flow.screen).toBe('reminder until 14:00');
  });

  it('R-03 when the user chooses Reboot now then the endpoint reboots 2 minutes later', () => {
    const flow = Flow.begun().render().wait(minutes(7));
    flow.answer({ kind: 'rebootNow' });
    expect(Flow.clock(flow.scheduledAt)).toBe('13:09');
    expect(flow.screen).toBe('restarting until 13:09');
    flow.on({ kind: 'booted', bootId: 'boot-2' });
    expect(flow.state).toMatchObject({ status: 'ended', ending: 'rebooted' });
    expect(flow.log).toEqual([
      'ada was shown notification 1 of 5.',
      'ada chose to reboot now: the reboot was scheduled.',
      'The endpoint has rebooted.',
    ]);
  });

  it('R-04 when the user snoozes then the notification goes away and the next comes 4 hours later', () => {
    const flow = Flow.begun().render();
    flow.snooze();
    expect(flow.commands).toEqual([{ kind: 'withdraw', sessions: ['ada'] }]);
    flow.wait(minutes(240) - 1);
    expect(flow.screen).toBeNull();
    flow.wait(1);
    expect(flow.screen).toBe('reminder until 18:00');
  });

  it('R-05 given cancelling is not allowed then an answer that cancels is refused', () => {
    const flow = Flow.begun().render();
    expect(flow.answer({ kind: 'cancel' })).toMatchObject({ kind: 'rejected' });
    expect(flow.state.status).toBe('asking');
  });

  it.each(['reminder', 'finalWarning', 'restarting'])(
    'R-05 given cancelling is allowed when the user cancels a %s then the flow ends and never reboots',
    (kind) => {
      const flow = Flow.begun({ allowCancel: true, notificationCount: kind === 'reminder' ? 1 : 0 }).render();
      if (kind === 'restarting') {
        flow.answer({ kind: 'rebootNow' });
        flow.render();
      }
      flow.answer({ kind: 'cancel' });
      expect(flow.state).toMatchObject({ status: 'ended', ending: 'cancelled' });
      expect(flow.wait(minutes(10_000)).scheduledAt).toBeNull();
    },
  );

  it('R-06 given no answer within the timeout then a new notification is shown and the ignored one is used', () => {
    const flow = Flow.begun().render().wait(minutes(60));
    expect(flow.screen).toBe('reminder until 15:00');
    expect(flow.state).toMatchObject({ used: 1, notification: { number: 2 } });
    expect(flow.log).toContain('Notification 1 of 5 was ignored.');
  });

  it('R-07 given as many as the count are snoozed or ignored then the final warning offers no snooze', () => {
    const flow = Flow.begun({ notificationCount: 2, allowCancel: true }).render();
    flow.snooze();
    flow.wait(minutes(240 + 60));
    expect(flow.screen).toBe('finalWarning until 18:15');
    expect(flow.snooze()).toMatchObject({ kind: 'rejected' });
    expect(flow.state).toMatchObject({ used: 2, notification: { snoozes: [] } });
  });

  it('R-07 given a final warning when the user chooses Reboot now then it never comes later than was told', () => {
    const flow = Flow.begun({ notificationCount: 0, rebootNowDelayMinutes: 10 }).render().wait(minutes(8));
    flow.answer({ kind: 'rebootNow' });
    expect(Flow.clock(flow.scheduledAt)).toBe('13:15');
  });

  it('R-08 given count 2: 13:00 first, snoozed; 17:00 second, snoozed; 21:00 final warning; 21:15 reboot', () => {
    const flow = Flow.begun({ notificationCount: 2 }).render();
    const story = [`${flow.clock} ${flow.screen}`];
    for (let count = 0; count < 2; count += 1) {
      flow.snooze();
      flow.next();
      story.push(`${flow.clock} ${flow.screen}`);
    }
    flow.next();
    story.push(`reboot ${Flow.clock(flow.scheduledAt)}`);
    expect(story).toEqual([
      '13:00 reminder until 14:00',
      '17:00 reminder until 18:00',
      '21:00 finalWarning until 21:15',
      'reboot 21:15',
    ]);
  });

  it('R-08 given count 0 then the first notification is the final warning', () => {
    const flow = Flow.begun({ notificationCount: 0 }).render();
    expect(flow.screen).toBe('finalWarning until 13:15');
    expect(Flow.clock(flow.next().scheduledAt)).toBe('13:15');
  });

  it('R-12 given the wall clock is set a day ahead then what lasts goes on, and the shown time is the enforced one', () => {
    const flow = Flow.begun({ notificationCount: 0 }).render().wait(minutes(5));
    flow.now = { ...flow.now, at: flow.now.at + minutes(24 * 60) };
    flow.on({ kind: 'clockChanged' });
    expect(flow.commands).toEqual([{ kind: 'show', sessions: ['ada'] }]);
    expect(flow.render().next().scheduledAt).toBe(oneOClock + minutes(24 * 60 + 15));
  });

  it('R-12 given the wall clock is set while a reboot is scheduled then it comes after the same time as before', () => {
    const flow = Flow.begun().render();
    flow.answer({ kind: 'rebootNow' });
    flow.now = { ...flow.now, at: flow.now.at - minutes(60) };
    flow.on({ kind: 'clockChanged' });
    expect(Flow.clock(flow.scheduledAt)).toBe('12:02');
    expect(flow.screen).toBe('restarting until 12:02');
  });

  it('R-12 given the wall clock is set then the times of day that are offered are those of the new clock', () => {
    const flow = Flow.begun({ snoozeChoices: [{ kind: 'at', day: 0, hour: 20, minute: 0 }] }).render();
    flow.now = { ...flow.now, at: flow.now.at + minutes(60) };
    flow.on({ kind: 'clockChanged' });
    flow.render().snooze();
    expect(flow.next().clock).toBe('20:00');
  });

  it('R-12 given the endpoint sleeps through a notification then it is shown again and not used up', () => {
    const flow = Flow.begun().render().wait(minutes(5)).pass(minutes(600));
    flow.on({ kind: 'resumed', cause: 'slept', sessions: [ada] });
    expect(flow.screen).toBe('reminder until 00:05');
    expect(flow.state.used).toBe(0);
  });

  it('R-12 given the endpoint sleeps through a final warning then users get the whole warning again', () => {
    const flow = Flow.begun({ notificationCount: 0 }).render().wait(minutes(14.5)).pass(minutes(600));
    expect(flow.state.status).toBe('restarting');
    flow.on({ kind: 'resumed', cause: 'slept', sessions: [ada] });
    expect(flow.scheduledAt).toBeNull();
    expect(flow.screen).toBe('finalWarning until 23:29');
  });

  it('R-12 given a new agent takes over then the current notification is rendered again, for as long as was told', () => {
    const flow = Flow.begun({}, [ada, bob]).render().wait(minutes(20));
    flow.on({ kind: 'resumed', cause: 'agentRestarted', sessions: [ada, bob] });
    expect(flow.commands).toEqual([{ kind: 'show', sessions: ['ada', 'bob'] }]);
    expect(flow.screen).toBe('reminder until 14:00');
  });

  it('R-13 given a reboot for another reason then the flow is done', () => {
    const flow = Flow.begun().render();
    flow.snooze();
    expect(flow.on({ kind: 'booted', bootId: 'boot-1' }).kind).toBe('ignored');
    flow.on({ kind: 'booted', bootId: 'boot-2' });
    expect(flow.state).toMatchObject({ status: 'ended', ending: 'rebooted' });
    expect(flow.log.at(-1)).toBe('The endpoint was rebooted for another reason; the flow is done.');
  });

  it('R-13 W-13 given a second activity joins then nothing more is shown, and the flow ends with the last one', () => {
    const flow = Flow.begun().render();
    flow.on({ kind: 'joined', activity: '2.task.1' });
    expect(flow.commands).toEqual([]);
    flow.on({ kind: 'stopped', activity: '1.post-1.1' });
    expect(flow.state.status).toBe('asking');
    flow.on({ kind: 'stopped', activity: '2.task.1' });
    expect(flow.commands).toEqual([{ kind: 'withdraw', sessions: ['ada'] }]);
    expect(flow.state).toMatchObject({ status: 'ended', ending: 'stopped' });
  });

  it('R-15 given an answer to a notification that is no longer the current one then nothing changes', () => {
    const flow = Flow.begun().render().wait(minutes(60));
    const before = flow.state;
    expect(flow.answer({ kind: 'rebootNow' }, ada, 1)).toMatchObject({ kind: 'ignored' });
    expect(flow.answer({ kind: 'rebootNow' }, bob, 2)).toMatchObject({ kind: 'ignored' });
    expect(flow.state).toBe(before);
  });
});

describe('several sessions', () => {
  it('R-14 given several active sessions then each is shown the notification and the first answer counts', () => {
    const away = session('eve', { active: false });
    const flow = Flow.begun({}, [ada, bob, away]).render();
    flow.answer({ kind: 'rebootNow' }, bob);
    expect(flow.state.status).toBe('restarting');
    expect(flow.snooze(0, ada)).toMatchObject({ kind: 'rejected' });
    expect(Flow.clock(flow.scheduledAt)).toBe('13:02');
  });

  it('R-14 given any snooze wins then Reboot now waits for the others, and a snooze beats it', () => {
    const flow = Flow.begun({ sessions: 'anySnoozeWins' }, [ada, bob]).render();
    flow.answer({ kind: 'rebootNow' }, ada);
    expect(flow.state.status).toBe('asking');
    flow.snooze(0, bob);
    expect(flow.state).toMatchObject({ status: 'snoozed', used: 1 });
  });

  it.each([
    ['the others agree', (flow: Flow) => flow.answer({ kind: 'rebootNow' }, bob), '13:02'],
    ['the others have gone', (flow: Flow) => flow.on({ kind: 'sessionsChanged', sessions: [ada] }), '13:02'],
    ['the time is over', (flow: Flow) => flow.wait(minutes(60)), '14:02'],
  ])('R-14 given any snooze wins and one chose Reboot now when %s then it counts', (_, happens, at) => {
    const flow = Flow.begun({ sessions: 'anySnoozeWins' }, [ada, bob]).render();
    flow.answer({ kind: 'rebootNow' }, ada);
    happens(flow);
    expect(flow.state).toMatchObject({ status: 'restarting', because: 'confirmed', used: 0 });
    expect(Flow.clock(flow.scheduledAt)).toBe(at);
  });

  it('R-14 given console session only then others are asked only when nobody is at the console', () => {
    const remote = session('bob', { console: false });
    const flow = Flow.begun({ sessions: 'consoleOnly' }, [ada, remote]).render();
    expect(flow.state).toMatchObject({ notification: { sessions: [{ session: 'ada' }] } });
    flow.on({ kind: 'sessionsChanged', sessions: [remote] });
    expect(flow.commands).toEqual([
      { kind: 'withdraw', sessions: ['ada'] },
      { kind: 'show', sessions: ['bob'] },
    ]);
  });

  it('R-14 when a user logs in mid-flow then they see the current notification', () => {
    const flow = Flow.begun().render().wait(minutes(10));
    flow.on({ kind: 'sessionsChanged', sessions: [ada, bob] });
    expect(flow.commands).toEqual([{ kind: 'show', sessions: ['bob'] }]);
    flow.snooze(0, bob);
    expect(flow.state).toMatchObject({ status: 'snoozed', used: 1 });
  });

  it.each([
    ['reboot', 'reminder', { status: 'restarting', because: 'noActiveUser' }, '13:02'],
    ['reboot', 'snoozed', { status: 'restarting', because: 'noActiveUser' }, '13:02'],
    ['wait', 'reminder', { status: 'waiting', because: 'noActiveUser' }, null],
    ['skip', 'snoozed', { status: 'ended', ending: 'skipped' }, null],
  ] as const)(
    'R-14 given the policy "%s" when all users log off a %s then it acts',
    (noActiveUser, when, state, at) => {
      const flow = Flow.begun({ noActiveUser }).render();
      if (when === 'snoozed') flow.snooze();
      flow.on({ kind: 'sessionsChanged', sessions: [session('ada', { active: false })] });
      expect(flow.state).toMatchObject(state);
      expect(Flow.clock(flow.scheduledAt)).toBe(at);
    },
  );

  it('R-14 when all users log off near the end of a final warning then the reboot comes no later than was told', () => {
    const flow = Flow.begun({ notificationCount: 0, rebootNowDelayMinutes: 5 }).render().wait(minutes(13));
    flow.on({ kind: 'sessionsChanged', sessions: [] });
    expect(flow.state).toMatchObject({ status: 'restarting', because: 'noActiveUser' });
    expect(Flow.clock(flow.scheduledAt)).toBe('13:15');
  });

  it('R-16 given the endpoint is about to reboot with nobody there when somebody comes then they are asked first', () => {
    const flow = Flow.begun({}, []);
    expect(Flow.clock(flow.scheduledAt)).toBe('13:02');
    flow.on({ kind: 'sessionsChanged', sessions: [ada] });
    expect(flow.scheduledAt).toBeNull();
    expect(flow.screen).toBe('reminder until 14:00');
  });

  it('R-14 given the policy "wait" and a deadline then the endpoint reboots at it, with nobody there', () => {
    const flow = Flow.begun({ noActiveUser: 'wait', deadlineAt: oneOClock + minutes(90) }, []);
    flow.next();
    expect(flow.state).toMatchObject({ status: 'restarting', because: 'noActiveUser' });
    expect(Flow.clock(flow.scheduledAt)).toBe('14:30');
  });

  it('R-14 a user who does not want to be disturbed is left alone until the deadline, and nothing is used up', () => {
    const busy = session('ada', { busy: true });
    const flow = Flow.begun({ deadlineAt: oneOClock + minutes(300) }, [busy]);
    expect(flow.state).toMatchObject({ status: 'waiting', because: 'doNotDisturb', used: 0 });
    flow.next();
    expect(`${flow.clock} ${flow.screen}`).toBe('17:45 finalWarning until 18:00');
  });

  it('R-14 when the user can be disturbed again then the notification is raised', () => {
    const flow = Flow.begun({}, [session('ada', { busy: true })]).wait(minutes(30));
    flow.on({ kind: 'sessionsChanged', sessions: [ada] });
    expect(flow.screen).toBe('reminder until 14:30');
  });
});

describe('a deadline', () => {
  it('R-07 the final warning starts in time for it, whatever was snoozed', () => {
    const flow = Flow.begun({ deadlineAt: oneOClock + minutes(270) }).render();
    flow.snooze();
    flow.next();
    expect(`${flow.clock} ${flow.screen}`).toBe('17:00 reminder until 17:15');
    expect(flow.state).toMatchObject({ notification: { snoozes: [] } });
    flow.next();
    expect(`${flow.clock} ${flow.screen}`).toBe('17:15 finalWarning until 17:30');
    expect(Flow.clock(flow.next().scheduledAt)).toBe('17:30');
  });

  it('R-12 given it has passed while the endpoint slept then users still get the shortest notice', () => {
    const flow = Flow.begun({ deadlineAt: oneOClock + minutes(120) }).render();
    flow.pass(minutes(600));
    flow.on({ kind: 'resumed', cause: 'slept', sessions: [ada] });
    expect(flow.screen).toBe('finalWarning until 23:02');
  });
});

describe('a notifier that fails', () => {
  const fail = (flow: Flow) => {
    const number = flow.state.raised;
    flow.on({ kind: 'notifierFailed', notification: number, session: 'ada', reason: 'no display' });
  };

  it('R-16 is reported, tried again, and given up after three tries when nothing was ever shown', () => {
    const flow = Flow.begun();
    fail(flow);
    expect(flow.log[0]).toBe('A notification could not be shown to ada: no display');
    for (const pause of [1, 5]) {
      flow.pass(minutes(pause)).on({ kind: 'wake' });
      expect(flow.state).toMatchObject({ status: 'asking', used: 0 });
      fail(flow);
    }
    expect(flow.state).toMatchObject({ status: 'ended', ending: 'notShown' });
    expect(flow.scheduledAt).toBeNull();
  });

  it('R-16 given it fails in the middle of a flow then it is tried for ever and never reboots', () => {
    const flow = Flow.begun({ notificationCount: 1 }).render();
    flow.snooze();
    flow.next();
    for (let tries = 0; tries < 20; tries += 1) {
      fail(flow);
      expect(flow.state).toMatchObject({ status: 'waiting', because: 'notifierFailed', used: 1 });
      flow.pass(minutes(15)).on({ kind: 'wake' });
    }
    expect(flow.scheduledAt).toBeNull();
    expect(flow.render().screen).toMatch(/^finalWarning/);
  });

  it('R-16 given the policy says reboot anyway then it does after three tries, after the final warning’s time', () => {
    const flow = Flow.begun({ notifierFailed: 'rebootAnyway' });
    for (const pause of [1, 5, 0]) {
      fail(flow);
      flow.pass(minutes(pause)).on({ kind: 'wake' });
    }
    expect(flow.state).toMatchObject({ status: 'restarting', because: 'notifierFailed' });
    expect(Flow.clock(flow.scheduledAt)).toBe('13:21');
  });

  it('R-16 given a notification is not rendered within a minute then it has failed', () => {
    const flow = Flow.begun({ notificationCount: 0 }).pass(minutes(1));
    flow.on({ kind: 'wake' });
    expect(flow.state).toMatchObject({ status: 'waiting', because: 'notifierFailed' });
    expect(flow.log).toContain('A notification was not rendered in time.');
  });

  it('R-16 given it fails in one of two sessions then the other one decides', () => {
    const flow = Flow.begun({}, [ada, bob]);
    fail(flow);
    flow.render();
    expect(flow.state.status).toBe('asking');
    flow.snooze(0, bob);
    expect(flow.state).toMatchObject({ status: 'snoozed', used: 1 });
  });
});

describe('a reboot that does not come', () => {
  it('R-10 is reported, and users are asked again an hour later', () => {
    const flow = Flow.begun().render();
    flow.answer({ kind: 'rebootNow' });
    flow.on({ kind: 'rebootRefused', reason: 'blocked by an inhibitor' });
    expect(flow.log.at(-1)).toBe('The reboot did not come: blocked by an inhibitor');
    expect(flow.scheduledAt).toBeNull();
    expect(flow.next().clock).toBe('14:00');
    expect(flow.screen).toBe('reminder until 15:00');
  });

  it('R-12 given the time has passed by ten minutes then it did not come', () => {
    const flow = Flow.begun().render();
    flow.answer({ kind: 'rebootNow' });
    flow.next();
    expect(flow.clock).toBe('13:12');
    expect(flow.state).toMatchObject({ status: 'waiting', because: 'rebootRefused' });
  });
});
