import type { Plan } from '@patchbay/domain/plan/plan';
import { dueEvent, firstStart, nextStart } from '@patchbay/domain/plan/start';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const dayMs = 86_400_000;
const midnight = Date.UTC(2026, 10, 21);
const nightly: Pick<Plan, 'schedule' | 'deadlineMinutes'> = {
  schedule: {
    kind: 'recurring',
    recurrence: { rule: 'FREQ=DAILY', afterDays: 0, start: '2026-01-01', time: '22:00', timeZone: 'UTC' },
  },
  deadlineMinutes: 120,
};

describe('when a plan opens a cycle', () => {
  it('P-05 given a time then it opens then, and at once when it has passed; without one at once', () => {
    const at = { schedule: { kind: 'at', at: midnight } } as const;
    expect(firstStart(at, midnight - 1)).toBe(midnight);
    expect(firstStart(at, midnight)).toBeNull();
    expect(firstStart({ schedule: { kind: 'now' } }, midnight)).toBeNull();
    expect(nextStart(at, 0)).toBeNull();
  });

  it('P-05 given any outage then the next time of a recurring plan is one whose deadline has not passed', () => {
    fc.assert(
      fc.property(fc.nat(30 * dayMs), (outageMs) => {
        const plannedAt = midnight + 22 * 3_600_000;
        const at = plannedAt + outageMs;
        const { deadline, next } = dueEvent(nightly, plannedAt, at);
        expect(deadline).toBe(plannedAt + 120 * 60_000);
        expect(next).toBeGreaterThan(plannedAt);
        expect((next ?? 0) + 120 * 60_000).toBeGreaterThan(at);
        expect((next ?? 0) - dayMs === plannedAt || (next ?? 0) - dayMs + 120 * 60_000 <= at).toBe(true);
      }),
    );
  });
});
