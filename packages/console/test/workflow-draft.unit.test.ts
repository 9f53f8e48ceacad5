import type { PlacedTask } from '@patchbay/domain/workflow/workflow';
import { describe, expect, it } from 'vitest';
import { failureSentences } from '../src/pages/workflows/failure-sentences.ts';
import {
  added,
  moved,
  newWorkflow,
  requestOf,
  stepOf,
  stepProblems,
  type WorkflowDraft,
} from '../src/pages/workflows/workflow-values.ts';

const check: PlacedTask = { name: 'Check', os: 'linux', category: 'Health Check', reboots: false };
const reboot: PlacedTask = { name: 'Reboot', os: 'linux', category: 'Reboot', reboots: true };
const known = new Map([
  ['check', check],
  ['reboot', reboot],
  ['windows', { ...check, name: 'Defrag', os: 'windows' as const }],
  ['internal', { ...check, name: 'Inner', category: 'Internal Script' as const }],
]);
const stepsOf = (...ids: string[]) => ids.map((id) => stepOf({ id, name: known.get(id)?.name ?? id }));
const draft = (steps: Partial<WorkflowDraft['steps']>): WorkflowDraft => ({
  ...newWorkflow,
  steps: { ...newWorkflow.steps, ...steps },
});
const names = ({ steps }: WorkflowDraft) =>
  Object.values(steps).map((lane) => lane.map(({ task }) => task.id));

describe('a workflow while it is edited', () => {
  it('L-42 moves steps within a phase and to another', () => {
    const before = draft({ prePatching: stepsOf('a', 'b', 'c') });
    const within = moved(before, { phase: 'prePatching', index: 0 }, { phase: 'prePatching', index: 2 });
    expect(names(within)).toEqual([['b', 'c', 'a'], [], []]);
    const other = moved(within, { phase: 'prePatching', index: 1 }, { phase: 'afterReboot', index: 0 });
    expect(names(other)).toEqual([['b', 'a'], [], ['c']]);
    expect(moved(other, { phase: 'prePatching', index: 9 }, { phase: 'afterReboot', index: 0 })).toBe(other);
  });

  it('L-24 keeps the settings that a step sets over those of its Interactive Reboot', () => {
    const step = { ...stepOf({ id: 'reboot', name: 'Reboot' }), interactiveReboot: { notificationCount: 0 } };
    const { postPatching } = requestOf(draft({ postPatching: [step] }));
    expect(postPatching[0]?.interactiveReboot).toEqual({ notificationCount: 0 });
  });

  it('L-43 adds a task before the reboot that must stay last', () => {
    const before = draft({ postPatching: stepsOf('reboot') });
    const after = added(before, 'postPatching', { id: 'check', name: 'Check', reboots: false }, known);
    expect(names(after)).toEqual([[], ['check', 'reboot'], []]);
    expect(stepProblems(after, known).size).toBe(0);
  });

  it.each([
    ['L-43', 'reboot', 'prePatching', /last post-patching step/],
    ['L-44', 'windows', 'postPatching', /is for Windows/],
    ['L-23', 'internal', 'afterReboot', /internal script/],
  ] as const)('%s names the step that may not stand where it is', (_, id, phase, words) => {
    const problems = stepProblems(draft({ [phase]: stepsOf('check', id) }), known);
    expect([...problems.keys()]).toEqual([`${phase}.1`]);
    expect(problems.get(`${phase}.1`)).toMatch(words);
  });

  it('saves tasks by id and nothing of the picture', () => {
    const [step] = stepsOf('check');
    expect(requestOf(draft({ prePatching: step ? [step] : [] })).prePatching).toEqual([
      {
        task: 'check',
        onFailure: 'stop',
        condition: null,
        timeoutMinutes: null,
        retries: null,
        interactiveReboot: null,
      },
    ]);
  });
});

describe('what happens on failure, in a sentence', () => {
  const system = { afterPreFailure: 'never', afterPatchFailure: 'always', afterPostFailure: 'stop' } as const;
  const shape = { control: newWorkflow.control, preSteps: 1, postSteps: 2, checks: 0 };

  it('W-03 says whether post-patching steps run after a pre-patching failure', () => {
    expect(failureSentences(shape, system).afterPreFailure).toContain('post-patching steps do not run');
    const control = { ...shape.control, afterPreFailure: 'always' } as const;
    expect(failureSentences({ ...shape, control }, system).afterPreFailure).toContain('run all the same');
  });

  it('W-04 W-06 follows the system configuration where the workflow says nothing', () => {
    expect(failureSentences(shape, system).afterPatchFailure).toContain('run all the same');
    expect(failureSentences(shape, system).afterPostFailure).toContain('do not run');
  });

  it('tells of no failure that cannot be', () => {
    const empty = { ...shape, preSteps: 0, postSteps: 0 };
    expect(failureSentences(empty, system).afterPreFailure).toContain('no pre-patching steps');
    expect(failureSentences(empty, system).afterPatchFailure).toContain('there are no post-patching steps');
  });
});
