import { type WorkflowStep, workflow, workflowSummary } from '@patchbay/contracts/workflow';
import type { Command } from 'commander';
import { part } from '../api.ts';
import { api, reading } from '../context.ts';
import { printFields, printJson, printLine } from '../print.ts';
import { addLibraryCommands } from './library-noun.ts';

/** `patchbay workflow …` (L-40 to L-51). */
export function addWorkflowCommands(program: Command): void {
  const group = addLibraryCommands(program, {
    noun: 'workflow',
    path: 'workflows',
    kind: 'Workflow',
    whole: workflow,
    summary: workflowSummary,
    duplicable: true,
    columns: [
      ['', (item) => (item.origin === 'builtIn' ? 'B' : '')],
      ['name', (item) => item.name],
      ['description', (item) => item.description],
      ['OS', (item) => (item.isDefault ? `${item.os} (default)` : item.os)],
      ['active in plans', (item) => (item.active ? 'yes' : 'no')],
    ],
    show: (item) => {
      printFields([
        ['name', item.name],
        ['description', item.description],
        ['OS', item.isDefault ? `${item.os} (default)` : item.os],
        ['used by', item.usedBy.map((plan) => plan.name).join(', ')],
      ]);
      printSteps('Pre-patching', item.prePatching);
      printLine();
      printLine('Patch');
      printSteps('Post-patching', item.postPatching);
      printSteps('After reboot', item.afterReboot);
    },
  });

  reading(
    group
      .command('set-default')
      .description('make a workflow the default of its operating system')
      .argument('<name>'),
  ).action(async (name: string, options: { json?: boolean }) => {
    const saved = await api().send('POST', `/workflows/${part(name)}/set-default`, {}, workflow);
    if (options.json) printJson(saved);
    else printLine(`"${saved.name}" is the default workflow for ${saved.os}.`);
  });
}

function printSteps(title: string, steps: readonly WorkflowStep[]): void {
  printLine();
  printLine(`${title}${steps.length === 0 ? ': no steps' : ''}`);
  for (const [index, step] of steps.entries()) {
    const { condition } = step;
    const marks = [
      condition &&
        `only if ${condition.fact} ${condition.is === 'equal' ? 'is' : 'is not'} ${condition.value}`,
      step.onFailure === 'continue' && 'continues on failure',
    ].filter(Boolean);
    printLine(`  ${index + 1}. ${step.task.name}${marks.length === 0 ? '' : ` (${marks.join('; ')})`}`);
  }
}
