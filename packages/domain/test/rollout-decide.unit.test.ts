import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleOf, total, undecided } from '../src/rollout/counting.ts';
import {
  type CycleCommand,
  type CycleDefinition,
  type CycleEvent,
  type CycleState,
  nextCycleWake,
  type ObservedWave,
  openedCycle,
} from '../src/rollout/cycle-state.ts';
import { decideCycle } from '../src/rollout/decide.ts';
import { gateVerdict } from '../src/rollout/gate.ts';
import type { Gate } from '../src/rollout/rollout.ts';
import { playCycle } from './recorded-cycle.ts';
import { cycles, minute } from './rollout-arbitraries.ts';

const numRuns = Number(process.env.PATCHBAY_PROPERTY_RUNS ?? 2_000);

const gate: Gate = { minimumSuccessPercent: 90, minimumSample: 5, soakMinutes: 60, approval: false };

function wave(counts: Partial<ObservedWave>): ObservedWave {
  return {
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
    ...counts,
  };
}

function definition(changes: Partial<CycleDefinition> = {}): CycleDefinition {
  return {
    waves: [
      { name: 'Canary', gate },
      { name: 'All others', gate: null },
    ],
    maximumConcurrent: 10,
    failureThreshold: null,
    deadlineAt: null,
    ...changes,
  };
}

/** Tells a cycle of events one after the other; answers its state and what the last one led to. */
function follow(
  defined: CycleDefinition,
  events: readonly CycleEvent[],
): { state: CycleState; commands: readonly CycleCommand[]; answers: string[] } {
  let state = openedCycle(defined);
  let commands: readonly CycleCommand[] = [];
  const answers: string[] = [];
  for (const event of events) {
    const decision = decideCycle(defined, state, event);
    answers.push(decision.kind);
    commands = decision.kind === 'accepted' ? decision.commands : [];
    if (decision.kind === 'accepted') state = decision.state;
  }
  return { state, commands, answers };
}

const look = (minutes: number, ...waves: ObservedWave[]): CycleEvent => ({
  kind: 'look',
  at: minutes * minute,
  waves,
});
const byAda = (
  kind: 'approveGate' | 'resume' | 'cancel',
  minutes: number,
  ...waves: ObservedWave[]
): CycleEvent => ({ kind, by: 'ada', at: minutes * minute, waves });

const others = wave({ queued: 95, ready: 95 });

describe('a cycle under any circumstances', { timeout: 120_000 }, () => {
  it('P-08 given any cycle then never more than the maximum, nothing while halted, no wave before its gate', () => {
    const seen = { started: 0, halted: 0, resumed: 0, soaked: 0, refused: 0 };
    fc.assert(
      fc.property(cycles('recorded'), (input) => {
        const { definition: defined } = input;
        playCycle(input, (before, event, decision, started) => {
          const active = event.waves.reduce((sum, one) => sum + one.active, 0);
          const maximum = defined.maximumConcurrent ?? Number.POSITIVE_INFINITY;
          const starts = started.length > 0;
          if (starts) seen.started += 1;
          expect(starts && active + started.length > maximum, 'more than the maximum').toBe(false);
          const runs = decision.kind === 'accepted' && decision.state.status === 'running';
          expect(starts && !runs, 'starts while halted or ending').toBe(false);
          if (decision.kind === 'rejected') seen.refused += 1;
          if (decision.kind !== 'accepted') return;
          const { state, notes, commands } = decision;
          const admissions = commands.filter(({ kind }) => kind === 'admit').length;
          expect(notes.length + admissions, 'what changes is explained').toBeGreaterThan(0);
          for (const { endpoint } of started) {
            expect(input.endpoints[endpoint]?.wave).toBeLessThan(state.openWaves);
          }
          if (state.status === 'halted') seen.halted += 1;
          if (event.kind === 'resume') seen.resumed += 1;
          if (before.timers.soak !== undefined && state.openWaves > before.openWaves) seen.soaked += 1;
          for (let opened = Math.max(before.openWaves, 1); opened < state.openWaves; opened += 1) {
            const [behind, counts] = [defined.waves[opened - 1]?.gate ?? null, event.waves[opened - 1]];
            if (counts === undefined) throw new Error('an open wave without counts');
            if (event.kind === 'resume' && before.status === 'halted' && before.cause === 'gate') continue;
            const verdict = gateVerdict(behind, counts, {
              at: event.at,
              soakSince: before.soakSince,
              approvedBy: event.kind === 'approveGate' ? event.by : before.approvedBy,
            });
            expect(verdict.kind).toBe('passed');
            const threshold = defined.failureThreshold;
            if (threshold?.kind !== 'percent' || state.forgiven.length > 0 || undecided(counts) > 0) continue;
            const { size, failed } = sampleOf(counts);
            expect(failed * 100, 'opens behind too many failures').toBeLessThanOrEqual(
              threshold.percent * size,
            );
          }
        });
      }),
      { numRuns },
    );
    for (const [what, count] of Object.entries(seen)) {
      expect(count, what).toBeGreaterThan(numRuns / 100);
    }
  });

  it('P-08 given any cycle then it has a way out: it ends, is halted, waits for an approval, a window or an endpoint', () => {
    fc.assert(
      fc.property(cycles('recorded'), (input) => {
        const { state, runs } = playCycle({ ...input, interventions: [], approveAtOnce: true });
        if (state.status === 'finished' || state.status === 'halted') return;
        const left = runs.some(({ status }) => status === 'queued');
        expect(left, 'what has nothing queued has finished').toBe(true);
        expect(nextCycleWake(state), 'a deadline ends it').toBeNull();
      }),
      { numRuns },
    );
  });
});

