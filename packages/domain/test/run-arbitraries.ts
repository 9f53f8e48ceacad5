import fc from 'fast-check';
import type { Condition, RunDefinition, StepDefinition } from '../src/run/definition.ts';
import type { ActivityOutcome, RunEvent } from '../src/run/event.ts';
import { nextWake, type RunState } from '../src/run/state.ts';

const condition: fc.Arbitrary<Condition | null> = fc.option(
  fc.record({
    fact: fc.constantFrom('rebootNeeded', 'role', 'toString'),
    is: fc.constantFrom('equal', 'notEqual'),
    value: fc.constantFrom('true', 'db'),
  }),
  { freq: 6 },
);

/** Everything about a step but its place. */
const settings = fc.record({
  successExitCodes: fc.constantFrom([0], [0], [0], [0, 3], [3], []),
  timeoutMs: fc.constantFrom(0, 1000, 60_000),
  retries: fc.record({ count: fc.constantFrom(0, 1, 2), delayMs: fc.constantFrom(0, 500, 90_000) }),
  onFailure: fc.constantFrom('stop', 'stop', 'continue'),
  condition,
  safeToRepeat: fc.boolean(),
  safeInRehearsal: fc.boolean(),
});

function placed(
  phase: StepDefinition['phase'],
  kinds: readonly StepDefinition['kind'][],
  prefix: string,
): fc.Arbitrary<StepDefinition[]> {
  return fc.tuple(...kinds.map(() => settings)).map((all) =>
    all.map((setting, index): StepDefinition => {
      const key = prefix === '' ? phase : `${prefix}-${index + 1}`;
      return { key, phase, kind: kinds[index] ?? 'script', name: `Do ${key}`, ...setting };
    }),
  );
}

/** Up to `max` scripts, more of them rather than fewer. */
const scripts = (max: number) => fc.nat(2 * max).map((n) => Array<'script'>(Math.min(n, max)).fill('script'));

const workflowSteps = fc
  .tuple(
    scripts(3).chain((kinds) => placed('prePatching', kinds, 'pre')),
    fc
      .constantFrom<'patch'[]>([], ['patch'], ['patch'], ['patch'])
      .chain((kinds) => placed('patch', kinds, '')),
    fc
      .tuple(
        scripts(1),
        fc.constantFrom<StepDefinition['kind'][]>(
          [],
          ['script'],
          ['reboot'],
          ['reboot'],
          ['interactiveReboot'],
        ),
      )
      .chain(([before, last]) => placed('postPatching', [...before, ...last], 'post')),
    scripts(2).chain((kinds) => placed('afterReboot', kinds, 'check')),
  )
  .map((phases) => phases.flat());

const taskSteps = fc
  .constantFrom<StepDefinition['kind']>('script', 'reboot', 'interactiveReboot')
  .chain((kind) => placed('task', [kind], ''));

const from = fc.constantFrom('system', 'workflow');

/** Any definition of 0 to 8 steps: every kind of step, every setting, real or rehearsal, plan or Run Task. */
export const definitions: fc.Arbitrary<RunDefinition> = fc.record({
  mode: fc.constantFrom('real', 'real', 'real', 'real', 'rehearsal'),
  steps: fc.oneof({ arbitrary: workflowSteps, weight: 9 }, { arbitrary: taskSteps, weight: 1 }),
  control: fc.record({
    afterPreFailure: fc.record({ value: fc.constantFrom('never', 'always'), from }),
    afterPatchFailure: fc.record({ value: fc.constantFrom('never', 'always'), from }),
    afterPostFailure: fc.record({ value: fc.constantFrom('stop', 'continue'), from }),
  }),
  limits: fc.constantFrom(
    { returnMs: 1_800_000, lostMs: 600_000, overdueMs: 60_000, cancelMs: 120_000 },
    { returnMs: 0, lostMs: 0, overdueMs: 0, cancelMs: 0 },
  ),
});

/** One draw: what is attempted, and two numbers that choose the particulars once the run's state is known. */
type Draw = readonly [what: number, a: number, b: number];

export const draws: fc.Arbitrary<Draw[]> = fc.array(fc.tuple(fc.nat(99), fc.nat(999), fc.nat(999)), {
  minLength: 12,
  maxLength: 40,
  size: 'max',
});

