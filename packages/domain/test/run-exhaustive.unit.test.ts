import { describe, expect, it } from 'vitest';
import { decide } from '../src/run/decide.ts';
import type { RunDefinition, StepDefinition } from '../src/run/definition.ts';
import type { ActivityOutcome, RunEvent } from '../src/run/event.ts';
import {
  initialRunState,
  type RunState,
  runResults,
  runStatuses,
  type StepRecord,
  type Timers,
} from '../src/run/state.ts';
import { checkDecision } from './run-invariants.ts';
import {
  check,
  interactiveReboot,
  onlyIf,
  patch,
  post,
  pre,
  reboot,
  rehearsal,
  retriedOnce,
  task,
  workflow,
} from './run-spec.ts';

/**
 * Walks every state that a small definition can reach under every event. So that they are finitely many, states
 * are abstract: attempts, the names of boots, explanations and the times of clocks are brought into one form. Any clock may be
 * the first to fire, and a result may come from the present boot or an earlier one: more than can happen, never less.
 */

type Edge = readonly [from: number, to: number, byItself: boolean];

interface Exploration {
  readonly states: readonly RunState[];
  readonly edges: readonly Edge[];
}

const NEVER = 1_000_000_000;

/** The state in its one form. */
function abstract(state: RunState): RunState {
  const same = {
    ...state,
    records: sorted(Object.entries(state.records).map(([key, record]) => [key, abstractRecord(record)])),
    attempts: sorted(Object.keys(state.attempts).map((key) => [key, 1])),
    timers: sorted(Object.keys(state.timers).map((key) => [key, NEVER])),
    bootId: state.bootId === null ? null : 'boot-1',
    facts: state.facts.go === undefined ? {} : { go: state.facts.go },
  };
  if (same.status === 'running') return { ...same, attempt: 1 };
  if (same.status !== 'finished') return same;
  return same.result === 'failed'
    ? { ...same, reason: 'told', failure: 'exitCode' }
    : { ...same, reason: 'told' };
}

function abstractRecord(record: StepRecord): StepRecord {
  const told = { ...record, detail: 'told' };
  if (told.outcome === 'skipped' || told.outcome === 'notRun') return told;
  if (told.outcome !== 'failed') return { ...told, attempt: 1 };
  return { ...told, attempt: 1, failure: told.failure === 'didNotReturn' ? told.failure : 'exitCode' };
}

