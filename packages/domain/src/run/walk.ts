import type { Decision } from '../decision.ts';
import type { RunDefinition, StepDefinition, StepKey } from './definition.ts';
import type { RunCommand } from './event.ts';
import { stepGate } from './gate.ts';
import { phaseName, resultOf } from './result.ts';
import type { RunProgress, RunResult, RunState, StepRecord, Timers } from './state.ts';

/** The answer of the run's `decide`. */
export type RunDecision = Decision<RunState, RunCommand>;

/** An accepted decision under construction: progress so far, sentences and commands so far. */
export interface Draft {
  readonly progress: RunProgress;
  readonly notes: readonly string[];
  readonly commands: readonly RunCommand[];
}

/** Begins a draft from a state: only what every state carries is kept, and all clocks are stopped. */
export function draftOf(state: RunState): Draft {
  const { facts, records, attempts, bootId, connected, rebooted, windowEnded, cancelledBy } = state;
  return {
    progress: { facts, records, attempts, timers: {}, bootId, connected, rebooted, windowEnded, cancelledBy },
    notes: [],
    commands: [],
  };
}

/** Adds a sentence to the draft. */
export function noted(draft: Draft, note: string): Draft {
  return { ...draft, notes: [...draft.notes, note] };
}

/** Changes the draft's progress. */
export function changed(draft: Draft, change: Partial<RunProgress>): Draft {
  return { ...draft, progress: { ...draft.progress, ...change } };
}

/** Records what became of a step. */
export function recorded(draft: Draft, step: StepKey, record: StepRecord): Draft {
  return changed(draft, { records: { ...draft.progress.records, [step]: record } });
}

/** Finishes a decision. */
export function accepted(draft: Draft, state: RunState): RunDecision {
  return { kind: 'accepted', state, commands: draft.commands, notes: draft.notes };
}

const resultNames: Record<RunResult['result'], string> = {
  succeeded: 'succeeded',
  partial: 'partly succeeded',
  failed: 'failed',
  cancelled: 'was cancelled',
  missedWindow: 'missed its window',
  skipped: 'was skipped',
};

/** Ends the run with a result. */
export function finish(draft: Draft, result: RunResult): RunDecision {
  const done = noted(draft, `The run ${resultNames[result.result]}: ${result.reason}.`);
  return accepted(done, { ...changed(done, { timers: {} }).progress, status: 'finished', ...result });
}

/** The step with this key; a run is only ever asked for steps of its own definition. */
export function stepOf(definition: RunDefinition, key: StepKey): StepDefinition {
  const step = definition.steps.find((candidate) => candidate.key === key);
  if (!step) throw new Error(`step "${key}" is not part of the run's definition`);
  return step;
}

/**
 * How long the server waits for an activity's outcome: a connected endpoint until well after the activity's
 * own time-out, a disconnected one for the limit of lost endpoints (W-08).
 */
export function patienceFor(
  definition: RunDefinition,
  connected: boolean,
  deadline: number,
  at: number,
): Timers {
  const { overdueMs, lostMs } = definition.limits;
  return connected ? { overdue: Math.max(deadline, at) + overdueMs } : { lost: at + lostMs };
}

/** Starts the next attempt at a step. */
export function startStep(
  definition: RunDefinition,
  draft: Draft,
  step: StepDefinition,
  at: number,
  retriesLeft: number,
): RunDecision {
  const attempt = (draft.progress.attempts[step.key] ?? 0) + 1;
  const deadline = at + step.timeoutMs;
  const begun = changed(
    noted(
      draft,
      `Attempt ${attempt} of ${phaseName(step.phase)} step "${step.name}" was sent to the endpoint.`,
    ),
    {
      attempts: { ...draft.progress.attempts, [step.key]: attempt },
      timers: patienceFor(definition, draft.progress.connected, deadline, at),
    },
  );
  return accepted(
    { ...begun, commands: [...begun.commands, { kind: 'startActivity', step: step.key, attempt }] },
    { ...begun.progress, status: 'running', step: step.key, attempt, retriesLeft, deadline },
  );
}

/**
 * Walks on from the step at `index`: passes over steps that may not run, starts the first that may,
 * and finishes the run when none is left or it is being cancelled (W-13).
 */
export function walkFrom(definition: RunDefinition, draft: Draft, index: number, at: number): RunDecision {
  let walked = draft;
  for (const step of definition.steps.slice(index)) {
    if (walked.progress.cancelledBy !== null) {
      walked = recorded(walked, step.key, { outcome: 'notRun', detail: 'the run was cancelled' });
      continue;
    }
    const gate = stepGate(definition, walked.progress, step);
    if (gate.open) return startStep(definition, walked, step, at, step.retries.count);
    walked = noted(
      recorded(walked, step.key, { outcome: gate.outcome, detail: gate.reason }),
      `${gate.outcome === 'skipped' ? 'Skipped' : 'Did not run'} "${step.name}": ${gate.reason}.`,
    );
  }
  return finish(walked, resultOf(definition, walked.progress));
}

/** Walks on from the step after this one. */
export function walkPast(
  definition: RunDefinition,
  draft: Draft,
  step: StepDefinition,
  at: number,
): RunDecision {
  return walkFrom(definition, draft, definition.steps.indexOf(step) + 1, at);
}
