import { describe, it } from 'vitest';
import { exited, given, patch, patched, post, pre, start, starts, task, workflow } from './run-spec.ts';

describe('W-01 the exit code is compared with the success exit codes', () => {
  it('W-01 given a pre-patching step when it exits with 0 then the run continues with the next step', () => {
    given(workflow([pre(1), pre(2)]))
      .when(start(0))
      .expects({
        state: { status: 'running', step: 'pre-1', attempt: 1 },
        commands: [starts('pre-1')],
        notes: ['The run started.', 'Attempt 1 of pre-patching step "Do pre-1" was sent to the endpoint.'],
      })
      .when(exited(1000, 'pre-1', 0))
      .expects({
        state: { status: 'running', step: 'pre-2' },
        outcomes: { 'pre-1': 'succeeded' },
        commands: [starts('pre-2')],
        notes: [
          'Pre-patching step "Do pre-1" succeeded: exit code 0 is in its success list [0].',
          'Attempt 1 of pre-patching step "Do pre-2" was sent to the endpoint.',
        ],
      });
  });

  it.each([0, 3, 3010, 4294967295])(
    'W-01 given the success list [0, 3, 3010, 4294967295] when a step exits with %i then it succeeded',
    (exitCode) => {
      given(workflow([pre(1, { successExitCodes: [0, 3, 3010, 4294967295] }), patch()]))
        .when(start(0), exited(1000, 'pre-1', exitCode))
        .expects({
          outcomes: { 'pre-1': 'succeeded' },
          commands: [starts('patch')],
          explains: `exit code ${exitCode} is in its success list [0, 3, 3010, 4294967295]`,
        });
    },
  );

  it.each([1, 2, 4, -1, 255, 3011])(
    'W-01 given the success list [0, 3, 3010] when a step exits with %i then it failed',
    (exitCode) => {
      given(workflow([pre(1, { successExitCodes: [0, 3, 3010] })]))
        .when(start(0), exited(1000, 'pre-1', exitCode))
        .expects({
          records: { 'pre-1': { outcome: 'failed', failure: 'exitCode', attempt: 1, tolerated: false } },
          explains: `exit code ${exitCode} is not in its success list [0, 3, 3010]`,
        });
    },
  );

  it('W-01 given a success list without 0 when the step exits with 0 then it failed', () => {
    given(workflow([pre(1, { successExitCodes: [7] })]))
      .when(start(0), exited(1000, 'pre-1', 0))
      .expects({ state: { result: 'failed', failure: 'exitCode' }, outcomes: { 'pre-1': 'failed' } });
  });

  it('W-01 given a post-patching step with the success list [0, 3] when it exits with 3 then the run continues', () => {
    given(workflow([patch(), post(1, { successExitCodes: [0, 3] }), post(2)]))
      .when(start(0), patched(1000, 1, 0), exited(2000, 'post-1', 3))
      .expects({ state: { status: 'running', step: 'post-2' }, commands: [starts('post-2')] });
  });

  it('W-01 given a Run Task when its exit code is in the list then the run succeeded, else it failed', () => {
    const run = given(workflow([task({ successExitCodes: [0, 5] })])).when(start(0));
    run.when(exited(1000, 'task', 5)).expects({ state: { result: 'succeeded', reason: '1 step succeeded' } });
    run.when(exited(1000, 'task', 6)).expects({
      state: { result: 'failed', phase: 'task', step: 'task', failure: 'exitCode' },
      notes: [
        'Task "Do task" failed: exit code 6 is not in its success list [0, 5].',
        'The run failed: task "Do task" failed: exit code 6 is not in its success list [0, 5].',
      ],
    });
  });
});

describe('W-02 a pre-patching failure prevents the rest of pre-patching and the patch operation', () => {
  const steps = [pre(1), pre(2), pre(3), patch(), post(1)];

  it('W-02 given three pre-patching steps when the first fails then the others and the patch operation do not run', () => {
    given(workflow(steps))
      .when(start(0), exited(1000, 'pre-1', 3))
      .expects({
        state: {
          status: 'finished',
          result: 'failed',
          phase: 'prePatching',
          step: 'pre-1',
          failure: 'exitCode',
          reason: 'pre-patching step "Do pre-1" failed: exit code 3 is not in its success list [0]',
        },
        outcomes: {
          'pre-1': 'failed',
          'pre-2': 'notRun',
          'pre-3': 'notRun',
          patch: 'notRun',
          'post-1': 'notRun',
        },
        records: { patch: { detail: 'pre-patching step "Do pre-1" failed' } },
        commands: [],
        explains: 'Did not run the patch operation: pre-patching step "Do pre-1" failed.',
      });
  });

  it('W-02 given three pre-patching steps when the last fails then those before keep their success and nothing is patched', () => {
    given(workflow(steps))
      .when(start(0), exited(1, 'pre-1', 0), exited(2, 'pre-2', 0), exited(3, 'pre-3', 1))
      .expects({
        state: { result: 'failed', step: 'pre-3' },
        outcomes: {
          'pre-1': 'succeeded',
          'pre-2': 'succeeded',
          'pre-3': 'failed',
          patch: 'notRun',
          'post-1': 'notRun',
        },
        commands: [],
      });
  });

  it('W-02 given afterPreFailure "always" when a pre-patching step fails then still only post-patching is begun', () => {
    given(workflow(steps, { afterPreFailure: 'always' }))
      .when(start(0), exited(1000, 'pre-1', 3))
      .expects({
        outcomes: { 'pre-1': 'failed', 'pre-2': 'notRun', 'pre-3': 'notRun', patch: 'notRun' },
        commands: [starts('post-1')],
      });
  });

  it('W-02 given a condition that would hold when a pre-patching step fails then the steps after it do not run', () => {
    given(workflow([pre(1), pre(2, { condition: { fact: 'go', is: 'equal', value: 'yes' } }), patch()]))
      .when(start(0), exited(1000, 'pre-1', 3, { facts: { go: 'yes' } }))
      .expects({ outcomes: { 'pre-1': 'failed', 'pre-2': 'notRun', patch: 'notRun' } });
  });
});
