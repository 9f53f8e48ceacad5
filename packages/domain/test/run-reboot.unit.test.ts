import { describe, expect, it } from 'vitest';
import { resultSoFar } from '../src/run/result.ts';
import { holdsSlot } from '../src/run/state.ts';
import {
  cancel,
  check,
  connected,
  disconnected,
  ended,
  exited,
  flowEnded,
  given,
  interactiveReboot,
  minutes,
  patch,
  patched,
  post,
  reboot,
  retriedOnce,
  start,
  starts,
  stops,
  wake,
  windowEnded,
  workflow,
} from './run-spec.ts';

describe('W-10 a reboot step', () => {
  const steps = [patch(), reboot(1), check(1)];
  const rebooting = given(workflow(steps)).when(start(0), patched(1000, 1, 0), exited(2000, 'post-1', 0));

  it('W-10 given a reboot step when its script ended well then the reboot is accepted and the run waits for the endpoint', () => {
    rebooting.expects({
      state: { status: 'returning', step: 'post-1', rebooted: false },
      outcomes: { patch: 'succeeded', 'post-1': 'succeeded' },
      commands: [],
      wakeAt: 2000 + minutes(30),
      notes: [
        'Post-patching step "Do post-1" succeeded: exit code 0 is in its success list [0].',
        'The run waits up to 30 min for the endpoint to come back with a new boot id.',
      ],
    });
  });

  it('W-10 given a run that waits when the endpoint comes back with a new boot id then it goes on, and only then finishes', () => {
    rebooting
      .when(disconnected(3000))
      .expects({ state: { status: 'returning' }, wakeAt: 2000 + minutes(30) })
      .when(connected(minutes(2), 'boot-2'))
      .expects({
        state: { status: 'running', step: 'check-1', rebooted: true, bootId: 'boot-2' },
        commands: [starts('check-1')],
        notes: [
          'The endpoint came back with a new boot id.',
          'Attempt 1 of after-reboot check "Do check-1" was sent to the endpoint.',
        ],
      })
      .when(exited(minutes(3), 'check-1', 0, { bootId: 'boot-2' }))
      .expects({ state: { status: 'finished', result: 'succeeded', reason: '1 patch was installed' } });
  });

  it('W-10 given no further steps when the endpoint is back then the run is finished', () => {
    given(workflow([reboot(1)]))
      .when(start(0), exited(1, 'post-1', 0))
      .expects({ state: { status: 'returning' } })
      .when(disconnected(2), connected(3, 'boot-2'))
      .expects({ state: { status: 'finished', result: 'succeeded', reason: '1 step succeeded' } });
  });

  it('W-10 given a run that waits when the endpoint reconnects in the same boot then it keeps waiting', () => {
    rebooting
      .when(disconnected(3000), connected(4000))
      .expects({ state: { status: 'returning' }, commands: [], wakeAt: 2000 + minutes(30) });
  });

  it('W-10 given a connection that was never seen to break when a new boot id is told then the endpoint is back', () => {
    rebooting.when(connected(minutes(2), 'boot-2')).expects({ commands: [starts('check-1')] });
  });

  it('W-10 given the limit when the endpoint is not back then the run failed: did not return', () => {
    rebooting
      .ignores(wake(1999 + minutes(30)))
      .when(wake(2000 + minutes(30)))
      .expects({
        state: {
          status: 'finished',
          result: 'failed',
          phase: 'postPatching',
          step: 'post-1',
          failure: 'didNotReturn',
          reason: 'post-patching step "Do post-1" failed: did not return within 30 min',
        },
        outcomes: { patch: 'succeeded', 'post-1': 'failed', 'check-1': 'notRun' },
        commands: [],
        notes: [
          'The endpoint did not come back from its reboot within 30 min.',
          'The run failed: post-patching step "Do post-1" failed: did not return within 30 min.',
        ],
      })
      .ignores(connected(minutes(40), 'boot-2'));
  });

  it('W-10 given a configured limit then it is the one that counts', () => {
    const definition = workflow([reboot(1)]);
    given({ ...definition, limits: { ...definition.limits, returnMs: minutes(90) } })
      .when(start(0), exited(1000, 'post-1', 0))
      .expects({ wakeAt: 1000 + minutes(90), explains: 'waits up to 90 min' });
  });

  it('W-10 given a reboot step that is set to continue when the endpoint does not return then the run failed all the same', () => {
    given(workflow([reboot(1, { onFailure: 'continue' }), check(1)]))
      .when(start(0), exited(1000, 'post-1', 0), wake(minutes(40)))
      .expects({
        state: { result: 'failed', failure: 'didNotReturn' },
        outcomes: { 'post-1': 'failed', 'check-1': 'notRun' },
      });
  });

  it('W-10 given a reboot script that fails then the reboot was not accepted and nothing is waited for', () => {
    given(workflow(steps))
      .when(start(0), patched(1, 1, 0), exited(2, 'post-1', 1))
      .expects({ state: { status: 'finished', result: 'failed', failure: 'exitCode' } });
  });

  it('W-10 given a script that reboots only if needed when it says that it scheduled none then nothing is waited for', () => {
    given(workflow(steps))
      .when(start(0), patched(1, 1, 0), exited(2, 'post-1', 0, { facts: { rebootScheduled: 'false' } }))
      .expects({ state: { status: 'running', step: 'check-1', rebooted: false } });
  });

  it('W-10 given a script that says it scheduled a reboot then the run waits', () => {
    given(workflow(steps))
      .when(start(0), patched(1, 1, 0), exited(2, 'post-1', 0, { facts: { rebootScheduled: 'true' } }))
      .expects({ state: { status: 'returning' } });
  });

  it('W-10 given an earlier step that said rebootScheduled=false when the reboot step says nothing then the run waits', () => {
    given(workflow([post(1), reboot(2)]))
      .when(start(0), exited(1, 'post-1', 0, { facts: { rebootScheduled: 'false' } }), exited(2, 'post-2', 0))
      .expects({ state: { status: 'returning' } });
  });

  it('W-10 given a result that arrives after the endpoint is back with a new boot id then the run does not wait for another reboot', () => {
    given(workflow(steps))
      .when(start(0), patched(1, 1, 0), disconnected(2), connected(minutes(2), 'boot-2'))
      .expects({ state: { status: 'running', step: 'post-1' } })
      .when(exited(minutes(2) + 1, 'post-1', 0, { bootId: 'boot-1' }))
      .expects({
        state: { status: 'running', step: 'check-1', rebooted: true },
        explains: 'The endpoint has already come back with a new boot id.',
      });
  });

  it('W-10 given a reboot script that its own reboot ended when the endpoint is back with a new boot id then the step succeeded', () => {
    given(workflow(steps))
      .when(start(0), patched(1, 1, 0), disconnected(2), connected(minutes(20), 'boot-2'))
      .when(ended(minutes(20) + 1, 'post-1', { kind: 'interrupted', reason: 'the agent was ended' }))
      .expects({
        state: { status: 'running', step: 'check-1', rebooted: true },
        records: {
          'post-1': { outcome: 'succeeded', detail: 'the reboot it asked for ended the script itself' },
        },
      });
  });

  it('W-10 given a reboot script that was interrupted without a reboot then it failed as interrupted', () => {
    given(workflow(steps))
      .when(start(0), patched(1, 1, 0), disconnected(2), connected(3))
      .when(ended(4, 'post-1', { kind: 'interrupted', reason: 'the agent was ended' }))
      .expects({ state: { result: 'failed', failure: 'interrupted' } });
  });

  it('W-10 given a plain script that a reboot interrupted then it is no success', () => {
    given(workflow([post(1)]))
      .when(start(0), disconnected(2), connected(3, 'boot-2'))
      .when(ended(4, 'post-1', { kind: 'interrupted', reason: 'the endpoint rebooted' }))
      .expects({ state: { result: 'failed', failure: 'interrupted' } });
  });

  it('W-10 given a run that waits for the endpoint when the window ends then it keeps waiting', () => {
    rebooting.when(windowEnded(3000)).expects({ state: { status: 'returning' }, wakeAt: 2000 + minutes(30) });
  });

  it('W-10 given the reboot result delivered twice then the second changes nothing', () => {
    rebooting.ignores(exited(2001, 'post-1', 0));
  });
});

