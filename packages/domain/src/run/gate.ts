import type { Phase, RunDefinition, StepDefinition } from './definition.ts';
import type { RunProgress, StepRecord } from './state.ts';

/** Whether a step may run now; when not, whether it counts as `skipped` (chosen) or `notRun` (prevented), and why. */
export type Gate =
  | { readonly open: true }
  | { readonly open: false; readonly outcome: 'skipped' | 'notRun'; readonly reason: string };

const open: Gate = { open: true };

function closed(reason: string): Gate {
  return { open: false, outcome: 'notRun', reason };
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

/** Whether the window closed before the patch operation was begun (P-07). */
export function missedPatching(definition: RunDefinition, progress: RunProgress): boolean {
  return (
    progress.windowEnded &&
    definition.steps.some((step) => {
      const outcome = progress.records[step.key]?.outcome;
      return step.phase === 'patch' && (outcome === undefined || outcome === 'notRun');
    })
  );
}

function settingSentence(name: string, setting: { value: string; from: string }): string {
  return `${name} is "${setting.value}" (${setting.from === 'workflow' ? 'set by the workflow' : 'system configuration'})`;
}

function postPatchingGate(definition: RunDefinition, progress: RunProgress): Gate {
  const { control } = definition;
  if (failureIn(definition, progress, 'prePatching')) {
    return control.afterPreFailure.value === 'always'
      ? open
      : closed(
          `pre-patching failed and ${settingSentence('postPatching.afterPreFailure', control.afterPreFailure)}`,
        );
  }
  const patchFailed = failureIn(definition, progress, 'patch') !== null;
  if (patchFailed || missedPatching(definition, progress)) {
    return control.afterPatchFailure.value === 'always'
      ? open
      : closed(
          `${patchFailed ? 'patching failed' : 'the window ended before patching'} and ` +
            settingSentence('postPatching.afterPatchFailure', control.afterPatchFailure),
        );
  }
  return open;
}

/** Whether anything in a phase may still run, by what happened before it (W-02 to W-06, P-07, L-51). */
function phaseGate(definition: RunDefinition, progress: RunProgress, phase: Phase): Gate {
  const preFailure = failureIn(definition, progress, 'prePatching');
  switch (phase) {
    case 'task':
      return open;
    case 'prePatching':
    case 'patch':
      if (preFailure) return closed(`pre-patching step "${preFailure.step.name}" failed`);
      return progress.windowEnded ? closed('the maintenance window ended before patching') : open;
    case 'postPatching': {
      const gate = postPatchingGate(definition, progress);
      if (!gate.open) return gate;
      const failure = failureIn(definition, progress, 'postPatching');
      return failure && definition.control.afterPostFailure.value === 'stop'
        ? closed(
            `post-patching step "${failure.step.name}" failed and ` +
              settingSentence('postPatching.afterPostFailure', definition.control.afterPostFailure),
          )
        : open;
    }
    case 'afterReboot': {
      const failure = failureIn(definition, progress, 'afterReboot');
      if (failure) return closed(`after-reboot check "${failure.step.name}" failed`);
      return progress.rebooted ? open : phaseGate(definition, progress, 'postPatching');
    }
  }
}

function conditionGate(step: StepDefinition, progress: RunProgress): Gate {
  if (step.condition === null) return open;
  const { fact, is, value } = step.condition;
  const known = progress.facts[fact];
  const holds = is === 'equal' ? known === value : known !== value;
  return holds
    ? open
    : {
        open: false,
        outcome: 'skipped',
        reason: `its condition "${fact} ${is === 'equal' ? 'is' : 'is not'} ${value}" does not hold (${fact} is ${known ?? 'unknown'})`,
      };
}

function rehearsalGate(definition: RunDefinition, step: StepDefinition): Gate {
  if (definition.mode === 'real' || step.kind === 'patch') return open;
  if (step.kind === 'script' && step.safeInRehearsal) return open;
  const why = step.kind === 'script' ? 'is not marked safe in rehearsal' : 'would reboot';
  return { open: false, outcome: 'skipped', reason: `rehearsal: it would run here, and ${why}` };
}

/** Decides whether a step that has come up runs, is skipped (W-09, P-10) or is prevented. */
export function stepGate(definition: RunDefinition, progress: RunProgress, step: StepDefinition): Gate {
  const phase = phaseGate(definition, progress, step.phase);
  if (!phase.open) return phase;
  const condition = conditionGate(step, progress);
  return condition.open ? rehearsalGate(definition, step) : condition;
}