describe('waves and gates', () => {
  it('P-08 given a new cycle when it is looked at then its first wave opens, and admits no more than the maximum', () => {
    const { state, commands } = follow(definition(), [look(0, wave({ queued: 30, ready: 12 }), others)]);
    expect(state).toMatchObject({ status: 'running', openWaves: 1 });
    expect(commands).toEqual([
      { kind: 'openWave', wave: 0 },
      { kind: 'admit', wave: 0, count: 10 },
    ]);
  });

  it('P-05 given runs that are not ready then they are not admitted', () => {
    const { commands } = follow(definition(), [look(0, wave({ queued: 5, ready: 2 }), others)]);
    expect(commands.at(-1)).toEqual({ kind: 'admit', wave: 0, count: 2 });
  });

  it('P-08 given a good sample when the soak time is over then the next wave opens, and not before', () => {
    const good = wave({ queued: 1, succeeded: 5 });
    const soaking = follow(definition(), [look(0, wave({ queued: 6 }), others), look(10, good, others)]);
    expect(soaking.state).toMatchObject({ openWaves: 1, soakSince: 10 * minute });
    expect(nextCycleWake(soaking.state)).toBe(70 * minute);
    const events = [look(0, wave({ queued: 6 }), others), look(10, good, others)];
    expect(follow(definition(), [...events, look(69, good, others)]).state.openWaves).toBe(1);
    expect(follow(definition(), [...events, look(70, good, others)]).state.openWaves).toBe(2);
  });

  it('P-08 given a sample that is one run short of the minimum then the next wave does not open', () => {
    const counts = (succeeded: number) => wave({ queued: 10 - succeeded, ready: 0, succeeded });
    const opened = (succeeded: number) => {
      const first = look(0, counts(0), others);
      const events = [first, look(1, counts(succeeded), others), look(61, counts(succeeded), others)];
      return follow(definition(), events).state.openWaves;
    };
    expect([opened(4), opened(5)]).toEqual([1, 2]);
  });

  it('P-08 given a sample that goes bad while it is watched then the soak time starts anew', () => {
    const lax = definition({
      waves: [
        { name: 'Canary', gate: { ...gate, minimumSuccessPercent: 80 } },
        { name: 'All', gate: null },
      ],
    });
    const { state } = follow(lax, [
      look(0, wave({ queued: 10 }), others),
      look(10, wave({ queued: 5, succeeded: 5 }), others),
      look(20, wave({ queued: 3, succeeded: 5, failed: 2 }), others),
      look(70, wave({ queued: 3, succeeded: 5, failed: 2 }), others),
      look(80, wave({ queued: 0, succeeded: 8, failed: 2 }), others),
    ]);
    expect(state).toMatchObject({ status: 'running', openWaves: 1, soakSince: 80 * minute });
  });

  it('P-08 given a gate that asks for an approval then somebody is asked once, and the approval opens the wave', () => {
    const asks = definition({
      waves: [
        { name: 'Canary', gate: { ...gate, approval: true } },
        { name: 'All', gate: null },
      ],
    });
    const good = wave({ succeeded: 5 });
    const asked = [look(0, good, others), look(60, good, others)];
    expect(follow(asks, asked).commands).toEqual([{ kind: 'askApproval', wave: 1 }]);
    expect(follow(asks, [...asked, look(61, good, others)]).answers.at(-1)).toBe('ignored');
    const approved = follow(asks, [...asked, byAda('approveGate', 90, good, others)]);
    expect(approved.commands).toEqual([
      { kind: 'openWave', wave: 1 },
      { kind: 'admit', wave: 1, count: 10 },
    ]);
    expect(follow(asks, [look(0, wave({ queued: 5 }), others)]).state.openWaves).toBe(1);
    expect(
      follow(definition(), [look(0, good, others), byAda('approveGate', 1, good, others)]).answers,
    ).toEqual(['accepted', 'rejected']);
  });

  it('W-15 given runs that wait for their users then they count as successful and hold no place', () => {
    const waiting = wave({ awaitingUser: 5 });
    const { state, commands } = follow(definition(), [
      look(0, wave({ queued: 5 }), others),
      look(10, waiting, others),
      look(70, waiting, others),
    ]);
    expect(state.openWaves).toBe(2);
    expect(commands.at(-1)).toEqual({ kind: 'admit', wave: 1, count: 10 });
  });

  it('P-08 W-15 given many users who answer at once then never more runs are at work than the maximum, theirs first, whatever the cycle does', () => {
    const few = fc.nat(8);
    const counts = fc
      .record({ queued: few, ready: few, active: few, awaitingUser: few, answered: few, succeeded: few })
      .map((drawn) => wave({ ...drawn, answered: Math.min(drawn.answered, drawn.awaitingUser) }));
    const statuses = fc.constantFrom('running', 'halted', 'ending', 'finished');
    fc.assert(
      fc.property(
        counts,
        counts,
        fc.integer({ min: 1, max: 12 }),
        statuses,
        (one, other, maximum, status) => {
          const defined = definition({ maximumConcurrent: maximum });
          const opened = { ...openedCycle(defined), openWaves: 2 };
          const does = {
            running: opened,
            halted: { ...opened, status: 'halted', cause: 'person', by: 'ada', reason: 'the office burns' },
            ending: { ...opened, status: 'ending', ending: 'expired' },
            finished: { ...opened, status: 'finished', ending: 'done' },
          } as const satisfies Record<typeof status, CycleState>;
          const decision = decideCycle(defined, does[status], look(0, one, other));
          const commands = decision.kind === 'accepted' ? decision.commands : [];
          const counted = (kind: 'admit' | 'letGoOn'): number =>
            commands.reduce((sum, command) => sum + (command.kind === kind ? command.count : 0), 0);
          const active = one.active + other.active;
          const free = Math.max(0, maximum - active);
          expect(counted('letGoOn')).toBe(Math.min(free, one.answered + other.answered));
          expect(counted('admit')).toBeLessThanOrEqual(status === 'running' ? free - counted('letGoOn') : 0);
        },
      ),
      { numRuns },
    );
  });

  it('P-08 given runs that were skipped or missed their window then they prove nothing', () => {
    const nothing = wave({ skipped: 3, missedWindow: 3 });
    const { state } = follow(definition(), [look(0, wave({ queued: 6 }), others), look(10, nothing, others)]);
    expect(state).toMatchObject({ status: 'halted', cause: 'gate' });
  });

  it('P-08 given an empty wave then the next one opens at once', () => {
    expect(follow(definition(), [look(0, wave({}), others)]).state.openWaves).toBe(2);
  });
});

