import { passedOverReason } from '../rollout/candidate.ts';
import {
  type CycleCommand,
  type CycleEvent,
  type CycleState,
  nextCycleWake,
  type ObservedWave,
  openedCycle,
} from '../rollout/cycle-state.ts';
import { decideCycle } from '../rollout/decide.ts';
import type { Opening } from '../schedule/maintenance-window.ts';
import { expectedRun, type RunResultWord } from './expected-run.ts';
import { Heap } from './heap.ts';
import { inOneGo } from './in-one-go.ts';
import { type Lane, lanesOf, nextStart, ReadyLanes, waitingIn } from './lanes.ts';
import type {
  CycleToSimulate,
  Intervention,
  SimulatedCycle,
  SimulatedEndpoint,
  SimulatedRun,
} from './simulated-cycle.ts';

type Counts = { -readonly [Part in keyof ObservedWave]: ObservedWave[Part] };

/** Something that happens at a time of the virtual clock; `order` decides between what happens at the same time. */
type Happening = { readonly at: number; readonly order: number } & (
  | { readonly kind: 'runEnds'; readonly endpoint: number; readonly result: RunResultWord | 'awaitingUser' }
  | { readonly kind: 'userDone'; readonly endpoint: number }
  | { readonly kind: 'laneOpens' | 'laneCloses'; readonly lane: Lane; readonly opening: Opening }
);

/** What the virtual clock has come to. */
interface Walk {
  readonly input: CycleToSimulate;
  readonly happenings: Heap<Happening>;
  readonly lanes: readonly Lane[];
  readonly ready: readonly ReadyLanes[];
  readonly counts: Counts[];
  readonly runs: (SimulatedRun | undefined)[];
  readonly wavesOpenAt: (number | null)[];
  readonly halts: { at: number; reason: string }[];
  state: CycleState;
  now: number;
  order: number;
  active: number;
  mostAtOnce: number;
  workEndsAt: number | null;
  endsAt: number | null;
  interventions: readonly Intervention[];
}

/**
 * Walks a cycle on a virtual clock with the rules of real ones (`decideCycle`), so that a forecast (P-11) is not a
 * second opinion on them. Time and memory grow with the number of endpoints, and with that of windows that differ.
 */
export function simulateCycle(input: CycleToSimulate): SimulatedCycle {
  return inOneGo(simulationOf(input));
}

/** The same with a pause whenever the virtual clock moves: a large cycle need not keep others waiting. */
export function* simulationOf(input: CycleToSimulate): Generator<void, SimulatedCycle> {
  const walk = begin(input);
  for (const lane of walk.lanes) planOpening(walk, lane);
  step(walk, { kind: 'look', at: walk.now, waves: walk.counts });
  while (walk.state.status !== 'finished') {
    const next = nextTime(walk);
    if (next === null) break;
    yield;
    walk.now = Math.max(walk.now, next);
    for (
      let due = walk.happenings.peek();
      due !== undefined && due.at <= walk.now;
      due = walk.happenings.peek()
    ) {
      walk.happenings.pop();
      happen(walk, due);
    }
    const [intervention, ...later] = walk.interventions;
    if (intervention !== undefined && intervention.at <= walk.now) {
      walk.interventions = later;
      step(walk, { ...intervention, at: walk.now, waves: walk.counts });
    }
    step(walk, { kind: 'look', at: walk.now, waves: walk.counts });
  }
  return {
    runs: input.endpoints.map((endpoint, index) => walk.runs[index] ?? neverStarted(walk, endpoint)),
    wavesOpenAt: walk.wavesOpenAt,
    halts: walk.halts,
    mostAtOnce: walk.mostAtOnce,
    workEndsAt: walk.workEndsAt,
    endsAt: walk.endsAt,
    ending: walk.state.status === 'finished' ? walk.state.ending : null,
  };
}

