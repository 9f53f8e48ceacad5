import { describe, expect, it } from 'vitest';
import {
  cancel,
  check,
  ended,
  exited,
  given,
  interactiveReboot,
  onlyIf,
  patch,
  patched,
  post,
  pre,
  reboot,
  rehearsal,
  retriedOnce,
  seconds,
  start,
  starts,
  task,
  wake,
  windowEnded,
  workflow,
} from './run-spec.ts';

describe('W-05 when the patch operation has failed', () => {
  it.each([
    {
      installed: 3,
      failed: 0,
      outcome: 'succeeded',
      result: 'succeeded',
      reason: '3 patches were installed',
    },
    { installed: 1, failed: 0, outcome: 'succeeded', result: 'succeeded', reason: '1 patch was installed' },
    { installed: 0, failed: 0, outcome: 'succeeded', result: 'succeeded', reason: 'no applicable patches' },
    {
      installed: 2,
      failed: 1,
      outcome: 'partial',
      result: 'partial',
      reason: '2 of 3 patches were installed, 1 failed',
    },
    {
      installed: 1,
      failed: 9,
      outcome: 'partial',
      result: 'partial',
      reason: '1 of 10 patches were installed, 9 failed',
    },
    {
      installed: 0,
      failed: 1,
      outcome: 'failed',
      result: 'failed',
      reason: 'the patch operation failed: no patch could be installed, 1 failed',
    },
  ])(
    'W-05 given $installed installed and $failed failed then the patch operation is $outcome',
    ({ installed, failed, outcome, result, reason }) => {
      given(workflow([patch()]))
        .when(start(0), patched(1000, installed, failed))
        .expects({ outcomes: { patch: outcome }, state: { status: 'finished', result, reason } });
    },
  );

  it('W-05 given only patches that turned out not to apply then it is a success with "no applicable patches"', () => {
    given(workflow([patch()]))
      .when(
        start(0),
        ended(1000, 'patch', {
          kind: 'patched',
          installed: 0,
          failed: 0,
          notApplicable: 4,
          rebootNeeded: false,
        }),
      )
      .expects({
        state: { result: 'succeeded', reason: 'no applicable patches' },
        notes: [
          'The patch operation succeeded: no applicable patches.',
          'The run succeeded: no applicable patches.',
        ],
      });
  });

  it('W-05 given a partial patch operation when everything else succeeds then the run is partial, not failed', () => {
    given(workflow([pre(1), patch(), post(1)]))
      .when(start(0), exited(1, 'pre-1', 0), patched(2, 1, 1), exited(3, 'post-1', 0))
      .expects({
        state: { result: 'partial', reason: '1 of 2 patches were installed, 1 failed' },
        notes: [
          'Post-patching step "Do post-1" succeeded: exit code 0 is in its success list [0].',
          'The run partly succeeded: 1 of 2 patches were installed, 1 failed.',
        ],
      });
  });

  it('W-05 given patches that could not be installed then the operation is not tried again', () => {
    given(workflow([patch(retriedOnce)]))
      .when(start(0), patched(1000, 0, 2))
      .expects({
        state: { status: 'finished', result: 'failed', failure: 'nothingInstalled' },
        explains: 'it is not tried again, since another try would come to the same.',
      });
  });

  it('W-05 given a patch operation whose settings would pass over a failure then a failure is one all the same', () => {
    given(workflow([patch({ onFailure: 'continue' }), post(1)], { afterPatchFailure: 'never' }))
      .when(start(0), patched(1000, 0, 2))
      .expects({ state: { result: 'failed', phase: 'patch' }, records: { patch: { tolerated: false } } });
  });

  it('W-05 given a package manager that gave up when tries are left then patching is tried again', () => {
    given(workflow([patch(retriedOnce)]))
      .when(start(0), ended(1000, 'patch', { kind: 'patchToolFailed', reason: 'the lock was held.' }))
      .expects({
        state: { status: 'retrying', step: 'patch' },
        notes: [
          'The patch operation failed: the package manager failed: the lock was held; it is tried again in 30 s.',
        ],
      })
      .when(wake(seconds(31)), patched(seconds(60), 1, 0, 2))
      .expects({ state: { result: 'succeeded' } });
  });

  it('W-05 given a patch operation then later steps know what was installed and whether a reboot is needed', () => {
    const run = given(workflow([patch()])).when(start(0), patched(1000, 2, 1));
    expect(run.state.facts).toEqual({ rebootNeeded: 'true', patchesInstalled: '2', patchesFailed: '1' });
  });
});

