import type { Run, RunStep } from '@patchbay/contracts/run';
import { operatorOptions } from '@patchbay/domain/run/decide-operator';
import type { StepDefinition } from '@patchbay/domain/run/definition';
import type { RunState } from '@patchbay/domain/run/state';
import type { StoredRun } from '../db/views/runs.ts';

/** A run as answers show it: its steps, what has become of them, and what may be asked of it (W-07, W-12). */
export function showRun({
  definition,
  state,
  ...stored
}: Omit<StoredRun, 'queued'> & Pick<Run, 'held'>): Run {
  const { resume, skip, repeat } = operatorOptions(state);
  return {
    ...stored,
    steps: definition.steps.map((step) => showStep(step, state)),
    facts: state.facts,
    control: definition.control,
    rebooted: state.rebooted,
    cancelledBy: state.cancelledBy,
    options: {
      cancel: state.status !== 'finished' && state.cancelledBy === null,
      resume,
      skip: [...skip],
      repeat: [...repeat],
    },
  };
}

function showStep(step: StepDefinition, state: RunState): RunStep {
  const { key, phase, kind, name, onFailure, condition } = step;
  const record = state.records[key];
  const active = state.status !== 'queued' && state.status !== 'finished' && state.step === key;
  return {
    key,
    phase,
    kind,
    name,
    onFailure,
    condition,
    status: active ? 'active' : (record?.outcome ?? 'pending'),
    attempts: state.attempts[key] ?? 0,
    detail: record?.detail ?? null,
    tolerated: record?.outcome === 'failed' && record.tolerated,
  };
}
