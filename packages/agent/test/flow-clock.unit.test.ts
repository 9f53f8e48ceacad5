import { zoneAt } from '@patchbay/domain/reboot/zone';
import { describe, expect, it } from 'vitest';
import { endpointClock } from '../src/reboot/flow-clock.ts';

const day = 24 * 3_600_000;

describe('the clocks that flows go by', () => {
  it('R-12 tell the next change of the zone when it is within two weeks, to the millisecond', () => {
    const changeAt = Date.UTC(2026, 9, 25, 1);
    const offsetAt = (at: number) => (at < changeAt ? 120 : 60);
    const change = { at: changeAt, offsetMinutes: 60 };
    expect(zoneAt(changeAt - 13 * day, offsetAt)).toEqual({ offsetMinutes: 120, change });
    expect(zoneAt(changeAt - 1, offsetAt)).toEqual({ offsetMinutes: 120, change });
    expect(zoneAt(changeAt, offsetAt)).toEqual({ offsetMinutes: 60, change: null });
    expect(zoneAt(changeAt - 15 * day, offsetAt)).toEqual({ offsetMinutes: 120, change: null });
  });

  it('R-12 are those of the machine: whole milliseconds, and the time since the boot only goes on', () => {
    const [first, second] = [endpointClock.now(), endpointClock.now()];
    expect(Number.isInteger(first.at) && Number.isInteger(first.up)).toBe(true);
    expect(second.up).toBeGreaterThanOrEqual(first.up);
    expect(first.zone.offsetMinutes).toBe(-new Date(first.at).getTimezoneOffset());
  });
});