function begin(input: CycleToSimulate): Walk {
  const { definition, endpoints, openedAt, interventions } = input;
  const counts = definition.waves.map(() => ({ ...noRuns }));
  for (const { wave, work } of endpoints) {
    count(counts, wave, work.kind === 'passedOver' ? 'skipped' : 'queued', 1);
  }
  return {
    input,
    happenings: new Heap((one, other) => (one.at === other.at ? one.order < other.order : one.at < other.at)),
    lanes: lanesOf(endpoints),
    ready: definition.waves.map(() => new ReadyLanes(endpoints)),
    counts,
    runs: [],
    wavesOpenAt: definition.waves.map(() => null),
    halts: [],
    state: openedCycle(definition),
    now: openedAt,
    order: 0,
    active: 0,
    mostAtOnce: 0,
    workEndsAt: null,
    endsAt: null,
    interventions,
  };
}

const noRuns: ObservedWave = {
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
  // The answer of a user ends a run that is foreseen.
  answered: 0,
};

function count(counts: readonly Counts[], wave: number, part: keyof Counts, by: number): void {
  const counted = counts[wave];
  if (counted === undefined) throw new RangeError(`there is no wave ${wave}`);
  counted[part] += by;
}

function nextTime({ happenings, state, interventions }: Walk): number | null {
  const times = [happenings.peek()?.at, nextCycleWake(state), interventions[0]?.at];
  const due = times.filter((at) => at !== undefined && at !== null);
  return due.length === 0 ? null : Math.min(...due);
}

function step(walk: Walk, event: CycleEvent): void {
  const decision = decideCycle(walk.input.definition, walk.state, event);
  if (decision.kind !== 'accepted') return;
  walk.state = decision.state;
  // What a command brings about is looked at when all of them are done: they share one budget of concurrent runs.
  const following: CycleEvent[] = [];
  for (const command of decision.commands) {
    const next = carryOut(walk, command);
    if (next !== null) following.push(next);
  }
  for (const next of following) step(walk, next);
}

function carryOut(walk: Walk, command: CycleCommand): CycleEvent | null {
  switch (command.kind) {
    case 'openWave':
      walk.wavesOpenAt[command.wave] = walk.now;
      return null;
    case 'admit':
      for (let left = command.count; left > 0; left -= 1) start(walk, command.wave);
      return null;
    case 'letGoOn':
      return null;
    case 'askApproval': {
      const approval = { kind: 'approveGate', by: 'somebody', at: walk.now, waves: walk.counts } as const;
      return walk.input.approveAtOnce ? approval : null;
    }
    case 'tellHalted':
      walk.halts.push({ at: walk.now, reason: command.reason });
      return null;
    case 'passOverQueued':
      leaveQueued(walk, null);
      return { kind: 'look', at: walk.now, waves: walk.counts };
    case 'cancelRuns':
      leaveQueued(walk, { result: 'cancelled', reason: `${command.by} cancelled the cycle` });
      return { kind: 'look', at: walk.now, waves: walk.counts };
    case 'finish':
      walk.endsAt = walk.now;
      return null;
  }
}

function start(walk: Walk, wave: number): void {
  const taken = walk.ready[wave]?.take();
  const work = taken ? walk.input.endpoints[taken.endpoint]?.work : undefined;
  if (!taken || !work || work.kind === 'passedOver') {
    throw new RangeError(`the wave ${wave} has no ready endpoint`);
  }
  count(walk.counts, wave, 'ready', -1);
  count(walk.counts, wave, 'queued', -1);
  count(walk.counts, wave, 'active', 1);
  walk.active += 1;
  walk.mostAtOnce = Math.max(walk.mostAtOnce, walk.active);
  const { run, result, userUntil } = expectedRun(work, walk.now, taken.windowEndsAt);
  walk.runs[taken.endpoint] = run;
  const at = run.endsAt ?? walk.now;
  walk.workEndsAt = Math.max(walk.workEndsAt ?? at, at);
  const next = userUntil === null ? result : 'awaitingUser';
  schedule(walk, { kind: 'runEnds', at, endpoint: taken.endpoint, result: next });
  if (userUntil !== null) schedule(walk, { kind: 'userDone', at: userUntil, endpoint: taken.endpoint });
}

