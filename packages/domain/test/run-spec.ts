import { expect } from 'vitest';
import { decide } from '../src/run/decide.ts';
import type { Condition, RunDefinition, StepDefinition, StepKind } from '../src/run/definition.ts';
import type { ActivityOutcome, RunCommand, RunEvent } from '../src/run/event.ts';
import { initialRunState, nextWake, type RunState } from '../src/run/state.ts';

export const seconds = (count: number): number => count * 1000;
export const minutes = (count: number): number => count * 60_000;

/** The limits that every definition of these tests has unless it says otherwise. */
const limits = {
  returnMs: minutes(30),
  lostMs: minutes(10),
  overdueMs: minutes(1),
  cancelMs: minutes(2),
};

type StepOverride = Partial<Omit<StepDefinition, 'key' | 'phase' | 'kind'>>;

function step(
  key: string,
  phase: StepDefinition['phase'],
  kind: StepKind,
  override: StepOverride,
): StepDefinition {
  return {
    key,
    phase,
    kind,
    name: `Do ${key}`,
    successExitCodes: [0],
    timeoutMs: minutes(20),
    retries: { count: 0, delayMs: seconds(30) },
    onFailure: 'stop',
    condition: null,
    safeToRepeat: false,
    safeInRehearsal: false,
    ...override,
  };
}

export const pre = (n: number, override: StepOverride = {}) =>
  step(`pre-${n}`, 'prePatching', 'script', override);
export const patch = (override: StepOverride = {}) => step('patch', 'patch', 'patch', override);
export const post = (n: number, override: StepOverride = {}) =>
  step(`post-${n}`, 'postPatching', 'script', override);
export const reboot = (n: number, override: StepOverride = {}) =>
  step(`post-${n}`, 'postPatching', 'reboot', override);
export const interactiveReboot = (n: number, override: StepOverride = {}) =>
  step(`post-${n}`, 'postPatching', 'interactiveReboot', override);
export const check = (n: number, override: StepOverride = {}) =>
  step(`check-${n}`, 'afterReboot', 'script', override);
export const task = (override: StepOverride = {}) => step('task', 'task', 'script', override);

export const retriedOnce = { retries: { count: 1, delayMs: seconds(30) } };

export function onlyIf(fact: string, value: string, is: Condition['is'] = 'equal'): StepOverride {
  return { condition: { fact, is, value } };
}

interface Settings {
  readonly afterPreFailure?: 'never' | 'always';
  readonly afterPatchFailure?: 'never' | 'always';
  readonly afterPostFailure?: 'stop' | 'continue';
  readonly from?: 'system' | 'workflow';
}

/** A real run of these steps under the spec's default settings. */
export function workflow(steps: readonly StepDefinition[], settings: Settings = {}): RunDefinition {
  const from = settings.from ?? 'system';
  return {
    mode: 'real',
    steps,
    control: {
      afterPreFailure: { value: settings.afterPreFailure ?? 'never', from },
      afterPatchFailure: { value: settings.afterPatchFailure ?? 'always', from },
      afterPostFailure: { value: settings.afterPostFailure ?? 'stop', from },
    },
    limits,
  };
}

export function rehearsal(steps: readonly StepDefinition[]): RunDefinition {
  return { ...workflow(steps), mode: 'rehearsal' };
}

// Events. The endpoint is in boot "boot-1" unless an event says otherwise.

export const start = (at: number): RunEvent => ({ kind: 'start', at, bootId: 'boot-1' });

export function ended(
  at: number,
  step: string,
  outcome: ActivityOutcome,
  { attempt = 1, bootId = 'boot-1' } = {},
): RunEvent {
  return { kind: 'activityFinished', at, step, attempt, outcome, bootId };
}

export function exited(
  at: number,
  step: string,
  exitCode: number,
  options: { attempt?: number; bootId?: string; facts?: Record<string, string> } = {},
): RunEvent {
  const { facts = {}, ...identity } = options;
  return ended(at, step, { kind: 'exited', exitCode, facts }, identity);
}

export function patched(at: number, installed: number, failed: number, attempt = 1): RunEvent {
  return ended(
    at,
    'patch',
    { kind: 'patched', installed, failed, notApplicable: 0, rebootNeeded: true },
    { attempt },
  );
}

