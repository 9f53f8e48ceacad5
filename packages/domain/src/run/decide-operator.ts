import type { RunDefinition, StepKey } from './definition.ts';
import type { OperatorEvent } from './event.ts';
import type { RunState } from './state.ts';
import { changed, type Draft, draftOf, noted, type RunDecision, recorded, stepOf, walkFrom } from './walk.ts';
import { stepName } from './wording.ts';

/** What an operator may ask of this run now; screens and routes ask here instead of comparing statuses. */
export interface OperatorOptions {
  readonly resume: boolean;
  readonly skip: readonly StepKey[];
  readonly repeat: readonly StepKey[];
}

/**
 * The choices that W-12 leaves for a run: only a failed run moves again, where it repeats no step but one that it has
 * run; and a step that waits to be tried again may be skipped.
 */
export function operatorOptions(state: RunState): OperatorOptions {
  if (state.status === 'retrying') return { resume: false, skip: [state.step], repeat: [] };
  if (state.status !== 'finished' || state.result !== 'failed')
    return { resume: false, skip: [], repeat: [] };
  const ran = Object.entries(state.records).filter(([, record]) => 'attempt' in record);
  return { resume: true, skip: [state.step], repeat: ran.map(([key]) => key) };
}

/** W-12: resume from the failed step, skip it, or repeat a step and go on from there. */
export function decideOperator(
  definition: RunDefinition,
  state: RunState,
  event: OperatorEvent,
): RunDecision {
  const options = operatorOptions(state);
  const { at, by } = event;
  switch (event.kind) {
    case 'resume': {
      if (state.status !== 'finished' || state.result !== 'failed') {
        return { kind: 'rejected', reason: 'only a failed run can be resumed' };
      }
      const again = backAt(definition, state, event, state.step);
      const note = `${by} resumed the run from ${nameOf(definition, state.step)}.`;
      return walkFrom(definition, noted(again, note), indexOf(definition, state.step), at);
    }
    case 'skipStep': {
      if (!options.skip.includes(event.step)) {
        return { kind: 'rejected', reason: `step "${event.step}" is not one that the run has failed at` };
      }
      const again = backAt(definition, state, event, event.step);
      const skipped = recorded(again, event.step, { outcome: 'skipped', detail: `skipped by ${by}` });
      const note = `${by} skipped ${nameOf(definition, event.step)}.`;
      return walkFrom(definition, noted(skipped, note), indexOf(definition, event.step) + 1, at);
    }
    case 'repeatStep': {
      if (!options.repeat.includes(event.step)) {
        return { kind: 'rejected', reason: `step "${event.step}" is not one that a failed run can repeat` };
      }
      const again = backAt(definition, state, event, event.step);
      const note = `${by} repeated the run from ${nameOf(definition, event.step)} on.`;
      return walkFrom(definition, noted(again, note), indexOf(definition, event.step), at);
    }
  }
}

function indexOf(definition: RunDefinition, key: StepKey): number {
  return definition.steps.findIndex((step) => step.key === key);
}

function nameOf(definition: RunDefinition, key: StepKey): string {
  return stepName(stepOf(definition, key));
}

/**
 * The run as it was before a step: what is on record from there on is taken back, so that those steps are walked
 * anew, while attempts keep counting. A window that has ended meanwhile does not stop a failed run: the operator decides.
 */
function backAt(definition: RunDefinition, state: RunState, event: OperatorEvent, step: StepKey): Draft {
  const index = indexOf(definition, step);
  const kept = new Set(definition.steps.slice(0, index).map((earlier) => earlier.key));
  return changed(draftOf(state), {
    records: Object.fromEntries(Object.entries(state.records).filter(([key]) => kept.has(key))),
    rebooted: state.rebooted && index > lastRebootIndex(definition),
    windowEnded: state.windowEnded && state.status !== 'finished',
    connected: event.connected,
    bootId: event.bootId,
  });
}

function lastRebootIndex(definition: RunDefinition): number {
  return definition.steps.findLastIndex(
    (step) => step.kind === 'reboot' || step.kind === 'interactiveReboot',
  );
}
