import { describe, expect, it } from 'vitest';
import { operatorOptions } from '../src/run/decide-operator.ts';
import {
  cancel,
  check,
  connected,
  disconnected,
  ended,
  exited,
  given,
  interactiveReboot,
  minutes,
  patch,
  patched,
  post,
  pre,
  reboot,
  repeatStep,
  resume,
  retriedOnce,
  skipStep,
  start,
  starts,
  wake,
  windowEnded,
  workflow,
} from './run-spec.ts';

describe('W-12 an operator and a failed run', () => {
  const steps = [pre(1), pre(2), patch(), post(1), reboot(2), check(1)];
  const failedAtPre2 = given(workflow(steps)).when(start(0), exited(1, 'pre-1', 0), exited(2, 'pre-2', 1));

  it('W-12 given a failed run when it is resumed then it goes on from the failed step with a new attempt', () => {
    failedAtPre2
      .when(resume(1000))
      .expects({
        state: { status: 'running', step: 'pre-2', attempt: 2 },
        outcomes: { 'pre-1': 'succeeded' },
        commands: [starts('pre-2', 2)],
        notes: [
          'bob resumed the run from pre-patching step "Do pre-2".',
          'Attempt 2 of pre-patching step "Do pre-2" was sent to the endpoint.',
        ],
      })
      .when(exited(1001, 'pre-2', 0, { attempt: 2 }))
      .expects({ commands: [starts('patch')] });
  });

  it('W-12 given a resumed run when the same step fails again then it failed again and can be resumed again', () => {
    failedAtPre2
      .when(resume(1000), exited(1001, 'pre-2', 1, { attempt: 2 }))
      .expects({ state: { status: 'finished', result: 'failed', step: 'pre-2' } })
      .when(resume(2000))
      .expects({ commands: [starts('pre-2', 3)] });
  });

  it('W-12 given a resumed run then the step’s retries count anew', () => {
    given(workflow([pre(1, retriedOnce)]))
      .when(start(0), exited(1, 'pre-1', 1), wake(minutes(1)), exited(minutes(2), 'pre-1', 1, { attempt: 2 }))
      .when(resume(minutes(3)))
      .expects({ state: { status: 'running', attempt: 3, retriesLeft: 1 } });
  });

  it('W-12 given a failed patch operation after which post-patching ran when it is resumed then all of that is walked anew', () => {
    given(workflow([patch(), post(1)]))
      .when(start(0), patched(1, 0, 1), exited(2, 'post-1', 0), resume(1000))
      .expects({ state: { records: {} }, commands: [starts('patch', 2)] })
      .when(patched(1001, 1, 0, 2))
      .expects({ commands: [starts('post-1', 2)] });
  });

  it('W-12 given a failed step when it is skipped then it is recorded as skipped and the run goes on after it', () => {
    failedAtPre2.when(skipStep(1000, 'pre-2')).expects({
      state: { status: 'running', step: 'patch' },
      records: { 'pre-2': { outcome: 'skipped', detail: 'skipped by bob' } },
      commands: [starts('patch')],
      notes: [
        'bob skipped pre-patching step "Do pre-2".',
        'Attempt 1 of the patch operation was sent to the endpoint.',
      ],
    });
  });

  it('W-12 given the last step failed when it is skipped then the run ends as succeeded', () => {
    given(workflow([patch(), post(1)]))
      .when(start(0), patched(1, 1, 0), exited(2, 'post-1', 1), skipStep(1000, 'post-1'))
      .expects({ state: { status: 'finished', result: 'succeeded', reason: '1 patch was installed' } });
  });

  it('W-12 given a failed run when an earlier step is repeated then the run goes on from there with new attempts', () => {
    failedAtPre2
      .when(repeatStep(1000, 'pre-1'))
      .expects({
        state: { status: 'running', step: 'pre-1', attempt: 2, records: {} },
        commands: [starts('pre-1', 2)],
        explains: 'bob repeated the run from pre-patching step "Do pre-1" on.',
      })
      .when(exited(1001, 'pre-1', 0, { attempt: 2 }))
      .expects({ commands: [starts('pre-2', 2)] });
  });

  it('W-12 given post-patching that ran after a pre-patching failure when it is repeated then the failure stays on record', () => {
    given(workflow([pre(1), patch(), post(1)], { afterPreFailure: 'always' }))
      .when(start(0), exited(1, 'pre-1', 1), exited(2, 'post-1', 0), repeatStep(1000, 'post-1'))
      .expects({ commands: [starts('post-1', 2)] })
      .when(exited(1001, 'post-1', 0, { attempt: 2 }))
      .expects({ state: { result: 'failed', step: 'pre-1' } });
  });

  it('W-12 given a step that ran before but was prevented in the last walk then it cannot be repeated', () => {
    given(workflow([post(1), post(2)]))
      .when(start(0), exited(1, 'post-1', 0), exited(2, 'post-2', 1), repeatStep(10, 'post-1'))
      .when(exited(11, 'post-1', 1, { attempt: 2 }))
      .expects({ outcomes: { 'post-1': 'failed', 'post-2': 'notRun' } })
      .rejects(repeatStep(20, 'post-2'), 'not one that a failed run can repeat');
  });

  it('W-12 given an endpoint that did not return when the reboot is skipped then the checks run', () => {
    const gone = given(workflow([reboot(1), check(1)])).when(
      start(0),
      exited(1, 'post-1', 0),
      wake(minutes(31)),
    );
    gone.when(skipStep(minutes(60), 'post-1')).expects({
      state: { status: 'running', step: 'check-1', rebooted: false },
      commands: [starts('check-1')],
    });
    gone.when(resume(minutes(60))).expects({ commands: [starts('post-1', 2)] });
  });

  it('W-12 given a failed check after a reboot when it is resumed then the reboot still counts', () => {
    const failedCheck = given(workflow([patch(), reboot(1), check(1)])).when(
      start(0),
      patched(1, 0, 1),
      exited(2, 'post-1', 0),
      connected(3, 'boot-2'),
      exited(4, 'check-1', 1, { bootId: 'boot-2' }),
    );
    failedCheck
      .when(repeatStep(1000, 'check-1'))
      .expects({ state: { rebooted: true }, commands: [starts('check-1', 2)] });
    failedCheck
      .when(repeatStep(1000, 'post-1'))
      .expects({ state: { rebooted: false }, commands: [starts('post-1', 2)] });
  });

  it('W-12 given an endpoint that is away when the run is resumed then the step waits for it', () => {
    failedAtPre2.when(resume(1000, { connected: false })).expects({
      state: { status: 'running', connected: false },
      wakeAt: 1000 + minutes(10),
      explains: 'is sent as soon as the endpoint is connected.',
    });
  });

  it('W-12 given an endpoint that rebooted meanwhile when a reboot step is resumed then a further new boot id is waited for', () => {
    given(workflow([reboot(1)]))
      .when(start(0), exited(1, 'post-1', 1), resume(1000, { bootId: 'boot-2' }))
      .when(exited(1001, 'post-1', 0, { attempt: 2, bootId: 'boot-2' }))
      .expects({ state: { status: 'returning' } })
      .when(disconnected(1002), connected(1003, 'boot-3'))
      .expects({ state: { result: 'succeeded' } });
  });

  it('W-12 given a late result of an attempt before the resumption then it changes nothing', () => {
    failedAtPre2.when(resume(1000)).ignores(exited(1001, 'pre-2', 0, { attempt: 1 }));
  });

  it('W-12 given a run that failed after its window ended when an operator resumes it then it is walked to its end', () => {
    given(workflow([pre(1), patch()]))
      .when(start(0), windowEnded(1), exited(2, 'pre-1', 1), resume(1000))
      .expects({ commands: [starts('pre-1', 2)] })
      .when(exited(1001, 'pre-1', 0, { attempt: 2 }))
      .expects({ commands: [starts('patch')] });
  });

  it('W-12 given a step that waits to be tried again when it is skipped then the run goes on at once', () => {
    given(workflow([pre(1, retriedOnce), patch()]))
      .when(start(0), exited(1, 'pre-1', 1), skipStep(1000, 'pre-1'))
      .expects({ outcomes: { 'pre-1': 'skipped' }, commands: [starts('patch')] });
  });

  it('W-12 given a step that waits to be tried again then the run can be neither resumed nor repeated, and no other step skipped', () => {
    const waiting = given(workflow([pre(1, retriedOnce), patch()])).when(start(0), exited(1, 'pre-1', 1));
    expect(operatorOptions(waiting.state)).toEqual({ resume: false, skip: ['pre-1'], repeat: [] });
    waiting
      .rejects(resume(1000), 'only a failed run can be resumed')
      .rejects(repeatStep(1000, 'pre-1'), 'step "pre-1" is not one that a failed run can repeat')
      .rejects(skipStep(1000, 'patch'), 'step "patch" is not one that the run has failed at');
  });

  it('W-12 given a failed run then only the failed step can be skipped and only steps that were begun repeated', () => {
    failedAtPre2
      .rejects(skipStep(1000, 'pre-1'), 'not one that the run has failed at')
      .rejects(skipStep(1000, 'nonsense'), 'not one that the run has failed at')
      .rejects(repeatStep(1000, 'patch'), 'not one that a failed run can repeat')
      .rejects(repeatStep(1000, 'constructor'), 'not one that a failed run can repeat');
    expect(operatorOptions(failedAtPre2.state)).toEqual({
      resume: true,
      skip: ['pre-2'],
      repeat: ['pre-1', 'pre-2'],
    });
  });

  const fresh = given(workflow([pre(1), patch(), interactiveReboot(1)]));
  const patching = fresh.when(start(0), exited(1, 'pre-1', 0));
  it.each([
    ['queued', fresh],
    ['running', fresh.when(start(0))],
    ['awaiting its user', patching.when(patched(2, 1, 0), ended(3, 'post-1', { kind: 'userAsked' }))],
    ['succeeded', patching.when(patched(2, 1, 0), exited(3, 'post-1', 0))],
    ['partial', patching.when(patched(2, 1, 1), exited(3, 'post-1', 0))],
    ['cancelled', fresh.when(cancel(0))],
    ['missedWindow', fresh.when(windowEnded(0))],
  ])('W-12 given a run that is %s then resume, skip and repeat are refused', (_, run) => {
    run
      .rejects(resume(9), 'only a failed run')
      .rejects(skipStep(9, 'pre-1'), 'not one that the run has failed at')
      .rejects(repeatStep(9, 'pre-1'), 'not one that a failed run can repeat');
    expect(operatorOptions(run.state)).toEqual({ resume: false, skip: [], repeat: [] });
  });
});
