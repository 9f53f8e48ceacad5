import { describe, expect, it } from 'vitest';
import {
  assumedDurations,
  type DurationStatistics,
  estimateRun,
  withoutHistory,
} from '../src/forecast/estimate.ts';
import { type ForecastEndpoint, type ForecastInput, forecastCycle } from '../src/forecast/forecast.ts';
import { rebootAhead } from '../src/forecast/reboot-ahead.ts';
import { latestReboot } from '../src/reboot/forecast.ts';
import { defaultRebootSettings } from '../src/reboot/settings.ts';
import { alwaysOpen } from '../src/schedule/timetable.ts';
import { minute } from './rollout-arbitraries.ts';

const steps = [
  { phase: 'prePatching', task: { id: 't1', name: 'Drain' } },
  { phase: 'patch', task: null },
  { phase: 'postPatching', task: { id: 't2', name: 'Undrain' } },
] as const;

const statistics: DurationStatistics = {
  tasks: new Map([
    ['t1', { medianMs: 2 * minute, p90Ms: 5 * minute }],
    ['t2', { medianMs: minute, p90Ms: 3 * minute }],
  ]),
  patching: new Map([
    [
      'linux',
      { fixed: { medianMs: minute, p90Ms: 2 * minute }, perPatch: { medianMs: 6_000, p90Ms: 30_000 } },
    ],
  ]),
};

const endpoint: ForecastEndpoint = {
  wave: 0,
  position: 0,
  timetable: alwaysOpen,
  connected: true,
  exempt: null,
  estimates: estimateRun(steps, 'linux', 20, statistics),
  latestReboot: null,
};

function forecast(endpoints: readonly Partial<ForecastEndpoint>[], more: Partial<ForecastInput> = {}) {
  return forecastCycle({
    definition: {
      waves: [{ name: 'All', gate: null }],
      maximumConcurrent: null,
      failureThreshold: null,
      deadlineAt: null,
    },
    openedAt: 0,
    bufferMs: 30 * minute,
    endpoints: endpoints.map((changes, position) => ({ ...endpoint, position, ...changes })),
    assumptions: [],
    ...more,
  });
}

describe('how long a run is expected to take', () => {
  it('P-11 given history then the median counts, and the worst tenth for the slow estimate', () => {
    expect(estimateRun(steps, 'linux', 20, statistics)).toEqual({
      typical: { beforePatchMs: 2 * minute, patchMs: 3 * minute, afterPatchMs: minute },
      slow: { beforePatchMs: 5 * minute, patchMs: 12 * minute, afterPatchMs: 3 * minute },
    });
    expect(withoutHistory([{ os: 'linux', steps }], statistics)).toEqual([]);
  });

  it('P-11 given no history then what is assumed is stated, each thing once', () => {
    const none: DurationStatistics = { tasks: new Map(), patching: new Map() };
    expect(estimateRun(steps, 'aix', 0, none).typical.beforePatchMs).toBe(assumedDurations.task.medianMs);
    expect(
      withoutHistory(
        [
          { os: 'linux', steps },
          { os: 'linux', steps },
        ],
        none,
      ),
    ).toEqual([
      '2 tasks without history ("Drain", "Undrain"): 60 s each, 5 min at worst.',
      'Patching Linux has no history: 2 min and 10 s for each patch, 10 min and 30 s at worst.',
    ]);
  });
});

