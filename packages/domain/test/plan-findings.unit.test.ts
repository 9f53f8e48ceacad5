import { describe, expect, it } from 'vitest';
import { isComplete } from '../src/plan/finding.ts';
import { type FoundPlan, type PlanSurroundings, planFindings } from '../src/plan/findings.ts';
import { cycleDeadline } from '../src/plan/plan.ts';
import { defaultRollout, type Gate, type WaveSize } from '../src/rollout/rollout.ts';

const now = Date.UTC(2026, 0, 15);

const plan: FoundPlan = {
  name: 'Shop',
  description: '',
  patches: { choice: { which: 'all' }, exclude: [], minimumAgeDays: 0 },
  assignments: [{ endpoints: 'group:Shop', os: 'linux', workflow: { name: 'Careful', os: 'linux' } }],
  schedule: { kind: 'now' },
  rollout: defaultRollout,
  deadlineMinutes: null,
  reportTo: [],
  emergency: false,
  approvalRequired: false,
};
const groups = new Map([
  ['Shop', 40],
  ['Lab', 3],
  ['Empty', 0],
]);
const surroundings: PlanSurroundings = {
  now,
  endpoints: 40,
  membersOf: (group) => groups.get(group) ?? null,
  lackingWorkflow: null,
  mailIsSetUp: true,
};

const found = (changes: Partial<FoundPlan>, around: Partial<PlanSurroundings> = {}) =>
  planFindings({ ...plan, ...changes }, { ...surroundings, ...around }).map(
    ({ path, message, severity }) => `${severity} ${path}: ${message}`,
  );
const row = (endpoints: string, workflow: FoundPlan['assignments'][number]['workflow'] = null) =>
  ({ endpoints, os: 'linux', workflow }) as const;
const gate: Gate = { minimumSuccessPercent: 90, minimumSample: 5, soakMinutes: 60, approval: false };
const waves = (...sizes: WaveSize[]) => ({
  rollout: { ...defaultRollout, waves: sizes.map((size, index) => ({ name: `${index + 1}`, size, gate })) },
});
const recurring = (rule: string) =>
  ({
    kind: 'recurring',
    recurrence: { rule, afterDays: 3, start: '2026-01-01', time: '22:00', timeZone: 'Europe/Berlin' },
  }) as const;

