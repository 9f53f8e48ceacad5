import { describe, it } from 'vitest';
import {
  cancel,
  check,
  connected,
  disconnected,
  ended,
  exited,
  given,
  minutes,
  patch,
  patched,
  post,
  pre,
  reboot,
  retriedOnce,
  seconds,
  start,
  stops,
  wake,
  workflow,
} from './run-spec.ts';

describe('W-13 cancel', () => {
  const steps = [pre(1, retriedOnce), patch(), post(1), reboot(2), check(1)];
  const run = given(workflow(steps, { afterPreFailure: 'always', afterPostFailure: 'continue' }));

  it('W-13 given a queued run when it is cancelled then it ends at once', () => {
    run.when(cancel(0)).expects({
      state: {
        status: 'finished',
        result: 'cancelled',
        reason: 'alice asked for it before the run had started',
      },
      outcomes: {
        'pre-1': 'notRun',
        patch: 'notRun',
        'post-1': 'notRun',
        'post-2': 'notRun',
        'check-1': 'notRun',
      },
      commands: [],
      notes: [
        'alice cancelled the run.',
        'The run was cancelled: alice asked for it before the run had started.',
      ],
    });
  });

  it('W-13 given a running script when the run is cancelled then the script is asked to stop and the run waits for it', () => {
    run.when(start(0), cancel(1000)).expects({
      state: { status: 'running', step: 'pre-1', cancelledBy: 'alice' },
      commands: [stops('pre-1')],
      wakeAt: 1000 + minutes(2),
      notes: ['alice cancelled the run.', 'The endpoint was asked to end pre-patching step "Do pre-1".'],
    });
  });

  it('W-13 given a script that was ended then no further step starts, whatever the settings say', () => {
    run.when(start(0), cancel(1000), ended(2000, 'pre-1', { kind: 'cancelled' })).expects({
      state: { status: 'finished', result: 'cancelled', reason: 'alice asked for it' },
      outcomes: {
        'pre-1': 'cancelled',
        patch: 'notRun',
        'post-1': 'notRun',
        'post-2': 'notRun',
        'check-1': 'notRun',
      },
      commands: [],
      notes: [
        'Pre-patching step "Do pre-1" was ended because the run is being cancelled.',
        'The run was cancelled: alice asked for it.',
      ],
    });
  });

  it('W-13 given a script that had ended by itself meanwhile then its success stands and no further step starts', () => {
    run.when(start(0), cancel(1000), exited(1001, 'pre-1', 0)).expects({
      state: { result: 'cancelled' },
      records: { 'pre-1': { outcome: 'succeeded' } },
      commands: [],
    });
  });

  it('W-13 given a script that fails while the run is being cancelled then it is not tried again', () => {
    run.when(start(0), cancel(1000), exited(1001, 'pre-1', 1)).expects({
      state: { result: 'cancelled' },
      records: { 'pre-1': { outcome: 'failed' } },
      commands: [],
      explains: 'it is not tried again, since the run is being cancelled.',
    });
  });

  it('W-13 given a script that does not stop in time then it is given up and the run ends', () => {
    run
      .when(start(0), cancel(1000))
      .ignores(wake(999 + minutes(2)))
      .when(wake(1000 + minutes(2)))
      .expects({
        state: { status: 'finished', result: 'cancelled' },
        commands: [
          {
            kind: 'concludeActivity',
            step: 'pre-1',
            attempt: 1,
            outcome: { kind: 'lost', reason: 'it had not ended 2 min after the cancellation' },
          },
        ],
      });
  });

  it('W-13 given an endpoint that was away when the run was cancelled then it is asked to stop again when it is back', () => {
    run
      .when(start(0), disconnected(500), cancel(1000))
      .expects({ commands: [stops('pre-1')] })
      .when(connected(2000))
      .expects({
        state: { status: 'running' },
        commands: [stops('pre-1')],
        wakeAt: 1000 + minutes(2),
        explains: 'The endpoint was asked again to end pre-patching step "Do pre-1".',
      });
  });

  it('W-13 given a running patch operation when the run is cancelled then it is not cut', () => {
    const patching = run.when(start(0), exited(1, 'pre-1', 0), cancel(1000));
    patching.expects({
      state: { status: 'running', step: 'patch', cancelledBy: 'alice' },
      commands: [],
      wakeAt: 1 + minutes(21),
      notes: ['alice cancelled the run.', 'The patch operation is not cut: the run waits for its end.'],
    });
    patching.when(disconnected(2000), connected(3000)).expects({ commands: [] });
    patching.when(patched(4000, 3, 0)).expects({
      state: { status: 'finished', result: 'cancelled' },
      records: {
        patch: { outcome: 'succeeded' },
        'post-1': { outcome: 'notRun', detail: 'the run was cancelled' },
      },
      commands: [],
    });
  });

  it('W-13 given a step that waits to be tried again when the run is cancelled then it ends at once', () => {
    run.when(start(0), exited(1, 'pre-1', 1), cancel(1000)).expects({
      state: { status: 'finished', result: 'cancelled' },
      records: { 'pre-1': { outcome: 'failed' }, patch: { outcome: 'notRun' } },
      commands: [],
      wakeAt: null,
    });
  });

  it('W-13 given a run that waits for the endpoint’s return when it is cancelled then it ends at once', () => {
    const returning = run.when(start(0), exited(1, 'pre-1', 0), patched(2, 1, 0), exited(3, 'post-1', 0));
    returning.when(exited(4, 'post-2', 0), cancel(1000)).expects({
      state: { status: 'finished', result: 'cancelled' },
      records: { 'post-2': { outcome: 'succeeded' }, 'check-1': { outcome: 'notRun' } },
      commands: [],
      wakeAt: null,
    });
  });

  it('W-13 given a reboot script when the run is cancelled while it runs then its reboot is not waited for', () => {
    run
      .when(start(0), exited(1, 'pre-1', 0), patched(2, 1, 0), exited(3, 'post-1', 0), cancel(4))
      .expects({ commands: [stops('post-2')] })
      .when(exited(5, 'post-2', 0))
      .expects({ state: { status: 'finished', result: 'cancelled' } });
  });

  it('W-13 given a finished run when it is cancelled then that is refused', () => {
    run.when(cancel(0)).rejects(cancel(1), 'already finished');
  });

  it('W-13 given a run that is being cancelled when it is cancelled again then nothing changes', () => {
    run.when(start(0), cancel(1000)).ignores(cancel(1001, 'carol'));
  });

  it('W-13 given a step that nobody cancelled when the endpoint says cancelled then it was interrupted', () => {
    run
      .when(
        start(0),
        exited(1, 'pre-1', 1),
        wake(seconds(31)),
        ended(seconds(32), 'pre-1', { kind: 'cancelled' }, { attempt: 2 }),
      )
      .expects({ records: { 'pre-1': { outcome: 'failed', failure: 'interrupted' } } });
  });
});
