import { cycle } from '@patchbay/contracts/cycle';
import { type ParameterValues, task } from '@patchbay/contracts/task';
import type { Command } from 'commander';
import { api, collectPairs, reading } from '../context.ts';
import { pairs, printFields, printJson, printLine } from '../print.ts';
import { watchCycle } from '../watch-cycle.ts';
import { addLibraryCommands } from './library-noun.ts';

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

  reading(
    group
      .command('run')
      .description('run a task on endpoints now, outside any plan')
      .argument('<name>')
      .requiredOption('--on <selector>', 'all, endpoint:NAME, tag:k=v, os:linux; comma = union')
      .option('--param <k=v>', "a parameter value over the task's own (repeatable)", collectPairs)
      .option('--wait', 'show progress and end with the result'),
  ).action(
    async (
      name: string,
      options: { on: string; param?: Record<string, string>; wait?: boolean; json?: boolean },
    ) => {
      const server = api();
      const opened = await server.send(
        'POST',
        '/task-runs',
        { task: name, on: options.on, parameters: options.param ?? {} },
        cycle,
      );
      if (options.wait) return watchCycle(server, opened.id, options);
      if (options.json) printJson(opened);
      else printLine(`Running "${name}" on ${opened.runs.total} endpoint(s) as cycle ${opened.id}.`);
    },
  );
}

function shownValues(values: ParameterValues): Record<string, string> {
  const shown = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'object' ? '(secret)' : String(value),
  ]);
  return Object.fromEntries(shown);
}