describe('W-05 an endpoint is believed only what a step can come to', () => {
  const reports = {
    exited: { kind: 'exited', exitCode: 0, facts: { rebootNeeded: 'false' } },
    patched: { kind: 'patched', installed: 1, failed: 0, notApplicable: 0, rebootNeeded: false },
    simulated: { kind: 'simulated', wouldInstall: 1, security: 0, rebootNeeded: false },
    patchToolFailed: { kind: 'patchToolFailed', reason: 'locked' },
    userAsked: { kind: 'userAsked' },
  } as const;

  it.each([
    ['a real patch operation', workflow([patch(retriedOnce)]), 'patch', ['exited', 'simulated', 'userAsked']],
    ['a rehearsed patch operation', rehearsal([patch()]), 'patch', ['exited', 'patched', 'userAsked']],
    ['a script', workflow([pre(1)]), 'pre-1', ['patched', 'simulated', 'patchToolFailed', 'userAsked']],
    ['a reboot', workflow([reboot(1)]), 'post-1', ['patched', 'simulated', 'patchToolFailed', 'userAsked']],
    [
      'an Interactive Reboot',
      workflow([interactiveReboot(1)]),
      'post-1',
      ['patched', 'simulated', 'patchToolFailed'],
    ],
  ] as const)(
    'W-05 given %s when another kind of report comes then the step has failed',
    (_, definition, key, kinds) => {
      for (const kind of kinds) {
        given(definition)
          .when(start(0), ended(1000, key, reports[kind]))
          .expects({
            state: { result: 'failed', failure: 'wrongReport', facts: {} },
            explains: `the endpoint reported "${kind}", which this step cannot come to`,
          });
      }
    },
  );
});

