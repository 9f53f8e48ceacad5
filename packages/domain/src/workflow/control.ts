import type { Sourced, WorkflowControl } from '../run/definition.ts';
import type { SettingValues } from '../setting/definitions.ts';
import type { ControlOverrides } from './workflow.ts';

/** What decides after a failure, and whether the workflow or the system configuration says so (W-07). */
export function controlOf(settings: SettingValues, overrides: ControlOverrides): WorkflowControl {
  return {
    afterPreFailure: sourced(overrides.afterPreFailure, settings['postPatching.afterPreFailure']),
    afterPatchFailure: sourced(overrides.afterPatchFailure, settings['postPatching.afterPatchFailure']),
    afterPostFailure: sourced(overrides.afterPostFailure, settings['postPatching.afterPostFailure']),
  };
}

function sourced<Value>(override: Value | null, system: Value): Sourced<Value> {
  return override === null ? { value: system, from: 'system' } : { value: override, from: 'workflow' };
}
