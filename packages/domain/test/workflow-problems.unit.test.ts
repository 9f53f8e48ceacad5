import { copyName, deletionRefusal, editRefusal } from '@patchbay/domain/library/refusal';
import { workflowProblems } from '@patchbay/domain/workflow/problems';
import type { PlacedTask } from '@patchbay/domain/workflow/workflow';
import { describe, expect, it } from 'vitest';

const drain: PlacedTask = { name: 'Drain', os: 'linux', category: 'General', reboots: false };
const reboot: PlacedTask = { name: 'Reboot', os: 'linux', category: 'Reboot', reboots: true };
const internal: PlacedTask = { name: 'Prepare', os: 'linux', category: 'Internal Script', reboots: false };
const windows: PlacedTask = { name: 'Stop IIS', os: 'windows', category: 'General', reboots: false };
const workflow = { os: 'linux', prePatching: [], postPatching: [], afterReboot: [] } as const;

describe('what may stand where in a workflow', () => {
  it('L-43 a reboot task may stand only as the last post-patching step; the step is named', () => {
    expect(workflowProblems({ ...workflow, postPatching: [drain, reboot] })).toEqual([]);
    const message =
      'the task "Reboot" reboots the endpoint, so it may stand only as the last post-patching step';
    expect(workflowProblems({ ...workflow, postPatching: [reboot, drain] })).toEqual([
      { path: 'postPatching.0.task', message },
    ]);
    expect(workflowProblems({ ...workflow, prePatching: [drain, reboot] })).toEqual([
      { path: 'prePatching.1.task', message },
    ]);
    expect(workflowProblems({ ...workflow, afterReboot: [reboot] })).toEqual([
      { path: 'afterReboot.0.task', message },
    ]);
    expect(workflowProblems({ ...workflow, postPatching: [reboot, reboot] })).toEqual([
      { path: 'postPatching.0.task', message },
    ]);
  });

  it('L-23 a task of category Internal Script is refused in every phase', () => {
    for (const phase of ['prePatching', 'postPatching', 'afterReboot']) {
      expect(workflowProblems({ ...workflow, [phase]: [internal] })).toEqual([
        {
          path: `${phase}.0.task`,
          message: 'the task "Prepare" is an internal script, which cannot be put into a workflow',
        },
      ]);
    }
  });

  it('L-44 a task of another operating system is refused', () => {
    expect(workflowProblems({ ...workflow, prePatching: [drain, windows] })).toEqual([
      { path: 'prePatching.1.task', message: 'the task "Stop IIS" is for Windows, the workflow for Linux' },
    ]);
  });

  it('L-42 a task that does not exist and too many steps are named', () => {
    expect(workflowProblems({ ...workflow, prePatching: [{ name: 'Nope', missing: true }] })).toEqual([
      { path: 'prePatching.0.task', message: 'there is no task "Nope"' },
    ]);
    const half = Array.from({ length: 101 }, () => drain);
    expect(workflowProblems({ ...workflow, prePatching: half, postPatching: half })).toEqual([
      { path: '', message: 'a workflow has at most 200 steps, this one has 202' },
    ]);
  });
});

describe('what may be changed and deleted', () => {
  const personal = { kind: 'script', name: 'Mine', origin: 'personal' } as const;
  const builtIn = { kind: 'task', name: 'Simple Linux Reboot', origin: 'builtIn' } as const;

  it('L-01 L-24 built-in things can be neither edited nor deleted', () => {
    expect(editRefusal(personal)).toBeNull();
    expect(editRefusal(builtIn)?.code).toBe('BUILT_IN');
    expect(deletionRefusal(builtIn, [])?.code).toBe('BUILT_IN');
  });

  it('L-10 L-25 what is used cannot be deleted, and the refusal lists the uses', () => {
    expect(deletionRefusal(personal, [])).toBeNull();
    expect(
      deletionRefusal(personal, [
        { kind: 'task', name: 'A' },
        { kind: 'task', name: 'B' },
      ]),
    ).toEqual({
      code: 'IN_USE',
      detail: 'The script "Mine" cannot be deleted: it is used by the task "A", the task "B".',
    });
  });

  it('L-48 the default of an operating system cannot be deleted; the refusal says why and where it is used', () => {
    const workflow = { kind: 'workflow', name: 'Mine', origin: 'personal' } as const;
    expect(deletionRefusal(workflow, [{ kind: 'plan', name: 'Weekly' }], 'Linux')?.detail).toBe(
      'The workflow "Mine" cannot be deleted: it is the default of Linux, and it is used by the plan "Weekly".',
    );
  });

  it('L-47 copies are named "… (copy)", numbered when that is taken, and never too long', () => {
    expect(copyName('Drain', 1, 120)).toBe('Drain (copy)');
    expect(copyName('Drain', 3, 120)).toBe('Drain (copy 3)');
    expect(copyName('x'.repeat(120), 1, 120)).toHaveLength(120);
  });
});
