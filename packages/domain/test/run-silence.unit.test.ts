import { describe, expect, it } from 'vitest';
import {
  check,
  connected,
  disconnected,
  ended,
  exited,
  given,
  minutes,
  onlyIf,
  patch,
  patched,
  post,
  pre,
  reboot,
  retriedOnce,
  seconds,
  start,
  starts,
  wake,
  workflow,
} from './run-spec.ts';

const safeRetry = { ...retriedOnce, safeToRepeat: true };

describe('W-08 each way of not ending is a failure of its own kind', () => {
  it.each([
    ['timedOut', { kind: 'timedOut' }, 'it ran into its time-out and its process tree was ended'],
    [
      'interrupted',
      { kind: 'interrupted', reason: 'the agent crashed' },
      'it was interrupted: the agent crashed',
    ],
    [
      'refused',
      { kind: 'refused', reason: 'the local policy forbids it' },
      'the endpoint refused it: the local policy forbids it',
    ],
    ['notStarted', { kind: 'notStarted', reason: 'no such user' }, 'it could not be started: no such user'],
    ['interrupted', { kind: 'cancelled' }, 'it was ended on the endpoint'],
  ] as const)(
    'W-08 given a step when it ends %s then the run failed with that kind',
    (failure, outcome, detail) => {
      const interruption = failure === 'timedOut' || failure === 'interrupted';
      const why = interruption ? 'it is not marked safe to repeat' : 'another try would come to the same';
      given(workflow([pre(1, retriedOnce), patch()]))
        .when(start(0), ended(1000, 'pre-1', outcome))
        .expects({
          state: { status: 'finished', result: 'failed', failure },
          records: { 'pre-1': { outcome: 'failed', failure, detail } },
          commands: [],
          explains: `Pre-patching step "Do pre-1" failed: ${detail}; it is not tried again, since ${why}.`,
        });
    },
  );

  it.each([
    { kind: 'timedOut' },
    { kind: 'interrupted', reason: 'power loss' },
    { kind: 'cancelled' },
  ] as const)(
    'W-08 given a task marked safe to repeat when it ends $kind then it is tried again',
    (outcome) => {
      given(workflow([pre(1, safeRetry), patch()]))
        .when(start(0), ended(1000, 'pre-1', outcome))
        .expects({ state: { status: 'retrying', retriesLeft: 0 }, wakeAt: seconds(31) })
        .when(wake(seconds(31)))
        .expects({ commands: [starts('pre-1', 2)] });
    },
  );

  it('W-08 given a task marked safe to repeat but without retries when it is interrupted then it is not repeated', () => {
    given(workflow([pre(1, { safeToRepeat: true })]))
      .when(start(0), ended(1000, 'pre-1', { kind: 'interrupted', reason: 'power loss' }))
      .expects({ state: { result: 'failed', failure: 'interrupted' }, commands: [] });
  });

  it('W-08 given a refusal when the task is safe to repeat then it is still not tried again', () => {
    given(workflow([pre(1, safeRetry)]))
      .when(start(0), ended(1000, 'pre-1', { kind: 'refused', reason: 'not allowed' }))
      .expects({ state: { result: 'failed', failure: 'refused' } });
  });

  it('W-08 given an interrupted patch operation then it is never run again by itself', () => {
    given(workflow([patch(retriedOnce), post(1)]))
      .when(start(0), ended(1000, 'patch', { kind: 'interrupted', reason: 'the endpoint rebooted' }))
      .expects({ outcomes: { patch: 'failed' }, commands: [starts('post-1')] });
  });

  it('W-08 given a reason from the endpoint with line breaks and a full stop then the sentence stays one sentence', () => {
    given(workflow([pre(1)]))
      .when(start(0), ended(1000, 'pre-1', { kind: 'notStarted', reason: ' \u001b[31mno\n\tspace left.\n' }))
      .expects({ explains: 'failed: it could not be started: [31mno space left.' })
      .expects({ records: { 'pre-1': { detail: 'it could not be started: [31mno space left' } } });
  });

  it('W-08 given an empty or an endless reason from the endpoint then the sentence is still complete', () => {
    given(workflow([pre(1)]))
      .when(start(0), ended(1000, 'pre-1', { kind: 'refused', reason: '' }))
      .expects({ explains: 'failed: the endpoint refused it: no reason was given.' });
    given(workflow([pre(1)]))
      .when(start(0), ended(1000, 'pre-1', { kind: 'refused', reason: '\u{1F427}'.repeat(4000) }))
      .expects({ explains: `the endpoint refused it: ${'\u{1F427}'.repeat(300)}….` });
  });
});

