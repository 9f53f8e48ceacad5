import assert from 'node:assert/strict';
import type { RunDefinition, StepDefinition, StepKey } from '../src/run/definition.ts';
import type { RunEvent } from '../src/run/event.ts';
import type { RunState, StepRecord } from '../src/run/state.ts';
import type { RunDecision } from '../src/run/walk.ts';

/** What holds for every decision about a run, whatever led to it. Throws an AssertionError that says what is broken. */
export function checkDecision(
  definition: RunDefinition,
  before: RunState,
  event: RunEvent,
  decision: RunDecision,
): void {
  if (decision.kind !== 'accepted') {
    assert.notEqual(decision.reason, '', 'an event that is not accepted is answered with a reason');
    return;
  }
  const { state: after } = decision;
  checkNotes(decision.notes);
  checkMovesFinished(before, event);
  checkCommands(definition, before, event, decision);
  checkState(definition, after);
}

const actors = ['alice', 'bob'];

/** W-14: at least one note, each one sentence. */
function checkNotes(notes: readonly string[]): void {
  assert.ok(notes.length > 0, 'W-14 an accepted event has a note');
  for (const note of notes) {
    assert.match(note, /^(?:\p{Lu}|alice |bob ).*[^.]\.$/u, 'W-14 a note is a sentence');
    assert.doesNotMatch(
      note,
      /[.!?]\s|\n|undefined|null|NaN|\[object/,
      'W-14 a note is one sentence of words',
    );
  }
}

/** W-11, W-12: a finished run moves for nothing but an operator, and only if it failed. */
function checkMovesFinished(before: RunState, event: RunEvent): void {
  const byOperator = 'by' in event && event.kind !== 'cancel';
  if (before.status === 'finished') {
    assert.ok(
      byOperator && before.result === 'failed',
      'W-12 only an operator moves a run, and only a failed one',
    );
    assert.ok(actors.includes(event.by), 'W-12 an operator has a name');
  }
}

function checkCommands(
  definition: RunDefinition,
  before: RunState,
  event: RunEvent,
  { commands, state: after }: Extract<RunDecision, { kind: 'accepted' }>,
): void {
  let inFlight = before.status === 'running' ? `${before.step}.${before.attempt}` : null;
  if (event.kind === 'activityFinished') {
    assert.equal(`${event.step}.${event.attempt}`, inFlight, 'only the activity in flight ends');
    inFlight = null;
  }
  for (const command of commands) {
    const activity = `${command.step}.${command.attempt}`;
    const step = stepIn(definition, command.step);
    switch (command.kind) {
      case 'concludeActivity':
        assert.equal(activity, inFlight, 'only the activity in flight is given up');
        inFlight = null;
        break;
      case 'stopActivity':
        assert.notEqual(step.kind, 'patch', 'W-13 the patch operation is never cut');
        assert.ok(
          activity === inFlight || before.status === 'awaitingUser',
          'W-13 what is at work is stopped',
        );
        assert.notEqual(after.cancelledBy, null, 'W-13 only a cancellation stops');
        break;
      case 'startActivity':
        assert.equal(inFlight, null, 'never two activities at once in one run');
        assert.equal(command.attempt, (before.attempts[command.step] ?? 0) + 1, 'attempts count up by one');
        checkMayStart(definition, after, step);
        inFlight = activity;
    }
  }
  const running = after.status === 'running' ? `${after.step}.${after.attempt}` : null;
  assert.equal(running, inFlight, 'a run is running exactly while an activity is in flight');
}

function checkMayStart(definition: RunDefinition, after: RunState, step: StepDefinition): void {
  assert.equal(after.cancelledBy, null, 'W-13 no step starts after a cancellation');
  const stopped = definition.steps.filter(
    (one) => one.phase === 'prePatching' && isFailure(after.records[one.key]),
  );
  if (step.phase === 'prePatching' || step.phase === 'patch') {
    assert.deepEqual(
      stopped,
      [],
      'W-02 nothing of pre-patching and patching starts after a pre-patching failure',
    );
    assert.equal(after.windowEnded, false, 'P-07 patching is not begun after the window');
  }
  if (definition.mode === 'rehearsal' && step.kind !== 'patch') {
    assert.equal(step.kind, 'script', 'P-10 nothing is rebooted in a rehearsal');
    assert.ok(step.safeInRehearsal, 'P-10 only scripts marked safe run in a rehearsal');
  }
  if (step.condition !== null) {
    const { fact, is, value } = step.condition;
    // A further try of a step that has begun does not ask for its condition again.
    const again = (after.attempts[step.key] ?? 0) > 1;
    assert.ok(again || (after.facts[fact] === value) === (is === 'equal'), 'L-50 the condition holds');
  }
}

function checkState(definition: RunDefinition, state: RunState): void {
  const keys = definition.steps.map((step) => step.key);
  const onRecord = Object.keys(state.records).toSorted();
  assert.deepEqual(
    Object.keys(state.timers).toSorted(),
    clocksOf(state),
    `a ${state.status} run has the clocks that lead out of it`,
  );
  for (const at of Object.values(state.timers)) assert.ok(Number.isFinite(at), 'a clock has a time');
  switch (state.status) {
    case 'queued':
      assert.deepEqual(onRecord, [], 'nothing is on record before the start');
      break;
    case 'running':
      assert.deepEqual(
        onRecord,
        keys.slice(0, keys.indexOf(state.step)).toSorted(),
        'all before is on record',
      );
      break;
    case 'retrying':
    case 'returning':
    case 'awaitingUser':
      assert.equal(state.cancelledBy, null, 'W-13 a cancelled run waits for a running activity at most');
      assert.deepEqual(onRecord, keys.slice(0, keys.indexOf(state.step) + 1).toSorted(), 'all until here');
      break;
    case 'finished':
      assert.deepEqual(onRecord, keys.toSorted(), 'in the end every step has exactly one record');
      checkFinished(definition, state);
  }
}

/** The ways out that need no one's good will. */
function clocksOf(state: RunState): string[] {
  switch (state.status) {
    case 'running': {
      const silence = state.connected ? 'overdue' : 'lost';
      return state.timers.stop === undefined ? [silence] : [silence, 'stop'].toSorted();
    }
    case 'retrying':
      return ['retry'];
    case 'returning':
      return ['return'];
    case 'queued':
    case 'awaitingUser':
    case 'finished':
      return [];
  }
}

/** The sentences W-02 to W-06, W-11, P-07 and L-51 as they show in the records of a finished run. */
function checkFinished(definition: RunDefinition, state: Extract<RunState, { status: 'finished' }>): void {
  const { control, steps } = definition;
  const outcome = (step: StepDefinition) => state.records[step.key]?.outcome;
  const prevented = (step: StepDefinition) => outcome(step) === 'notRun';
  const failure = (phase: StepDefinition['phase']) =>
    steps.find((step) => step.phase === phase && isFailure(state.records[step.key]));
  const after = (step: StepDefinition) => steps.slice(steps.indexOf(step) + 1);
  const only = (rest: readonly StepDefinition[], ...phases: string[]) =>
    rest.filter((step) => phases.includes(step.phase));
  const [pre, patch, post, check] = [
    failure('prePatching'),
    failure('patch'),
    failure('postPatching'),
    failure('afterReboot'),
  ];
  const firstFailure = failure('task') ?? pre ?? patch ?? post ?? check;
  const missed =
    state.windowEnded && !pre && only(steps, 'prePatching', 'patch').some((step) => prevented(step));

  if (pre) assert.ok(only(after(pre), 'prePatching', 'patch').every(prevented), 'W-02');
  const closing =
    (pre && control.afterPreFailure.value === 'never') ||
    (!pre && (patch || missed) && control.afterPatchFailure.value === 'never');
  if (closing) assert.ok(only(steps, 'postPatching', 'afterReboot').every(prevented), 'W-03, W-06');
  if (post && control.afterPostFailure.value === 'stop') {
    assert.ok(only(after(post), 'postPatching').every(prevented), 'W-04');
  }
  if (check) assert.ok(only(after(check), 'afterReboot').every(prevented), 'L-51');

  const started = state.result !== 'skipped' && Object.keys(state.attempts).length > 0;
  const cutShort =
    state.cancelledBy !== null ||
    state.reason.includes('which is still pending') ||
    steps.some((step) => {
      const record = state.records[step.key];
      return (
        (record?.outcome === 'failed' && record.failure === 'didNotReturn') ||
        record?.detail === 'the endpoint was revoked'
      );
    });
  if (started && !cutShort) {
    if (!pre && !missed) assert.ok(!only(steps, 'prePatching', 'patch').some(prevented), 'W-01');
    if (!closing) {
      const stop = post && control.afterPostFailure.value === 'stop';
      assert.ok(!only(stop ? [] : steps, 'postPatching').some(prevented), 'W-03, W-04, W-06');
      const mayCheck = !check && (state.rebooted || !stop);
      if (mayCheck) assert.ok(!only(steps, 'afterReboot').some(prevented), 'L-51');
    }
  }

  switch (state.result) {
    case 'cancelled':
      assert.notEqual(state.cancelledBy, null, 'W-11 only a cancelled run is cancelled');
      break;
    case 'skipped':
      assert.deepEqual(state.attempts, {}, 'P-13 a run that was passed over has begun nothing');
      break;
    case 'missedWindow':
      assert.ok(missed || Object.keys(state.attempts).length === 0, 'P-07');
      break;
    case 'failed':
      assert.equal(state.step, firstFailure?.key, 'W-11 the earliest failure decides');
      assert.equal(state.phase, firstFailure?.phase, 'W-11 a failure names its phase');
      break;
    case 'partial':
      assert.ok(
        steps.some((step) => outcome(step) === 'partial'),
        'W-05',
      );
      assert.equal(firstFailure, undefined, 'W-11 a partial run has no failure');
      break;
    case 'succeeded':
      assert.equal(firstFailure, undefined, 'W-11 a run that succeeded has no failure');
      assert.ok(!steps.some((step) => outcome(step) === 'partial'), 'W-05');
  }
}

function isFailure(record: StepRecord | undefined): boolean {
  return record?.outcome === 'failed' && !record.tolerated;
}

function stepIn(definition: RunDefinition, key: StepKey): StepDefinition {
  const step = definition.steps.find((one) => one.key === key);
  assert.ok(step, `"${key}" is a step of the definition`);
  return step;
}

/**
 * Follows one run from its opening with a memory of its own, so that a rule does not depend on the run's own records:
 * which pre-patching steps failed in this walk, and which attempts were ever begun.
 */
export function witness(definition: RunDefinition) {
  const failedBefore = new Set<StepKey>();
  const begun = new Set<string>();
  let cancelled = false;
  let windowOver = false;

  function ended(key: StepKey, succeeded: boolean): void {
    const step = stepIn(definition, key);
    if (succeeded || step.onFailure === 'continue') failedBefore.delete(key);
    else if (step.phase === 'prePatching') failedBefore.add(key);
  }

  /** What an operator takes back is forgotten: the steps from the one on that is walked anew. */
  function forgetFrom(key: StepKey | undefined): void {
    const from = definition.steps.findIndex((step) => step.key === key);
    for (const step of definition.steps.slice(from)) failedBefore.delete(step.key);
  }

  return (before: RunState, event: RunEvent, decision: RunDecision): void => {
    if (decision.kind !== 'accepted') return;
    if (event.kind === 'activityFinished') ended(event.step, isSuccess(definition, event));
    if (event.kind === 'cancel') cancelled = true;
    if (event.kind === 'windowEnded') windowOver = true;
    // An operator decides on a failed run also after its window.
    if (before.status === 'finished') windowOver = false;
    if (event.kind === 'resume') forgetFrom('step' in before ? before.step : undefined);
    if (event.kind === 'skipStep' || event.kind === 'repeatStep') forgetFrom(event.step);
    for (const command of decision.commands) {
      if (command.kind === 'concludeActivity') ended(command.step, false);
      if (command.kind !== 'startActivity') continue;
      const activity = `${command.step}.${command.attempt}`;
      assert.ok(!begun.has(activity), 'an attempt is made only once');
      begun.add(activity);
      assert.ok(!cancelled, 'W-13 nothing starts after a cancellation');
      const { phase } = stepIn(definition, command.step);
      if (phase !== 'prePatching' && phase !== 'patch') continue;
      assert.ok(!windowOver, 'P-07 nothing before and of patching starts after the window');
      const others = [...failedBefore].filter((key) => key !== command.step);
      assert.deepEqual(others, [], 'W-02 no patch after a failed pre-patching step of the same walk');
    }
  };
}

function isSuccess(
  definition: RunDefinition,
  { step, outcome }: Extract<RunEvent, { kind: 'activityFinished' }>,
): boolean {
  return outcome.kind === 'exited' && stepIn(definition, step).successExitCodes.includes(outcome.exitCode);
}