type Unordered<Event> = Event extends Happening ? Omit<Event, 'order'> : never;

function schedule(walk: Walk, happening: Unordered<Happening>): void {
  walk.order += 1;
  walk.happenings.push({ ...happening, order: walk.order });
}

function happen(walk: Walk, happening: Happening): void {
  switch (happening.kind) {
    case 'runEnds': {
      const wave = walk.input.endpoints[happening.endpoint]?.wave ?? 0;
      walk.active -= 1;
      count(walk.counts, wave, 'active', -1);
      return count(walk.counts, wave, happening.result, 1);
    }
    case 'userDone': {
      const wave = walk.input.endpoints[happening.endpoint]?.wave ?? 0;
      count(walk.counts, wave, 'awaitingUser', -1);
      return count(walk.counts, wave, 'succeeded', 1);
    }
    case 'laneOpens': {
      const { lane, opening } = happening;
      if (waitingIn(lane) === 0) return;
      lane.open = opening;
      lane.hasOpened = true;
      count(walk.counts, lane.wave, 'ready', waitingIn(lane));
      walk.ready[lane.wave]?.add(lane);
      return;
    }
    case 'laneCloses': {
      const { lane } = happening;
      count(walk.counts, lane.wave, 'ready', -waitingIn(lane));
      lane.open = null;
      lane.place += 1;
      return planOpening(walk, lane);
    }
  }
}

/** Notes when a lane opens next, and closes then; a lane in which nobody waits any more needs neither. */
function planOpening(walk: Walk, lane: Lane): void {
  if (waitingIn(lane) === 0) return;
  const next = nextStart(lane, walk.now, walk.input.bufferMs);
  if (next === null) return;
  const { from, until, opening } = next;
  const opens = { kind: 'laneOpens', at: from, lane, opening } as const;
  if (from > walk.now) schedule(walk, opens);
  else happen(walk, { ...opens, order: 0 });
  if (Number.isFinite(until)) schedule(walk, { kind: 'laneCloses', at: until, lane, opening });
}

/** Passes over everything that has not started: for a deadline each with a reason of its own (P-13). */
function leaveQueued(walk: Walk, same: { result: 'cancelled'; reason: string } | null): void {
  for (const lane of walk.lanes) {
    for (const index of lane.queue.slice(lane.head)) {
      const { result, reason } = same ?? passedOver(walk, lane);
      walk.runs[index] = { ...neverRun, why: reason };
      count(walk.counts, lane.wave, 'queued', -1);
      count(walk.counts, lane.wave, result, 1);
    }
    if (lane.open !== null) count(walk.counts, lane.wave, 'ready', -waitingIn(lane));
    lane.open = null;
    lane.head = lane.queue.length;
  }
}

const neverRun = {
  startsAt: null,
  endsAt: null,
  promptedAt: null,
  latestRebootAt: null,
  fit: 'neverStarts',
} as const;

function passedOver(walk: Walk, lane: Lane): { result: 'skipped' | 'missedWindow'; reason: string } {
  return passedOverReason({
    connected: lane.availableFrom !== null && lane.availableFrom <= walk.now,
    waveOpen: lane.wave < walk.state.openWaves,
    hadWindow: lane.hasOpened,
  });
}

/** Why an endpoint has not started when nothing more can happen. */
function neverStarted(walk: Walk, { wave, availableFrom, timetable, work }: SimulatedEndpoint): SimulatedRun {
  if (work.kind === 'passedOver') return { ...neverRun, why: work.reason };
  if (availableFrom === null) return { ...neverRun, why: 'it is offline' };
  if (walk.state.status === 'halted') {
    return { ...neverRun, why: `the cycle is halted: ${walk.state.reason}` };
  }
  if (wave >= walk.state.openWaves) return { ...neverRun, why: 'its wave does not open' };
  const why =
    timetable.length === 0
      ? 'no maintenance window of it opens'
      : 'its maintenance windows are too few, or too short, for its turn to come';
  return { ...neverRun, why };
}
