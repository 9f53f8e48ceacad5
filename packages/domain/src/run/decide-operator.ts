import type { RunDefinition, StepDefinition, StepKey } from './definition.ts';
import type { OperatorEvent } from './event.ts';
import type { RunState } from './state.ts';
import { changed, type Draft, draftOf, noted, type RunDecision, recorded, walkFrom } from './walk.ts';

/** What an operator may ask of this run now; screens and routes ask here instead of comparing statuses. */
export interface OperatorOptions {
  readonly resume: boolean;
  readonly skip: readonly StepKey[];
  readonly repeat: readonly StepKey[];
}

/** The choices that W-12 leaves for a run: only a failed run moves again, or a step that waits to be tried again is skipped. */
export function operatorOptions(state: RunState): OperatorOptions {
  if (state.status === 'retrying') return { resume: false, skip: [state.step], repeat: [] };
  if (state.status !== 'finished' || state.result !== 'failed')
    return { resume: false, skip: [], repeat: [] };
  return { resume: true, skip: [state.step], repeat: Object.keys(state.attempts) };
}

/** W-12: resume from the failed step, skip it, or repeat a step and go on from there. */
export function decideOperator(
  definition: RunDefinition,
  state: RunState,
  event: OperatorEvent,
): RunDecision {
  const options = operatorOptions(state);
  const { at, by, connected, bootId } = event;
  const base = changed(draftOf(state), {
    connected,
    bootId,
    windowEnded: state.status === 'finished' ? false : state.windowEnded,
  });
  switch (event.kind) {
    case 'resume': {
      if (!options.resume || state.status !== 'finished' || state.result !== 'failed') {
        return { kind: 'rejected', reason: 'only a failed run can be resumed' };
      }
      const index = indexOf(definition, state.step);
      return walkFrom(
        definition,
        noted(forgetFrom(definition, base, index), `${by} resumed the run.`),
        index,
        at,
      );
    }
    case 'skipStep': {
      if (!options.skip.includes(event.step)) {
        return { kind: 'rejected', reason: `step "${event.step}" is not one that the run has failed at` };
      }
      const index = indexOf(definition, event.step);
      const skipped = recorded(forgetFrom(definition, base, index), event.step, {
        outcome: 'skipped',
        detail: `skipped by ${by}`,
      });
      return walkFrom(
        definition,
        noted(skipped, `${by} skipped "${nameAt(definition, index)}".`),
        index + 1,
        at,
      );
    }
    case 'repeatStep': {
      if (!options.repeat.includes(event.step)) {
        return { kind: 'rejected', reason: `step "${event.step}" is not one that a failed run can repeat` };
      }
      const index = indexOf(definition, event.step);
      const again = noted(
        forgetFrom(definition, base, index),
        `${by} repeated "${nameAt(definition, index)}".`,
      );
      return walkFrom(definition, again, index, at);
    }
  }
}

function indexOf(definition: RunDefinition, key: StepKey): number {
  return definition.steps.findIndex((step) => step.key === key);
}

function nameAt(definition: RunDefinition, index: number): string {
  return definition.steps[index]?.name ?? '';
}

/** Takes back what is on record from a step on, so that those steps are walked anew; attempts keep counting. */
function forgetFrom(definition: RunDefinition, draft: Draft, index: number): Draft {
  const kept = new Set(definition.steps.slice(0, index).map((step: StepDefinition) => step.key));
  const records = Object.fromEntries(Object.entries(draft.progress.records).filter(([key]) => kept.has(key)));
  const rebooted = draft.progress.rebooted && index > lastRebootIndex(definition);
  return changed(draft, { records, rebooted });
}

function lastRebootIndex(definition: RunDefinition): number {
  return definition.steps.findLastIndex(
    (step) => step.kind === 'reboot' || step.kind === 'interactiveReboot',
  );
}