describe('P-07 the end of the maintenance window', () => {
  const steps = [pre(1), pre(2), patch(), post(1)];

  it('P-07 given a running pre-patching step when the window ends then the step finishes first', () => {
    given(workflow(steps))
      .when(start(0), windowEnded(500))
      .expects({
        state: { status: 'running', step: 'pre-1' },
        commands: [],
        notes: ['The maintenance window ended.'],
      });
  });

  it('P-07 given the window ended during pre-patching when the step succeeds then patching is not started and the result is missedWindow', () => {
    given(workflow(steps))
      .when(start(0), windowEnded(500), exited(1000, 'pre-1', 0))
      .expects({
        outcomes: { 'pre-1': 'succeeded', 'pre-2': 'notRun', patch: 'notRun' },
        commands: [starts('post-1')],
        explains: 'Did not run the patch operation: the maintenance window ended before patching.',
      })
      .when(exited(2000, 'post-1', 0))
      .expects({
        state: {
          status: 'finished',
          result: 'missedWindow',
          reason: 'the maintenance window ended before patching could start',
        },
      });
  });

  it('P-07 given the window ended during pre-patching then post-patching follows W-06 and names the setting', () => {
    const run = (afterPatchFailure: 'never' | 'always') =>
      given(workflow([pre(1), patch(), post(1)], { afterPatchFailure })).when(
        start(0),
        windowEnded(500),
        exited(1000, 'pre-1', 0),
      );
    run('always').expects({
      commands: [starts('post-1')],
      explains:
        'since the window ended before patching and postPatching.afterPatchFailure is "always" (system configuration).',
    });
    run('never').expects({
      state: { status: 'finished', result: 'missedWindow' },
      outcomes: { 'pre-1': 'succeeded', patch: 'notRun', 'post-1': 'notRun' },
      explains:
        'the window ended before patching and postPatching.afterPatchFailure is "never" (system configuration).',
    });
  });

  it('P-07 given the window ended during pre-patching when a post-patching step fails then the result is still missedWindow', () => {
    given(workflow([pre(1), patch(), post(1)]))
      .when(start(0), windowEnded(500), exited(1000, 'pre-1', 0), exited(2000, 'post-1', 1))
      .expects({
        state: { result: 'missedWindow' },
        outcomes: { 'pre-1': 'succeeded', patch: 'notRun', 'post-1': 'failed' },
      });
  });

  it('P-07 given the window ended during pre-patching when the step fails then the run has failed by W-02 and W-03', () => {
    given(workflow(steps, { afterPatchFailure: 'always' }))
      .when(start(0), windowEnded(500), exited(1000, 'pre-1', 1))
      .expects({
        state: { status: 'finished', result: 'failed', step: 'pre-1' },
        outcomes: { 'pre-1': 'failed', 'pre-2': 'notRun', patch: 'notRun', 'post-1': 'notRun' },
      });
  });

  it('P-07 given a pre-patching step with tries left when it fails after the window ended then it is not tried again', () => {
    given(workflow([pre(1, retriedOnce), patch()]))
      .when(start(0), windowEnded(500), exited(1000, 'pre-1', 1))
      .expects({
        state: { result: 'failed' },
        explains: 'it is not tried again, since the maintenance window has ended.',
      });
  });

  it('P-07 given a pre-patching step that waits to be tried again when the window ends then its failure stands', () => {
    given(workflow([pre(1, retriedOnce), patch()]))
      .when(start(0), exited(1000, 'pre-1', 1), windowEnded(2000))
      .expects({
        state: { status: 'finished', result: 'failed', step: 'pre-1' },
        explains: 'The last try of pre-patching step "Do pre-1" stands.',
      });
  });

  it('P-07 given a step that may be passed over and waits to be tried again when the window ends then patching is not started', () => {
    given(workflow([pre(1, { ...retriedOnce, onFailure: 'continue' }), pre(2), patch()]))
      .when(start(0), exited(1000, 'pre-1', 1), windowEnded(2000))
      .expects({
        state: { status: 'finished', result: 'missedWindow' },
        outcomes: { 'pre-1': 'failed', 'pre-2': 'notRun', patch: 'notRun' },
        commands: [],
      });
  });

  it('P-07 given a running patch operation when the window ends then it finishes and the run goes on as usual', () => {
    given(workflow([patch(), post(1)]))
      .when(start(0), windowEnded(500))
      .expects({ state: { status: 'running', step: 'patch' }, commands: [] })
      .when(patched(1000, 1, 0), exited(2000, 'post-1', 0))
      .expects({ state: { result: 'succeeded', reason: '1 patch was installed' } });
  });

  it('P-07 given post-patching with tries left when the window has ended then it is tried again as usual', () => {
    given(workflow([patch(), post(1, retriedOnce)]))
      .when(start(0), patched(1000, 1, 0), exited(2000, 'post-1', 1), windowEnded(3000))
      .expects({ state: { status: 'retrying', step: 'post-1' } })
      .when(wake(seconds(32)))
      .expects({ commands: [starts('post-1', 2)] });
  });

  it('P-07 given a queued run when the window ends then it missed its window without having started', () => {
    given(workflow(steps))
      .when(windowEnded(0))
      .expects({
        state: { result: 'missedWindow', reason: 'the maintenance window ended before the run could start' },
        outcomes: { 'pre-1': 'notRun', 'pre-2': 'notRun', patch: 'notRun', 'post-1': 'notRun' },
      });
  });

  it('P-07 given no patch operation when the window ends before all of pre-patching ran then the run missed its window', () => {
    given(workflow([pre(1), pre(2)]))
      .when(start(0), windowEnded(500), exited(1000, 'pre-1', 0))
      .expects({ state: { result: 'missedWindow' }, outcomes: { 'pre-1': 'succeeded', 'pre-2': 'notRun' } });
  });

  it('P-07 given a Run Task when a window ends then the task is not touched', () => {
    given(workflow([task(retriedOnce)]))
      .when(start(0), windowEnded(500), exited(1000, 'task', 1), wake(seconds(40)))
      .expects({ commands: [starts('task', 2)] });
  });

  it('P-07 given a window that has ended when the same is told again, or the run is finished, then nothing changes', () => {
    given(workflow([pre(1), patch()]))
      .when(start(0), windowEnded(500))
      .ignores(windowEnded(600))
      .when(exited(1000, 'pre-1', 1))
      .ignores(windowEnded(2000));
  });
});

