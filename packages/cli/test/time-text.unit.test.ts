import { parseInstant, parseMinutes } from '@patchbay/cli/time-text';
import { describe, expect, it } from 'vitest';

const now = new Date(2026, 10, 21, 12, 30).getTime();

describe('times as people write them', () => {
  it('L-26 reads durations', () => {
    expect([parseMinutes('90m'), parseMinutes('4h'), parseMinutes('1d')]).toEqual([90, 240, 1440]);
    for (const wrong of ['', '1', 'h', '1w', '-1h', '1.5h', '1h '])
      expect(parseMinutes(wrong), wrong).toBeNull();
  });

  it('L-26 reads local times, instants and what lies so far ahead', () => {
    expect(parseInstant('2026-11-22T02:00', now)).toBe(new Date(2026, 10, 22, 2).getTime());
    expect(parseInstant('2026-11-22 02:00', now)).toBe(new Date(2026, 10, 22, 2).getTime());
    expect(parseInstant('2026-11-22T02:00:30Z', now)).toBe(Date.UTC(2026, 10, 22, 2, 0, 30));
    expect(parseInstant('2026-11-22T02:00+02:00', now)).toBe(Date.UTC(2026, 10, 22, 0));
    expect(parseInstant('13:00', now)).toBe(new Date(2026, 10, 21, 13).getTime());
    expect(parseInstant('2:00', now)).toBe(new Date(2026, 10, 22, 2).getTime());
    expect(parseInstant('12:30', now)).toBe(new Date(2026, 10, 22, 12, 30).getTime());
    expect(parseInstant('+2h', now)).toBe(now + 2 * 60 * 60_000);
  });

  it('L-26 refuses what is no time', () => {
    for (const wrong of ['', 'soon', '24:00', '2026-11-22', '2026-13-01T00:00', '+2', '02:00Z']) {
      expect(parseInstant(wrong, now), wrong).toBeNull();
    }
  });
});
