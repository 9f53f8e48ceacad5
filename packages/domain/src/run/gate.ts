import type { Phase, RunDefinition, Sourced, StepDefinition } from './definition.ts';
import type { RunProgress, StepRecord } from './state.ts';
import { clause, stepName } from './wording.ts';

/**
 * Whether a step may run now. When not: whether it counts as `skipped` (chosen) or `notRun` (prevented), and why.
 * When it may in spite of a failure: which setting lets it (W-07).
 */
export type Gate =
  | { readonly open: true; readonly because?: string }
  | { readonly open: false; readonly outcome: 'skipped' | 'notRun'; readonly reason: string };

const open: Gate = { open: true };

function prevented(reason: string): Gate {
  return { open: false, outcome: 'notRun', reason };
}

function skipped(reason: string): Gate {
  return { open: false, outcome: 'skipped', reason };
}

/** The first step of a phase that failed and was not passed over by its own `onFailure: continue`. */
export function failureIn(
  definition: RunDefinition,
  progress: RunProgress,
  phase: Phase,
): { step: StepDefinition; record: Extract<StepRecord, { outcome: 'failed' }> } | null {
  for (const step of definition.steps) {
    if (step.phase !== phase) continue;
    const record = progress.records[step.key];
    if (record?.outcome === 'failed' && !record.tolerated) return { step, record };
  }
  return null;
}

/** Whether the window closed on a run that had not yet begun all of its pre-patching and patching (P-07). */
export function missedPatching(definition: RunDefinition, progress: RunProgress): boolean {
  return (
    progress.windowEnded &&
    definition.steps.some((step) => {
      const outcome = progress.records[step.key]?.outcome;
      return isBeforePatched(step.phase) && (outcome === undefined || outcome === 'notRun');
    })
  );
}

/** Whether a phase may not begin anything once the maintenance window has ended (P-07). */
export function isBeforePatched(phase: Phase): boolean {
  return phase === 'prePatching' || phase === 'patch';
}

/** Decides by a workflow-control setting, and says which one and where its value came from (W-07). */
function bySetting<Value extends string>(
  what: string,
  name: string,
  setting: Sourced<Value>,
  letsRun: Value,
): Gate {
  const source = setting.from === 'workflow' ? 'set by the workflow' : 'system configuration';
  const because = `${what} and postPatching.${name} is "${setting.value}" (${source})`;
  return setting.value === letsRun ? { open: true, because } : prevented(because);
}

function postPatchingGate(definition: RunDefinition, progress: RunProgress): Gate {
  const { afterPreFailure, afterPatchFailure, afterPostFailure } = definition.control;
  const failure = failureIn(definition, progress, 'postPatching');
  const afterPost: Gate = failure
    ? bySetting(`${stepName(failure.step)} failed`, 'afterPostFailure', afterPostFailure, 'continue')
    : open;
  if (!afterPost.open) return afterPost;
  if (failureIn(definition, progress, 'prePatching')) {
    return bySetting('pre-patching failed', 'afterPreFailure', afterPreFailure, 'always');
  }
  if (failureIn(definition, progress, 'patch')) {
    return bySetting('patching failed', 'afterPatchFailure', afterPatchFailure, 'always');
  }
  if (missedPatching(definition, progress)) {
    return bySetting('the window ended before patching', 'afterPatchFailure', afterPatchFailure, 'always');
  }
  return afterPost;
}

/** Whether anything in a phase may still run, by what happened before it (W-02 to W-06, P-07, L-51). */
function phaseGate(definition: RunDefinition, progress: RunProgress, phase: Phase): Gate {
  switch (phase) {
    case 'task':
      return open;
    case 'prePatching':
    case 'patch': {
      const failure = failureIn(definition, progress, 'prePatching');
      if (failure) return prevented(`${stepName(failure.step)} failed`);
      return progress.windowEnded ? prevented('the maintenance window ended before patching') : open;
    }
    case 'postPatching':
      return postPatchingGate(definition, progress);
    case 'afterReboot': {
      const failure = failureIn(definition, progress, 'afterReboot');
      if (failure) return prevented(`${stepName(failure.step)} failed`);
      return progress.rebooted ? open : postPatchingGate(definition, progress);
    }
  }
}

function conditionGate(step: StepDefinition, progress: RunProgress): Gate {
  if (step.condition === null) return open;
  const { fact, is, value } = step.condition;
  const known = Object.hasOwn(progress.facts, fact) ? progress.facts[fact] : undefined;
  const holds = is === 'equal' ? known === value : known !== value;
  if (holds) return open;
  const wanted = `${fact} ${is === 'equal' ? 'is' : 'is not'} ${value}`;
  const found = known === undefined ? 'unknown' : clause(known);
  return skipped(`its condition "${wanted}" does not hold (${fact} is ${found})`);
}

/** Why a rehearsal skips a reboot that a real run would have come to (P-10). */
export const wouldReboot = 'it would reboot, which a rehearsal does not do';

function rehearsalGate(definition: RunDefinition, step: StepDefinition): Gate {
  if (definition.mode === 'real' || step.kind === 'patch') return open;
  if (step.kind !== 'script') return skipped(wouldReboot);
  return step.safeInRehearsal ? open : skipped('it is not marked safe in rehearsal');
}

/** Decides whether a step that has come up runs, is skipped (W-09, P-10) or is prevented. */
export function stepGate(definition: RunDefinition, progress: RunProgress, step: StepDefinition): Gate {
  const phase = phaseGate(definition, progress, step.phase);
  if (!phase.open) return phase;
  const condition = conditionGate(step, progress);
  if (!condition.open) return condition;
  const rehearsal = rehearsalGate(definition, step);
  return rehearsal.open ? phase : rehearsal;
}
