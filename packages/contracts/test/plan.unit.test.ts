import { allPatches } from '@patchbay/domain/patch/selection';
import type { Plan } from '@patchbay/domain/plan/plan';
import { defaultRollout, type Rollout } from '@patchbay/domain/rollout/rollout';
import { describe, expect, it } from 'vitest';
import { patchFilter } from '../src/patch-choice.ts';
import {
  assignmentPreview,
  type PlanDraft,
  type PlanInput,
  planFinding,
  planInput,
  verdictInput,
} from '../src/plan.ts';
import { type ForecastRunEntry, forecastRun, type PlanForecast, planForecast } from '../src/plan-forecast.ts';
import {
  haltInput,
  type PlanProgress,
  planProgress,
  rolloutProgress,
  type WaveProgress,
} from '../src/plan-progress.ts';

// What the API takes is what the rules go by; only times and references are written otherwise.
const rolloutOf = (settings: PlanInput): Rollout => settings.rollout;
const patchesOf = (settings: PlanInput): Plan['patches'] => settings.patches;

describe('P-01 the fields of a plan', () => {
  it('P-01 given a name alone then everything has its usual value', () => {
    const settings = planInput.parse({ name: 'Shop' });
    expect(settings).toEqual({
      name: 'Shop',
      description: '',
      patches: allPatches,
      assignments: null,
      schedule: { kind: 'now' },
      rollout: defaultRollout,
      deadlineMinutes: null,
      reportTo: [],
      emergency: false,
      approvalRequired: false,
    });
    expect(rolloutOf(settings)).toEqual(defaultRollout);
    expect(patchesOf(settings)).toEqual(allPatches);
  });

  it('P-01 P-05 P-08 given every field then it is read', () => {
    const input: PlanDraft = {
      name: 'Shop',
      patches: {
        choice: { which: 'matching', classifications: ['security'], severities: ['critical', 'important'] },
        exclude: ['linux-image-amd64'],
        minimumAgeDays: 7,
      },
      assignments: [
        { endpoints: 'group:Databases', os: 'linux', workflow: 'Careful' },
        { endpoints: 'all', os: 'windows' },
      ],
      schedule: {
        kind: 'recurring',
        recurrence: {
          rule: 'FREQ=MONTHLY;BYDAY=2TU',
          afterDays: 3,
          start: '2026-01-01',
          time: '22:00',
          timeZone: 'Europe/Berlin',
        },
      },
      rollout: {
        waves: [
          {
            name: 'Canary',
            size: { kind: 'percent', percent: 1 },
            gate: { minimumSample: 10, soakMinutes: 60 },
          },
          { name: 'Lab', size: { kind: 'group', group: 'Lab' } },
        ],
        maximumConcurrent: 50,
        failureThreshold: { kind: 'count', count: 5 },
      },
      deadlineMinutes: 4320,
      reportTo: ['ops@example.org'],
      approvalRequired: true,
    };
    const read = planInput.parse(input);
    expect(read).toMatchObject({ ...input, assignments: [{}, { workflow: null }] });
    expect(read.rollout.waves[0]?.gate).toEqual({
      minimumSuccessPercent: 100,
      minimumSample: 10,
      soakMinutes: 60,
      approval: false,
    });
  });

  it.each([
    [{ schedule: { kind: 'at', at: 'tomorrow' } }, 'schedule.at'],
    [{ rollout: { maximumConcurrent: 0 } }, 'rollout.maximumConcurrent'],
    [
      { rollout: { waves: [{ name: 'A', size: { kind: 'percent', percent: 0 } }] } },
      'rollout.waves.0.size.percent',
    ],
    [
      { rollout: { failureThreshold: { kind: 'percent', percent: 101 } } },
      'rollout.failureThreshold.percent',
    ],
    [{ patches: { choice: { which: 'security' } } }, 'patches.choice.which'],
    [{ patches: { minimumAgeDays: -1 } }, 'patches.minimumAgeDays'],
    [{ reportTo: ['nobody'] }, 'reportTo.0'],
    [{ deadlineMinutes: 0 }, 'deadlineMinutes'],
  ])('P-01 given %j then the field is named', (changes, path) => {
    const read = planInput.safeParse({ name: 'Shop', ...changes });
    expect(read.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });

  it('P-08 P-11 P-12 what is answered of progress and forecast has room for what the rules say', () => {
    const at = '2026-01-15T21:00:00Z';
    const progress: PlanProgress = {
      status: 'waiting',
      waitsFor: { what: 'start', at },
      reason: null,
      verdict: { by: 'grace', onBehalfOf: null, at, reference: 'CHG-17', reason: null, endpoints: 2 },
    };
    const wave: WaveProgress = {
      name: 'Canary',
      open: true,
      openedAt: at,
      counts: {
        queued: 0,
        active: 0,
        awaitingUser: 1,
        succeeded: 9,
        partial: 0,
        failed: 0,
        cancelled: 0,
        missedWindow: 0,
        skipped: 0,
      },
      gate: { state: 'soaking', why: 'it is watched for 60 min', until: at },
    };
    const forecast: PlanForecast = {
      madeAt: at,
      endpoints: 10,
      fits: { fits: 10, overruns: 0, missesWindow: 0, neverStarts: 0 },
      waves: [{ name: 'Canary', size: 10, opensAt: at }],
      halts: [],
      firstStartAt: at,
      workEndsAt: at,
      slowWorkEndsAt: at,
      endsAt: null,
      prompted: 0,
      latestRebootAt: null,
      mostAtOnce: 10,
      assumptions: ['Every run succeeds.'],
    };
    const run: ForecastRunEntry = {
      endpoint: { id: '0193a3c8-7d2e-7c4f-8f4e-2f5a4b3c2d1e', name: 'web-1' },
      os: 'linux',
      workflow: 'Careful',
      wave: 'Canary',
      startsAt: null,
      endsAt: null,
      promptedAt: null,
      latestRebootAt: null,
      fit: 'neverStarts',
      why: 'it is offline',
    };
    expect(planProgress.parse(progress)).toEqual(progress);
    expect(planForecast.parse(forecast)).toEqual(forecast);
    expect(forecastRun.parse(run)).toEqual(run);
    const held = [{ reason: 'offline', runs: 2, why: 'offline' }];
    const phases = { prePatching: 0, patch: 1, postPatching: 0, afterReboot: 0 };
    const rollout = {
      status: 'running',
      ending: null,
      reason: null,
      deadlineAt: at,
      waves: [wave],
      phases,
      held,
    };
    expect(rolloutProgress.parse(rollout)).toEqual(rollout);
  });

  it('P-09 P-11 P-12 what is answered is strict', () => {
    expect(patchFilter.parse({})).toEqual({ classifications: [], severities: [], text: '' });
    expect(verdictInput.parse({})).toEqual({ reference: null, reason: null });
    for (const shape of [
      planFinding,
      assignmentPreview,
      planProgress,
      rolloutProgress,
      haltInput,
      planForecast,
      forecastRun,
    ]) {
      expect(shape.safeParse({ surplus: 1 }).success).toBe(false);
    }
  });
});