function pick<Value>(values: readonly Value[], n: number): Value {
  const value = values[n % values.length];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

const facts = [{}, { rebootNeeded: 'true' }, { role: 'db' }, { rebootScheduled: 'false' }] as const;

const outcomes: readonly ActivityOutcome[] = [
  { kind: 'exited', exitCode: 0, facts: {} },
  { kind: 'exited', exitCode: 1, facts: { rebootNeeded: 'false' } },
  { kind: 'exited', exitCode: 3, facts: { role: 'web' } },
  { kind: 'timedOut' },
  { kind: 'interrupted', reason: 'power\nloss.' },
  { kind: 'cancelled' },
  { kind: 'refused', reason: '' },
  { kind: 'notStarted', reason: 'no such user' },
  { kind: 'patched', installed: 0, failed: 2, notApplicable: 0, rebootNeeded: false },
  { kind: 'patched', installed: 1, failed: 2, notApplicable: 0, rebootNeeded: true },
  { kind: 'simulated', wouldInstall: 4, security: 1, rebootNeeded: true },
  { kind: 'patchToolFailed', reason: 'the lock is held...' },
  { kind: 'userAsked' },
];

/** The outcome by which a step succeeds. */
function success(definition: RunDefinition, step: StepDefinition, a: number): ActivityOutcome {
  if (step.kind === 'interactiveReboot' && a % 4 > 0) return { kind: 'userAsked' };
  if (step.kind !== 'patch') {
    return { kind: 'exited', exitCode: step.successExitCodes[0] ?? 0, facts: pick(facts, a) };
  }
  if (definition.mode === 'rehearsal') {
    return { kind: 'simulated', wouldInstall: a % 3, security: 0, rebootNeeded: a % 2 === 0 };
  }
  const failed = a % 4 === 0 ? 1 : 0;
  return { kind: 'patched', installed: a % 3, failed, notApplicable: 0, rebootNeeded: a % 2 === 0 };
}

const newBoot = (state: RunState, a: number) => `${state.bootId ?? 'boot'}${a % 3}`.slice(-12);

/** What leads the run on from its state. */
function progress(definition: RunDefinition, state: RunState, [, a, b]: Draw, now: number): RunEvent {
  switch (state.status) {
    case 'queued':
      return { kind: 'start', at: now, bootId: 'boot' };
    case 'running': {
      const step = definition.steps.find((one) => one.key === state.step);
      if (!step) throw new Error('a run is at a step of its definition');
      return {
        kind: 'activityFinished',
        at: now,
        step: state.step,
        attempt: state.attempt,
        outcome: b % 10 < 9 ? success(definition, step, a) : pick(outcomes, a),
        bootId: b % 20 === 7 ? 'an earlier boot' : (state.bootId ?? ''),
      };
    }
    case 'retrying':
      return { kind: 'wake', at: nextWake(state) ?? now };
    case 'returning':
      return a % 8 === 0
        ? { kind: 'wake', at: nextWake(state) ?? now }
        : { kind: 'endpointConnected', at: now, bootId: newBoot(state, a) };
    case 'awaitingUser':
      return { kind: 'userFlowEnded', at: now, ending: pick(['rebooted', 'cancelled', 'notNeeded'], a) };
    case 'finished':
      return operator(definition, state, a, b, now);
  }
}

function operator(definition: RunDefinition, state: RunState, a: number, b: number, at: number): RunEvent {
  const step = definition.steps.length === 0 ? 'none' : pick(definition.steps, b).key;
  const failed = state.status === 'finished' && state.result === 'failed' ? state.step : step;
  const who = {
    at,
    by: 'bob',
    connected: b % 3 > 0,
    bootId: b % 2 === 0 ? (state.bootId ?? 'boot') : newBoot(state, a),
  };
  return pick<RunEvent>(
    [
      { kind: 'resume', ...who },
      { kind: 'skipStep', step: failed, ...who },
      { kind: 'repeatStep', step: failed, ...who },
      { kind: 'skipStep', step, ...who },
      { kind: 'repeatStep', step, ...who },
    ],
    a,
  );
}

/** An event that pays no heed to the state. */
function nonsense(definition: RunDefinition, state: RunState, a: number, b: number, at: number): RunEvent {
  const step = definition.steps.length === 0 ? 'none' : pick(definition.steps, b).key;
  return pick<RunEvent>(
    [
      { kind: 'start', at, bootId: newBoot(state, a) },
      { kind: 'passOver', at, result: 'skipped', reason: 'offline' },
      { kind: 'activityFinished', at, step, attempt: a % 4, outcome: pick(outcomes, b), bootId: 'boot' },
      { kind: 'activityFinished', at, step: 'pre-77', attempt: 1, outcome: pick(outcomes, b), bootId: '' },
      { kind: 'wake', at },
      { kind: 'endpointRevoked', at },
      { kind: 'userFlowEnded', at, ending: pick(['rebooted', 'cancelled', 'notNeeded'], b) },
      { kind: 'endpointConnected', at, bootId: newBoot(state, b) },
      operator(definition, state, a, b, at),
    ],
    a,
  );
}

/** Turns a draw into an event: three in five lead the run on, the others are everything that may come between. */
export function eventFor(
  definition: RunDefinition,
  state: RunState,
  draw: Draw,
  now: number,
  previous: RunEvent | null,
): RunEvent {
  const [what, a, b] = draw;
  if (what < 62) return progress(definition, state, draw, now);
  if (what < 66) return { kind: 'wake', at: nextWake(state) ?? now };
  if (what < 69) return { kind: 'wake', at: (nextWake(state) ?? now) - 1 };
  if (what < 74) return { kind: 'endpointDisconnected', at: now };
  if (what < 79)
    return {
      kind: 'endpointConnected',
      at: now,
      bootId: a % 2 === 0 ? (state.bootId ?? '') : newBoot(state, b),
    };
  if (what < 81) return { kind: 'windowEnded', at: now };
  if (what < 82) return { kind: 'cancel', at: now, by: 'alice' };
  if (what < 83) return { kind: 'passOver', at: now, result: 'skipped', reason: 'offline' };
  if (what < 88) return operator(definition, state, a, b, now);
  if (what < 93) return previous ?? nonsense(definition, state, a, b, now);
  return nonsense(definition, state, a, b, now);
}
