import { roles } from '@patchbay/domain/permission/role';
import { settingValues } from '@patchbay/domain/setting/definitions';
import { removesLastAdministrator } from '@patchbay/domain/user/last-administrator';
import { passwordLength, passwordProblem } from '@patchbay/domain/user/password';
import { sessionEnd, sessionLimits } from '@patchbay/domain/user/session-end';
import {
  addressToCount,
  attemptLimits,
  type SignInAttempts,
  waitBeforeAttempt,
  withAttempt,
} from '@patchbay/domain/user/sign-in-attempts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('S-01 passwords', () => {
  it.each([
    ['correct horse', null],
    ['            ', null],
    ['elevenchars', 'must have at least 12 characters'],
    // Six characters, however many units they take.
    ['😀😀😀😀😀😀', 'must have at least 12 characters'],
    ['x'.repeat(passwordLength.maximum + 1), 'must not have more than 200 characters'],
    ['Administrator', 'must not be the name'],
  ])('S-01 %j as a password: %s', (password, problem) => {
    expect(passwordProblem(password, 'administrator')).toBe(problem);
  });
});

describe('S-01 sessions', () => {
  const limits = sessionLimits(settingValues(new Map()));
  const hours = (count: number) => count * 3_600_000;

  it('S-01 given nothing else is set, then an unused session ends after 12 hours, and any after 7 days', () => {
    const end = sessionEnd({ createdAt: 1000, lastSeenAt: 5000 }, limits);
    expect(end).toEqual({ unused: 5000 + hours(12), latest: 1000 + hours(7 * 24) });
    const old = sessionEnd({ createdAt: 0, lastSeenAt: hours(7 * 24) - 1 }, limits);
    expect(old.unused).toBe(hours(7 * 24));
  });
});

describe('S-01 tries at passwords', () => {
  const limit = attemptLimits.name;
  const after = (times: number, everyMs: number): { known: SignInAttempts | null; now: number } => {
    let known: SignInAttempts | null = null;
    let now = 0;
    for (let time = 0; time < times; time += 1) {
      known = withAttempt(known, limit, now);
      now += everyMs;
    }
    return { known, now };
  };

  it('S-01 given the free tries are used up, then the wait doubles from a second on, up to the longest', () => {
    const waits = Array.from({ length: 20 }, (_, tries) =>
      waitBeforeAttempt(after(tries, 0).known, limit, 0),
    );
    expect(waits.slice(0, 9)).toEqual([0, 0, 0, 0, 0, 1000, 2000, 4000, 8000]);
    expect(Math.max(...waits)).toBe(limit.longestWaitMs);
    expect(waits.at(-1)).toBe(limit.longestWaitMs);
  });

  it('S-01 given time passes, then tries are forgotten one by one, and who has waited may try', () => {
    const { known } = after(9, 0);
    expect(waitBeforeAttempt(known, limit, 16_000)).toBe(0);
    expect(waitBeforeAttempt(known, limit, 15_999)).toBe(1);
    expect(withAttempt(known, limit, 3 * limit.forgetOneMs)).toMatchObject({ count: 7 });
    expect(withAttempt(known, limit, 1e12)).toMatchObject({ count: 1 });
  });

  it('S-01 whatever the times, then of tries that obey no more than the limits allow are made in a day', () => {
    const day = 24 * 3_600_000;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 600_000 }), { maxLength: 300 }), (pauses) => {
        let known: SignInAttempts | null = null;
        let now = 0;
        let made = 0;
        for (const pause of pauses) {
          now += pause;
          if (now > day) break;
          if (waitBeforeAttempt(known, limit, now) > 0) continue;
          known = withAttempt(known, limit, now);
          made += 1;
        }
        // The free ones, those of the doubling waits, then one for each longest wait or forgotten try.
        expect(made).toBeLessThanOrEqual(limit.free + 11 + 2 * Math.ceil(now / limit.longestWaitMs));
      }),
    );
  });

  it('S-01 a clock that goes back does not free anybody, and does not lock anybody out for longer', () => {
    const { known } = after(20, 0);
    const earlier = -3_600_000;
    expect(waitBeforeAttempt(known, limit, earlier)).toBeLessThanOrEqual(limit.longestWaitMs + 3_600_000);
    expect(withAttempt(known, limit, earlier).count).toBe(known?.count);
  });

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
  ])('S-01 tries from %s count for %s', (address, counted) => {
    expect(addressToCount(address)).toBe(counted);
  });

  it('S-01 two addresses of one IPv6 network count for the same', () => {
    const host = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 4, maxLength: 4 });
    const full = (groups: number[]) =>
      ['2001', 'db8', 'a', 'b', ...groups.map((g) => g.toString(16))].join(':');
    fc.assert(
      fc.property(host, host, (one, other) => {
        expect(addressToCount(full(one))).toBe(addressToCount(full(other)));
      }),
    );
  });
});

describe('S-02 the last administrator', () => {
  it('S-02 whoever is changed how, then somebody can administer afterwards if somebody could before', () => {
    const standing = fc.record({ role: fc.constantFrom(...roles), disabled: fc.boolean() });
    const can = ({ role, disabled }: { role: string; disabled: boolean }) =>
      role === 'administrator' && !disabled;
    fc.assert(
      fc.property(standing, standing, fc.nat({ max: 2 }), (before, after, others) => {
        const refused = removesLastAdministrator(before, after, others);
        expect(refused).toBe(can(before) && !can(after) && others === 0);
        const could = others > 0 || can(before);
        expect(!could || refused || others > 0 || can(after)).toBe(true);
      }),
    );
  });
});
