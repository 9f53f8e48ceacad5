import { compareCandidates } from '../rollout/candidate.ts';
import type { Opening } from '../schedule/maintenance-window.ts';
import type { Timetable } from '../schedule/timetable.ts';
import { Heap } from './heap.ts';
import type { SimulatedEndpoint } from './simulated-cycle.ts';

/** Endpoints of one wave that may be worked on at the same times: they queue one behind the other. */
export interface Lane {
  readonly wave: number;
  readonly timetable: Timetable;
  readonly availableFrom: number | null;
  /** Indexes of the endpoints, by position; those before `head` have started. */
  readonly queue: number[];
  head: number;
  /** The place of the opening that is open, or that opens next. */
  place: number;
  hasOpened: boolean;
  /** What is open, before its buffer; null: nothing is. */
  open: Opening | null;
}

/** Puts endpoints into lanes. */
export function lanesOf(endpoints: readonly SimulatedEndpoint[]): Lane[] {
  const order = endpoints.map((_, index) => index);
  order.sort((one, other) => (endpoints[one]?.position ?? 0) - (endpoints[other]?.position ?? 0));
  const found = new Map<Timetable, Map<number | null, Lane[]>>();
  const lanes: Lane[] = [];
  for (const index of order) {
    const endpoint = endpoints[index];
    if (endpoint === undefined || endpoint.work.kind === 'passedOver') continue;
    const { wave, timetable, availableFrom } = endpoint;
    const byAvailability = found.get(timetable) ?? new Map<number | null, Lane[]>();
    found.set(timetable, byAvailability);
    const byWave = byAvailability.get(availableFrom) ?? [];
    byAvailability.set(availableFrom, byWave);
    let lane = byWave[wave];
    if (lane === undefined) {
      lane = {
        wave,
        timetable,
        availableFrom,
        queue: [],
        head: 0,
        place: 0,
        hasOpened: false,
        open: null,
      };
      byWave[wave] = lane;
      lanes.push(lane);
    }
    lane.queue.push(index);
  }
  return lanes;
}

/** Endpoints of a lane that have not started. */
export function waitingIn({ queue, head }: Lane): number {
  return queue.length - head;
}

/** The next time, from `at` on, at which runs of a lane may start, and until when (P-07); null: there is none. */
export function nextStart(
  lane: Lane,
  at: number,
  bufferMs: number,
): { readonly from: number; readonly until: number; readonly opening: Opening } | null {
  if (lane.availableFrom === null) return null;
  const earliest = Math.max(at, lane.availableFrom);
  for (; lane.place < lane.timetable.length; lane.place += 1) {
    const opening = lane.timetable[lane.place];
    if (opening === undefined) return null;
    const from = Math.max(earliest, opening.opensAt);
    const until = opening.closesAt - bufferMs;
    if (from < until) return { from, until, opening };
  }
  return null;
}

interface Entry {
  readonly lane: Lane;
  readonly open: Lane['open'];
  readonly windowEndsAt: number;
  readonly position: number;
}

/** The open lanes of one wave, in the order in which their first endpoints are started. */
export class ReadyLanes {
  readonly #positions: readonly SimulatedEndpoint[];
  readonly #heap = new Heap<Entry>((one, other) => compareCandidates(one, other) < 0);

  constructor(endpoints: readonly SimulatedEndpoint[]) {
    this.#positions = endpoints;
  }

  add(lane: Lane): void {
    const first = lane.queue[lane.head];
    if (first === undefined || lane.open === null) return;
    const position = this.#positions[first]?.position ?? 0;
    this.#heap.push({ lane, open: lane.open, windowEndsAt: lane.open.closesAt, position });
  }

  /** Takes the endpoint that is to be started next out of its lane. */
  take(): { readonly endpoint: number; readonly windowEndsAt: number } | null {
    for (;;) {
      const entry = this.#heap.pop();
      if (entry === undefined) return null;
      const { lane, open, windowEndsAt } = entry;
      const endpoint = lane.queue[lane.head];
      // Its window has ended since it was added.
      if (lane.open !== open || endpoint === undefined) continue;
      lane.head += 1;
      this.add(lane);
      return { endpoint, windowEndsAt };
    }
  }
}