describe('L-51 after-reboot checks', () => {
  it('L-51 given a reboot of this run when the endpoint is back then the checks run', () => {
    given(workflow([reboot(1), check(1), check(2)]))
      .when(start(0), exited(1, 'post-1', 0), connected(2, 'boot-2'))
      .expects({ commands: [starts('check-1')] })
      .when(exited(3, 'check-1', 0, { bootId: 'boot-2' }), exited(4, 'check-2', 0, { bootId: 'boot-2' }))
      .expects({ state: { result: 'succeeded' } });
  });

  it('L-51 given no reboot then the checks run after post-patching', () => {
    given(workflow([post(1), check(1)]))
      .when(start(0), exited(1, 'post-1', 0))
      .expects({ commands: [starts('check-1')], state: { rebooted: false } });
  });

  it('L-51 given a workflow that has nothing but checks then they run', () => {
    given(workflow([check(1)]))
      .when(start(0))
      .expects({ commands: [starts('check-1')] });
  });

  it('L-51 given a check that fails then the other checks do not run and the run failed in that phase', () => {
    given(workflow([post(1), check(1), check(2)]))
      .when(start(0), exited(1, 'post-1', 0), exited(2, 'check-1', 1))
      .expects({
        state: { result: 'failed', phase: 'afterReboot', step: 'check-1' },
        outcomes: { 'post-1': 'succeeded', 'check-1': 'failed', 'check-2': 'notRun' },
        explains: 'Did not run after-reboot check "Do check-2": after-reboot check "Do check-1" failed.',
      });
  });

  it('L-51 given a failed patch operation and a reboot when the endpoint is back then the checks run', () => {
    given(workflow([patch(), reboot(1), check(1)]))
      .when(start(0), patched(1, 0, 1), exited(2, 'post-1', 0), connected(3, 'boot-2'))
      .expects({ commands: [starts('check-1')] })
      .when(exited(4, 'check-1', 0, { bootId: 'boot-2' }))
      .expects({ state: { result: 'failed', phase: 'patch' } });
  });

  it('L-51 given post-patching that failed before a reboot that was done all the same then the checks run', () => {
    given(workflow([post(1), reboot(2), check(1)], { afterPostFailure: 'continue' }))
      .when(start(0), exited(1, 'post-1', 1), exited(2, 'post-2', 0), connected(3, 'boot-2'))
      .expects({ commands: [starts('check-1')] });
  });

  it('L-51 given that post-patching may not run after a failure then the checks do not run either', () => {
    given(workflow([patch(), reboot(1), check(1)], { afterPatchFailure: 'never' }))
      .when(start(0), patched(1, 0, 1))
      .expects({ outcomes: { patch: 'failed', 'post-1': 'notRun', 'check-1': 'notRun' } });
  });
});

