import { type FieldProblem, onePerField } from '../field-problem.ts';
import { type OperatingSystem, operatingSystemNames } from '../operating-system.ts';
import { mergeRebootSettings, type RebootSettingsOver } from '../reboot/merge-settings.ts';
import { rebootSettingsProblems } from '../reboot/settings-problems.ts';
import { type PlacedTask, type WorkflowPhase, workflowPhases } from './workflow.ts';

/** A task where it stands, and what its step sets over the settings of its Interactive Reboot. */
export type PlacedStep = PlacedTask & { readonly over?: RebootSettingsOver | null };

/** A workflow as far as its steps can be wrong; a task that does not exist is `{ name, missing }`. */
export type WorkflowTasks = { readonly os: OperatingSystem } & Readonly<
  Record<WorkflowPhase, readonly (PlacedStep | { readonly name: string; readonly missing: true })[]>
>;

/** Steps of one workflow, all phases together. */
const mostSteps = 200;

/** Everything that is wrong with a workflow's steps, each named by its path (L-23, L-43, L-44). */
export function workflowProblems(workflow: WorkflowTasks): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const count = workflowPhases.reduce((sum, phase) => sum + workflow[phase].length, 0);
  if (count > mostSteps) {
    problems.push({ path: '', message: `a workflow has at most ${mostSteps} steps, this one has ${count}` });
  }
  for (const phase of workflowPhases) {
    const steps = workflow[phase];
    for (const [index, task] of steps.entries()) {
      const last = phase === 'postPatching' && index === steps.length - 1;
      const message = stepProblem(workflow.os, task, last);
      if (message !== null) problems.push({ path: `${phase}.${index}.task`, message });
      problems.push(...overProblems(`${phase}.${index}.interactiveReboot`, task));
    }
  }
  return onePerField(problems);
}

function stepProblem(
  os: OperatingSystem,
  task: WorkflowTasks[WorkflowPhase][number],
  lastOfPostPatching: boolean,
): string | null {
  if ('missing' in task) return `there is no task "${task.name}"`;
  if (task.os !== os) {
    return `the task "${task.name}" is for ${operatingSystemNames[task.os]}, the workflow for ${operatingSystemNames[os]}`;
  }
  if (task.category === 'Internal Script') {
    return `the task "${task.name}" is an internal script, which cannot be put into a workflow`;
  }
  return task.reboots && !lastOfPostPatching
    ? `the task "${task.name}" reboots the endpoint, so it may stand only as the last post-patching step`
    : null;
}

/** What is wrong with the settings that a step sets over those of its Interactive Reboot (L-24). */
function overProblems(path: string, task: WorkflowTasks[WorkflowPhase][number]): FieldProblem[] {
  const over = 'missing' in task ? null : (task.over ?? null);
  if ('missing' in task || over === null) return [];
  const settings = task.interactiveReboot ?? null;
  if (settings === null) {
    return [{ path, message: `the task "${task.name}" is no Interactive Reboot and has no such settings` }];
  }
  return rebootSettingsProblems(mergeRebootSettings(settings, over)).map((problem) => ({
    path: `${path}.${problem.path}`,
    message: problem.message,
  }));
}
