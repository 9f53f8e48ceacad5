import { healthOf, healthVerdict } from '@patchbay/domain/health/verdict';
import type { StepRecord } from '@patchbay/domain/run/state';
import { atDueTime, lateness, scheduleProblems, type TaskSchedule } from '@patchbay/domain/task/schedule';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const minute = 60_000;
const noon = Date.UTC(2026, 10, 21, 12);
const once: TaskSchedule = { startsAt: noon, withinMinutes: null, everyMinutes: null, spreadMinutes: 0 };
const hourly = { ...once, everyMinutes: 60 };

describe('when a task runs at a set time', () => {
  it('L-26 given a time that lies ahead, when it is checked, then nothing is wrong with it', () => {
    expect(scheduleProblems(once, 'General', noon - 60 * minute)).toEqual([]);
    expect(scheduleProblems(once, 'Internal Script', noon + minute)).toEqual([]);
  });

  it.each([
    [{ startsAt: noon - 6 * minute }, 'General', 'at', 'lies in the past'],
    [{ startsAt: noon + 3 * 366 * 24 * 60 * minute }, 'General', 'at', 'lies more than two years ahead'],
    [{ everyMinutes: 60 }, 'Reboot', 'everyMinutes', 'only a health check can be repeated'],
    [{ everyMinutes: 4 }, 'Health Check', 'everyMinutes', 'must be at least 5 minutes'],
    [{ everyMinutes: 10, spreadMinutes: 11 }, 'Health Check', 'spreadMinutes', 'must not be longer'],
    [{ everyMinutes: 10, withinMinutes: 5 }, 'Health Check', 'withinMinutes', 'is for a task that runs once'],
  ] as const)(
    'L-26 L-27 given %j of a %s task, when it is checked, then %s is named',
    (over, category, path, message) => {
      const problems = scheduleProblems({ ...once, ...over }, category, noon);
      expect(problems.map((problem) => problem.path)).toEqual([path]);
      expect(problems[0]?.message).toContain(message);
    },
  );

  it('L-26 given that no server was there in time, when one is, then the task starts late or, beyond its limit, not at all', () => {
    expect(atDueTime(once, noon, noon + 30)).toEqual({ kind: 'start', lateMinutes: 0, nextAt: null });
    expect(atDueTime(once, noon, noon + 90 * minute)).toEqual({
      kind: 'start',
      lateMinutes: 90,
      nextAt: null,
    });
    const within = { ...once, withinMinutes: 60 };
    expect(atDueTime(within, noon, noon + 60 * minute).kind).toBe('start');
    expect(atDueTime(within, noon, noon + 60 * minute + 1)).toEqual({
      kind: 'missed',
      lateMinutes: 60,
      nextAt: null,
    });
    expect(lateness(0)).toBe('');
    expect(lateness(1)).toContain('1 minute late');
  });

  it('L-27 given a repeated check, whenever it is done, then it goes on in its rhythm, after now and by one step at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 40_000 }), fc.nat(10_000_000_000), (everyMinutes, lateMs) => {
        const { nextAt } = atDueTime({ ...hourly, everyMinutes }, noon, noon + lateMs);
        const every = everyMinutes * minute;
        expect(nextAt).toBeGreaterThan(noon + lateMs);
        expect(nextAt).toBeLessThanOrEqual(noon + lateMs + every);
        expect((Number(nextAt) - noon) % every).toBe(0);
      }),
    );
  });
});

describe('what a health check says', () => {
  const failed: StepRecord = {
    outcome: 'failed',
    attempt: 1,
    failure: 'exitCode',
    detail: 'exit code 2 is not in its success list [0]',
    tolerated: false,
  };

  it('L-27 given a check that failed, when it is not tried again, then the endpoint is unhealthy, also where its workflow goes on', () => {
    expect(healthVerdict(failed, false)).toEqual({ healthy: false, reason: failed.detail });
    expect(healthVerdict({ ...failed, tolerated: true }, false)?.healthy).toBe(false);
    expect(healthVerdict(failed, true)).toBeNull();
  });

  it('L-27 given a check that passed, was cancelled or did not run, then it says healthy or nothing', () => {
    expect(healthVerdict({ outcome: 'succeeded', attempt: 1, detail: 'fine' }, false)?.healthy).toBe(true);
    expect(healthVerdict({ outcome: 'cancelled', attempt: 1, detail: '' }, false)).toBeNull();
    expect(healthVerdict({ outcome: 'skipped', detail: '' }, false)).toBeNull();
    expect(healthVerdict({ outcome: 'notRun', detail: '' }, false)).toBeNull();
  });

  it('L-27 given several checks, then one that fails is enough', () => {
    expect(healthOf([])).toBeNull();
    expect(healthOf([{ healthy: true }, { healthy: true }])).toBe('healthy');
    expect(healthOf([{ healthy: true }, { healthy: false }])).toBe('unhealthy');
  });
});
