import { describe, expect, it } from 'vitest';
import { compareCandidates, passedOverReason } from '../src/rollout/candidate.ts';

describe('who of a wave is started first', () => {
  it('P-05 P-08 given free places then whose window ends first, then by place, and who has no window last', () => {
    const candidates = [
      { windowEndsAt: null, position: 0 },
      { windowEndsAt: 20, position: 1 },
      { windowEndsAt: 10, position: 3 },
      { windowEndsAt: 10, position: 2 },
      { windowEndsAt: null, position: 4 },
    ];
    expect(candidates.toSorted(compareCandidates).map(({ position }) => position)).toEqual([2, 3, 1, 0, 4]);
  });
});

describe('who is passed over at the deadline', () => {
  it.each([
    [false, false, false, 'skipped', /^offline/],
    [false, true, true, 'skipped', /^offline/],
    [true, false, false, 'skipped', /wave had not opened/],
    [true, true, false, 'missedWindow', /no maintenance window/],
    [true, true, true, 'skipped', /turn had not come/],
  ] as const)(
    'P-13 given connected %j, its wave open %j and a window %j then it is %s',
    (connected, waveOpen, hadWindow, result, reason) => {
      const passed = passedOverReason({ connected, waveOpen, hadWindow });
      expect(passed.result).toBe(result);
      expect(passed.reason).toMatch(reason);
    },
  );
});
