import { type ParameterValues, task } from '@patchbay/contracts/task';
import type { Command } from 'commander';
import { pairs, printFields } from '../print.ts';
import { addLibraryCommands } from './library-noun.ts';
import { addTaskRunCommands } from './task-run.ts';

/** `patchbay task …` (L-20 to L-27). */
export function addTaskCommands(program: Command): void {
  const group = addLibraryCommands(program, {
    noun: 'task',
    path: 'tasks',
    kind: 'Task',
    whole: task,
    summary: task,
    duplicable: true,
    columns: [
      ['', (item) => (item.origin === 'builtIn' ? 'B' : '')],
      ['name', (item) => item.name],
      ['OS', (item) => item.os],
      ['category', (item) => item.category],
      ['script', (item) => item.script?.name],
    ],
    show: (item) =>
      printFields([
        ['name', item.name],
        ['origin', item.origin === 'builtIn' ? 'built-in' : 'personal'],
        ['description', item.description],
        ['OS', item.os],
        ['category', item.category],
        [
          'script',
          item.script &&
            `${item.script.name}${item.scriptRevision === null ? '' : ` (revision ${item.scriptRevision})`}`,
        ],
        ['parameters', pairs(shownValues(item.parameters))],
        ['success exit codes', item.successExitCodes.join(', ')],
        ['time-out', `${item.timeoutMinutes} min`],
        [
          'retries',
          item.retries.count === 0 ? 'none' : `${item.retries.count}, after ${item.retries.delaySeconds} s`,
        ],
        ['runs as', item.runAs ?? "the agent's user"],
        ['reboots', item.reboots ? 'yes' : 'no'],
        ['used by', item.usedBy.map((workflow) => workflow.name).join(', ')],
      ]),
  });

  addTaskRunCommands(group);
}

function shownValues(values: ParameterValues): Record<string, string> {
  const shown = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'object' ? '(secret)' : String(value),
  ]);
  return Object.fromEntries(shown);
}
