import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cycleAwaits } from '../src/plan/cycle-awaits.ts';
import { hasStarted } from '../src/rollout/counting.ts';
import type { ObservedWave } from '../src/rollout/cycle-state.ts';
import { countHolds, type Hold, holds } from '../src/rollout/hold.ts';

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
const waves = [{ ...none, queued: 4 }];
const heldBy = (...these: Hold[]) => countHolds(these.map((hold) => ({ hold, runs: 1 })));

describe('P-12 what an open cycle waits for', () => {
  it.each([
    [['offline', 'wave'], { what: 'endpoints', why: 'offline' }],
    [['busy'], { what: 'endpoints', why: 'busy' }],
    [['offline', 'busy', 'window'], { what: 'endpoints', why: 'offlineOrBusy' }],
    [['window', 'wave'], { what: 'window', at: 7 }],
    [['wave'], null],
    [['exempt'], null],
    [['offline', 'place'], null],
  ] as const)('P-12 P-13 given runs that are held back by %j then it waits for %j', (these, awaited) => {
    expect(cycleAwaits({ waves, openWaves: 1, held: heldBy(...these), nextWindowAt: 7 })).toEqual(awaited);
  });

  it('P-12 given windows of which none opens any more then that is what it says', () => {
    const awaited = cycleAwaits({ waves, openWaves: 1, held: heldBy('window'), nextWindowAt: null });
    expect(awaited).toEqual({ what: 'endpoints', why: 'noWindow' });
  });

  it('P-12 given a run that is ready in a wave that is not open then that lets nothing start', () => {
    const closed = { ...none, queued: 1, ready: 1 };
    const held = heldBy('busy', 'wave');
    const awaited = cycleAwaits({ waves: [...waves, closed], openWaves: 1, held, nextWindowAt: null });
    expect(awaited).toEqual({ what: 'endpoints', why: 'busy' });
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
    const held = fc.array(fc.constantFrom(...holds), { maxLength: 4 }).map((these) => heldBy(...these));
    fc.assert(
      fc.property(
        fc.array(wave, { maxLength: 3 }),
        held,
        fc.option(fc.nat()),
        (observed, why, nextWindowAt) => {
          const awaited = cycleAwaits({
            waves: observed,
            openWaves: observed.length,
            held: why,
            nextWindowAt,
          });
          const goesOn = why.place > 0 || observed.some((one) => hasStarted(one) || one.ready > 0);
          expect(awaited !== null && goesOn).toBe(false);
        },
      ),
    );
  });
});
