import {
  isResolvedPerEndpoint,
  orderedSelection,
  type PatchesToInstall,
} from '../patch/ordered-selection.ts';
import type { PatchFilter, PatchSelection } from '../patch/selection.ts';
import { mergeRebootSettings } from '../reboot/merge-settings.ts';
import type { RebootSettings, SnoozeChoice } from '../reboot/settings.ts';
import type { RunDefinition, RunLimits, StepDefinition, StepKey } from '../run/definition.ts';
import type { Interpreter } from '../script/interpreter.ts';
import type { SettingValues } from '../setting/definitions.ts';
import { controlOf } from './control.ts';
import type { ControlOverrides, StepOptions, StepRetries, WorkflowPhase } from './workflow.ts';

/** A task with everything that an endpoint needs to run it, as it is at this moment. */
export interface TaskToRun {
  /** null: a test-run, which belongs to no task. */
  readonly id: string | null;
  readonly name: string;
  /** null: an Interactive Reboot. */
  readonly script: {
    readonly name: string;
    /** null: a test-run of what may not be saved. */
    readonly revision: number | null;
    readonly interpreter: Interpreter;
    readonly content: string;
  } | null;
  /** Parameters as environment variables; the values of `secretNames` are sealed (L-03). */
  readonly environment: Readonly<Record<string, string>>;
  readonly secretNames: readonly string[];
  /** The settings of an Interactive Reboot (L-24); null: it runs its script. */
  readonly interactiveReboot: RebootSettings | null;
  readonly successExitCodes: readonly number[];
  readonly timeoutMinutes: number;
  readonly retries: StepRetries;
  readonly runAs: string | null;
  readonly reboots: boolean;
  readonly safeToRepeat: boolean;
  readonly safeInRehearsal: boolean;
  /** Its end says whether the endpoint is healthy (L-27). */
  readonly healthCheck: boolean;
}

/** A workflow with its tasks, ready to be frozen. */
export type WorkflowToRun = { readonly control: ControlOverrides } & Readonly<
  Record<WorkflowPhase, readonly (StepOptions & { readonly task: TaskToRun })[]>
>;

/** What one step does on the endpoint. */
export interface BuiltWork {
  readonly taskName: string;
  readonly task: string | null;
  readonly scriptName: string | null;
  readonly scriptRevision: number | null;
  readonly healthCheck: boolean;
  /** Of a patch operation whose patches the server looks up for each endpoint when it is ordered (P-02). */
  readonly patches?: PatchSelection<PatchFilter>;
  readonly work:
    | {
        readonly kind: 'script';
        readonly reboots: boolean;
        readonly interpreter: Interpreter;
        readonly content: string;
        readonly environment: Record<string, string>;
        readonly secretNames: string[];
        readonly runAs: string | null;
        readonly timeoutMs: number;
        readonly outputLimitBytes: number;
      }
    | {
        readonly kind: 'interactiveReboot';
        readonly settings: RebootSettings & { snoozeChoices: SnoozeChoice[] };
        readonly timeoutMs: number;
        readonly outputLimitBytes: number;
      }
    | {
        readonly kind: 'patch';
        readonly simulate: boolean;
        readonly selection: PatchesToInstall;
        readonly lockWaitMs: number;
        readonly timeoutMs: number;
        readonly outputLimitBytes: number;
      };
}

/** A run's constant part, and what each of its steps does (L-49). */
export interface BuiltRun {
  readonly definition: RunDefinition;
  readonly works: Record<StepKey, BuiltWork>;
}

/** What the patch operation is called where steps are named by their task. */
const patchName = 'Patching';
const minute = 60_000;

/** Freezes a workflow and the patches of a plan into what runs of one operating system walk (L-49, L-50, W-07). */
export function buildPlanRun(
  mode: 'real' | 'rehearsal',
  workflow: WorkflowToRun,
  patches: PatchSelection<PatchFilter>,
  settings: SettingValues,
): BuiltRun {
  const steps = [
    ...workflow.prePatching.map((step, index) => built(`pre-${index + 1}`, 'prePatching', step, settings)),
    builtPatch(mode, patches, settings),
    ...workflow.postPatching.map((step, index) => built(`post-${index + 1}`, 'postPatching', step, settings)),
    ...workflow.afterReboot.map((step, index) => built(`check-${index + 1}`, 'afterReboot', step, settings)),
  ];
  return assembled(mode, steps, workflow.control, settings);
}