function sorted<Value>(entries: [string, Value][]): Record<string, Value> {
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function keyOf(state: RunState): string {
  return JSON.stringify(Object.entries(state).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** The same state with just one of its clocks due at 0. */
function withDue(state: RunState, clock: string): RunState {
  const timers: Timers = { ...state.timers, [clock]: 0 };
  return { ...state, timers };
}

function outcomesOf(definition: RunDefinition, step: StepDefinition): ActivityOutcome[] {
  const always: ActivityOutcome[] = [
    { kind: 'timedOut' },
    { kind: 'interrupted', reason: 'power loss' },
    { kind: 'cancelled' },
    { kind: 'refused', reason: 'not allowed' },
  ];
  if (step.kind === 'patch') {
    const patched = { kind: 'patched', notApplicable: 0, rebootNeeded: true } as const;
    return definition.mode === 'rehearsal'
      ? [{ kind: 'simulated', wouldInstall: 1, security: 1, rebootNeeded: true }, ...always]
      : [
          { ...patched, installed: 1, failed: 0 },
          { ...patched, installed: 1, failed: 1 },
          { ...patched, installed: 0, failed: 1 },
          { kind: 'patchToolFailed', reason: 'locked' },
          ...always,
        ];
  }
  const exits: ActivityOutcome[] = [
    { kind: 'exited', exitCode: 0, facts: { go: 'yes' } },
    { kind: 'exited', exitCode: 1, facts: {} },
  ];
  if (step.kind === 'reboot')
    exits.push({ kind: 'exited', exitCode: 0, facts: { rebootScheduled: 'false' } });
  if (step.kind === 'interactiveReboot') exits.push({ kind: 'userAsked' });
  return [...exits, ...always];
}

/** Every event there is, and whether it comes by itself: from a clock, the shell's start, or the user's answer. */
function* eventsAt(
  definition: RunDefinition,
  state: RunState,
): Generator<readonly [state: RunState, event: RunEvent, byItself: boolean]> {
  const at = 0;
  yield [state, { kind: 'start', at, bootId: 'boot-1' }, true];
  yield [state, { kind: 'passOver', at, result: 'skipped', reason: 'offline' }, false];
  yield [state, { kind: 'windowEnded', at }, false];
  yield [state, { kind: 'cancel', at, by: 'alice' }, false];
  yield [state, { kind: 'endpointDisconnected', at }, false];
  yield [state, { kind: 'endpointRevoked', at }, false];
  for (const bootId of ['boot-1', 'boot-2']) yield [state, { kind: 'endpointConnected', at, bootId }, false];
  for (const ending of ['rebooted', 'cancelled', 'notNeeded'] as const) {
    yield [state, { kind: 'userFlowEnded', at, ending }, true];
  }
  yield [state, { kind: 'wake', at }, false];
  for (const clock of Object.keys(state.timers)) yield [withDue(state, clock), { kind: 'wake', at }, true];
  if (state.status === 'running') {
    const step = definition.steps.find((one) => one.key === state.step);
    for (const outcome of step ? outcomesOf(definition, step) : []) {
      const end = { kind: 'activityFinished', at, step: state.step, outcome } as const;
      yield [state, { ...end, attempt: 1, bootId: 'boot-1' }, false];
      yield [state, { ...end, attempt: 1, bootId: 'boot-0' }, false];
    }
  }
  for (const { key: step } of definition.steps) {
    const outcome = { kind: 'exited', exitCode: 0, facts: {} } as const;
    yield [state, { kind: 'activityFinished', at, step, attempt: 9, outcome, bootId: 'boot-1' }, false];
  }
  const by = { at, by: 'bob', connected: true, bootId: 'boot-1' };
  yield [state, { kind: 'resume', ...by }, false];
  yield [state, { kind: 'resume', ...by, connected: false, bootId: 'boot-2' }, false];
  for (const { key: step } of definition.steps) {
    yield [state, { kind: 'skipStep', step, ...by }, false];
    yield [state, { kind: 'repeatStep', step, ...by }, false];
  }
}

function explore(definition: RunDefinition): Exploration {
  const states: RunState[] = [initialRunState];
  const indexes = new Map<string, number>([[keyOf(initialRunState), 0]]);
  const edges: Edge[] = [];
  for (let from = 0; from < states.length; from += 1) {
    const visited = states[from];
    if (!visited) break;
    for (const [state, event, byItself] of eventsAt(definition, visited)) {
      const decision = decide(definition, state, event);
      checkDecision(definition, state, event, decision);
      if (decision.kind !== 'accepted') continue;
      const next = abstract(decision.state);
      const key = keyOf(next);
      let to = indexes.get(key);
      if (to === undefined) {
        to = states.push(next) - 1;
        indexes.set(key, to);
      }
      edges.push([from, to, byItself]);
    }
  }
  return { states, edges };
}

/** The states from which no finished state can be reached over events that come by themselves. */
function deadEnds({ states, edges }: Exploration): RunState[] {
  const backwards = new Map<number, number[]>();
  for (const [from, to, byItself] of edges) {
    if (!byItself) continue;
    const sources = backwards.get(to);
    if (sources) sources.push(from);
    else backwards.set(to, [from]);
  }
  const found = new Set([...states.keys()].filter((index) => states[index]?.status === 'finished'));
  for (const index of found) for (const from of backwards.get(index) ?? []) found.add(from);
  return states.filter((_, index) => !found.has(index));
}

type How = Partial<Pick<StepDefinition, 'retries' | 'safeToRepeat' | 'onFailure' | 'condition'>>;

interface Shape {
  readonly name: string;
  /** Both modes and all variants together visit at least this many states. */
  readonly atLeast: number;
  /** `how` is for steps that publish facts, `later` for steps that may depend on them. */
  readonly steps: (how: How, later: How) => StepDefinition[];
}

const shapes: readonly Shape[] = [
  { name: 'no step at all', atLeast: 70, steps: () => [] },
  { name: 'a task', atLeast: 350, steps: (how) => [task(how)] },
  { name: 'pre-patching', atLeast: 1300, steps: (how, later) => [pre(1, how), pre(2, later)] },
  {
    name: 'pre, patch and post',
    atLeast: 6000,
    steps: (how, later) => [pre(1, how), patch(how), post(1, later)],
  },
  {
    name: 'a reboot and a check',
    atLeast: 20000,
    steps: (how, later) => [patch(how), post(1, how), reboot(2, later), check(1, later)],
  },
  {
    name: 'Interactive Reboot and a check',
    atLeast: 18000,
    steps: (how, later) => [pre(1, how), patch(how), interactiveReboot(1, later), check(1, later)],
  },
  {
    name: 'checks without a reboot',
    atLeast: 10000,
    steps: (how, later) => [post(1, how), post(2, later), check(1, how), check(2, later)],
  },
];

const retried: How = { ...retriedOnce, safeToRepeat: true };
const tolerated: How = { onFailure: 'continue' };
const variants: readonly (readonly [how: How, later: How])[] = [
  [{}, {}],
  [retried, retried],
  [tolerated, tolerated],
  [{}, onlyIf('go', 'yes')],
  [tolerated, { ...retried, ...onlyIf('go', 'yes', 'notEqual') }],
];

const everySetting = (['never', 'always'] as const).flatMap((afterPreFailure) =>
  (['never', 'always'] as const).flatMap((afterPatchFailure) =>
    (['stop', 'continue'] as const).map((afterPostFailure) => ({
      afterPreFailure,
      afterPatchFailure,
      afterPostFailure,
    })),
  ),
);

/** Explores all of these definitions; the rules are checked on the way. Answers how many states there are of each kind. */
function exploreAll(definitions: readonly RunDefinition[]): Record<string, number> {
  const seen: Record<string, number> = { states: 0 };
  for (const definition of definitions) {
    const exploration = explore(definition);
    expect(deadEnds(exploration)).toEqual([]);
    for (const state of exploration.states) {
      const kind = state.status === 'finished' ? state.result : state.status;
      seen[kind] = (seen[kind] ?? 0) + 1;
      seen.states = (seen.states ?? 0) + 1;
    }
  }
  return seen;
}

describe('every state of a small run', { timeout: 300_000 }, () => {
  it.each(shapes)(
    'W-02 W-14 given $name, each kind of step settings and every event then the rules hold and there is no dead end, in at least $atLeast states',
    ({ steps, atLeast }) => {
      const definitions = variants.flatMap(([how, later]) => [
        workflow(steps(how, later)),
        workflow(steps(how, later), {
          afterPreFailure: 'always',
          afterPatchFailure: 'never',
          afterPostFailure: 'continue',
          from: 'workflow',
        }),
        rehearsal(steps(how, later).map((step, index) => ({ ...step, safeInRehearsal: index !== 0 }))),
      ]);
      const seen = exploreAll(definitions);
      expect(seen.states).toBeGreaterThanOrEqual(atLeast);
    },
  );

  it.each(everySetting)(
    'W-03 W-04 W-06 given all phases, afterPreFailure $afterPreFailure, afterPatchFailure $afterPatchFailure, afterPostFailure $afterPostFailure and every event then the rules hold and there is no dead end, in at least 7500 states',
    (settings) => {
      const definitions = [{}, retried].map((how) =>
        workflow([pre(1, how), patch(how), post(1, how), reboot(2, how), check(1, how)], settings),
      );
      const seen = exploreAll(definitions);
      expect(seen.states).toBeGreaterThanOrEqual(7500);
      expect(Object.keys(seen).toSorted()).toEqual(
        ['states', ...runStatuses, ...runResults]
          .filter((kind) => kind !== 'awaitingUser' && kind !== 'finished')
          .toSorted(),
      );
    },
  );
});
