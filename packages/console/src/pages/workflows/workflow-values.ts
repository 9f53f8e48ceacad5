import type { Task } from '@patchbay/contracts/task';
import type { Workflow } from '@patchbay/contracts/workflow';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import { type PlacedStep, workflowProblems } from '@patchbay/domain/workflow/problems';
import {
  type ControlOverrides,
  type PlacedTask,
  type StepOptions,
  type WorkflowPhase,
  workflowPhases,
} from '@patchbay/domain/workflow/workflow';
import { sentence } from '../../forms/field-errors.ts';

/** A task placed in a workflow while it is edited; `key` names the card and is new for each. */
export interface DraftStep extends StepOptions {
  readonly key: string;
  readonly task: { readonly id: string; readonly name: string };
}

/** What the editor of a workflow holds. */
export interface WorkflowDraft {
  readonly name: string;
  readonly description: string;
  readonly os: OperatingSystem;
  readonly control: ControlOverrides;
  readonly steps: Readonly<Record<WorkflowPhase, readonly DraftStep[]>>;
}

/** What is known of the tasks that are placed, by id. */
export type KnownTasks = ReadonlyMap<string, PlacedTask>;

const ownOptions = {
  onFailure: 'stop',
  condition: null,
  timeoutMinutes: null,
  retries: null,
  interactiveReboot: null,
} satisfies StepOptions;
let lastKey = 0;

/** A new step for a task, with nothing set over the task's own. */
export function stepOf(task: { readonly id: string; readonly name: string }): DraftStep {
  lastKey += 1;
  return { key: `step-${lastKey}`, task: { id: task.id, name: task.name }, ...ownOptions };
}

/** A workflow that is yet to be made. */
export const newWorkflow: WorkflowDraft = {
  name: '',
  description: '',
  os: 'linux',
  control: { afterPreFailure: null, afterPatchFailure: null, afterPostFailure: null },
  steps: { prePatching: [], postPatching: [], afterReboot: [] },
};

/** What the editor begins with. */
export function draftOf(workflow: Workflow): WorkflowDraft {
  const { name, description, os, control } = workflow;
  const steps = (phase: WorkflowPhase): DraftStep[] =>
    workflow[phase].map(({ task, ...options }) => ({
      ...stepOf({ id: task.id ?? '', name: task.name }),
      ...options,
    }));
  return {
    name,
    description,
    os,
    control,
    steps: {
      prePatching: steps('prePatching'),
      postPatching: steps('postPatching'),
      afterReboot: steps('afterReboot'),
    },
  };
}

/** The request that saves it. */
export function requestOf({ name, description, os, control, steps }: WorkflowDraft) {
  const stepsOf = (phase: WorkflowPhase) =>
    steps[phase].map(({ key: _key, task, ...options }) => ({ task: task.id, ...options }));
  return {
    name: name.trim(),
    description,
    os,
    control,
    prePatching: stepsOf('prePatching'),
    postPatching: stepsOf('postPatching'),
    afterReboot: stepsOf('afterReboot'),
  };
}

/** Whether two drafts would be saved as the same. */
export function sameDraft(one: WorkflowDraft, other: WorkflowDraft): boolean {
  return JSON.stringify(requestOf(one)) === JSON.stringify(requestOf(other));
}

/** What is wrong with the steps, by `<phase>.<index>` (L-23, L-43, L-44); tasks that are not known yet are passed over. */
export function stepProblems({ os, steps }: WorkflowDraft, known: KnownTasks): Map<string, string> {
  const placed = (phase: WorkflowPhase): PlacedStep[] =>
    steps[phase].map(({ task, interactiveReboot = null }) => {
      const found = known.get(task.id);
      return found === undefined
        ? { name: task.name, os, category: 'General', reboots: false }
        : { ...found, over: interactiveReboot };
    });
  const problems = workflowProblems({
    os,
    prePatching: placed('prePatching'),
    postPatching: placed('postPatching'),
    afterReboot: placed('afterReboot'),
  });
  return new Map(
    problems.map(({ path, message }) => [path.replace(/^(\w+\.\d+)\..*$/, '$1'), sentence(message)]),
  );
}

/** Where a step stands. */
export interface StepPlace {
  readonly phase: WorkflowPhase;
  readonly index: number;
}

/** The draft with one step taken from a place and put to another. */
export function moved(draft: WorkflowDraft, from: StepPlace, to: StepPlace): WorkflowDraft {
  const step = draft.steps[from.phase][from.index];
  if (step === undefined) return draft;
  const without = draft.steps[from.phase].filter((_, index) => index !== from.index);
  const steps = { ...draft.steps, [from.phase]: without };
  return { ...draft, steps: { ...steps, [to.phase]: steps[to.phase].toSpliced(to.index, 0, step) } };
}

/** The draft with a task added: last, but before a reboot at the end of post-patching, which must stay last (L-43). */
export function added(
  draft: WorkflowDraft,
  phase: WorkflowPhase,
  task: Pick<Task, 'id' | 'name' | 'reboots'>,
  known: KnownTasks,
): WorkflowDraft {
  const steps = draft.steps[phase];
  const last = steps.at(-1);
  const lastReboots = last !== undefined && known.get(last.task.id)?.reboots === true;
  const index = phase === 'postPatching' && lastReboots && !task.reboots ? steps.length - 1 : steps.length;
  return { ...draft, steps: { ...draft.steps, [phase]: steps.toSpliced(index, 0, stepOf(task)) } };
}

/** The draft with one step changed, or taken out when `step` is null. */
export function withStep(
  draft: WorkflowDraft,
  { phase, index }: StepPlace,
  step: DraftStep | null,
): WorkflowDraft {
  const steps = draft.steps[phase];
  const changed = step === null ? steps.toSpliced(index, 1) : steps.with(index, step);
  return { ...draft, steps: { ...draft.steps, [phase]: changed } };
}

/** A workflow as one text, to compare everything about it. */
export function workflowText({ name, description, os, control, steps }: WorkflowDraft): string {
  const lines = workflowPhases.flatMap((phase) => [
    `${phase}:`,
    ...steps[phase].map(({ key: _key, task, ...options }) => `  ${task.name} ${JSON.stringify(options)}`),
  ]);
  return [
    `name: ${name}`,
    `description: ${description}`,
    `os: ${os}`,
    `control: ${JSON.stringify(control)}`,
    ...lines,
  ].join('\n');
}