describe('halting', () => {
  it('P-08 given more failures than the count allows then the cycle halts, and starts nothing', () => {
    const few = definition({
      waves: [{ name: 'All', gate: null }],
      failureThreshold: { kind: 'count', count: 2 },
    });
    const before = follow(few, [look(0, wave({ queued: 5, ready: 5, failed: 2 }))]);
    expect(before.state.status).toBe('running');
    const after = follow(few, [look(0, wave({ queued: 5, ready: 5, failed: 3 }))]);
    expect(after.state).toMatchObject({
      status: 'halted',
      cause: 'threshold',
      reason: '3 runs failed, and no more than 2 may',
    });
    expect(after.commands).toEqual([{ kind: 'tellHalted', reason: '3 runs failed, and no more than 2 may' }]);
  });

  it('P-08 given a percentage then it waits for its sample, or for all of a smaller wave', () => {
    const percent = definition({ failureThreshold: { kind: 'percent', percent: 20, minimumSample: 10 } });
    const halts = (...counts: ObservedWave[]) => follow(percent, [look(0, ...counts)]).state.status;
    expect(halts(wave({ queued: 50, succeeded: 5, failed: 4 }), others)).toBe('running');
    expect(halts(wave({ queued: 50, succeeded: 6, failed: 4 }), others)).toBe('halted');
    expect(halts(wave({ queued: 50, succeeded: 8, failed: 2 }), others)).toBe('running');
    expect(halts(wave({ succeeded: 1, failed: 2 }), others)).toBe('halted');
  });

  it('P-08 given a small wave of which some were skipped then the others are its sample, and it halts', () => {
    const lenient = definition({
      waves: [
        { name: 'Canary', gate: null },
        { name: 'All others', gate: null },
      ],
      failureThreshold: { kind: 'percent', percent: 20, minimumSample: 10 },
    });
    const told = (counts: Partial<ObservedWave>) =>
      follow(lenient, [look(0, wave({ queued: 4 }), others), look(5, wave(counts), others)]).state;
    expect(told({ skipped: 1, failed: 3 })).toMatchObject({ status: 'halted', openWaves: 1 });
    expect(told({ missedWindow: 2, cancelled: 1, failed: 1 })).toMatchObject({
      status: 'halted',
      openWaves: 1,
    });
    expect(told({ skipped: 1, succeeded: 3 })).toMatchObject({ status: 'running', openWaves: 2 });
    expect(told({ skipped: 1, failed: 2, active: 1 })).toMatchObject({ status: 'running', openWaves: 1 });
  });

  it('P-08 given a gate that can pass no more then the cycle halts before all of the wave has run', () => {
    const { state } = follow(definition(), [look(0, wave({ queued: 4, failed: 2 }), others)]);
    expect(state).toMatchObject({ status: 'halted', cause: 'gate' });
  });

  it('P-08 given a halted cycle when it is resumed then it goes on, and halts again only for new failures', () => {
    const few = definition({
      waves: [{ name: 'All', gate: null }],
      failureThreshold: { kind: 'count', count: 0 },
    });
    const failed = wave({ queued: 5, ready: 5, failed: 1 });
    const resumed = [look(0, failed), byAda('resume', 5, failed)];
    expect(follow(few, resumed).state.status).toBe('running');
    expect(follow(few, resumed).commands).toContainEqual({ kind: 'admit', wave: 0, count: 5 });
    const again = follow(few, [...resumed, look(6, wave({ queued: 4, failed: 2 }))]);
    expect(again.state).toMatchObject({ status: 'halted', reason: '1 run failed, and none may' });
  });

  it('P-08 given a cycle that a gate halted when somebody resumes it then the next wave opens', () => {
    const bad = wave({ succeeded: 1, failed: 4 });
    const { state } = follow(definition(), [look(0, bad, others), byAda('resume', 5, bad, others)]);
    expect(state).toMatchObject({ status: 'running', openWaves: 2 });
  });

  it('P-08 given a cycle that a person halts then it says who and why, and can be cancelled', () => {
    const halt: CycleEvent = {
      kind: 'halt',
      by: 'ada',
      reason: 'storm',
      at: 1,
      waves: [wave({ queued: 3, ready: 3 }), others],
    };
    expect(follow(definition(), [halt])).toMatchObject({
      state: { status: 'halted', cause: 'person', by: 'ada', reason: 'storm' },
      commands: [],
    });
    const cancelled = follow(definition(), [halt, byAda('cancel', 2, wave({ queued: 3 }), others)]);
    expect(cancelled.state).toMatchObject({ status: 'ending', ending: 'cancelled' });
    expect(cancelled.commands).toEqual([{ kind: 'cancelRuns', by: 'ada' }]);
  });

  it('P-12 given an event that does not fit then it is refused with what the cycle does', () => {
    const running = decideCycle(
      definition(),
      openedCycle({ deadlineAt: null }),
      byAda('resume', 0, others, others),
    );
    expect(running).toEqual({ kind: 'rejected', reason: 'the cycle is running' });
  });
});