describe('P-11 what would happen', () => {
  it('P-11 given a maximum then endpoints start one after the other, and the expected end follows', () => {
    const { definition } = {
      definition: {
        waves: [{ name: 'All', gate: null }],
        maximumConcurrent: 2,
        failureThreshold: null,
        deadlineAt: null,
      },
    };
    const made = forecast([{}, {}, {}], { definition });
    expect(made.runs.map(({ startsAt }) => startsAt)).toEqual([0, 0, 6 * minute]);
    expect(made).toMatchObject({
      firstStartAt: 0,
      workEndsAt: 12 * minute,
      slowWorkEndsAt: 40 * minute,
      endsAt: 12 * minute,
      mostAtOnce: 2,
      fits: { fits: 3, overruns: 0, missesWindow: 0, neverStarts: 0 },
    });
  });

  it('P-11 given windows then it tells who does not fit and why', () => {
    const opens = (minutes: number, length: number) => [
      { opensAt: minutes * minute, closesAt: (minutes + length) * minute },
    ];
    const slow = estimateRun(steps, 'linux', 400, statistics);
    const endless = {
      typical: { beforePatchMs: 50 * minute, patchMs: minute, afterPatchMs: 0 },
      slow: slow.slow,
    };
    const { runs, fits } = forecast([
      { timetable: opens(10, 60) },
      { timetable: opens(10, 40), estimates: slow },
      { timetable: opens(10, 40), estimates: endless },
      { timetable: opens(10, 30) },
      { timetable: [] },
      { connected: false },
      { exempt: 'retired in May' },
    ]);
    expect(runs.map(({ fit, why, startsAt }) => [fit, why, startsAt])).toEqual([
      ['fits', null, 10 * minute],
      ['overruns', 'it ends 4 min after its window', 10 * minute],
      ['missesWindow', 'pre-patching takes 50 min, and its window ends after 40 min', 10 * minute],
      ['neverStarts', 'its maintenance windows are too few, or too short, for its turn to come', null],
      ['neverStarts', 'no maintenance window of it opens', null],
      ['neverStarts', 'it is offline', null],
      ['neverStarts', 'retired in May', null],
    ]);
    expect(fits).toEqual({ fits: 1, overruns: 1, missesWindow: 1, neverStarts: 4 });
  });

  it('P-13 given a deadline then an endpoint that is offline is skipped by it', () => {
    const definition = {
      waves: [{ name: 'All', gate: null }],
      maximumConcurrent: null,
      failureThreshold: null,
      deadlineAt: 60 * minute,
    };
    const made = forecast([{}, { connected: false }], { definition });
    expect(made.runs[1]).toMatchObject({
      fit: 'neverStarts',
      why: 'offline until the deadline of the cycle',
    });
    expect(made.endsAt).toBe(60 * minute);
    expect(made.assumptions).toContain('1 endpoint that is offline now stays offline.');
  });

  it('R-17 P-11 given an Interactive Reboot then it tells who is prompted when, and the latest forced reboot', () => {
    const made = forecast([{ latestReboot: (at) => at + 315 * minute }, {}]);
    expect(made.runs[0]).toMatchObject({ promptedAt: 6 * minute, latestRebootAt: 321 * minute });
    expect(made).toMatchObject({
      prompted: 1,
      latestRebootAt: 321 * minute,
      workEndsAt: 6 * minute,
      endsAt: 321 * minute,
    });
  });

  it('R-17 P-11 given the settings of an Interactive Reboot then the latest reboot is that of its own forecast', () => {
    const zone = { offsetMinutes: 60, change: null };
    const ahead = rebootAhead(defaultRebootSettings, () => zone);
    for (const at of [0, 1, 59_999, 12 * 60 * minute + 30_000]) {
      expect(ahead(at)).toBe(latestReboot(defaultRebootSettings, null, { at, up: 0, zone }));
    }
    const deadlineAt = 10 * 60 * minute + 5_000;
    const limited = rebootAhead({ ...defaultRebootSettings, deadlineAt }, () => zone);
    expect(limited(30_000)).toBeLessThanOrEqual(deadlineAt);
    expect(limited(30_000)).toBeGreaterThan(deadlineAt - minute);
  });

  it('P-11 given gates with approvals then it assumes them, says so, and shows when each wave opens', () => {
    const gate = { minimumSuccessPercent: 100, minimumSample: null, soakMinutes: 60, approval: true };
    const definition = {
      waves: [
        { name: 'Canary', gate },
        { name: 'All others', gate: null },
      ],
      maximumConcurrent: null,
      failureThreshold: null,
      deadlineAt: null,
    };
    const made = forecast([{}, { wave: 1 }], { definition });
    expect(made.wavesOpenAt).toEqual([0, 66 * minute]);
    expect(made.assumptions).toContain('Approvals between waves are given at once.');
  });
});
