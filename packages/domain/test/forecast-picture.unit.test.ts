import { assumedDurations } from '@patchbay/domain/forecast/estimate';
import { fitPatching } from '@patchbay/domain/forecast/fit-patching';
import { forecastPicture } from '@patchbay/domain/forecast/picture';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const nowhere = { startsAt: null, endsAt: null };

describe('P-11 the picture of a forecast', () => {
  const lasting = fc.array(fc.record({ start: fc.nat(1e6), lasts: fc.nat(1e6) }), { maxLength: 50 });
  const check = (
    starting: readonly { start: number; lasts: number }[],
    never: number,
    most: number,
  ): void => {
    const runs = [
      ...starting.map(({ start, lasts }) => ({ startsAt: start, endsAt: start + lasts })),
      ...Array.from({ length: never }, () => nowhere),
    ];
    const points = forecastPicture(runs, 0, most);
    expect(points.length).toBeLessThanOrEqual(most);
    for (const { running, waiting, done } of points) expect(running + waiting + done).toBe(runs.length);
    const last = points.at(-1);
    if (starting.length === 0) expect(points).toEqual([]);
    else expect(last).toMatchObject({ running: 0, waiting: never, done: starting.length });
  };

  it('P-11 every run is in one part at every point, and at the end nothing runs', () => {
    fc.assert(fc.property(lasting, fc.nat(10), fc.integer({ min: 2, max: 120 }), check));
  });
});

describe('P-11 durations of the patch operation from history', () => {
  const sample = (patches: number, medianMs: number, p90Ms = medianMs) => ({
    patches,
    runs: 4,
    took: { medianMs, p90Ms },
  });

  it('P-11 given operations on one line then the fixed part and that of each patch are found', () => {
    expect(fitPatching([sample(0, 60_000, 120_000), sample(10, 160_000, 320_000)])).toEqual({
      fixed: { medianMs: 60_000, p90Ms: 120_000 },
      perPatch: { medianMs: 10_000, p90Ms: 20_000 },
    });
  });

  it('P-11 given equally many patches each time then the assumed fixed part is taken away first', () => {
    const { medianMs: fixed } = assumedDurations.patchingFixed;
    expect(fitPatching([sample(10, fixed + 50_000)])?.perPatch.medianMs).toBe(5_000);
    expect(fitPatching([sample(10, 30_000)])).toMatchObject({
      fixed: { medianMs: 30_000 },
      perPatch: { medianMs: 0 },
    });
    expect(fitPatching([])).toBeNull();
  });

  it('P-11 whatever was measured, no duration is negative and no worse case is better', () => {
    const measured = fc.record({ patches: fc.nat(100), ms: fc.nat(1e7) });
    fc.assert(
      fc.property(fc.array(measured, { minLength: 1, maxLength: 20 }), (all) => {
        const fitted = fitPatching(all.map(({ patches, ms }) => sample(patches, ms, ms * 2)));
        for (const figure of [fitted?.fixed, fitted?.perPatch]) {
          expect(figure?.medianMs).toBeGreaterThanOrEqual(0);
          expect(figure?.p90Ms).toBeGreaterThanOrEqual(figure?.medianMs ?? 0);
        }
      }),
    );
  });
});
