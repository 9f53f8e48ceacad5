import { describe, it } from 'vitest';
import {
  check,
  ended,
  exited,
  given,
  patch,
  patched,
  post,
  pre,
  start,
  starts,
  workflow,
} from './run-spec.ts';

describe('W-03 post-patching after a pre-patching failure follows afterPreFailure', () => {
  const steps = [pre(1), patch(), post(1), post(2)];

  it('W-03 given "never" when pre-patching fails then post-patching does not run, and the setting is named', () => {
    given(workflow(steps))
      .when(start(0), exited(1000, 'pre-1', 1))
      .expects({
        state: { status: 'finished', result: 'failed', phase: 'prePatching' },
        outcomes: { 'pre-1': 'failed', patch: 'notRun', 'post-1': 'notRun', 'post-2': 'notRun' },
        explains:
          'Did not run post-patching step "Do post-1": pre-patching failed and ' +
          'postPatching.afterPreFailure is "never" (system configuration).',
      });
  });

  it('W-03 given "always" when pre-patching fails then every post-patching step runs and the run has failed', () => {
    given(workflow(steps, { afterPreFailure: 'always' }))
      .when(start(0), exited(1000, 'pre-1', 1))
      .expects({
        commands: [starts('post-1')],
        explains:
          'Attempt 1 of post-patching step "Do post-1" was sent to the endpoint, since pre-patching failed and ' +
          'postPatching.afterPreFailure is "always" (system configuration).',
      })
      .when(exited(2000, 'post-1', 0))
      .expects({ commands: [starts('post-2')] })
      .when(exited(3000, 'post-2', 0))
      .expects({
        state: { status: 'finished', result: 'failed', phase: 'prePatching', step: 'pre-1' },
        outcomes: { 'pre-1': 'failed', patch: 'notRun', 'post-1': 'succeeded', 'post-2': 'succeeded' },
      });
  });

  it.each(['timedOut', 'cancelled'] as const)(
    'W-03 given "always" when a pre-patching step ends %s then post-patching runs as after any failure',
    (kind) => {
      given(workflow(steps, { afterPreFailure: 'always' }))
        .when(start(0), ended(1000, 'pre-1', { kind }))
        .expects({ outcomes: { 'pre-1': 'failed', patch: 'notRun' }, commands: [starts('post-1')] });
    },
  );

  it('W-03 given "never" for pre-patching and "always" for patching when pre-patching fails then post-patching does not run', () => {
    given(workflow(steps, { afterPreFailure: 'never', afterPatchFailure: 'always' }))
      .when(start(0), exited(1000, 'pre-1', 1))
      .expects({ state: { status: 'finished' }, commands: [] });
  });
});

describe('W-04 post-patching after a post-patching failure follows afterPostFailure', () => {
  const steps = [patch(), post(1), post(2), post(3)];

  it('W-04 given "stop" when a post-patching step fails then the others do not run', () => {
    given(workflow(steps))
      .when(start(0), patched(1000, 2, 0), exited(2000, 'post-1', 9))
      .expects({
        state: { status: 'finished', result: 'failed', phase: 'postPatching', step: 'post-1' },
        outcomes: { patch: 'succeeded', 'post-1': 'failed', 'post-2': 'notRun', 'post-3': 'notRun' },
        explains:
          'Did not run post-patching step "Do post-3": post-patching step "Do post-1" failed and ' +
          'postPatching.afterPostFailure is "stop" (system configuration).',
      });
  });

  it('W-04 given "continue" when a post-patching step fails then the others run and the run has failed at the first', () => {
    given(workflow(steps, { afterPostFailure: 'continue' }))
      .when(start(0), patched(1000, 2, 0), exited(2000, 'post-1', 9))
      .expects({
        commands: [starts('post-2')],
        explains:
          'since post-patching step "Do post-1" failed and ' +
          'postPatching.afterPostFailure is "continue" (system configuration).',
      })
      .when(exited(3000, 'post-2', 8), exited(4000, 'post-3', 0))
      .expects({
        state: { result: 'failed', phase: 'postPatching', step: 'post-1' },
        outcomes: { patch: 'succeeded', 'post-1': 'failed', 'post-2': 'failed', 'post-3': 'succeeded' },
      });
  });

  it('W-04 given "stop" and post-patching after a failed patch operation when a post step fails then the others do not run', () => {
    given(workflow(steps, { afterPatchFailure: 'always' }))
      .when(start(0), patched(1000, 0, 1), exited(2000, 'post-1', 9))
      .expects({ outcomes: { patch: 'failed', 'post-1': 'failed', 'post-2': 'notRun', 'post-3': 'notRun' } });
  });

  it('W-04 given "stop" and after-reboot checks without a reboot when a post step fails then the checks do not run', () => {
    given(workflow([post(1), check(1)]))
      .when(start(0), exited(1000, 'post-1', 9))
      .expects({ state: { result: 'failed' }, outcomes: { 'post-1': 'failed', 'check-1': 'notRun' } });
  });

  it('W-04 given "continue" and after-reboot checks without a reboot when a post step fails then the checks run', () => {
    given(workflow([post(1), check(1)], { afterPostFailure: 'continue' }))
      .when(start(0), exited(1000, 'post-1', 9))
      .expects({ commands: [starts('check-1')] });
  });
});

