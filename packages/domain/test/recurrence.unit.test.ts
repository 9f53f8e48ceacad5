import { dayOf, dayParts, dayText, parseDay } from '@patchbay/domain/schedule/calendar-day';
import { nextOccurrence, occurrencesBetween, recurrenceProblems } from '@patchbay/domain/schedule/recurrence';
import { parseRecurrenceRule } from '@patchbay/domain/schedule/recurrence-rule';
import { recurrenceInWords } from '@patchbay/domain/schedule/recurrence-words';
import { recurringDays } from '@patchbay/domain/schedule/recurring-days';
import fc from 'fast-check';
import { RRuleTemporal } from 'rrule-temporal';
import { describe, expect, it } from 'vitest';

const berlin = { afterDays: 0, start: '2026-01-01', time: '22:00', timeZone: 'Europe/Berlin' };
const utc = (text: string): number => Date.parse(text);

/** The days of a rule within some years, as texts. */
function days(rule: string, start: string, from: string, to: string): string[] {
  const parsed = parseRecurrenceRule(rule);
  if (!parsed.ok) throw new Error(parsed.problem);
  const found: string[] = [];
  for (const day of recurringDays(parsed.rule, parseDay(start) ?? 0, parseDay(from) ?? 0)) {
    if (dayText(day) > to) break;
    found.push(dayText(day));
  }
  return found;
}