describe('W-15 a run whose last step was Interactive Reboot', () => {
  const steps = [patch(), interactiveReboot(1), check(1)];
  const definition = workflow(steps);
  const asking = given(definition).when(
    start(0),
    patched(1000, 1, 0),
    ended(2000, 'post-1', { kind: 'userAsked' }),
  );

  it('W-15 given the first notification was raised then the run stays open as awaitingUser', () => {
    asking.expects({
      state: { status: 'awaitingUser', step: 'post-1' },
      outcomes: { patch: 'succeeded', 'post-1': 'succeeded' },
      commands: [],
      wakeAt: null,
      notes: [
        'Post-patching step "Do post-1" succeeded: the first notification was raised.',
        'The run waits for the user of the endpoint.',
      ],
    });
  });

  it('W-15 given a run that waits for a user then it counts as successful and holds no concurrency slot', () => {
    expect(resultSoFar(definition, asking.state)).toBe('succeeded');
    expect(holdsSlot(asking.state)).toBe(false);
  });

  it('W-15 given runs in other statuses then only those at work hold a slot and only finished ones have a result', () => {
    const queued = given(definition);
    const running = queued.when(start(0));
    const finished = queued.when(cancel(0));
    const retrying = given(workflow([post(1, retriedOnce)])).when(start(0), exited(1, 'post-1', 1));
    const returning = given(workflow([reboot(1)])).when(start(0), exited(1, 'post-1', 0));
    expect([running, retrying, returning].map((run) => holdsSlot(run.state))).toEqual([true, true, true]);
    expect([queued, finished].map((run) => holdsSlot(run.state))).toEqual([false, false]);
    expect([queued, running, finished].map((run) => resultSoFar(definition, run.state))).toEqual([
      null,
      null,
      'cancelled',
    ]);
  });

  it('W-15 given a partial patch operation when the run waits for a user then it counts as partial', () => {
    const run = given(definition).when(start(0), patched(1, 1, 1), ended(2, 'post-1', { kind: 'userAsked' }));
    expect(resultSoFar(definition, run.state)).toBe('partial');
  });

  it('W-15 given the flow ended with a reboot then the after-reboot checks run', () => {
    asking.when(flowEnded(3000, 'rebooted')).expects({
      state: { status: 'running', step: 'check-1', rebooted: true },
      commands: [starts('check-1')],
      explains: 'The endpoint was rebooted by Interactive Reboot.',
    });
  });

  it('W-15 given a new boot id before the flow has reported then the reboot has happened and the checks run', () => {
    asking
      .when(disconnected(3000), connected(4000, 'boot-2'))
      .expects({ state: { status: 'running', step: 'check-1', rebooted: true } })
      .ignores(flowEnded(5000, 'rebooted'));
  });

  it('W-15 given a reconnection in the same boot then the run keeps waiting for the user', () => {
    asking
      .when(disconnected(3000), connected(4000))
      .expects({ state: { status: 'awaitingUser' }, commands: [] });
  });

  it('W-15 given a first notification that is reported only after the endpoint has rebooted then the run does not wait', () => {
    given(definition)
      .when(start(0), patched(1, 1, 0), disconnected(2), connected(3, 'boot-2'))
      .when(ended(4, 'post-1', { kind: 'userAsked' }, { bootId: 'boot-1' }))
      .expects({ state: { status: 'running', step: 'check-1', rebooted: true } });
  });

  it('W-15 given the user cancelled then the run succeeded with the note that the reboot is still pending', () => {
    asking.when(flowEnded(3000, 'cancelled')).expects({
      state: {
        status: 'finished',
        result: 'succeeded',
        reason: '1 patch was installed; the user cancelled the reboot, which is still pending',
      },
      outcomes: { patch: 'succeeded', 'post-1': 'succeeded', 'check-1': 'notRun' },
      commands: [],
      notes: [
        'The user cancelled the reboot, which is still pending.',
        'The run succeeded: 1 patch was installed; the user cancelled the reboot, which is still pending.',
      ],
    });
  });

  it('W-15 given a partial patch operation when the user cancelled then the run is partial with the same note', () => {
    given(definition)
      .when(start(0), patched(1, 1, 1), ended(2, 'post-1', { kind: 'userAsked' }), flowEnded(3, 'cancelled'))
      .expects({ state: { result: 'partial' }, explains: 'which is still pending.' });
  });

  it('W-15 given a reboot that is no longer needed then the checks run without one', () => {
    asking.when(flowEnded(3000, 'notNeeded')).expects({
      state: { status: 'running', step: 'check-1', rebooted: false },
      explains: 'Interactive Reboot ended: no reboot is needed any more.',
    });
  });

  it('W-15 given Interactive Reboot found no reboot needed at once then nothing is waited for', () => {
    given(definition)
      .when(start(0), patched(1, 1, 0), exited(2, 'post-1', 0))
      .expects({ state: { status: 'running', step: 'check-1' } });
  });

  it('W-15 given a run that waits for a user when the window ends then it stays open', () => {
    asking.when(windowEnded(3000)).expects({ state: { status: 'awaitingUser' }, commands: [] });
  });

  it('W-15 given a run that waits for a user when an hour passes then no clock moves it', () => {
    asking.ignores(wake(minutes(60)));
  });

  it('W-15 given a run that does not wait for a user when a flow ends then nothing changes', () => {
    given(definition).ignores(flowEnded(0, 'rebooted')).when(start(0)).ignores(flowEnded(1, 'cancelled'));
  });

  it('W-15 given a run that waits for a user when it is cancelled then the flow on the endpoint is asked to end', () => {
    asking.when(cancel(3000)).expects({
      state: { status: 'finished', result: 'cancelled' },
      outcomes: { patch: 'succeeded', 'post-1': 'succeeded', 'check-1': 'notRun' },
      commands: [stops('post-1')],
    });
  });
});
