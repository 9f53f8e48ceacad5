import type { Decision } from '../decision.ts';
import type { RunDefinition, StepDefinition, StepKey } from './definition.ts';
import type { RunCommand } from './event.ts';
import { stepGate } from './gate.ts';
import { resultOf } from './result.ts';
import type { RunProgress, RunResult, RunState, StepRecord, Timers } from './state.ts';
import { stepName } from './wording.ts';

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

/** Adds something for the shell to do. */
export function commanded(draft: Draft, command: RunCommand): Draft {
  return { ...draft, commands: [...draft.commands, command] };
}

/** Changes the draft's progress. */
export function changed(draft: Draft, change: Partial<RunProgress>): Draft {
  return { ...draft, progress: { ...draft.progress, ...change } };
}

/** Records what became of a step. */
export function recorded(draft: Draft, step: StepKey, record: StepRecord): Draft {
  return changed(draft, { records: { ...draft.progress.records, [step]: record } });
}

/** Records that every step without a record did not run, and why. */
export function restNotRun(definition: RunDefinition, draft: Draft, detail: string): Draft {
  return definition.steps
    .filter((step) => draft.progress.records[step.key] === undefined)
    .reduce((left, step) => recorded(left, step.key, { outcome: 'notRun', detail }), draft);
}

/** Finishes a decision. */
export function accepted(draft: Draft, state: RunState): RunDecision {
  return { kind: 'accepted', state, commands: draft.commands, notes: draft.notes };
}

const resultWords: Record<RunResult['result'], string> = {
  succeeded: 'succeeded',
  partial: 'partly succeeded',
  failed: 'failed',
  cancelled: 'was cancelled',
  missedWindow: 'missed its window',
  skipped: 'was skipped',
};

/** Ends the run with a result. */
export function finish(draft: Draft, result: RunResult): RunDecision {
  const done = noted(draft, `The run ${resultWords[result.result]}: ${result.reason}.`);
  return accepted(done, { ...changed(done, { timers: {} }).progress, status: 'finished', ...result });
}

/** The step with this key; a run is only ever asked for steps of its own definition. */
export function stepOf(definition: RunDefinition, key: StepKey): StepDefinition {
  const step = definition.steps.find((candidate) => candidate.key === key);
  if (!step) throw new Error(`step "${key}" is not part of the run's definition`);
  return step;
}

/**
 * How long the server waits from `at` on for an activity's outcome: a connected endpoint, which may have been
 * given the activity only now, until well after the activity's time-out; a disconnected one for the limit of
 * lost endpoints (W-08).
 */
export function patienceFor(
  definition: RunDefinition,
  step: StepDefinition,
  connected: boolean,
  at: number,
): Timers {
  const { overdueMs, lostMs, returnMs } = definition.limits;
  if (connected) return { overdue: at + step.timeoutMs + overdueMs };
  return { lost: at + (step.kind === 'reboot' ? Math.max(lostMs, returnMs) : lostMs) };
}

/** Starts the next attempt at a step; `because` is the setting that lets it run in spite of a failure (W-07). */
export function startStep(
  definition: RunDefinition,
  draft: Draft,
  step: StepDefinition,
  at: number,
  retriesLeft: number,
  because?: string,
): RunDecision {
  const { attempts, connected } = draft.progress;
  const attempt = (attempts[step.key] ?? 0) + 1;
  const sent = connected ? 'was sent to the endpoint' : 'is sent as soon as the endpoint is connected';
  const begun = commanded(
    changed(
      noted(
        draft,
        `Attempt ${attempt} of ${stepName(step)} ${sent}${because === undefined ? '' : `, since ${because}`}.`,
      ),
      {
        attempts: { ...attempts, [step.key]: attempt },
        timers: patienceFor(definition, step, connected, at),
      },
    ),
    { kind: 'startActivity', step: step.key, attempt },
  );
  return accepted(begun, { ...begun.progress, status: 'running', step: step.key, attempt, retriesLeft });
}

/**
 * Walks on from the step at `index`: passes over steps that may not run, starts the first that may,
 * and finishes the run when none is left or it is being cancelled (W-13).
 */
export function walkFrom(definition: RunDefinition, draft: Draft, index: number, at: number): RunDecision {
  let walked = draft;
  if (draft.progress.cancelledBy !== null) {
    walked = restNotRun(definition, draft, 'the run was cancelled');
    return finish(walked, resultOf(definition, walked.progress));
  }
  for (const step of definition.steps.slice(index)) {
    const gate = stepGate(definition, walked.progress, step);
    if (gate.open) return startStep(definition, walked, step, at, step.retries.count, gate.because);
    walked = noted(
      recorded(walked, step.key, { outcome: gate.outcome, detail: gate.reason }),
      `${gate.outcome === 'skipped' ? 'Skipped' : 'Did not run'} ${stepName(step)}: ${gate.reason}.`,
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