describe('P-05 the days of a rule', () => {
  it('P-05 given the second Tuesday + 3 days when ten years are computed then each is right', () => {
    const recurrence = { ...berlin, rule: 'FREQ=MONTHLY;BYDAY=2TU', afterDays: 3 };
    const found = occurrencesBetween(recurrence, utc('2026-01-01T00:00Z'), utc('2036-01-01T00:00Z'));
    const expected: string[] = [];
    for (let month = 0; month < 120; month += 1) {
      const tuesdays: Date[] = [];
      for (let date = 1; date <= 31; date += 1) {
        const day = new Date(Date.UTC(2026, month, date));
        if (day.getUTCDay() === 2 && day.getUTCMonth() === month % 12) tuesdays.push(day);
      }
      expected.push(new Date(Number(tuesdays[1]) + 3 * 86_400_000).toISOString().slice(0, 10));
    }
    expect(found.map(({ day }) => day)).toEqual(expected);
    const local = new Intl.DateTimeFormat('sv', {
      timeZone: 'Europe/Berlin',
      dateStyle: 'short',
      timeStyle: 'short',
    });
    expect(found.map(({ at }) => local.format(at))).toEqual(expected.map((day) => `${day} 22:00`));
  });

  it('P-05 given the 31st, the 30th or the 29th when a month has no such day then its last day stands in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 29, max: 31 }), fc.boolean(), (date, said) => {
        const rule = said ? `FREQ=MONTHLY;BYMONTHDAY=${date}` : 'FREQ=MONTHLY';
        const found = days(rule, `2024-01-${date}`, '2024-01-01', '2033-12-31');
        const expected = Array.from({ length: 120 }, (_, month) => {
          const last = new Date(Date.UTC(2024, month + 1, 0)).getUTCDate();
          return new Date(Date.UTC(2024, month, Math.min(date, last))).toISOString().slice(0, 10);
        });
        expect(found).toEqual(expected);
      }),
    );
    expect(days('FREQ=YEARLY', '2024-02-29', '2024-01-01', '2028-12-31')).toEqual([
      '2024-02-29',
      '2025-02-28',
      '2026-02-28',
      '2027-02-28',
      '2028-02-29',
    ]);
    expect(days('FREQ=MONTHLY;BYMONTHDAY=29,30,31', '2026-02-01', '2026-02-01', '2026-03-30')).toEqual([
      '2026-02-28',
      '2026-03-29',
      '2026-03-30',
    ]);
    expect(days('FREQ=MONTHLY;BYMONTHDAY=-31', '2026-02-01', '2026-02-01', '2026-03-31')).toEqual([
      '2026-02-01',
      '2026-03-01',
    ]);
  });

  it('P-05 given any rule without the ends of months then the days are those of another implementation', () => {
    const codes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
    const some = <T>(one: fc.Arbitrary<T>, most: number) =>
      fc.uniqueArray(one, { minLength: 1, maxLength: most });
    const part = (name: string, values: fc.Arbitrary<readonly unknown[]>) =>
      fc.option(
        values.map((list) => `${name}=${list.join(',')}`),
        { nil: null, freq: 2 },
      );
    const weekday = fc.constantFrom(...codes);
    const numbered = fc
      .tuple(fc.constantFrom(1, 2, 3, 4, 5, -1, -2), weekday)
      .map(([n, code]) => `${n}${code}`);
    const date = fc.constantFrom(...Array.from({ length: 28 }, (_, index) => index + 1), -1, -2, -28);
    const month = fc.integer({ min: 1, max: 12 });
    const position = fc.constantFrom(1, 2, 3, -1, -2);
    const shape = fc.oneof(
      fc.tuple(
        fc.constant('FREQ=DAILY'),
        part('BYMONTH', some(month, 3)),
        part('BYDAY', some(weekday, 3)),
        part('BYMONTHDAY', some(date, 4)),
      ),
      fc.tuple(
        fc.constant('FREQ=WEEKLY'),
        part('BYMONTH', some(month, 3)),
        part('BYDAY', some(weekday, 3)),
        part('WKST', some(weekday, 1)),
      ),
      fc.tuple(
        fc.constantFrom('FREQ=MONTHLY', 'FREQ=YEARLY'),
        part('BYMONTH', some(month, 3)),
        part('BYDAY', some(weekday, 3)),
        part('BYMONTHDAY', some(date, 4)),
      ),
      fc.tuple(
        fc.constantFrom('FREQ=MONTHLY', 'FREQ=YEARLY'),
        part('BYMONTH', some(month, 3)),
        part('BYDAY', some(numbered, 2)),
      ),
    );
    const rule = fc
      .tuple(
        shape,
        fc.constantFrom('', ';INTERVAL=2', ';INTERVAL=3', ';INTERVAL=7'),
        fc.option(some(position, 2), { nil: null, freq: 2 }),
        fc.constantFrom('', ';COUNT=1', ';COUNT=9', ';UNTIL=20270815'),
      )
      .map(([parts, interval, positions, end]) => {
        const said = parts.filter((one) => one !== null).join(';');
        const set =
          positions !== null && /BY/.test(said) && !said.includes('WEEKLY')
            ? `;BYSETPOS=${positions.join(',')}`
            : '';
        return `${said}${interval}${set}${end}`;
      });
    const start = fc
      .integer({ min: dayOf(2024, 1, 1), max: dayOf(2026, 12, 31) })
      .filter((day) => dayParts(day).date <= 28);
    fc.assert(
      fc.property(rule, start, fc.integer({ min: 0, max: 900 }), (text, first, later) => {
        const other = new RRuleTemporal({
          rruleString: `DTSTART:${dayText(first).replaceAll('-', '')}T000000Z\nRRULE:${text}`,
        });
        const from = first + later;
        const to = dayText(from + 500);
        const expected = other
          .between(new Date(`${dayText(from)}T00:00Z`), new Date(`${to}T00:00Z`), true)
          .map((moment) => moment.toString().slice(0, 10));
        expect(days(text, dayText(first), dayText(from), to), `${text} from ${dayText(first)}`).toEqual(
          expected,
        );
      }),
      { numRuns: 1500 },
    );
  });

  it('P-05 given COUNT then it is counted from the first day, wherever one looks', () => {
    expect(days('FREQ=DAILY;COUNT=3', '2026-01-30', '2026-01-31', '2027-01-01')).toEqual([
      '2026-01-31',
      '2026-02-01',
    ]);
    expect(days('FREQ=DAILY;COUNT=3', '2026-01-30', '2026-02-02', '2027-01-01')).toEqual([]);
  });
});

