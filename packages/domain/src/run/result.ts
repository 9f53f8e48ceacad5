import type { Phase, RunDefinition } from './definition.ts';
import { failureIn, missedPatching } from './gate.ts';
import type { RunProgress, RunResult, RunState } from './state.ts';
import { counted, stepName } from './wording.ts';

const afterPatch: readonly Phase[] = ['patch', 'postPatching', 'afterReboot'];

/** The result of a run whose last step is behind it (W-11): the earliest failure decides. */
export function resultOf(definition: RunDefinition, progress: RunProgress): RunResult {
  if (progress.cancelledBy !== null) {
    return { result: 'cancelled', reason: `${progress.cancelledBy} asked for it` };
  }
  const before = failedIn(definition, progress, ['task', 'prePatching']);
  if (before) return before;
  if (missedPatching(definition, progress)) {
    return { result: 'missedWindow', reason: 'the maintenance window ended before patching could start' };
  }
  return failedIn(definition, progress, afterPatch) ?? successOf(definition, progress);
}

/** What a run counts as for gates and progress while it waits for a user (W-15) or when it is finished; else null. */
export function resultSoFar(definition: RunDefinition, state: RunState): RunResult['result'] | null {
  if (state.status === 'finished') return state.result;
  return state.status === 'awaitingUser' ? resultOf(definition, state).result : null;
}

function failedIn(
  definition: RunDefinition,
  progress: RunProgress,
  phases: readonly Phase[],
): RunResult | null {
  for (const phase of phases) {
    const found = failureIn(definition, progress, phase);
    if (!found) continue;
    const { step, record } = found;
    return {
      result: 'failed',
      phase,
      step: step.key,
      failure: record.failure,
      reason: `${stepName(step)} failed: ${record.detail}`,
    };
  }
  return null;
}

function successOf(definition: RunDefinition, progress: RunProgress): RunResult {
  const patch = definition.steps.find((step) => step.phase === 'patch');
  const patched = patch ? progress.records[patch.key] : undefined;
  const outcomes = Object.values(progress.records).map((record) => record.outcome);
  const succeeded = outcomes.filter((outcome) => outcome === 'succeeded').length;
  const passedOver = outcomes.filter((outcome) => outcome === 'failed').length;
  const parts: string[] = [];
  if (patched?.outcome === 'succeeded' || patched?.outcome === 'partial') parts.push(patched.detail);
  else if (succeeded > 0) parts.push(`${counted(succeeded, 'step')} succeeded`);
  if (passedOver > 0) parts.push(`${counted(passedOver, 'step')} failed and could be passed over`);
  const reason = parts.length === 0 ? 'there was nothing to do' : parts.join('; ');
  return { result: patched?.outcome === 'partial' ? 'partial' : 'succeeded', reason };
}