describe('what a person is told while editing a plan', () => {
  it('P-01 given a good plan then nothing', () => {
    expect(found({})).toEqual([]);
    expect(isComplete(planFindings(plan, surroundings))).toBe(true);
  });

  it('P-02 given patches that cannot be meant then what is missing is named', () => {
    const patches = (choice: FoundPlan['patches']['choice']) =>
      found({ patches: { ...plan.patches, choice } });
    expect(patches({ which: 'listed', ids: [] })).toEqual([
      'incomplete patches.choice.ids: list at least one patch',
    ]);
    expect(patches({ which: 'filter', filter: { name: 'Mine', exists: false } })).toEqual([
      'refused patches.choice.filter: there is no saved filter "Mine"',
    ]);
  });

  it('P-03 given rows then a wrong selector, an unknown or empty group, and a row that is never followed are told', () => {
    expect(
      found({
        assignments: [row('tag:ring'), row('group:Gone'), row('group:Empty'), row('all'), row('group:Shop')],
      }),
    ).toEqual([
      'refused assignments.0.endpoints: "tag:ring" must be tag:NAME=VALUE',
      'refused assignments.1.endpoints: there is no group "Gone"',
      'warning assignments.2.endpoints: the group "Empty" has no endpoints at present',
      'warning assignments.4: is never followed: row 4 comes first for all of it',
    ]);
    expect(found({ assignments: [row('all'), { ...row('all'), os: 'windows' }] })).toEqual([]);
  });

  it('P-03 given a workflow that is gone or for another system then it is refused', () => {
    const rows = [
      row('group:Shop', { name: 'Gone', os: null }),
      row('group:Lab', { name: 'IIS', os: 'windows' }),
    ];
    expect(found({ assignments: rows })).toEqual([
      'refused assignments.0.workflow: there is no workflow "Gone"',
      'refused assignments.1.workflow: the workflow "IIS" is for Windows, the row for Linux',
    ]);
  });

  it('P-15 P-01 given recipients of the report and no mail server then they are warned of it, and nothing else', () => {
    expect(found({ reportTo: ['ann@example.com'] }, { mailIsSetUp: false })).toEqual([
      'warning reportTo: no report is mailed while no mail server is set up (system configuration)',
    ]);
    expect(found({}, { mailIsSetUp: false })).toEqual([]);
  });

  it('P-04 given a system without a workflow, or no row, then the plan is incomplete', () => {
    expect(found({}, { lackingWorkflow: 'There is no workflow for AIX.' })).toEqual([
      'incomplete assignments: There is no workflow for AIX.',
    ]);
    expect(found({ assignments: [] })).toEqual(['incomplete assignments: add at least one row']);
    expect(found({}, { endpoints: 0 })).toEqual([
      'warning assignments: no endpoint matches any row at present',
    ]);
    expect(isComplete(planFindings({ ...plan, assignments: [] }, surroundings))).toBe(false);
  });

  it('P-05 given a schedule that never comes then it says so', () => {
    expect(found({ schedule: { kind: 'at', at: now - 1 } })).toEqual([
      'incomplete schedule.at: the time is in the past',
    ]);
    expect(found({ schedule: recurring('FREQ=DAILY;UNTIL=20251231') }).join()).toMatch(
      /^refused schedule\.recurrence\.rule: /,
    );
    expect(found({ schedule: recurring('FREQ=DAILY;COUNT=3') })).toEqual([
      'incomplete schedule.recurrence.rule: the recurrence does not come any more',
    ]);
    expect(found({ schedule: recurring('FREQ=MONTHLY;BYDAY=2TU') })).toEqual([]);
  });

  it('P-13 given a recurring plan whose cycles would overlap then it is told that the next one ends the one before', () => {
    expect(found({ schedule: recurring('FREQ=DAILY'), deadlineMinutes: 3 * 24 * 60 })).toEqual([
      'warning deadlineMinutes: the next cycle opens 24 h after the one before, which ends it before this deadline',
    ]);
    expect(cycleDeadline({ deadlineMinutes: 60 }, 0, 1_800_000)).toBe(1_800_000);
    expect(cycleDeadline({ deadlineMinutes: 60 }, 0, null)).toBe(3_600_000);
    expect(cycleDeadline({ deadlineMinutes: null }, 0, null)).toBeNull();
  });

  it('P-08 given a gate that can never pass then it says why', () => {
    expect(
      found(
        waves({ kind: 'count', count: 4 }, { kind: 'group', group: 'Lab' }, { kind: 'percent', percent: 10 }),
      ),
    ).toEqual([
      'refused rollout.waves.0.gate.minimumSample: the gate can never pass: it needs 5 runs, and the wave has 4 endpoints',
      'incomplete rollout.waves.1.gate.minimumSample: the gate can never pass: it needs 5 runs, and the wave has 3 endpoints at present',
      'incomplete rollout.waves.2.gate.minimumSample: the gate can never pass: it needs 5 runs, and the wave has 4 endpoints at present',
    ]);
    expect(found({ ...waves({ kind: 'percent', percent: 50 }), deadlineMinutes: 60 })).toEqual([
      'refused deadlineMinutes: the waves are watched for 60 min altogether, so that not all can open before the deadline',
    ]);
  });

  it('P-08 given waves that nothing is left for, or of one group or name, then they are refused', () => {
    const half = { kind: 'percent', percent: 50 } as const;
    expect(found(waves(half, half, { kind: 'count', count: 9 }, { kind: 'group', group: 'Shop' }))).toEqual([
      'refused rollout.waves.2.size: nothing is left for it: the waves before it have 100 % of the endpoints',
    ]);
    const shop = { kind: 'group', group: 'Shop' } as const;
    expect(found(waves(shop, shop))).toEqual([
      'refused rollout.waves.1.size.group: wave 1 has the same group',
    ]);
    expect(found(waves({ kind: 'group', group: 'Gone' }))).toEqual([
      'refused rollout.waves.0.size.group: there is no group "Gone"',
    ]);
    const { rollout } = waves(half, half);
    const same = { ...rollout, waves: rollout.waves.map((wave) => ({ ...wave, name: 'Early' })) };
    expect(found({ rollout: same })).toEqual(['refused rollout.waves.1.name: wave 1 has the same name']);
  });

  it('P-08 P-15 given a threshold that never halts, or an address twice, then there is a warning', () => {
    const rollout = {
      ...defaultRollout,
      failureThreshold: { kind: 'percent', percent: 100, minimumSample: 1 },
    } as const;
    expect(found({ rollout, reportTo: ['a@b.example', 'a@b.example'] })).toEqual([
      'warning rollout.failureThreshold.percent: never halts: no more than all runs can fail',
      'warning reportTo.1: is listed twice',
    ]);
  });
});
