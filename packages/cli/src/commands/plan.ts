import { cycle } from '@patchbay/contracts/cycle';
import { plan, planCheck } from '@patchbay/contracts/plan';
import type { Command } from 'commander';
import { z } from 'zod';
import { part } from '../api.ts';
import { api, reading } from '../context.ts';
import { counted } from '../counted.ts';
import { planFields } from '../plan-fields.ts';
import { coloured, printFields, printJson, printLine } from '../print.ts';
import { waitsFor } from '../waits-for.ts';
import { watchCycle } from '../watch-cycle.ts';
import { waitForCycle } from '../watch-plan.ts';
import { addLibraryCommands } from './library-noun.ts';
import { addPlanForecastCommand } from './plan-forecast.ts';
import { addPlanVerdictCommands } from './plan-verdict.ts';

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
      ['status', (item) => coloured(item.progress.status)],
      ['endpoints', (item) => [...new Set(item.assignments.map((row) => row.endpoints))].join('; ')],
      ['patches', (item) => item.patches.choice.which],
      ['last cycle', (item) => item.lastCycle],
    ],
    show: (item) => printFields(planFields(item)),
    findings: async (input) => (await api().send('POST', '/plans/check', input, planCheck)).findings,
  });

  const opening = [
    ['activate', 'have a cycle open at the time of the plan, after its approval if it needs one'],
    ['rehearse', 'open a rehearsal now: nothing is installed, nothing is rebooted'],
  ] as const;
  for (const [verb, text] of opening) {
    reading(
      group
        .command(verb)
        .description(text)
        .argument('<name>')
        .option('--wait', 'wait for its cycle, show progress and end with the result'),
    ).action(async (name: string, options: { wait?: boolean; json?: boolean }) => {
      const server = api();
      const answer = await server.send('POST', `/plans/${part(name)}/${verb}`, {}, z.union([cycle, plan]));
      if ('progress' in answer) {
        if (options.wait) {
          return watchCycle(server, await waitForCycle(server, answer, options), options);
        }
        if (options.json) printJson(answer);
        else {
          const awaited = waitsFor(answer);
          const status = answer.progress.status;
          printLine(
            `The plan "${answer.name}" is activated: ${status}${awaited === null ? '' : `, for ${awaited}`}.`,
          );
        }
        return;
      }
      const opened = answer;
      if (options.wait) return watchCycle(server, opened.id, options);
      if (options.json) printJson(opened);
      else
        printLine(
          `Opened cycle ${opened.id} on ${counted(opened.runs.total, 'endpoint')}: "patchbay cycle show ${opened.id}".`,
        );
    });
  }
  addPlanForecastCommand(group);
  addPlanVerdictCommands(group);
}