/** Freezes one task into what the runs of a Run Task walk (L-26). */
export function buildTaskRun(task: TaskToRun, settings: SettingValues): BuiltRun {
  const step = {
    task,
    onFailure: 'stop',
    condition: null,
    timeoutMinutes: null,
    retries: null,
    interactiveReboot: null,
  } as const;
  const control = { afterPreFailure: null, afterPatchFailure: null, afterPostFailure: null };
  return assembled('real', [built('task', 'task', step, settings)], control, settings);
}

type BuiltStep = readonly [StepDefinition, BuiltWork];

function assembled(
  mode: 'real' | 'rehearsal',
  steps: readonly BuiltStep[],
  overrides: ControlOverrides,
  settings: SettingValues,
): BuiltRun {
  return {
    definition: {
      mode,
      steps: steps.map(([definition]) => definition),
      control: controlOf(settings, overrides),
      limits: limitsOf(settings),
    },
    works: Object.fromEntries(steps.map(([definition, work]) => [definition.key, work])),
  };
}

function limitsOf(settings: SettingValues): RunLimits {
  return {
    returnMs: settings['run.returnMinutes'] * minute,
    lostMs: settings['run.lostMinutes'] * minute,
    overdueMs: settings['run.overdueMinutes'] * minute,
    cancelMs: settings['run.cancelMinutes'] * minute,
  };
}

function built(
  key: StepKey,
  phase: WorkflowPhase | 'task',
  step: StepOptions & { readonly task: TaskToRun },
  settings: SettingValues,
): BuiltStep {
  const { task } = step;
  const retries = step.retries ?? task.retries;
  const timeoutMs = (step.timeoutMinutes ?? task.timeoutMinutes) * minute;
  const definition: StepDefinition = {
    key,
    phase,
    kind: task.interactiveReboot !== null ? 'interactiveReboot' : task.reboots ? 'reboot' : 'script',
    name: task.name,
    successExitCodes: task.successExitCodes,
    timeoutMs,
    retries: { count: retries.count, delayMs: retries.delaySeconds * 1000 },
    onFailure: step.onFailure,
    condition: step.condition,
    safeToRepeat: task.safeToRepeat,
    safeInRehearsal: task.safeInRehearsal,
  };
  const work: BuiltWork = {
    taskName: task.name,
    task: task.id,
    scriptName: task.script?.name ?? null,
    scriptRevision: task.script?.revision ?? null,
    healthCheck: task.healthCheck,
    work: workOf(step, timeoutMs, settings),
  };
  return [definition, work];
}

function workOf(
  { task, interactiveReboot }: StepOptions & { readonly task: TaskToRun },
  timeoutMs: number,
  settings: SettingValues,
): BuiltWork['work'] {
  const outputLimitBytes = settings['activity.outputLimitBytes'];
  if (task.interactiveReboot !== null) {
    const merged = mergeRebootSettings(task.interactiveReboot, interactiveReboot ?? null);
    const own = { ...merged, snoozeChoices: [...merged.snoozeChoices] };
    return { kind: 'interactiveReboot', settings: own, timeoutMs, outputLimitBytes };
  }
  if (task.script === null) throw new Error(`the task "${task.name}" has nothing to do`);
  return {
    kind: 'script',
    reboots: task.reboots,
    interpreter: task.script.interpreter,
    content: task.script.content,
    environment: { ...task.environment },
    secretNames: [...task.secretNames],
    runAs: task.runAs,
    timeoutMs,
    outputLimitBytes,
  };
}

function builtPatch(
  mode: 'real' | 'rehearsal',
  patches: PatchSelection<PatchFilter>,
  settings: SettingValues,
): BuiltStep {
  const timeoutMs = settings['patch.timeoutMinutes'] * minute;
  const definition: StepDefinition = {
    key: 'patch',
    phase: 'patch',
    kind: 'patch',
    name: patchName,
    successExitCodes: [0],
    timeoutMs,
    retries: { count: 0, delayMs: 0 },
    onFailure: 'stop',
    condition: null,
    safeToRepeat: false,
    safeInRehearsal: true,
  };
  const work: BuiltWork = {
    taskName: patchName,
    task: null,
    scriptName: null,
    scriptRevision: null,
    healthCheck: false,
    ...(isResolvedPerEndpoint(patches) ? { patches } : {}),
    work: {
      kind: 'patch',
      simulate: mode === 'rehearsal',
      selection: orderedSelection(patches, [], 0),
      lockWaitMs: settings['patch.lockWaitMinutes'] * minute,
      timeoutMs,
      outputLimitBytes: settings['activity.outputLimitBytes'],
    },
  };
  return [definition, work];
}
