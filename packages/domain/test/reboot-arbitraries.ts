import fc from 'fast-check';
import type { RebootSettings, SnoozeChoice } from '../src/reboot/settings.ts';
import { minutes, oneOClock, settingsWith } from './reboot-flow.ts';

const choice: fc.Arbitrary<SnoozeChoice> = fc.oneof(
  fc.record({ kind: fc.constant('for' as const), minutes: fc.constantFrom(1, 60, 240, 1440) }),
  fc.record({
    kind: fc.constant('at' as const),
    day: fc.constantFrom(0, 1),
    hour: fc.constantFrom(0, 2, 9, 13, 20),
    minute: fc.constantFrom(0, 30),
  }),
);

/** Settings as they can be saved, with all of their choices. */
export const rebootSettings: fc.Arbitrary<RebootSettings> = fc
  .record({
    notificationCount: fc.constantFrom(0, 1, 2, 3),
    notificationTimeoutMinutes: fc.constantFrom(1, 30, 60),
    allowCancel: fc.boolean(),
    snoozeChoices: fc.uniqueArray(choice, {
      minLength: 1,
      maxLength: 3,
      selector: (one) => JSON.stringify(one),
    }),
    rebootNowDelayMinutes: fc.constantFrom(0, 2, 5),
    finalWarningMinutes: fc.constantFrom(5, 15),
    noActiveUser: fc.constantFrom('reboot', 'wait', 'skip'),
    deadlineAt: fc.option(
      fc.constantFrom(-60, 0, 10, 90, 600, 2000).map((ahead) => oneOClock + minutes(ahead)),
      { freq: 2 },
    ),
    doNotDisturb: fc.constantFrom('respect', 'ignore'),
    sessions: fc.constantFrom('firstAnswer', 'anySnoozeWins', 'consoleOnly'),
    notifierFailed: fc.constantFrom('rebootAnyway', 'keepTrying'),
  })
  .map((changes) => settingsWith(changes as Partial<RebootSettings>));

/** Choices of what happens next, and two numbers for its details. */
export type Draw = readonly [number, number, number];
export const draws: fc.Arbitrary<Draw[]> = fc.array(fc.tuple(fc.nat(99), fc.nat(999), fc.nat(999)), {
  minLength: 5,
  maxLength: 40,
});

/** Clocks of an endpoint: in UTC, or in the night in which summer time begins or ends there. */
export const zones = fc.constantFrom(
  { offsetMinutes: 0, change: null },
  { offsetMinutes: 60, change: { at: oneOClock + minutes(14 * 60), offsetMinutes: 120 } },
  { offsetMinutes: 120, change: { at: oneOClock + minutes(5 * 60), offsetMinutes: 60 } },
);