describe('W-08 an endpoint that falls silent', () => {
  const steps = [pre(1), patch(), post(1)];

  it('W-08 given a disconnected endpoint when the limit has passed then the activity is lost and given up', () => {
    given(workflow(steps))
      .when(start(0), disconnected(1000))
      .expects({ notes: ['The endpoint was disconnected.'], wakeAt: 1000 + minutes(10) })
      .ignores(wake(999 + minutes(10)))
      .when(wake(1000 + minutes(10)))
      .expects({
        state: { status: 'finished', result: 'failed', failure: 'lost' },
        commands: [
          {
            kind: 'concludeActivity',
            step: 'pre-1',
            attempt: 1,
            outcome: { kind: 'lost', reason: 'the endpoint was not heard of for too long' },
          },
        ],
        explains: 'Pre-patching step "Do pre-1" failed: the endpoint was not heard of for too long.',
      });
  });

  it('W-08 given a connected endpoint when it stays silent beyond the time-out then the activity is lost', () => {
    given(workflow(steps))
      .when(start(0))
      .expects({ wakeAt: minutes(21) })
      .ignores(wake(minutes(21) - 1))
      .when(wake(minutes(21)))
      .expects({
        state: { result: 'failed', failure: 'lost' },
        explains: 'failed: the endpoint did not report its end in time.',
      });
  });

  it('W-08 given a disconnected endpoint when it is back in time then the activity goes on', () => {
    given(workflow(steps))
      .when(start(0), disconnected(1000), connected(minutes(9)))
      .expects({ state: { status: 'running', step: 'pre-1' }, notes: ['The endpoint is connected again.'] })
      .ignores(wake(1000 + minutes(10)))
      .when(exited(minutes(11), 'pre-1', 0))
      .expects({ commands: [starts('patch')] });
  });

  it('W-08 given an activity that may have reached the endpoint only on reconnection then it has its whole time-out from there', () => {
    given(workflow(steps))
      .when(start(0), disconnected(1000), connected(minutes(9)))
      .expects({ wakeAt: minutes(9 + 20 + 1) });
  });

  it('W-08 given a step that begins on a disconnected endpoint then it waits for it, and is lost after the limit', () => {
    given(workflow([post(1, { onFailure: 'continue' }), post(2)]))
      .when(start(0), disconnected(1000), wake(1000 + minutes(10)))
      .expects({
        state: { status: 'running', step: 'post-2' },
        wakeAt: 1000 + minutes(20),
        commands: [
          {
            kind: 'concludeActivity',
            step: 'post-1',
            attempt: 1,
            outcome: { kind: 'lost', reason: 'the endpoint was not heard of for too long' },
          },
          starts('post-2'),
        ],
        explains: 'Attempt 1 of post-patching step "Do post-2" is sent as soon as the endpoint is connected.',
      })
      .when(connected(minutes(12)), exited(minutes(13), 'post-2', 0))
      .expects({ state: { result: 'succeeded' } });
  });

  it('W-08 given a lost activity of a task marked safe to repeat when tries are left then a new attempt is made', () => {
    given(workflow([pre(1, safeRetry), patch()]))
      .when(start(0), disconnected(1000), wake(minutes(11)))
      .expects({ state: { status: 'retrying' }, wakeAt: minutes(11) + seconds(30) })
      .when(connected(minutes(11) + 1), wake(minutes(11) + seconds(30)))
      .expects({ commands: [starts('pre-1', 2)], wakeAt: minutes(32) + seconds(30) })
      .ignores(exited(minutes(12), 'pre-1', 0, { attempt: 1 }))
      .when(exited(minutes(13), 'pre-1', 0, { attempt: 2 }))
      .expects({ commands: [starts('patch')] });
  });

  it('W-08 given an activity that was given up when its result arrives after all then it changes nothing', () => {
    given(workflow(steps))
      .when(start(0), disconnected(1000), wake(minutes(11)))
      .ignores(exited(minutes(12), 'pre-1', 0));
  });

  it('W-08 given a patch operation that was given up then post-patching follows W-06 and its late report changes nothing', () => {
    given(workflow([patch(), post(1)]))
      .when(start(0), disconnected(1000), wake(minutes(11)))
      .expects({ records: { patch: { failure: 'lost' } }, state: { step: 'post-1' } })
      .ignores(patched(minutes(12), 5, 0));
  });

  it('W-08 given a reboot script on an endpoint that goes down then it is given the time of a reboot', () => {
    given(workflow([reboot(1)]))
      .when(start(0), disconnected(1000))
      .expects({ wakeAt: 1000 + minutes(30) });
  });

  it('W-08 given an endpoint that came back from an unexpected reboot then the run waits for the report of its agent', () => {
    given(workflow(steps))
      .when(start(0), disconnected(1000), connected(minutes(2), 'boot-2'))
      .expects({
        state: { status: 'running', rebooted: false, bootId: 'boot-2' },
        notes: ['The endpoint came back with a new boot id.'],
      })
      .when(ended(minutes(3), 'pre-1', { kind: 'interrupted', reason: 'the endpoint rebooted' }))
      .expects({ state: { result: 'failed', failure: 'interrupted' } });
  });

  it('W-08 given a connection that is told twice then the second time changes nothing', () => {
    given(workflow(steps))
      .ignores(connected(0), disconnected(0))
      .when(start(0))
      .ignores(connected(1))
      .when(disconnected(2))
      .ignores(disconnected(3));
  });
});