describe('P-05 the times of a recurrence', () => {
  const at = (recurrence: Parameters<typeof nextOccurrence>[0], from: string): string | null => {
    const next = nextOccurrence(recurrence, utc(from));
    return next === null ? null : new Date(next.at).toISOString();
  };

  it('P-06 given a local time that the clocks skip then it is as much later as they skip, and never vanishes', () => {
    const nightly = { ...berlin, rule: 'FREQ=DAILY', time: '02:30' };
    expect(at(nightly, '2026-03-29T00:00Z')).toBe('2026-03-29T01:30:00.000Z');
    expect(at({ ...nightly, timeZone: 'America/New_York' }, '2026-03-08T05:00Z')).toBe(
      '2026-03-08T07:30:00.000Z',
    );
    expect(at({ ...nightly, timeZone: 'Australia/Lord_Howe', time: '02:15' }, '2026-10-03T12:00Z')).toBe(
      '2026-10-03T15:45:00.000Z',
    );
  });

  it('P-06 given a local time that comes twice then the first is meant', () => {
    const nightly = { ...berlin, rule: 'FREQ=DAILY', time: '02:30' };
    expect(at(nightly, '2026-10-24T22:00Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(at({ ...nightly, time: '01:30', timeZone: 'America/New_York' }, '2026-11-01T04:30Z')).toBe(
      '2026-11-01T05:30:00.000Z',
    );
    expect(at({ ...nightly, time: '01:45', timeZone: 'Australia/Lord_Howe' }, '2026-04-04T14:00Z')).toBe(
      '2026-04-04T14:45:00.000Z',
    );
  });

  it('P-05 given any daily time in any of the zones then each day has it exactly once', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'Europe/Berlin',
          'America/New_York',
          'Australia/Lord_Howe',
          'Asia/Tokyo',
          'America/St_Johns',
        ),
        fc.integer({ min: 0, max: 1439 }),
        (timeZone, minute) => {
          const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
          const found = occurrencesBetween(
            { ...berlin, rule: 'FREQ=DAILY', timeZone, time },
            utc('2026-01-02T00:00Z'),
            utc('2027-02-01T00:00Z'),
          );
          const gaps = found
            .slice(1)
            .map(({ at: now }, index) => (now - Number(found[index]?.at)) / 3_600_000);
          expect(Math.min(...gaps)).toBeGreaterThanOrEqual(23 - 1);
          expect(Math.max(...gaps)).toBeLessThanOrEqual(25 + 1);
          expect(new Set(found.map(({ day }) => day)).size).toBe(found.length);
          expect(found.length).toBeGreaterThanOrEqual(394);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('P-05 given a rule that is over then there is no next time', () => {
    expect(at({ ...berlin, rule: 'FREQ=DAILY;UNTIL=20260201' }, '2026-03-01T00:00Z')).toBeNull();
    expect(at({ ...berlin, rule: 'FREQ=DAILY;UNTIL=20260201', afterDays: 3 }, '2026-02-03T22:00Z')).toBe(
      '2026-02-04T21:00:00.000Z',
    );
  });
});

describe('P-05 what is wrong with a recurrence', () => {
  const problem = (rule: string) => recurrenceProblems({ ...berlin, rule }).map(({ message }) => message);

  it.each([
    ['', /not of the form NAME=VALUE/],
    ['INTERVAL=2', /FREQ is missing/],
    ['FREQ=HOURLY', /FREQ=HOURLY is not possible/],
    ['FREQ=DAILY;FREQ=DAILY', /there twice/],
    ['FREQ=DAILY;BYHOUR=3', /the time is a field of its own/],
    ['FREQ=DAILY;BYWEEKNO=3', /BYWEEKNO is not possible/],
    ['FREQ=DAILY;INTERVAL=0', /INTERVAL has "0"/],
    ['FREQ=DAILY;COUNT=2;UNTIL=20270101', /COUNT and UNTIL/],
    ['FREQ=DAILY;UNTIL=20270230', /UNTIL has "20270230"/],
    ['FREQ=MONTHLY;BYMONTHDAY=40', /BYMONTHDAY has "40"/],
    ['FREQ=MONTHLY;BYMONTHDAY=x', /BYMONTHDAY has "X"/],
    ['FREQ=WEEKLY;BYDAY=XX', /not a weekday: use MO/],
    ['FREQ=WEEKLY;BYDAY=2TU', /needs FREQ=MONTHLY or YEARLY/],
    ['FREQ=WEEKLY;BYMONTHDAY=1', /no meaning with FREQ=WEEKLY/],
    ['FREQ=DAILY;BYSETPOS=1', /something to choose from/],
    ['FREQ=MONTHLY;BYDAY=6TU', /^never comes: there is no such day from 2026-01-01 on$/],
    ['FREQ=DAILY;UNTIL=20251231', /^never comes/],
    ['FREQ=YEARLY;BYMONTH=4;BYDAY=-53MO', /^never comes/],
  ])('P-05 given %s when it is edited then that is told', (rule, message) => {
    expect(problem(rule)).toEqual([expect.stringMatching(message)]);
  });

  it('P-05 given anything as a rule then it is refused or comes, and never throws', () => {
    const bits = fc.array(
      fc.constantFrom(
        'FREQ=',
        'MONTHLY',
        'DAILY',
        ';',
        'BYDAY=',
        '2TU',
        ',',
        'INTERVAL=',
        '1',
        '-',
        '=',
        'é',
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          bits.map((all) => all.join('')),
          fc.string(),
        ),
        (rule) => {
          expect(
            problem(rule).length > 0 ||
              nextOccurrence({ ...berlin, rule }, utc('2026-01-01T00:00Z')) !== null,
          ).toBe(true);
        },
      ),
    );
  });

  it('P-05 given a zone, a time or a day that does not exist then the field is named', () => {
    const wrong = {
      rule: 'FREQ=DAILY',
      afterDays: 0,
      start: '2026-02-30',
      time: '24:00',
      timeZone: 'Mars/Olympus',
    };
    expect(recurrenceProblems(wrong).map(({ path }) => path)).toEqual(['start', 'time', 'timeZone']);
    expect(recurrenceProblems({ ...berlin, rule: 'FREQ=DAILY', timeZone: '+02:00' }).length).toBe(1);
  });
});

describe('P-05 a recurrence in words', () => {
  it.each([
    ['FREQ=MONTHLY;BYDAY=2TU', 3, 'second Tuesday of every month + 3 days, 22:00 Europe/Berlin'],
    ['FREQ=DAILY', 0, 'every day, 22:00 Europe/Berlin'],
    ['FREQ=WEEKLY;BYDAY=SA,SU', 0, 'every Saturday and Sunday, 22:00 Europe/Berlin'],
    ['FREQ=WEEKLY;INTERVAL=2', 0, 'Thursday of every 2 weeks, 22:00 Europe/Berlin'],
    [
      'FREQ=MONTHLY;BYMONTHDAY=31,-2',
      1,
      'the 31st day and 2nd last day of every month + 1 day, 22:00 Europe/Berlin',
    ],
    ['FREQ=MONTHLY', 0, 'the 1st day of every month, 22:00 Europe/Berlin'],
    [
      'FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1',
      0,
      'last of Monday and Tuesday of every month, 22:00 Europe/Berlin',
    ],
    [
      'FREQ=YEARLY;BYMONTH=3,9;BYDAY=-1SU;COUNT=4',
      0,
      'last Sunday of every year in March and September, 22:00 Europe/Berlin, 4 times from 2026-01-01 on',
    ],
    [
      'FREQ=YEARLY;UNTIL=20300101',
      0,
      'the 1st day of January of every year, 22:00 Europe/Berlin, until 2030-01-01',
    ],
  ])('P-05 given %s + %i days then it reads so', (rule, afterDays, words) => {
    expect(recurrenceInWords({ ...berlin, rule, afterDays })).toBe(words);
  });
});
