import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulateCycle } from '../src/forecast/simulate.ts';
import { currentOpening } from '../src/schedule/timetable.ts';
import { playCycle } from './recorded-cycle.ts';
import { cycles } from './rollout-arbitraries.ts';

const numRuns = Number(process.env.PATCHBAY_PROPERTY_RUNS ?? 2_000);

describe('P-11 the forecast', { timeout: 120_000 }, () => {
  it('P-11 given the durations and results of a recorded cycle then it reproduces that cycle', () => {
    const seen: Record<string, number> = {};
    fc.assert(
      fc.property(cycles('recorded'), (input) => {
        const played = playCycle(input);
        const forecast = simulateCycle(input);
        const times = ({ startsAt, endsAt }: { startsAt: number | null; endsAt: number | null }) => ({
          startsAt,
          endsAt,
        });
        expect(forecast.runs.map(times)).toEqual(played.runs.map(times));
        expect(forecast.endsAt).toBe(played.endsAt);
        const status = played.state.status === 'finished' ? played.state.ending : played.state.status;
        expect(forecast.ending).toBe(played.state.status === 'finished' ? status : null);
        seen[status] = (seen[status] ?? 0) + 1;
      }),
      { numRuns },
    );
    for (const status of ['done', 'cancelled', 'expired', 'halted', 'running']) {
      expect(seen[status], `cycles that end ${status}`).toBeGreaterThan(numRuns / 100);
    }
  });

  it('P-05 P-07 P-08 given any cycle then nothing starts outside its window, in the buffer, or beyond the maximum', () => {
    fc.assert(
      fc.property(cycles('any'), (input) => {
        const { runs, mostAtOnce } = simulateCycle(input);
        expect(mostAtOnce).toBeLessThanOrEqual(
          input.definition.maximumConcurrent ?? Number.POSITIVE_INFINITY,
        );
        for (const [index, { startsAt, fit, why }] of runs.entries()) {
          const endpoint = input.endpoints[index];
          if (endpoint === undefined) throw new Error('a run without an endpoint');
          expect(fit === 'fits' || why !== null, 'what does not fit says why').toBe(true);
          expect(startsAt === null).toBe(fit === 'neverStarts');
          if (startsAt === null) continue;
          const opening = currentOpening(endpoint.timetable, startsAt);
          expect(opening).not.toBeNull();
          expect(startsAt).toBeLessThan((opening?.closesAt ?? 0) - input.bufferMs);
          expect(startsAt).toBeGreaterThanOrEqual(endpoint.availableFrom ?? Number.POSITIVE_INFINITY);
        }
      }),
      { numRuns },
    );
  });
});
