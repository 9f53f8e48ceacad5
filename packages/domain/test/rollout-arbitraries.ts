import fc from 'fast-check';
import type { CycleToSimulate, SimulatedEndpoint, SimulatedWork } from '../src/forecast/simulated-cycle.ts';
import type { FailureThreshold, Gate } from '../src/rollout/rollout.ts';
import { alwaysOpen, type Timetable } from '../src/schedule/timetable.ts';

export const minute = 60_000;

const gates: fc.Arbitrary<Gate | null> = fc.option(
  fc.record({
    minimumSuccessPercent: fc.integer({ min: 0, max: 100 }),
    minimumSample: fc.option(fc.integer({ min: 1, max: 6 })),
    soakMinutes: fc.integer({ min: 0, max: 90 }),
    approval: fc.boolean(),
  }),
);

const thresholds: fc.Arbitrary<FailureThreshold | null> = fc.option(
  fc.oneof(
    fc.record({ kind: fc.constant('count' as const), count: fc.integer({ min: 0, max: 5 }) }),
    fc.record({
      kind: fc.constant('percent' as const),
      percent: fc.integer({ min: 0, max: 60 }),
      minimumSample: fc.integer({ min: 1, max: 8 }),
    }),
  ),
);

const timetables: fc.Arbitrary<Timetable> = fc.oneof(
  fc.constant(alwaysOpen),
  fc
    .array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 10, max: 240 })), { maxLength: 5 })
    .map((gaps) => {
      let at = -100;
      return gaps.map(([closed, open]) => {
        at += closed + open;
        return { opensAt: (at - open) * minute, closesAt: at * minute };
      });
    }),
);

const recordedWork: fc.Arbitrary<SimulatedWork> = fc.record({
  kind: fc.constant('recorded' as const),
  durationMs: fc.integer({ min: 0, max: 80 }).map((minutes) => minutes * minute),
  result: fc.constantFrom(
    'succeeded',
    'succeeded',
    'succeeded',
    'partial',
    'failed',
    'missedWindow',
    'skipped',
  ),
  userMs: fc.option(
    fc.integer({ min: 0, max: 300 }).map((minutes) => minutes * minute),
    { nil: null },
  ),
});

const estimatedWork: fc.Arbitrary<SimulatedWork> = fc.record({
  kind: fc.constant('estimated' as const),
  beforePatchMs: fc.integer({ min: 0, max: 60 * minute }),
  patchMs: fc.integer({ min: 0, max: 60 * minute }),
  afterPatchMs: fc.integer({ min: 0, max: 60 * minute }),
  latestReboot: fc.constantFrom(null, (at: number) => at + 315 * minute),
});

/** Cycles over a few dozen endpoints, with whatever can make one hard. */
export function cycles(work: 'recorded' | 'any'): fc.Arbitrary<CycleToSimulate> {
  const works = work === 'recorded' ? recordedWork : fc.oneof(recordedWork, estimatedWork);
  return fc
    .record({
      tables: fc.array(timetables, { minLength: 1, maxLength: 4 }),
      gates: fc.array(gates, { minLength: 1, maxLength: 4 }),
      threshold: thresholds,
      maximumConcurrent: fc.option(fc.integer({ min: 1, max: 8 })),
      deadline: fc.option(fc.integer({ min: 0, max: 1500 })),
      buffer: fc.integer({ min: 0, max: 45 }),
      endpoints: fc.array(
        fc.tuple(fc.nat(3), fc.nat(3), works, fc.option(fc.integer({ min: 0, max: 400 }), { freq: 8 })),
        { maxLength: 40 },
      ),
      interventions: fc.array(
        fc.tuple(
          fc.constantFrom('approveGate', 'resume', 'halt', 'cancel', 'approveGate', 'resume'),
          fc.integer({ min: 0, max: 1500 }),
        ),
        { maxLength: 5 },
      ),
      approveAtOnce: fc.boolean(),
    })
    .map(
      (drawn): CycleToSimulate => ({
        definition: {
          waves: drawn.gates.map((gate, index) => ({ name: `Wave ${index + 1}`, gate })),
          maximumConcurrent: drawn.maximumConcurrent,
          failureThreshold: drawn.threshold,
          deadlineAt: drawn.deadline === null ? null : drawn.deadline * minute,
        },
        openedAt: 0,
        bufferMs: drawn.buffer * minute,
        endpoints: drawn.endpoints.map(
          ([wave, table, does, available], position): SimulatedEndpoint => ({
            wave: wave % drawn.gates.length,
            position,
            timetable: drawn.tables[table % drawn.tables.length] ?? alwaysOpen,
            availableFrom: available === null ? null : Math.max(0, available - 200) * minute,
            work: does,
          }),
        ),
        interventions: drawn.interventions
          .toSorted(([, one], [, other]) => one - other)
          .map(([kind, at]) =>
            kind === 'halt'
              ? { kind, at: at * minute, by: 'ada', reason: 'the office burns' }
              : { kind, at: at * minute, by: 'ada' },
          ),
        approveAtOnce: drawn.approveAtOnce,
      }),
    );
}
