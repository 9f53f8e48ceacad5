import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AdmittedRun,
  absentMs,
  countHolds,
  holdOf,
  holds,
  isReady,
  losesPlace,
  type QueuedRun,
} from '../src/rollout/hold.ts';

const ready: QueuedRun = {
  admitted: false,
  waveOpen: true,
  windowOpen: true,
  exempt: false,
  connected: true,
  busy: false,
};
const statuses = ['running', 'halted', 'ending', 'finished'] as const;
const queued = fc.record({
  admitted: fc.boolean(),
  waveOpen: fc.boolean(),
  windowOpen: fc.boolean(),
  exempt: fc.boolean(),
  connected: fc.boolean(),
  busy: fc.boolean(),
});

describe('why a queued run does not start', () => {
  it.each([
    [{}, 'place'],
    [{ busy: true }, 'busy'],
    [{ busy: true, connected: false }, 'offline'],
    [{ connected: false, windowOpen: false }, 'window'],
    [{ windowOpen: false, waveOpen: false }, 'wave'],
    [{ exempt: true, waveOpen: false }, 'exempt'],
    [{ admitted: true }, null],
    [{ admitted: true, connected: false }, 'offline'],
  ] as const)('P-05 P-08 P-13 given %j then the reason is %j', (facts, hold) => {
    expect(holdOf({ ...ready, ...facts }, 'running')).toBe(hold);
  });

  it('P-08 given a cycle that does not run then nothing that was not let start can', () => {
    fc.assert(
      fc.property(queued, fc.constantFrom(...statuses), (run, status) => {
        fc.pre(status !== 'running' && !run.admitted);
        expect(holdOf(run, status)).not.toBeOneOf([null, 'place']);
      }),
    );
  });

  it('P-05 P-08 P-13 given any run then only one that is connected, free, inside its windows and of an open wave could have a place', () => {
    fc.assert(
      fc.property(queued, (run) => {
        const { admitted, waveOpen, windowOpen, exempt, connected, busy } = run;
        const could = !admitted && windowOpen && !exempt && connected && !busy;
        expect(isReady(run)).toBe(could);
        expect(holdOf(run, 'running') === 'place').toBe(could && waveOpen);
      }),
    );
  });
});

describe('who loses a place', () => {
  const admitted: AdmittedRun = {
    status: 'queued',
    admittedAt: 0,
    windowOpen: true,
    connected: true,
    busy: false,
  };

  it.each([
    [{}, false],
    [{ connected: false }, true],
    [{ busy: true }, true],
    [{ status: 'awaitingUser' }, true],
  ] as const)('P-08 P-13 given %j then after a minute %j, and before never', (facts, loses) => {
    expect(losesPlace({ ...admitted, ...facts }, absentMs + 1)).toBe(loses);
    expect(losesPlace({ ...admitted, ...facts }, absentMs)).toBe(false);
  });

  it('P-07 given a window that is over, or nearly, then it is at once', () => {
    expect(losesPlace({ ...admitted, windowOpen: false }, 1)).toBe(true);
  });
});

it('P-14 given what holds runs back then each reason is counted, and runs that nothing holds are not', () => {
  const counted = countHolds([
    { hold: 'offline', runs: 2 },
    { hold: null, runs: 5 },
    { hold: 'place', runs: 1 },
    { hold: 'offline', runs: 1 },
  ]);
  expect(holds.filter((hold) => counted[hold] > 0)).toEqual(['offline', 'place']);
  expect([counted.offline, counted.place]).toEqual([3, 1]);
});
