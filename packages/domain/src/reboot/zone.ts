import type { Zone } from './moment.ts';

const nearMs = 14 * 24 * 3_600_000;

/** The offset at a time and its next change within two weeks. `offsetAt` answers minutes to add to UTC. */
export function zoneAt(at: number, offsetAt: (at: number) => number): Zone {
  const offsetMinutes = offsetAt(at);
  const laterOffset = offsetAt(at + nearMs);
  if (laterOffset === offsetMinutes) return { offsetMinutes, change: null };
  let [before, after] = [at, at + nearMs];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle) === offsetMinutes) before = middle;
    else after = middle;
  }
  return { offsetMinutes, change: { at: after, offsetMinutes: laterOffset } };
}
