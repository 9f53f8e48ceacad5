import {
  currentOpening,
  earliestStart,
  mayStart,
  type Timetable,
  timetables,
} from '@patchbay/domain/schedule/timetable';
import { type CycleTimetable, timetablesOfCycle } from '../db/cycle-rollouts.ts';
import type { OpenTimetable } from '../db/cycle-runs.ts';
import type { Queryable } from '../db/queryable.ts';
import { readSettings } from '../db/settings.ts';
import { allWindows } from '../db/windows.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** How far around an instant the openings are worked out that decide about it: further than windows that touch. */
const aroundMs = 15 * dayMs;
/** How far ahead the next opening is looked for. */
const aheadMs = 400 * dayMs;

type TimetableOf = (windows: readonly string[]) => Timetable;

/**
 * The timetables of a cycle's endpoints, by the windows as they are now. Times in epoch milliseconds. Who may start is
 * asked often, and answered by the openings `near`by; those of the whole cycle and the year ahead are worked out only
 * when they are asked for.
 */
export class CycleClock {
  readonly #sets: readonly CycleTimetable[];
  readonly #near: TimetableOf;
  readonly #far: TimetableOf;
  readonly #bufferMs: number;

  constructor(sets: readonly CycleTimetable[], near: TimetableOf, far: TimetableOf, bufferMs: number) {
    this.#sets = sets;
    this.#near = near;
    this.#far = far;
    this.#bufferMs = bufferMs;
  }

  /** The timetables in which a run may start at an instant, before the buffer (P-07). */
  open(at: number): OpenTimetable[] {
    return this.#sets.flatMap(({ number, windows }) => {
      const timetable = this.#near(windows);
      const opening = currentOpening(timetable, at);
      return opening !== null && mayStart(timetable, at, this.#bufferMs)
        ? [{ number, closesAt: opening.closesAt, startBefore: opening.closesAt - this.#bufferMs }]
        : [];
    });
  }

  /** The numbers of the timetables that are closed at an instant. */
  closed(at: number): number[] {
    return this.#sets
      .filter(({ windows }) => currentOpening(this.#near(windows), at) === null)
      .map(({ number }) => number);
  }

  /** Whether a run of this timetable could have started at some time from `from` on and before `to`. */
  couldStart(number: number | null, from: number, to: number): boolean {
    if (number === null) return true;
    const windows = this.#sets.find((set) => set.number === number)?.windows ?? [];
    const start = earliestStart(this.#far(windows), from, this.#bufferMs);
    return start !== null && start < to;
  }

  /** The first time from an instant on at which a run of one of these timetables may start; null when there is none. */
  nextStart(numbers: ReadonlySet<number>, at: number): number | null {
    const sets = this.#sets.filter(({ number }) => numbers.has(number));
    const next = sets.flatMap(({ windows }) => earliestStart(this.#far(windows), at, this.#bufferMs) ?? []);
    return next.length === 0 ? null : Math.min(...next);
  }
}

/** Reads the timetables of a cycle, from `from` on. */
export async function readCycleClock(
  db: Queryable,
  cycle: number,
  from: number,
  at: number,
): Promise<CycleClock> {
  const sets = await timetablesOfCycle(db, cycle);
  const windows = new Map(
    (sets.length === 0 ? [] : await allWindows(db)).map((window) => [window.id, window]),
  );
  const settings = await readSettings(db);
  return new CycleClock(
    sets,
    timetables(windows, at - aroundMs, at + aroundMs),
    timetables(windows, from, at + aheadMs),
    settings['window.bufferMinutes'] * minuteMs,
  );
}
