import { describe, expect, it } from 'vitest';
import { forecast, latestReboot, type RebootBehaviour } from '../src/reboot/forecast.ts';
import { Flow, minutes, oneOClock, settingsWith } from './reboot-flow.ts';

const { now } = new Flow();
const entriesOf = (behaviour: RebootBehaviour, flow = new Flow({ notificationCount: 2 })): string[] =>
  forecast(flow.settings, flow.state.status === 'new' ? null : flow.state, flow.now, behaviour).entries.map(
    ({ kind, at, number }) => `${Flow.clock(at)} ${kind} ${number}`,
  );

describe('the forecast of Interactive Reboot', () => {
  it('R-08 R-17 given a user who snoozes at once then it is the example of the founding documents', () => {
    expect(entriesOf('snoozing')).toEqual([
      '13:00 reminder 1',
      '13:00 snoozed 1',
      '17:00 reminder 2',
      '17:00 snoozed 2',
      '21:00 finalWarning 3',
      '21:15 reboot 3',
    ]);
  });

  it('R-17 given a user who puts it off for as long as possible then it is the latest possible reboot', () => {
    expect(entriesOf('latest').at(-1)).toBe('23:15 reboot 3');
    expect(Flow.clock(latestReboot(settingsWith({ notificationCount: 2 }), null, now))).toBe('23:15');
  });

  it('R-17 given a span that comes to the same time as a time of day when it is offered then both are, as the span is counted from the answer', () => {
    const settings = settingsWith({
      notificationCount: 2,
      notificationTimeoutMinutes: 30,
      finalWarningMinutes: 5,
      snoozeChoices: [
        { kind: 'at', day: 0, hour: 13, minute: 30 },
        { kind: 'for', minutes: 24 * 60 },
      ],
    });
    expect(latestReboot(settings, null, now)).toBe(oneOClock + minutes(2 * 24 * 60 + 65));
    const flow = Flow.begun(settings).render().pass(minutes(10));
    flow.snooze(1);
    flow.next();
    flow.pass(minutes(30)).snooze(1);
    flow.next();
    flow.next();
    expect(flow.scheduledAt).toBe(oneOClock + minutes(2 * 24 * 60 + 45));
  });

  it('R-17 given a user who does nothing or reboots at once then it tells that', () => {
    expect(entriesOf('ignoring')).toEqual([
      '13:00 reminder 1',
      '14:00 ignored 1',
      '14:00 reminder 2',
      '15:00 ignored 2',
      '15:00 finalWarning 3',
      '15:15 reboot 3',
    ]);
    expect(entriesOf('immediate')).toEqual(['13:00 reminder 1', '13:00 confirmed 1', '13:02 reboot 2']);
  });

  it('R-17 given a flow under way then it tells what comes next', () => {
    const flow = Flow.begun({ notificationCount: 2 }).render();
    flow.snooze();
    expect(entriesOf('snoozing', flow)).toEqual([
      '17:00 reminder 2',
      '17:00 snoozed 2',
      '21:00 finalWarning 3',
      '21:15 reboot 3',
    ]);
  });

  it('R-17 given a deadline then the latest reboot is not later', () => {
    const settings = settingsWith({ deadlineAt: oneOClock + minutes(500) });
    expect(latestReboot(settings, null, now)).toBe(oneOClock + minutes(500));
  });

  it('R-17 given a flow that waits for a user then only the deadline leads to a reboot', () => {
    const waiting = Flow.begun({ noActiveUser: 'wait' }, []);
    expect(latestReboot(waiting.settings, waiting.state, waiting.now)).toBeNull();
    const bounded = Flow.begun({ noActiveUser: 'wait', deadlineAt: oneOClock + minutes(500) }, []);
    expect(latestReboot(bounded.settings, bounded.state, bounded.now)).toBe(oneOClock + minutes(500));
  });
});