describe('P-10 a rehearsal', () => {
  const simulated = (at: number, wouldInstall: number, security: number) =>
    ended(at, 'patch', { kind: 'simulated', wouldInstall, security, rebootNeeded: true });

  it('P-10 given scripts marked safe and others then the safe ones run and the others are listed', () => {
    given(rehearsal([pre(1), pre(2, { safeInRehearsal: true }), patch()]))
      .when(start(0))
      .expects({
        outcomes: { 'pre-1': 'skipped' },
        commands: [starts('pre-2')],
        explains: 'Skipped pre-patching step "Do pre-1": it is not marked safe in rehearsal.',
      });
  });

  it('P-10 given a patch operation then it is simulated, and the run says what it would install', () => {
    given(rehearsal([patch(), post(1)]))
      .when(start(0))
      .expects({ commands: [starts('patch')] })
      .when(simulated(1000, 12, 3))
      .expects({
        state: { result: 'succeeded', reason: '12 patches would be installed, 3 for security' },
        outcomes: { patch: 'succeeded', 'post-1': 'skipped' },
      });
  });

  it('P-10 given a reboot or an Interactive Reboot, even one marked safe, then nothing is rebooted', () => {
    for (const rebooting of [
      reboot(2, { safeInRehearsal: true }),
      interactiveReboot(2, { safeInRehearsal: true }),
    ]) {
      given(
        rehearsal([
          patch(),
          post(1, { safeInRehearsal: true }),
          rebooting,
          check(1, { safeInRehearsal: true }),
        ]),
      )
        .when(start(0), simulated(1000, 1, 1), exited(2000, 'post-1', 0))
        .expects({
          outcomes: { patch: 'succeeded', 'post-1': 'succeeded', 'post-2': 'skipped' },
          commands: [starts('check-1')],
          explains: 'Skipped post-patching step "Do post-2": it would reboot, which a rehearsal does not do.',
        });
    }
  });

  it('P-10 given patches that would ask for a reboot, when a script finds none needed yet, then the reboot is listed', () => {
    const look = post(1, { safeInRehearsal: true });
    given(rehearsal([patch(), look, reboot(2, onlyIf('rebootNeeded', 'true'))]))
      .when(start(0), simulated(1000, 1, 1), exited(2000, 'post-1', 0, { facts: { rebootNeeded: 'false' } }))
      .expects({
        state: { result: 'succeeded', facts: { rebootNeeded: 'true' } },
        explains: 'Skipped post-patching step "Do post-2": it would reboot, which a rehearsal does not do.',
      });
  });

  it('P-10 given a pre-patching step that fails then the rehearsal walks on as the real run would', () => {
    given(rehearsal([pre(1, { safeInRehearsal: true }), patch(), post(1, { safeInRehearsal: true })]))
      .when(start(0), exited(1000, 'pre-1', 1))
      .expects({
        state: { result: 'failed', phase: 'prePatching' },
        outcomes: { 'pre-1': 'failed', patch: 'notRun', 'post-1': 'notRun' },
      });
  });

  it('P-10 given only steps that are listed then the rehearsal succeeded at once', () => {
    given(rehearsal([pre(1), post(1)]))
      .when(start(0))
      .expects({ state: { result: 'succeeded', reason: 'there was nothing to do' }, commands: [] });
  });

  it('P-10 given a rehearsal when it is cancelled then it ends like any run', () => {
    given(rehearsal([patch(), post(1)]))
      .when(start(0), cancel(500), simulated(1000, 1, 0))
      .expects({ state: { result: 'cancelled' } });
  });
});