export const connected = (at: number, bootId = 'boot-1'): RunEvent => ({
  kind: 'endpointConnected',
  at,
  bootId,
});
export const disconnected = (at: number): RunEvent => ({ kind: 'endpointDisconnected', at });
export const revoked = (at: number): RunEvent => ({ kind: 'endpointRevoked', at });
export const wake = (at: number): RunEvent => ({ kind: 'wake', at });
export const windowEnded = (at: number): RunEvent => ({ kind: 'windowEnded', at });
export const passOver = (
  at: number,
  reason: string,
  result: 'skipped' | 'missedWindow' = 'skipped',
): RunEvent => ({ kind: 'passOver', at, result, reason });
export const cancel = (at: number, by = 'alice'): RunEvent => ({ kind: 'cancel', at, by });
export function flowEnded(at: number, ending: 'rebooted' | 'cancelled' | 'notNeeded'): RunEvent {
  return { kind: 'userFlowEnded', at, ending };
}

const bob = { by: 'bob', connected: true, bootId: 'boot-1' };
export const resume = (at: number, how: Partial<typeof bob> = {}): RunEvent => ({
  kind: 'resume',
  at,
  ...bob,
  ...how,
});
export const skipStep = (at: number, step: string): RunEvent => ({ kind: 'skipStep', at, step, ...bob });
export const repeatStep = (at: number, step: string): RunEvent => ({ kind: 'repeatStep', at, step, ...bob });

// Commands.

export const starts = (step: string, attempt = 1): RunCommand => ({ kind: 'startActivity', step, attempt });
export const stops = (step: string, attempt = 1): RunCommand => ({ kind: 'stopActivity', step, attempt });

/** What is expected of a run after its last event; commands and notes are those of that event alone. */
interface Expectation {
  readonly state?: Partial<Record<string, unknown>>;
  /** Outcome by step key, of every step on record. */
  readonly outcomes?: Readonly<Record<string, string>>;
  /** What one step's record contains. */
  readonly records?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly commands?: readonly RunCommand[];
  /** All notes, in order. */
  readonly notes?: readonly string[];
  /** Words that some note contains. */
  readonly explains?: string;
  readonly wakeAt?: number | null;
}

/** A run in the making: events lead on from each other, and expectations may be stated in between. */
interface RunSpec {
  readonly state: RunState;
  /** Every event is accepted. */
  when(...events: readonly RunEvent[]): RunSpec;
  /** Every event is stale or repeated and changes nothing. */
  ignores(...events: readonly RunEvent[]): RunSpec;
  /** The event is refused for a reason that contains these words. */
  rejects(event: RunEvent, words: string): RunSpec;
  expects(expectation: Expectation): RunSpec;
}

/** A run of this definition that has just been opened. */
export function given(definition: RunDefinition): RunSpec {
  return specOf(definition, initialRunState, [], []);
}

function specOf(
  definition: RunDefinition,
  state: RunState,
  commands: readonly RunCommand[],
  notes: readonly string[],
): RunSpec {
  const spec: RunSpec = {
    state,
    when(...events) {
      let [next, nextCommands, nextNotes] = [state, commands, notes];
      for (const event of events) {
        const decision = decide(definition, next, event);
        if (decision.kind !== 'accepted') {
          throw new Error(`${JSON.stringify(event)} was ${decision.kind}: ${decision.reason}`);
        }
        [next, nextCommands, nextNotes] = [decision.state, decision.commands, decision.notes];
      }
      return specOf(definition, next, nextCommands, nextNotes);
    },
    ignores(...events) {
      for (const event of events) expect(decide(definition, state, event).kind).toBe('ignored');
      return spec;
    },
    rejects(event, words) {
      const decision = decide(definition, state, event);
      expect(decision).toMatchObject({ kind: 'rejected', reason: expect.stringContaining(words) });
      return spec;
    },
    expects(expectation) {
      if (expectation.state) expect(state).toMatchObject(expectation.state);
      if (expectation.outcomes) {
        const entries = Object.entries(state.records).map(([key, record]) => [key, record.outcome]);
        expect(Object.fromEntries(entries)).toEqual(expectation.outcomes);
      }
      if (expectation.records) expect(state.records).toMatchObject(expectation.records);
      if (expectation.commands) expect(commands).toEqual(expectation.commands);
      if (expectation.notes) expect(notes).toEqual(expectation.notes);
      if (expectation.explains !== undefined) expect(notes.join('\n')).toContain(expectation.explains);
      if (expectation.wakeAt !== undefined) expect(nextWake(state)).toBe(expectation.wakeAt);
      return spec;
    },
  };
  return spec;
}
