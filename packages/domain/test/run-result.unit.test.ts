import { describe, expect, it } from 'vitest';
import { decide } from '../src/run/decide.ts';
import { initialRunState, nextWake, runResults, runStatuses } from '../src/run/state.ts';
import {
  cancel,
  check,
  exited,
  given,
  minutes,
  passOver,
  patch,
  patched,
  post,
  pre,
  start,
  starts,
  wake,
  windowEnded,
  workflow,
} from './run-spec.ts';

describe('W-11 the result of a run', () => {
  const run = given(workflow([pre(1), patch(), post(1), check(1)], { afterPostFailure: 'continue' }));
  const patching = run.when(start(0), exited(1, 'pre-1', 0));

  it('W-11 given each way to end then the result is the one of the six that the spec names', () => {
    const done = [exited(3, 'post-1', 0), exited(4, 'check-1', 0)];
    const results = {
      succeeded: patching.when(patched(2, 1, 0), ...done),
      partial: patching.when(patched(2, 1, 1), ...done),
      failed: run.when(start(0), exited(1, 'pre-1', 1)),
      cancelled: run.when(cancel(0)),
      missedWindow: run.when(windowEnded(0)),
      skipped: run.when(passOver(0, 'offline')),
    };
    expect(Object.keys(results).toSorted()).toEqual([...runResults].toSorted());
    for (const [result, ended] of Object.entries(results)) {
      ended.expects({ state: { status: 'finished', result }, wakeAt: null });
    }
  });

  it('W-11 given a failure then the result names its phase, its step, its kind and the reason', () => {
    patching.when(patched(2, 1, 0), exited(3, 'post-1', 0), exited(4, 'check-1', 7)).expects({
      state: {
        result: 'failed',
        phase: 'afterReboot',
        step: 'check-1',
        failure: 'exitCode',
        reason: 'after-reboot check "Do check-1" failed: exit code 7 is not in its success list [0]',
      },
    });
  });

  it('W-11 given several failures then the earliest decides', () => {
    patching
      .when(patched(2, 0, 1), exited(3, 'post-1', 1), exited(4, 'check-1', 7))
      .expects({ state: { result: 'failed', phase: 'patch' } });
    patching
      .when(patched(2, 1, 1), exited(3, 'post-1', 1), exited(4, 'check-1', 7))
      .expects({ state: { result: 'failed', phase: 'postPatching' } });
  });

  it('W-11 given a run without steps then it succeeded with nothing to do', () => {
    given(workflow([]))
      .when(start(0))
      .expects({ state: { result: 'succeeded', reason: 'there was nothing to do' } });
  });

  it('W-11 given one definition when two endpoints walk it then the failure of one does not touch the other', () => {
    const [one, other] = [run.when(start(0)), run.when(start(0))];
    one.when(exited(1, 'pre-1', 1)).expects({ state: { result: 'failed' } });
    other.when(exited(1, 'pre-1', 0)).expects({ commands: [starts('patch')] });
  });
});

describe('P-13 an endpoint whose turn is passed over', () => {
  it.each(['offline', 'exempt until the audit'])(
    'P-13 given a queued run when it is passed over as "%s" then it is skipped with that reason',
    (reason) => {
      given(workflow([pre(1), patch()]))
        .when(passOver(0, reason))
        .expects({
          state: { status: 'finished', result: 'skipped', reason },
          records: { 'pre-1': { outcome: 'notRun', detail: reason }, patch: { outcome: 'notRun' } },
          commands: [],
          notes: [`The run was skipped: ${reason}.`],
        });
    },
  );

  it('P-07 given a queued run that never had a window when it is passed over then it missed its window', () => {
    given(workflow([pre(1), patch()]))
      .when(passOver(0, 'no window opened', 'missedWindow'))
      .expects({ state: { status: 'finished', result: 'missedWindow', reason: 'no window opened' } });
  });

  it('P-13 given a run that has started or ended then it is not passed over any more', () => {
    const run = given(workflow([pre(1)]));
    run.when(start(0)).ignores(passOver(1, 'offline'));
    run.when(cancel(0)).ignores(passOver(1, 'offline'));
  });

  it('P-13 given a queued run when time passes then it waits', () => {
    given(workflow([pre(1)]))
      .ignores(wake(minutes(10_000)))
      .expects({ wakeAt: null });
  });
});

describe('W-14 every decision is made by one pure function and explained', () => {
  const definition = workflow([pre(1)]);

  it('W-14 given the same state and event then the decision is the same and the input is untouched', () => {
    const state = structuredClone(initialRunState);
    const [first, second] = [decide(definition, state, start(5)), decide(definition, state, start(5))];
    expect(first).toEqual(second);
    expect(state).toEqual(initialRunState);
  });

  it('W-14 given an event that changes nothing or is not allowed then the answer says why', () => {
    expect(decide(definition, initialRunState, wake(0))).toEqual({
      kind: 'ignored',
      reason: 'no clock of the run is due',
    });
    expect(decide(definition, initialRunState, exited(0, 'pre-1', 0))).toEqual({
      kind: 'ignored',
      reason: 'the run does not wait for this activity (any more)',
    });
    given(definition).when(start(0)).ignores(start(1));
  });

  it('W-14 given a result delivered twice, for another step or another attempt then it changes nothing', () => {
    given(workflow([pre(1), pre(2)]))
      .when(start(0))
      .ignores(exited(1, 'pre-2', 0), exited(1, 'pre-1', 0, { attempt: 2 }), exited(1, 'nonsense', 0))
      .when(exited(1, 'pre-1', 0))
      .ignores(exited(2, 'pre-1', 0), exited(2, 'pre-1', 1));
  });

  it('W-14 given a state whose step the definition does not know then that is an error, not a decision', () => {
    const { state } = given(definition).when(start(0));
    expect(() => decide(workflow([]), state, exited(1, 'pre-1', 0))).toThrow(
      'step "pre-1" is not part of the run\'s definition',
    );
  });

  it('W-14 given the clocks of a run then the shell is woken for the earliest', () => {
    expect(nextWake({ ...initialRunState, timers: { overdue: 30, stop: 10 } })).toBe(10);
    expect(nextWake(initialRunState)).toBeNull();
    expect(runStatuses).toContain(initialRunState.status);
  });
});
