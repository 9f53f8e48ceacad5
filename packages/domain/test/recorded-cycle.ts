import type { CycleToSimulate } from '../src/forecast/simulated-cycle.ts';
import { compareCandidates } from '../src/rollout/candidate.ts';
import {
  type CycleEvent,
  type CycleState,
  nextCycleWake,
  type ObservedWave,
  openedCycle,
} from '../src/rollout/cycle-state.ts';
import { type CycleDecision, decideCycle } from '../src/rollout/decide.ts';
import { currentOpening, earliestStart, mayStart } from '../src/schedule/timetable.ts';

/** A run of a cycle that is played as a server plays it: all runs are looked at again at every step. */
export interface PlayedRun {
  readonly startsAt: number | null;
  readonly endsAt: number | null;
  readonly status: keyof Omit<ObservedWave, 'ready'>;
}

interface Played {
  readonly runs: readonly PlayedRun[];
  readonly state: CycleState;
  readonly endsAt: number | null;
}

/** Sees every decision, with the counts that it was made on and the runs that it starts. */
export type Observer = (
  before: CycleState,
  event: CycleEvent,
  decision: CycleDecision,
  started: readonly { readonly endpoint: number; readonly at: number }[],
) => void;

/** Plays a cycle of recorded runs slowly and plainly: what a forecast of it has to come to. */
export function playCycle(input: CycleToSimulate, observe: Observer = () => {}): Played {
  const { definition, endpoints, bufferMs, openedAt, approveAtOnce } = input;
  const runs = endpoints.map(({ work }): { -readonly [Part in keyof PlayedRun]: PlayedRun[Part] } => ({
    startsAt: null,
    endsAt: null,
    status: work.kind === 'passedOver' ? 'skipped' : 'queued',
  }));
  let state: CycleState = openedCycle(definition);
  let now = openedAt;
  let endsAt: number | null = null;
  let interventions = input.interventions;

  const isReady = (index: number): boolean => {
    const endpoint = endpoints[index];
    if (endpoint === undefined || runs[index]?.status !== 'queued') return false;
    const { availableFrom, timetable } = endpoint;
    return availableFrom !== null && availableFrom <= now && mayStart(timetable, now, bufferMs);
  };
  const observed = (): ObservedWave[] =>
    definition.waves.map((_, wave) => {
      const counts = {
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
        answered: 0,
      };
      for (const [index, run] of runs.entries()) {
        if (endpoints[index]?.wave !== wave) continue;
        counts[run.status] += 1;
        if (isReady(index)) counts.ready += 1;
      }
      return counts;
    });
  const userDoneAt = (index: number): number => {
    const work = endpoints[index]?.work;
    return (runs[index]?.endsAt ?? 0) + (work?.kind === 'recorded' ? (work.userMs ?? 0) : 0);
  };
  const submit = (event: CycleEvent): void => {
    const before = state;
    const decision = decideCycle(definition, before, event);
    const started: { endpoint: number; at: number }[] = [];
    let following: 'look' | 'approveGate' | null = null;
    if (decision.kind === 'accepted') {
      state = decision.state;
      for (const command of decision.commands) {
        if (command.kind === 'finish') endsAt = now;
        if (command.kind === 'askApproval' && approveAtOnce) following = 'approveGate';
        if (command.kind === 'passOverQueued' || command.kind === 'cancelRuns') {
          following = 'look';
          for (const run of runs) if (run.status === 'queued') run.status = 'skipped';
        }
        if (command.kind !== 'admit') continue;
        const candidates = runs
          .map((_, index) => index)
          .filter((index) => endpoints[index]?.wave === command.wave && isReady(index))
          .map((index) => ({
            index,
            position: endpoints[index]?.position ?? 0,
            windowEndsAt: currentOpening(endpoints[index]?.timetable ?? [], now)?.closesAt ?? null,
          }))
          .toSorted(compareCandidates)
          .slice(0, command.count);
        for (const { index } of candidates) {
          const [run, work] = [runs[index], endpoints[index]?.work];
          if (run === undefined || work?.kind !== 'recorded')
            throw new Error('only recorded runs are played');
          started.push({ endpoint: index, at: now });
          run.status = 'active';
          run.startsAt = now;
          run.endsAt = now + work.durationMs;
        }
      }
    }
    observe(before, event, decision, started);
    if (following === 'look') submit({ kind: 'look', at: now, waves: observed() });
    if (following === 'approveGate') submit({ kind: following, by: 'somebody', at: now, waves: observed() });
  };
  const settle = (): void => {
    for (const [index, run] of runs.entries()) {
      const work = endpoints[index]?.work;
      if (work?.kind !== 'recorded') continue;
      if (run.status === 'active' && (run.endsAt ?? 0) <= now) {
        run.status = work.userMs === null ? work.result : 'awaitingUser';
      }
      if (run.status === 'awaitingUser' && userDoneAt(index) <= now) run.status = 'succeeded';
    }
  };
  const nextTime = (): number => {
    const times = [nextCycleWake(state), interventions[0]?.at ?? null];
    for (const [index, run] of runs.entries()) {
      const endpoint = endpoints[index];
      if (run.status === 'active') times.push(run.endsAt);
      if (run.status === 'awaitingUser') times.push(userDoneAt(index));
      if (run.status !== 'queued' || isReady(index)) continue;
      if (endpoint === undefined || endpoint.availableFrom === null) continue;
      times.push(earliestStart(endpoint.timetable, Math.max(now, endpoint.availableFrom), bufferMs));
    }
    return Math.min(...times.filter((at) => at !== null));
  };

  submit({ kind: 'look', at: now, waves: observed() });
  while (state.status !== 'finished') {
    const next = nextTime();
    if (!Number.isFinite(next)) break;
    now = Math.max(now, next);
    settle();
    const [intervention, ...later] = interventions;
    if (intervention !== undefined && intervention.at <= now) {
      interventions = later;
      submit({ ...intervention, at: now, waves: observed() });
    }
    submit({ kind: 'look', at: now, waves: observed() });
  }
  return { runs, state, endsAt };
}
