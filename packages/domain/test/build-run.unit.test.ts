import { allPatches } from '@patchbay/domain/patch/selection';
import { settingValues } from '@patchbay/domain/setting/definitions';
import { buildPlanRun, buildTaskRun, type TaskToRun } from '@patchbay/domain/workflow/build-run';
import { controlOf } from '@patchbay/domain/workflow/control';
import { describe, expect, it } from 'vitest';

const task = (name: string, over: Partial<TaskToRun> = {}): TaskToRun => ({
  id: name,
  name,
  script: { name: `${name} script`, revision: 3, interpreter: 'sh', content: 'true' },
  environment: { PATCHBAY_HOST: 'db' },
  secretNames: [],
  interactiveReboot: null,
  successExitCodes: [0, 3],
  timeoutMinutes: 30,
  retries: { count: 1, delaySeconds: 5 },
  runAs: null,
  reboots: false,
  safeToRepeat: false,
  safeInRehearsal: true,
  healthCheck: false,
  ...over,
});
const plain = { onFailure: 'stop', condition: null, timeoutMinutes: null, retries: null } as const;
const noOverrides = { afterPreFailure: null, afterPatchFailure: null, afterPostFailure: null };
const all = allPatches;
const settings = settingValues(new Map());

describe('freezing a workflow', () => {
  const workflow = {
    control: noOverrides,
    prePatching: [{ ...plain, task: task('Drain') }],
    postPatching: [
      { ...plain, task: task('Check') },
      {
        ...plain,
        onFailure: 'continue' as const,
        condition: { fact: 'rebootNeeded', is: 'equal' as const, value: 'true' },
        timeoutMinutes: 5,
        retries: { count: 0, delaySeconds: 0 },
        task: task('Reboot', { reboots: true }),
      },
    ],
    afterReboot: [{ ...plain, task: task('Ping') }],
  };

  it('L-49 the steps are frozen in the order in which they are walked, each with its work', () => {
    const { definition, works } = buildPlanRun('real', workflow, all, settings);
    expect(definition.steps.map(({ key, phase, kind }) => [key, phase, kind])).toEqual([
      ['pre-1', 'prePatching', 'script'],
      ['patch', 'patch', 'patch'],
      ['post-1', 'postPatching', 'script'],
      ['post-2', 'postPatching', 'reboot'],
      ['check-1', 'afterReboot', 'script'],
    ]);
    expect(Object.keys(works)).toEqual(definition.steps.map(({ key }) => key));
    expect(works['pre-1']).toMatchObject({
      taskName: 'Drain',
      scriptName: 'Drain script',
      scriptRevision: 3,
    });
    expect(works['pre-1']?.work).toMatchObject({ content: 'true', environment: { PATCHBAY_HOST: 'db' } });
  });

  it('L-50 a step sets its own failure mode, condition, time-out and retries over those of its task', () => {
    const { definition } = buildPlanRun('real', workflow, all, settings);
    expect(definition.steps[0]).toMatchObject({
      timeoutMs: 1_800_000,
      retries: { count: 1, delayMs: 5000 },
      onFailure: 'stop',
      successExitCodes: [0, 3],
    });
    expect(definition.steps[3]).toMatchObject({
      timeoutMs: 300_000,
      retries: { count: 0, delayMs: 0 },
      onFailure: 'continue',
      condition: { fact: 'rebootNeeded', is: 'equal', value: 'true' },
    });
  });

  it('P-10 a rehearsal simulates the patch operation', () => {
    const simulates = (mode: 'real' | 'rehearsal') =>
      buildPlanRun(mode, workflow, all, settings).works['patch']?.work;
    expect(simulates('real')).toMatchObject({ kind: 'patch', simulate: false });
    expect(simulates('rehearsal')).toMatchObject({ kind: 'patch', simulate: true });
  });

  it('L-26 a Run Task is one step of the task', () => {
    const { definition } = buildTaskRun(task('Ping'), settings);
    expect(definition.steps.map(({ key, phase }) => [key, phase])).toEqual([['task', 'task']]);
  });

  it('W-10 the limits of a run are settings', () => {
    const changed = settingValues(new Map([['run.returnMinutes', 10]]));
    expect(buildTaskRun(task('Ping'), changed).definition.limits.returnMs).toBe(600_000);
    expect(buildTaskRun(task('Ping'), settings).definition.limits.returnMs).toBe(1_800_000);
  });
});

describe('W-07 which setting decides', () => {
  it('W-03 W-04 W-06 W-07 without an override the system configuration decides', () => {
    expect(controlOf(settings, noOverrides)).toEqual({
      afterPreFailure: { value: 'never', from: 'system' },
      afterPatchFailure: { value: 'always', from: 'system' },
      afterPostFailure: { value: 'stop', from: 'system' },
    });
  });

  it('W-07 a workflow overrides the system configuration, and the source says so', () => {
    const changed = settingValues(new Map([['postPatching.afterPostFailure', 'continue']]));
    expect(controlOf(changed, { ...noOverrides, afterPreFailure: 'always' })).toEqual({
      afterPreFailure: { value: 'always', from: 'workflow' },
      afterPatchFailure: { value: 'always', from: 'system' },
      afterPostFailure: { value: 'continue', from: 'system' },
    });
  });
});
