import { cycle } from '@patchbay/contracts/cycle';
import { plan } from '@patchbay/contracts/plan';
import type { Command } from 'commander';
import { part } from '../api.ts';
import { api, reading } from '../context.ts';
import { coloured, printFields, printJson, printLine } from '../print.ts';
import { watchCycle } from '../watch-cycle.ts';
import { addLibraryCommands } from './library-noun.ts';

/** `patchbay plan …`: remediation plans. */
export function addPlanCommands(program: Command): void {
  const group = addLibraryCommands(program, {
    noun: 'plan',
    path: 'plans',
    kind: 'Plan',
    whole: plan,
    summary: plan,
    duplicable: false,
    columns: [
      ['name', (item) => item.name],
      ['status', (item) => coloured(item.status)],
      ['endpoints', (item) => item.endpoints],
      ['patches', (item) => item.patches.which],
      ['last cycle', (item) => item.lastCycle],
    ],
    show: (item) =>
      printFields([
        ['name', item.name],
        ['description', item.description],
        ['status', item.status],
        ['patches', item.patches.which === 'listed' ? item.patches.ids.join(', ') : item.patches.which],
        ['excluded', item.patches.exclude.join(', ')],
        ['endpoints', item.endpoints],
        ...item.workflows.map(
          ({ os, workflow, chosen }) => [os, `${workflow.name}${chosen ? '' : ' (default)'}`] as const,
        ),
        ['last cycle', item.lastCycle],
      ]),
  });

  const opening = [
    ['activate', 'real', 'open a cycle of the plan now'],
    ['rehearse', 'rehearsal', 'open a rehearsal: nothing is installed, nothing is rebooted'],
  ] as const;
  for (const [verb, mode, text] of opening) {
    reading(
      group
        .command(verb)
        .description(text)
        .argument('<name>')
        .option('--wait', 'show progress and end with the result'),
    ).action(async (name: string, options: { wait?: boolean; json?: boolean }) => {
      const server = api();
      const opened = await server.send('POST', `/plans/${part(name)}/activate`, { mode }, cycle);
      if (options.wait) return watchCycle(server, opened.id, options);
      if (options.json) printJson(opened);
      else
        printLine(
          `Opened cycle ${opened.id} on ${opened.runs.total} endpoint(s): "patchbay cycle show ${opened.id}".`,
        );
    });
  }
}
