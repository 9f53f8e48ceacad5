import type { Phase, RunDefinition } from './definition.ts';
import { failureIn, missedPatching } from './gate.ts';
import type { RunProgress, RunResult } from './state.ts';

const failurePhases: readonly Phase[] = ['task', 'prePatching', 'patch', 'postPatching', 'afterReboot'];

const phaseNames: Record<Phase, string> = {
  task: 'task',
  prePatching: 'pre-patching',
  patch: 'patching',
  postPatching: 'post-patching',
  afterReboot: 'after-reboot check',
};

/** The phase as words for a sentence. */
export function phaseName(phase: Phase): string {
  return phaseNames[phase];
}

/** The result of a run whose last step is behind it (W-11): the earliest failure decides. */
export function resultOf(definition: RunDefinition, progress: RunProgress): RunResult {
  if (progress.cancelledBy !== null)
    return { result: 'cancelled', reason: `cancelled by ${progress.cancelledBy}` };
  for (const phase of failurePhases) {
    if (
      phase === 'patch' &&
      missedPatching(definition, progress) &&
      !failureIn(definition, progress, 'prePatching')
    ) {
      return { result: 'missedWindow', reason: 'the maintenance window ended before patching could start' };
    }
    const failure = failureIn(definition, progress, phase);
    if (failure) {
      return {
        result: 'failed',
        phase,
        step: failure.step.key,
        failure: failure.record.failure,
        reason: `${phaseName(phase)} step "${failure.step.name}" failed: ${failure.record.detail}`,
      };
    }
  }
  const patch = definition.steps.find((step) => step.phase === 'patch');
  const record = patch ? progress.records[patch.key] : undefined;
  if (record?.outcome === 'partial') return { result: 'partial', reason: record.detail };
  const passedOver = definition.steps.filter(
    (step) => progress.records[step.key]?.outcome === 'failed',
  ).length;
  const base = record?.outcome === 'succeeded' ? record.detail : 'all steps succeeded';
  return {
    result: 'succeeded',
    reason: passedOver === 0 ? base : `${base}; ${passedOver} failed step(s) passed over as their steps ask`,
  };
}
