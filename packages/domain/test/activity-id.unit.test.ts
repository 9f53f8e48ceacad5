import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activityId, parseActivityId } from '../src/activity/activity-id.ts';

const step = fc.oneof(
  fc.constantFrom('patch', 'task'),
  fc
    .tuple(fc.constantFrom('pre', 'post', 'check'), fc.integer({ min: 1, max: 99_999 }))
    .map(([phase, n]) => `${phase}-${n}`),
);
const key = fc.record({
  run: fc.integer({ min: 1, max: 999_999_999_999_999 }),
  step,
  attempt: fc.integer({ min: 1, max: 999_999 }),
});

describe('an activity id', () => {
  it('is run, step and attempt', () => {
    expect(activityId({ run: 1042, step: 'post-1', attempt: 2 })).toBe('1042.post-1.2');
    expect(parseActivityId('7.patch.1')).toEqual({ run: 7, step: 'patch', attempt: 1 });
  });

  it('leads back to its parts, whatever they are', () => {
    fc.assert(
      fc.property(key, (parts) => {
        expect(parseActivityId(activityId(parts))).toEqual(parts);
      }),
    );
  });

  it('differs for different parts', () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        const same = one.run === other.run && one.step === other.step && one.attempt === other.attempt;
        expect(activityId(one) === activityId(other)).toBe(same);
      }),
    );
  });

  it('is written in one way only: a text that parses is the id of what it parses to', () => {
    const nearly = fc.stringMatching(/^[0-9]{1,16}\.[a-z]{1,5}-?[0-9]{0,6}\.[0-9]{1,7}$/);
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string()), (text) => {
        const parts = parseActivityId(text);
        return parts === null || activityId(parts) === text;
      }),
    );
  });

  it.each([
    '',
    '1.patch',
    '0.patch.1',
    '01.patch.1',
    '1.patch.0',
    '1.post-0.1',
    '1.post-.1',
    '1.Patch.1',
    '1.patch.1\n',
    ' 1.patch.1',
    '1.patch.1.1',
    '-1.patch.1',
    '1e3.patch.1',
    '9999999999999999.patch.1',
    '../1.patch.1',
  ])('is not %j', (text) => {
    expect(parseActivityId(text)).toBeNull();
  });
});
