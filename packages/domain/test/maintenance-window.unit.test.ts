import {
  type MaintenanceWindow,
  openingsBetween,
  windowProblems,
  windowWarnings,
} from '@patchbay/domain/schedule/maintenance-window';
import {
  alwaysOpen,
  currentOpening,
  earliestStart,
  mayStart,
  nextOpening,
  timetableOf,
  timetables,
} from '@patchbay/domain/schedule/timetable';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const utc = (text: string): number => Date.parse(text);
const iso = (at: number): string => new Date(at).toISOString().slice(0, 16);
const minute = 60_000;

const window = (
  over: Partial<MaintenanceWindow & MaintenanceWindow['recurrence']> = {},
): MaintenanceWindow => {
  const { durationMinutes = 240, blackouts = [], ...recurrence } = over;
  return {
    recurrence: {
      rule: 'FREQ=DAILY',
      afterDays: 0,
      start: '2026-01-01',
      time: '22:00',
      timeZone: 'Europe/Berlin',
      ...recurrence,
    },
    durationMinutes,
    blackouts,
  };
};

describe('P-06 maintenance windows', () => {
  it('P-06 given an overnight window then it belongs to the day that it starts on, also for blackout dates', () => {
    const overnight = window({ blackouts: [{ from: '2026-12-24', to: '2026-12-25' }] });
    const found = openingsBetween(overnight, utc('2026-12-23T00:00Z'), utc('2026-12-27T00:00Z'));
    expect(found.map(({ day, opensAt, closesAt }) => [day, iso(opensAt), iso(closesAt)])).toEqual([
      ['2026-12-22', '2026-12-22T21:00', '2026-12-23T01:00'],
      ['2026-12-23', '2026-12-23T21:00', '2026-12-24T01:00'],
      ['2026-12-26', '2026-12-26T21:00', '2026-12-27T01:00'],
    ]);
  });

  it('P-06 given a moved day when that day is blacked out then the window does not open', () => {
    const moved = window({
      rule: 'FREQ=MONTHLY;BYDAY=2TU',
      afterDays: 3,
      blackouts: [{ from: '2026-02-13', to: '2026-02-13' }],
    });
    const found = openingsBetween(moved, utc('2026-01-01T00:00Z'), utc('2026-04-01T00:00Z'));
    expect(found.map(({ day }) => day)).toEqual(['2026-01-16', '2026-03-13']);
  });

  // Each zone with days on whose nights its clocks change; those of the last one never do.
  const nights = [
    ['Europe/Berlin', '2026-03-28', '2026-10-24'],
    ['America/New_York', '2026-03-07', '2026-10-31'],
    ['Australia/Lord_Howe', '2026-04-04', '2026-10-03'],
    ['Asia/Tokyo', '2026-03-28', '2026-10-24'],
  ] as const;

  it.each(nights)(
    'P-06 given a night of %s when the clocks change then a window opens once and has its length',
    (timeZone, ...days) => {
      for (const day of days) {
        for (const time of [
          '22:00',
          '23:30',
          '00:00',
          '01:00',
          '01:30',
          '01:45',
          '02:00',
          '02:15',
          '02:30',
          '03:00',
        ]) {
          const early = Number(time.slice(0, 2)) < 12;
          const start = early
            ? new Date(utc(`${day}T00:00Z`) + 1440 * minute).toISOString().slice(0, 10)
            : day;
          const nightly = window({ timeZone, time, durationMinutes: 180 });
          const dayMs = 1440 * minute;
          const found = openingsBetween(nightly, utc(day) - dayMs, utc(day) + 3 * dayMs);
          expect(found.filter((opening) => opening.day === start)).toHaveLength(1);
          expect(new Set(found.map((opening) => opening.day)).size).toBe(found.length);
          expect(timetableOf(found)).toHaveLength(found.length);
          for (const { opensAt, closesAt } of found) expect(closesAt - opensAt).toBe(180 * minute);
        }
      }
    },
  );

  it('P-06 given several windows when they overlap or touch then they are one opening', () => {
    const first = window({ time: '20:00', durationMinutes: 120 });
    const second = window({ time: '21:00', durationMinutes: 120 });
    const third = window({ time: '23:00', durationMinutes: 30 });
    const of = timetables(
      new Map([
        ['a', first],
        ['b', second],
        ['c', third],
      ]),
      utc('2026-06-01T00:00Z'),
      utc('2026-06-02T00:00Z'),
    );
    expect(of(['a', 'b', 'c']).map(({ opensAt, closesAt }) => [iso(opensAt), iso(closesAt)])).toEqual([
      ['2026-06-01T18:00', '2026-06-01T21:30'],
    ]);
    expect(of(['c', 'a'])).toBe(of(['a', 'c']));
    expect(of([])).toBe(alwaysOpen);
    expect(mayStart(of([]), 0, 30 * minute)).toBe(true);
  });

  it('P-05 given windows that are not there any more then they do not open, and only without any it is always open', () => {
    const of = timetables(new Map(), 0, 30 * 24 * 60 * 60_000);
    expect(of([])).toBe(alwaysOpen);
    expect(of(['gone'])).toEqual([]);
  });

  it('P-06 given a window that opens again before it has closed when it is edited then that is told', () => {
    expect(windowProblems(window({ durationMinutes: 1440 }))).toEqual([]);
    expect(windowProblems(window({ durationMinutes: 1441 }))).toEqual([
      {
        path: 'durationMinutes',
        message: 'it would open again, on 2026-01-02, before it has closed: make it shorter or rarer',
      },
    ]);
    expect(windowProblems(window({ rule: 'FREQ=WEEKLY;BYDAY=SA,SU', durationMinutes: 2000 })).length).toBe(1);
    expect(windowProblems(window({ rule: 'FREQ=WEEKLY;BYDAY=SA', durationMinutes: 2880 }))).toEqual([]);
  });

  it('P-06 given a window that never opens when it is edited then that is told', () => {
    const paths = (one: MaintenanceWindow) => windowProblems(one).map(({ path }) => path);
    expect(paths(window({ rule: 'FREQ=MONTHLY;BYDAY=6TU' }))).toEqual(['recurrence.rule']);
    expect(paths(window({ blackouts: [{ from: '2025-12-01', to: '2199-12-31' }] }))).toEqual(['blackouts']);
    expect(
      paths(window({ rule: 'FREQ=DAILY;COUNT=3', blackouts: [{ from: '2026-01-01', to: '2026-01-03' }] })),
    ).toEqual(['blackouts']);
    expect(paths(window({ blackouts: [{ from: '2026-12-26', to: '2026-12-24' }] }))).toEqual([
      'blackouts.0.to',
    ]);
    expect(paths(window({ blackouts: [{ from: 'Christmas', to: '2026-12-24' }] }))).toContain(
      'blackouts.0.from',
    );
    expect(
      windowWarnings(window({ rule: 'FREQ=DAILY;UNTIL=20260301' }), utc('2026-06-01T00:00Z'), 30),
    ).toEqual(['It does not open any more.']);
    expect(windowWarnings(window({ durationMinutes: 30 }), utc('2026-06-01T00:00Z'), 30)[0]).toMatch(
      /too short to start anything/,
    );
    expect(windowWarnings(window(), utc('2026-06-01T00:00Z'), 30)).toEqual([]);
  });
});

