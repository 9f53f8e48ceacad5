import { type Plan, planInput } from '@patchbay/contracts/plan';
import { expect, it } from 'vitest';
import { planFields } from '../src/plan-fields.ts';

const draft = planInput.parse({
  name: 'Monthly',
  patches: { minimumAgeDays: 2 },
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
      { name: 'Canary', size: { kind: 'count', count: 1 } },
      {
        name: 'Tenth',
        size: { kind: 'percent', percent: 10 },
        gate: { minimumSuccessPercent: 90, minimumSample: 20, soakMinutes: 240, approval: true },
      },
    ],
    maximumConcurrent: 50,
    failureThreshold: { kind: 'count', count: 2 },
  },
  deadlineMinutes: 2880,
  approvalRequired: true,
  reportTo: ['shop@example.com'],
});

const plan: Plan = {
  ...draft,
  id: '00000000-0000-4000-8000-000000000000',
  assignments: [{ endpoints: 'group:Shop', os: 'linux', workflow: null }],
  progress: { status: 'readyToActivate', waitsFor: null, reason: null, verdict: null },
  lastCycle: null,
  revision: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  createdBy: 'ada',
  updatedAt: '2026-01-01T00:00:00.000Z',
  updatedBy: 'ada',
};

it('P-01 given a plan then all that it is can be read: patches, rows, schedule, rollout, deadline, approval, report', () => {
  expect(Object.fromEntries(planFields(plan))).toMatchObject({
    patches: 'all, known for 2 days',
    'row 1': 'group:Shop (linux): the default workflow',
    opens: 'FREQ=MONTHLY;BYDAY=2TU + 3 days, 22:00 Europe/Berlin',
    deadline: '48 hours after it opens',
    windows: 'kept',
    approval: 'needed',
    'wave 1': 'Canary: 1 endpoint; then the next, when all have ended',
    'wave 2':
      'Tenth: 10 %; then the next, when 20 have ended, 90 % of them well, after 4 hours, and somebody opens it',
    'at once': 50,
    halts: 'after more than 2 failures',
    'report to': 'shop@example.com',
  });
  expect(planFields({ ...plan, deadlineMinutes: null })).toContainEqual([
    'deadline',
    'the next time of the plan',
  ]);
});

it('P-01 given a plan of the other kinds then they can be read as well', () => {
  const other = planFields({
    ...plan,
    schedule: { kind: 'now' },
    emergency: true,
    approvalRequired: false,
    deadlineMinutes: null,
    rollout: {
      waves: [{ name: 'Pilot', size: { kind: 'group', group: 'Pilots' }, gate: null }],
      order: 'drawn',
      maximumConcurrent: null,
      failureThreshold: { kind: 'percent', percent: 20, minimumSample: 10 },
    },
  });
  expect(Object.fromEntries(other)).toMatchObject({
    opens: 'when it is activated',
    deadline: 'none',
    windows: 'not kept: it is an emergency',
    approval: 'not needed',
    'wave 1': 'Pilot: group Pilots; then the next, when all have ended',
    'at once': 'as many as there are',
    halts: 'when more than 20 % of a wave have failed',
  });
});
