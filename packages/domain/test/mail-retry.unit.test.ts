import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportUnsentEntry } from '../src/log/mail-entries.ts';
import { nextTry } from '../src/mail/retry.ts';
import { isFresh } from '../src/webhook/freshness.ts';

const minuteMs = 60_000;

describe('mails that could not be sent', () => {
  it('P-15 given a mail server that is away, then a mail is tried after 1, 2, 4 … minutes, at last every hour, for a day', () => {
    const pauses: number[] = [];
    let at = 0;
    for (let tries = 1; ; tries += 1) {
      const next = nextTry({ tries, since: 0, at, refusedForGood: false });
      if (next === null) break;
      pauses.push((next - at) / minuteMs);
      at = next;
    }
    expect(pauses.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(at).toBeLessThanOrEqual(24 * 60 * minuteMs);
    expect(at).toBeGreaterThan(22 * 60 * minuteMs);
  });

  it('P-15 given any failure, then the next try comes later, within a day, and never after a refusal for good', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 0, max: 1e12 }),
        fc.integer({ min: 0, max: 1e9 }),
        fc.boolean(),
        (tries, since, later, refusedForGood) => {
          const at = since + later;
          const next = nextTry({ tries, since, at, refusedForGood });
          if (next === null) return;
          expect(refusedForGood).toBe(false);
          expect(next - at).toBeGreaterThanOrEqual(minuteMs);
          expect(next - since).toBeLessThanOrEqual(24 * 60 * minuteMs);
        },
      ),
    );
  });

  it('P-15 O-04 given a report that is given up, then Logs & Alerts say which, for whom, and why', () => {
    const entry = reportUnsentEntry({
      cycle: 7,
      plan: 'Shop',
      recipient: 'a@b.example',
      problem: 'no',
      at: 5,
    });
    expect(entry).toMatchObject({ level: 'error', category: 'cycle', at: 5 });
    expect(entry.message).toBe(
      'The report of cycle 7 of the plan "Shop" could not be mailed to a@b.example: no.',
    );
  });
});

describe('signed webhooks', () => {
  it('P-09 given a webhook that was signed more than five minutes ago or ahead, then it is not fresh', () => {
    const now = 1_000 * minuteMs;
    expect([-5, -4, 0, 5].map((minutes) => isFresh(now + minutes * minuteMs, now))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([-301, 301].map((seconds) => isFresh(now + seconds * 1_000, now))).toEqual([false, false]);
  });
});
