import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cycleAwaits } from '../src/plan/cycle-awaits.ts';
import { hasStarted } from '../src/rollout/counting.ts';
import type { ObservedWave } from '../src/rollout/cycle-state.ts';

const none: ObservedWave = {
  queued: 0,
  active: 0,
  awaitingUser: 0,
  succeeded: 0,
  partial: 0,
  failed: 0,
  cancelled: 0,
  missedWindow: 0,
  skipped: 0,
  ready: 0,
  answered: 0,
};
const queued = { ...none, queued: 2 };

describe('P-12 what an open cycle waits for', () => {
  it('P-12 given endpoints that are all offline then it waits for them, unless a window has to open before', () => {
    const waves = [queued, queued];
    expect(cycleAwaits({ waves, openWaves: 1, nextWindowAt: null })).toEqual({ what: 'endpoints' });
    expect(cycleAwaits({ waves, openWaves: 1, nextWindowAt: 7 })).toEqual({ what: 'window', at: 7 });
  });

  it('P-12 given a first wave without any run left and a next one that is closed then it waits for neither', () => {
    const waves = [{ ...none, skipped: 1 }, queued];
    expect(cycleAwaits({ waves, openWaves: 1, nextWindowAt: null })).toBeNull();
  });

  it('P-12 given any counts then a cycle in which a run has started or can start waits for nothing', () => {
    const count = fc.integer({ min: 0, max: 2 });
    const wave = fc.record({
      queued: count,
      active: count,
      awaitingUser: count,
      succeeded: count,
      partial: count,
      failed: count,
      cancelled: count,
      missedWindow: count,
      skipped: count,
      ready: count,
      answered: count,
    });
    fc.assert(
      fc.property(fc.array(wave, { maxLength: 3 }), count, (waves, openWaves) => {
        const awaited = cycleAwaits({ waves, openWaves, nextWindowAt: null });
        expect(awaited !== null && waves.some((one) => hasStarted(one) || one.ready > 0)).toBe(false);
      }),
    );
  });
});