describe('the end of a cycle', () => {
  it('P-13 given a deadline then what is queued is passed over, what runs may end, and the cycle has expired', () => {
    const due = definition({ deadlineAt: 100 * minute });
    const opened = [look(0, wave({ queued: 3, active: 2 }), others)];
    expect(nextCycleWake(follow(due, opened).state)).toBe(100 * minute);
    const late = [...opened, look(100, wave({ queued: 3, active: 2, ready: 3 }), others)];
    expect(follow(due, late)).toMatchObject({
      state: { status: 'ending', ending: 'expired' },
      commands: [{ kind: 'passOverQueued' }],
    });
    const passed = wave({ skipped: 95 });
    const running = [...late, look(100, wave({ skipped: 3, active: 2 }), passed)];
    expect(follow(due, running).state.status).toBe('ending');
    const ended = follow(due, [...running, look(110, wave({ skipped: 3, succeeded: 2 }), passed)]);
    expect(ended.state).toMatchObject({ status: 'finished', ending: 'expired' });
    expect(ended.commands).toEqual([{ kind: 'finish', ending: 'expired' }]);
  });

  it('P-13 given a halted cycle then its deadline ends it all the same', () => {
    const due = definition({ deadlineAt: 10 * minute, failureThreshold: { kind: 'count', count: 0 } });
    const halted = wave({ queued: 3, failed: 1 });
    const { state } = follow(due, [look(0, halted, others), look(10, halted, others)]);
    expect(state).toMatchObject({ status: 'ending', ending: 'expired' });
  });

  it('P-12 given runs that have all ended then the cycle is done, whatever they came to', () => {
    const { state } = follow(definition(), [look(0, wave({ failed: 5 }), wave({ succeeded: 9 }))]);
    expect(state).toMatchObject({ status: 'finished', ending: 'done' });
    expect(total(wave({ failed: 5, active: 1 }))).toBe(6);
  });
});