const anyWindow: fc.Arbitrary<MaintenanceWindow> = fc
  .record({
    rule: fc.constantFrom(
      'FREQ=DAILY',
      'FREQ=DAILY;INTERVAL=3',
      'FREQ=WEEKLY;BYDAY=SA,SU',
      'FREQ=MONTHLY;BYDAY=2TU',
      'FREQ=MONTHLY;BYMONTHDAY=31',
    ),
    afterDays: fc.integer({ min: 0, max: 10 }),
    hour: fc.integer({ min: 0, max: 23 }),
    timeZone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'),
    durationMinutes: fc.integer({ min: 15, max: 1440 }),
    blackouts: fc.array(
      fc
        .integer({ min: 1, max: 28 })
        .map((date) => `2026-03-${String(date).padStart(2, '0')}`)
        .map((day) => ({ from: day, to: day })),
      { maxLength: 3 },
    ),
  })
  .map(({ hour, ...rest }) => window({ ...rest, time: `${String(hour).padStart(2, '0')}:30` }));

describe('P-07 no run starts outside of a window or inside its buffer', () => {
  const [from, to] = [utc('2026-02-20T00:00Z'), utc('2026-04-10T00:00Z')];

  it('P-07 given any windows, any instant and any buffer then a start is in a window with more than the buffer left', () => {
    fc.assert(
      fc.property(
        fc.array(anyWindow, { minLength: 1, maxLength: 3 }),
        fc.array(fc.integer({ min: from, max: to - 1 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 0, max: 120 }),
        (windows, instants, buffer) => {
          const all = windows.map((one, index) => [String(index), one] as const);
          const timetable = timetables(new Map(all), from, to)(all.map(([id]) => id));
          const openAt = (at: number) =>
            windows.some((one) =>
              openingsBetween(one, at, at + 1).some(
                ({ opensAt, closesAt }) => opensAt <= at && at < closesAt,
              ),
            );
          for (const at of instants) {
            expect(currentOpening(timetable, at) !== null).toBe(openAt(at));
            const until = currentOpening(timetable, at)?.closesAt ?? at;
            expect(mayStart(timetable, at, buffer * minute)).toBe(until - at > buffer * minute);
            expect(!mayStart(timetable, at, buffer * minute) || openAt(at + buffer * minute)).toBe(true);
            const starts = [at, ...timetable.map(({ opensAt }) => opensAt)];
            const possible = starts.filter((one) => one >= at && mayStart(timetable, one, buffer * minute));
            expect(earliestStart(timetable, at, buffer * minute)).toBe(possible[0] ?? null);
            const next = nextOpening(timetable, at);
            expect(next).toEqual(timetable.find(({ opensAt }) => opensAt > at) ?? null);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('P-07 given the buffer of 30 minutes then the last start is one instant before it', () => {
    const timetable = timetableOf(
      openingsBetween(window(), utc('2026-06-01T12:00Z'), utc('2026-06-02T12:00Z')),
    );
    expect(mayStart(timetable, utc('2026-06-01T23:29:59.999Z'), 30 * minute)).toBe(true);
    expect(mayStart(timetable, utc('2026-06-01T23:30Z'), 30 * minute)).toBe(false);
    expect(earliestStart(timetable, utc('2026-06-01T12:00Z'), 30 * minute)).toBe(utc('2026-06-01T20:00Z'));
    expect(earliestStart(timetable, utc('2026-06-01T12:00Z'), 241 * minute)).toBeNull();
  });
});
