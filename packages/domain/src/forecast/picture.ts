import type { SimulatedRun } from './simulated-cycle.ts';

/** How many runs were where at one moment of a forecast; epoch milliseconds. */
export interface PicturePoint {
  readonly at: number;
  readonly running: number;
  readonly waiting: number;
  readonly done: number;
}

/**
 * The course of a forecast in at most `most` evenly spaced points, from the opening of the cycle to the end of its last
 * run's work (P-11). Runs that never start wait to the end; without any that starts there is nothing to draw.
 */
export function forecastPicture(
  runs: readonly Pick<SimulatedRun, 'startsAt' | 'endsAt'>[],
  opensAt: number,
  most: number,
): PicturePoint[] {
  const starts = times(runs.map(({ startsAt }) => startsAt));
  const ends = times(runs.map(({ endsAt }) => endsAt));
  const last = ends.at(-1);
  if (last === undefined || most < 2) return [];
  const step = Math.max(1, Math.ceil((last - opensAt) / (most - 1)));
  const points: PicturePoint[] = [];
  let [started, done] = [0, 0];
  for (let at = opensAt; ; at = Math.min(at + step, last)) {
    while ((starts[started] ?? Number.POSITIVE_INFINITY) <= at) started += 1;
    while ((ends[done] ?? Number.POSITIVE_INFINITY) <= at) done += 1;
    points.push({ at, running: started - done, waiting: runs.length - started, done });
    if (at >= last) return points;
  }
}

function times(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null).sort((one, other) => one - other);
}