describe('W-06 post-patching after a failed patch operation follows afterPatchFailure', () => {
  const steps = [patch(), post(1), post(2)];

  it('W-06 given the default "always" when nothing could be installed then post-patching brings the server back', () => {
    given(workflow(steps))
      .when(start(0), patched(1000, 0, 3))
      .expects({
        outcomes: { patch: 'failed' },
        commands: [starts('post-1')],
        explains:
          'since patching failed and postPatching.afterPatchFailure is "always" (system configuration).',
      })
      .when(exited(2000, 'post-1', 0), exited(3000, 'post-2', 0))
      .expects({
        state: {
          result: 'failed',
          phase: 'patch',
          step: 'patch',
          failure: 'nothingInstalled',
          reason: 'the patch operation failed: no patch could be installed, 3 failed',
        },
      });
  });

  it('W-06 given "never" when the patch operation fails then post-patching does not run', () => {
    given(workflow(steps, { afterPatchFailure: 'never' }))
      .when(start(0), patched(1000, 0, 3))
      .expects({
        state: { status: 'finished', result: 'failed', phase: 'patch' },
        outcomes: { patch: 'failed', 'post-1': 'notRun', 'post-2': 'notRun' },
        explains: 'patching failed and postPatching.afterPatchFailure is "never" (system configuration).',
      });
  });

  it.each(['never', 'always'] as const)(
    'W-06 given "%s" when the patch operation is partial then post-patching runs, since that is no failure',
    (afterPatchFailure) => {
      given(workflow(steps, { afterPatchFailure }))
        .when(start(0), patched(1000, 1, 2))
        .expects({ outcomes: { patch: 'partial' }, commands: [starts('post-1')] });
    },
  );

  it('W-06 given "never" when the package manager itself fails then post-patching does not run', () => {
    given(workflow(steps, { afterPatchFailure: 'never' }))
      .when(start(0), ended(1000, 'patch', { kind: 'patchToolFailed', reason: 'the lock is held by apt' }))
      .expects({
        state: { result: 'failed', failure: 'patchTool' },
        outcomes: { patch: 'failed', 'post-1': 'notRun', 'post-2': 'notRun' },
      });
  });
});

describe('W-07 a workflow may override the settings, and the run says which one decided and from where', () => {
  it.each([
    ['afterPreFailure', 'never', [pre(1), post(1)], exited(1, 'pre-1', 1)],
    ['afterPreFailure', 'always', [pre(1), post(1)], exited(1, 'pre-1', 1)],
    ['afterPatchFailure', 'never', [patch(), post(1)], patched(1, 0, 1)],
    ['afterPatchFailure', 'always', [patch(), post(1)], patched(1, 0, 1)],
    ['afterPostFailure', 'stop', [post(1), post(2)], exited(1, 'post-1', 1)],
    ['afterPostFailure', 'continue', [post(1), post(2)], exited(1, 'post-1', 1)],
  ] as const)(
    'W-07 given %s "%s" when it decides then its origin is told',
    (setting, value, steps, failure) => {
      for (const [from, words] of [
        ['system', 'system configuration'],
        ['workflow', 'set by the workflow'],
      ] as const) {
        given(workflow([...steps], { [setting]: value, from }))
          .when(start(0), failure)
          .expects({ explains: `postPatching.${setting} is "${value}" (${words}).` });
      }
    },
  );

  it('W-07 given a step that did not run by a setting then its record names the setting too', () => {
    given(workflow([pre(1), post(1)], { afterPreFailure: 'never', from: 'workflow' }))
      .when(start(0), exited(1, 'pre-1', 1))
      .expects({
        records: {
          'post-1': {
            outcome: 'notRun',
            detail: 'pre-patching failed and postPatching.afterPreFailure is "never" (set by the workflow)',
          },
        },
      });
  });

  it('W-07 given no failure when post-patching starts then no setting is named', () => {
    given(workflow([patch(), post(1)]))
      .when(start(0), patched(1, 1, 0))
      .expects({
        notes: [
          'The patch operation succeeded: 1 patch was installed.',
          'Attempt 1 of post-patching step "Do post-1" was sent to the endpoint.',
        ],
      });
  });
});
