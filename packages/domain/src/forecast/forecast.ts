import type { CycleDefinition } from '../rollout/cycle-state.ts';
import { counted } from '../run/wording.ts';
import type { Timetable } from '../schedule/timetable.ts';
import type { RunEstimates } from './estimate.ts';
import { inOneGo } from './in-one-go.ts';
import { simulationOf } from './simulate.ts';
import type { Fit, SimulatedCycle, SimulatedEndpoint, SimulatedRun } from './simulated-cycle.ts';

/** An endpoint of a cycle that has not been opened yet. */
export interface ForecastEndpoint {
  readonly wave: number;
  readonly position: number;
  /** See `SimulatedEndpoint`. */
  readonly timetable: Timetable;
  readonly connected: boolean;
  /** Why it is exempt; null: it is not. */
  readonly exempt: string | null;
  /** Endpoints with the same workflow and as many patches can share one object. */
  readonly estimates: RunEstimates;
  /** See `SimulatedWork` and `rebootAhead`; null: its workflow does not end with an Interactive Reboot. */
  readonly latestReboot: ((promptedAt: number) => number | null) | null;
}

/** What a forecast is made from (P-11). */
export interface ForecastInput {
  readonly definition: CycleDefinition;
  /** When the cycle opens, epoch milliseconds. */
  readonly openedAt: number;
  readonly bufferMs: number;
  readonly endpoints: readonly ForecastEndpoint[];
  /** What the estimates rest on besides history (see `withoutHistory`). */
  readonly assumptions: readonly string[];
}

/** What would happen if a plan was activated now (P-11). Times are epoch milliseconds; null: not as far as the timetables reach. */
export interface Forecast {
  /** For each endpoint, in the order in which they were given. */
  readonly runs: readonly SimulatedRun[];
  readonly fits: Readonly<Record<Fit, number>>;
  readonly wavesOpenAt: readonly (number | null)[];
  readonly halts: SimulatedCycle['halts'];
  readonly firstStartAt: number | null;
  /** When the last run has done its work, typically. */
  readonly workEndsAt: number | null;
  /** The same when every run is slow. */
  readonly slowWorkEndsAt: number | null;
  /** When the cycle ends if every user takes as long as possible. */
  readonly endsAt: number | null;
  readonly prompted: number;
  readonly latestRebootAt: number | null;
  readonly mostAtOnce: number;
  readonly assumptions: readonly string[];
}

/** Makes the forecast of a cycle: the rules of real cycles on a virtual clock (P-11). */
export function forecastCycle(input: ForecastInput): Forecast {
  return inOneGo(forecastOf(input));
}

/** The same with pauses, see `simulationOf`. */
export function* forecastOf(input: ForecastInput): Generator<void, Forecast> {
  const typical = yield* simulated(input, 'typical');
  const slow = yield* simulated(input, 'slow');
  const fits = { fits: 0, overruns: 0, missesWindow: 0, neverStarts: 0 };
  let [firstStartAt, latestRebootAt] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let prompted = 0;
  for (const run of typical.runs) {
    fits[run.fit] += 1;
    if (run.promptedAt !== null) prompted += 1;
    firstStartAt = Math.min(firstStartAt, run.startsAt ?? firstStartAt);
    latestRebootAt = Math.max(latestRebootAt, run.latestRebootAt ?? latestRebootAt);
  }
  const { runs, wavesOpenAt, halts, workEndsAt, endsAt, mostAtOnce } = typical;
  return {
    runs,
    fits,
    wavesOpenAt,
    halts,
    firstStartAt: finite(firstStartAt),
    workEndsAt,
    slowWorkEndsAt: slow.workEndsAt,
    endsAt,
    prompted,
    latestRebootAt: finite(latestRebootAt),
    mostAtOnce,
    assumptions: [...assumptionsOf(input, prompted), ...input.assumptions],
  };
}

function simulated(input: ForecastInput, which: keyof RunEstimates): Generator<void, SimulatedCycle> {
  const { definition, openedAt, bufferMs, endpoints } = input;
  return simulationOf({
    definition,
    openedAt,
    bufferMs,
    endpoints: endpoints.map((endpoint): SimulatedEndpoint => {
      const { wave, position, timetable, connected, exempt, estimates } = endpoint;
      // When users are prompted does not change when the work ends.
      const latestReboot = which === 'typical' ? endpoint.latestReboot : null;
      const availableFrom = connected ? openedAt : null;
      const place = { wave, position, timetable, availableFrom };
      return exempt === null
        ? { ...place, work: { kind: 'estimated', ...estimates[which], latestReboot } }
        : { ...place, work: { kind: 'passedOver', reason: exempt } };
    }),
    interventions: [],
    approveAtOnce: true,
  });
}

function assumptionsOf({ definition, endpoints }: ForecastInput, prompted: number): string[] {
  const assumed = [
    'Every run succeeds, every step runs once, and steps take as long as half of the times before.',
  ];
  const offline = endpoints.filter(({ connected, exempt }) => !connected && exempt === null).length;
  if (offline === 1) assumed.push('1 endpoint that is offline now stays offline.');
  if (offline > 1) assumed.push(`${counted(offline, 'endpoint')} that are offline now stay offline.`);
  if (definition.waves.some(({ gate }) => gate?.approval === true)) {
    assumed.push('Approvals between waves are given at once.');
  }
  if (prompted > 0) {
    assumed.push('A reboot is needed wherever a user would be asked, and users wait as long as they may.');
  }
  return assumed;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
