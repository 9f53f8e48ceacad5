import { type MaintenanceWindow, type Opening, openingsBetween } from './maintenance-window.ts';

/**
 * When an endpoint may be worked on: its openings in order, which neither overlap nor touch. Windows that do are one
 * opening: the endpoint may be worked on while any of its windows is open (P-06).
 */
export type Timetable = readonly Opening[];

/** The timetable of an endpoint that has no window: it may be worked on at any time. */
export const alwaysOpen: Timetable = [
  { opensAt: Number.NEGATIVE_INFINITY, closesAt: Number.POSITIVE_INFINITY },
];

/** Puts openings together. */
export function timetableOf(openings: Iterable<Opening>): Timetable {
  const ordered = [...openings].sort((one, other) => one.opensAt - other.opensAt);
  const together: { opensAt: number; closesAt: number }[] = [];
  for (const { opensAt, closesAt } of ordered) {
    const last = together.at(-1);
    if (last !== undefined && opensAt <= last.closesAt) last.closesAt = Math.max(last.closesAt, closesAt);
    else together.push({ opensAt, closesAt });
  }
  return together;
}

/**
 * Gives the timetable of any set of windows, by their ids, from `from` on and before `to` (epoch milliseconds). Each
 * window and each set is worked out once, however many endpoints have it. Without any window it is always open; a window
 * that is not there any more does not open, so that one which is deleted never lets an endpoint be worked on (P-05).
 */
export function timetables(
  windows: ReadonlyMap<string, MaintenanceWindow>,
  from: number,
  to: number,
): (ids: readonly string[]) => Timetable {
  const openings = new Map<string, readonly Opening[]>();
  const known = new Map<string, Timetable>();
  const openingsOf = (id: string): readonly Opening[] => {
    const window = windows.get(id);
    const found = openings.get(id) ?? (window === undefined ? [] : openingsBetween(window, from, to));
    openings.set(id, found);
    return found;
  };
  return (ids) => {
    if (ids.length === 0) return alwaysOpen;
    const key = ids.toSorted().join();
    const timetable = known.get(key) ?? timetableOf(ids.flatMap((id) => openingsOf(id)));
    known.set(key, timetable);
    return timetable;
  };
}

/** The opening that is open at an instant; null when there is none. */
export function currentOpening(timetable: Timetable, at: number): Opening | null {
  const opening = timetable[placeAt(timetable, at)];
  return opening !== undefined && opening.opensAt <= at ? opening : null;
}

/** The first opening that opens after an instant; null when there is none. */
export function nextOpening(timetable: Timetable, at: number): Opening | null {
  const place = placeAt(timetable, at);
  return timetable.slice(place, place + 2).find(({ opensAt }) => opensAt > at) ?? null;
}

/** Whether a run may start at an instant: in an opening, and not in the last `bufferMs` of it (P-07). */
export function mayStart(timetable: Timetable, at: number, bufferMs: number): boolean {
  const opening = currentOpening(timetable, at);
  return opening !== null && at < opening.closesAt - bufferMs;
}

/** The first instant from `at` on at which a run may start (P-07); null when there is none. */
export function earliestStart(timetable: Timetable, at: number, bufferMs: number): number | null {
  if (mayStart(timetable, at, bufferMs)) return at;
  for (let place = placeAt(timetable, at); place < timetable.length; place += 1) {
    const opening = timetable[place];
    if (opening !== undefined && opening.opensAt > at && opening.closesAt - opening.opensAt > bufferMs)
      return opening.opensAt;
  }
  return null;
}

/** The place of the first opening that is not over at an instant. */
function placeAt(timetable: Timetable, at: number): number {
  let [low, high] = [0, timetable.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timetable[middle]?.closesAt ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
