import type { OperatingSystem } from '../operating-system.ts';
import type { RebootSettingsOver } from '../reboot/merge-settings.ts';
import type { RebootSettings } from '../reboot/settings.ts';
import type { Condition } from '../run/definition.ts';
import type { TaskCategory } from '../task/category.ts';

/** The phases of a workflow that hold steps, in the order in which they are walked. */
export const workflowPhases = ['prePatching', 'postPatching', 'afterReboot'] as const;
export type WorkflowPhase = (typeof workflowPhases)[number];

/** Retries in the unit in which people set them. */
export interface StepRetries {
  readonly count: number;
  readonly delaySeconds: number;
}

/** What a step sets besides its task (L-50); null: the task's own. */
export interface StepOptions {
  readonly onFailure: 'stop' | 'continue';
  readonly condition: Condition | null;
  readonly timeoutMinutes: number | null;
  readonly retries: StepRetries | null;
  /** Settings over those of the task, which is an Interactive Reboot (L-24). */
  readonly interactiveReboot?: RebootSettingsOver | null;
}

/** The part of a task that decides where it may stand in a workflow. */
export interface PlacedTask {
  readonly name: string;
  readonly os: OperatingSystem;
  readonly category: TaskCategory;
  readonly reboots: boolean;
  /** The settings of an Interactive Reboot. */
  readonly interactiveReboot?: RebootSettings | null;
}

/** What a workflow overrides of the system configuration (W-07); null: it does not. */
export interface ControlOverrides {
  readonly afterPreFailure: 'never' | 'always' | null;
  readonly afterPatchFailure: 'never' | 'always' | null;
  readonly afterPostFailure: 'stop' | 'continue' | null;
}
