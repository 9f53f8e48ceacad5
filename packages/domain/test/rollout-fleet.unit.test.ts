import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulateCycle } from '../src/forecast/simulate.ts';
import { assignWaves } from '../src/rollout/assign-waves.ts';
import { alwaysOpen } from '../src/schedule/timetable.ts';
import { minute } from './rollout-arbitraries.ts';

const members = Array.from({ length: 5_000 }, (_, index) => ({
  id: `endpoint-${index}`,
  name: `endpoint-${index}`,
  groups: [],
}));
const waves = [
  { name: 'Canary', size: { kind: 'percent', percent: 1 } },
  { name: 'Early', size: { kind: 'percent', percent: 10 } },
] as const;
const gate = { minimumSuccessPercent: 90, minimumSample: 30, soakMinutes: 60, approval: false };

describe('a fleet of 5,000', { timeout: 120_000 }, () => {
  it('P-08 given a canary wave with failures over the threshold then the cycle halts and nothing of the next wave starts', () => {
    const halted = { yes: 0, no: 0 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.string(), (failing, seed) => {
        const { places, waves: made } = assignWaves(members, waves, 'drawn', seed);
        const { runs, halts, mostAtOnce, wavesOpenAt } = simulateCycle({
          definition: {
            waves: made.map(({ name }, index) => ({ name, gate: index < waves.length ? gate : null })),
            maximumConcurrent: 20,
            failureThreshold: { kind: 'percent', percent: 20, minimumSample: 10 },
            deadlineAt: null,
          },
          openedAt: 0,
          bufferMs: 0,
          endpoints: places.map(({ wave, position }) => ({
            wave,
            position,
            timetable: alwaysOpen,
            availableFrom: 0,
            work: {
              kind: 'recorded',
              durationMs: (10 + ((position * 7) % 20)) * minute,
              result: wave === 0 && (position * 13) % 100 < failing ? 'failed' : 'succeeded',
              userMs: null,
            },
          })),
          interventions: [],
          approveAtOnce: true,
        });
        expect(mostAtOnce).toBe(20);
        const startedLater = runs.filter(
          ({ startsAt }, index) => startsAt !== null && places[index]?.wave !== 0,
        );
        const [halt] = halts;
        halted[halt === undefined ? 'no' : 'yes'] += 1;
        const all = runs.every(({ fit }) => fit === 'fits');
        const nothingMore =
          startedLater.length === 0 &&
          wavesOpenAt.slice(1).every((at) => at === null) &&
          runs.every(({ startsAt }) => startsAt === null || startsAt < (halt?.at ?? 0));
        expect(halt === undefined ? all : nothingMore).toBe(true);
      }),
      { numRuns: 40 },
    );
    expect(Math.min(halted.yes, halted.no)).toBeGreaterThan(3);
  });
});