describe('L-50 retries of a step', () => {
  it('L-50 given one retry when the step fails then it waits for the delay and is tried again with a new attempt', () => {
    given(workflow([pre(1, retriedOnce), patch()]))
      .when(start(0), exited(1000, 'pre-1', 1))
      .expects({
        state: { status: 'retrying', step: 'pre-1', retriesLeft: 0 },
        wakeAt: seconds(31),
        commands: [],
        notes: [
          'Pre-patching step "Do pre-1" failed: exit code 1 is not in its success list [0]; it is tried again in 30 s.',
        ],
      })
      .ignores(wake(seconds(30)), exited(seconds(30), 'pre-1', 0))
      .when(wake(seconds(31)))
      .expects({
        state: { status: 'running', attempt: 2, records: {} },
        commands: [starts('pre-1', 2)],
        notes: ['Attempt 2 of pre-patching step "Do pre-1" was sent to the endpoint.'],
      })
      .when(exited(seconds(40), 'pre-1', 0, { attempt: 2 }))
      .expects({ records: { 'pre-1': { outcome: 'succeeded', attempt: 2 } }, commands: [starts('patch')] });
  });

  it('L-50 given two retries when every try fails then the last failure stands and there is no fourth try', () => {
    given(workflow([pre(1, { retries: { count: 2, delayMs: 0 } })]))
      .when(start(0), exited(1, 'pre-1', 1), wake(1), exited(2, 'pre-1', 2, { attempt: 2 }), wake(2))
      .when(exited(3, 'pre-1', 3, { attempt: 3 }))
      .expects({
        state: { status: 'finished', result: 'failed', attempts: { 'pre-1': 3 } },
        records: { 'pre-1': { attempt: 3, detail: 'exit code 3 is not in its success list [0]' } },
        wakeAt: null,
      });
  });

  it('L-50 given a disconnection while a step waits to be tried again then the next try waits for the endpoint', () => {
    given(workflow([pre(1, retriedOnce)]))
      .when(start(0), exited(1000, 'pre-1', 1), disconnected(2000))
      .expects({ state: { status: 'retrying' }, wakeAt: seconds(31) })
      .when(wake(seconds(31)))
      .expects({
        wakeAt: seconds(31) + minutes(10),
        explains: 'is sent as soon as the endpoint is connected.',
      });
  });

  it('L-50 given a step with a time-out of its own then the waiting time follows it', () => {
    given(workflow([pre(1, { timeoutMs: minutes(5) })]))
      .when(start(0))
      .expects({ wakeAt: minutes(6) });
  });

  it('L-50 given a delay of minutes or hours then the sentence says so', () => {
    const run = (delayMs: number) =>
      given(workflow([pre(1, { retries: { count: 1, delayMs } })])).when(start(0), exited(1, 'pre-1', 1));
    run(minutes(15)).expects({ explains: 'it is tried again in 15 min.' });
    run(minutes(240)).expects({ explains: 'it is tried again in 4 h.' });
  });
});

describe('L-50 a step may let the run continue after its failure', () => {
  const tolerant = { onFailure: 'continue' } as const;

  it('L-50 given "continue" when a pre-patching step fails then the next steps and the patch operation run', () => {
    given(workflow([pre(1, tolerant), pre(2), patch()]))
      .when(start(0), exited(1, 'pre-1', 1))
      .expects({
        records: { 'pre-1': { outcome: 'failed', tolerated: true } },
        commands: [starts('pre-2')],
        explains:
          'Pre-patching step "Do pre-1" failed: exit code 1 is not in its success list [0]; the workflow lets the run continue.',
      })
      .when(exited(2, 'pre-2', 0), patched(3, 1, 0))
      .expects({
        state: {
          result: 'succeeded',
          reason: '1 patch was installed; 1 step failed and could be passed over',
        },
      });
  });

  it('L-50 given "stop" then a failure stops as W-02 says', () => {
    given(workflow([pre(1, { onFailure: 'stop' }), pre(2)]))
      .when(start(0), exited(1, 'pre-1', 1))
      .expects({ state: { result: 'failed' } });
  });

  it('L-50 given "continue" when a post-patching step or a check fails then the others run whatever W-04 says', () => {
    given(workflow([post(1, tolerant), post(2), check(1, tolerant), check(2)], { afterPostFailure: 'stop' }))
      .when(start(0), exited(1, 'post-1', 1))
      .expects({ commands: [starts('post-2')] })
      .when(exited(2, 'post-2', 0), exited(3, 'check-1', 1))
      .expects({ commands: [starts('check-2')] })
      .when(exited(4, 'check-2', 0))
      .expects({
        state: { result: 'succeeded', reason: '2 steps succeeded; 2 steps failed and could be passed over' },
      });
  });

  it('L-50 given "continue" and retries then the run continues only after the last try', () => {
    given(workflow([pre(1, { ...tolerant, ...retriedOnce }), pre(2)]))
      .when(start(0), exited(1, 'pre-1', 1))
      .expects({ state: { status: 'retrying' } })
      .when(wake(seconds(31)), exited(seconds(32), 'pre-1', 1, { attempt: 2 }))
      .expects({ commands: [starts('pre-2')] });
  });

  it('L-50 given only failures that are passed over then the result says so', () => {
    given(workflow([pre(1, tolerant)]))
      .when(start(0), exited(1, 'pre-1', 1))
      .expects({ state: { result: 'succeeded', reason: '1 step failed and could be passed over' } });
  });
});

describe('W-09 L-50 a step whose condition does not hold is skipped and the workflow continues', () => {
  it('W-09 given a condition on a fact when it does not hold then the step is skipped with the reason', () => {
    given(workflow([pre(1), post(1, onlyIf('rebootNeeded', 'true')), post(2)]))
      .when(start(0), exited(1, 'pre-1', 0, { facts: { rebootNeeded: 'false' } }))
      .expects({
        records: {
          'post-1': {
            outcome: 'skipped',
            detail: 'its condition "rebootNeeded is true" does not hold (rebootNeeded is false)',
          },
        },
        commands: [starts('post-2')],
        explains:
          'Skipped post-patching step "Do post-1": its condition "rebootNeeded is true" does not hold (rebootNeeded is false).',
      });
  });

  it('L-50 given a condition on a fact of a script or of the patch operation when it holds then the step runs', () => {
    given(workflow([pre(1), post(1, onlyIf('rebootNeeded', 'true'))]))
      .when(start(0), exited(1, 'pre-1', 0, { facts: { rebootNeeded: 'true' } }))
      .expects({ commands: [starts('post-1')] });
    given(workflow([patch(), post(1, onlyIf('patchesInstalled', '2'))]))
      .when(start(0), patched(1, 2, 0))
      .expects({ commands: [starts('post-1')] });
  });

  it('L-50 given a condition "is not" then it holds for another value and for an unknown fact', () => {
    const definition = workflow([pre(1), post(1, onlyIf('role', 'db', 'notEqual'))]);
    given(definition)
      .when(start(0), exited(1, 'pre-1', 0, { facts: { role: 'web' } }))
      .expects({ commands: [starts('post-1')] });
    given(definition)
      .when(start(0), exited(1, 'pre-1', 0))
      .expects({ commands: [starts('post-1')] });
    given(definition)
      .when(start(0), exited(1, 'pre-1', 0, { facts: { role: 'db' } }))
      .expects({ explains: 'its condition "role is not db" does not hold (role is db).' });
  });

  it('W-09 given an unknown fact then the reason says so, for a name that every object has too', () => {
    for (const fact of ['rebootNeeded', 'constructor', 'toString']) {
      given(workflow([pre(1, onlyIf(fact, 'true')), patch()]))
        .when(start(0))
        .expects({
          commands: [starts('patch')],
          explains: `its condition "${fact} is true" does not hold (${fact} is unknown).`,
        });
    }
  });

  it('L-50 given facts of several activities then the latest value counts, a failed step’s facts too', () => {
    given(workflow([pre(1), pre(2, { onFailure: 'continue' }), post(1, onlyIf('disk', 'full'))]))
      .when(
        start(0),
        exited(1, 'pre-1', 0, { facts: { disk: 'free' } }),
        exited(2, 'pre-2', 1, { facts: { disk: 'full' } }),
      )
      .expects({ commands: [starts('post-1')] });
  });

  it('W-09 given a run whose steps are all skipped then it succeeded with nothing to do', () => {
    const run = given(workflow([pre(1, onlyIf('a', 'b')), post(1, onlyIf('a', 'b'))])).when(start(0));
    run.expects({
      state: { result: 'succeeded', reason: 'there was nothing to do' },
      outcomes: { 'pre-1': 'skipped', 'post-1': 'skipped' },
    });
    expect(run.state.attempts).toEqual({});
  });
});
