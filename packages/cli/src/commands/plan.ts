import { cycle } from '@patchbay/contracts/cycle';
import { type Plan, plan, planCheck } from '@patchbay/contracts/plan';
import type { Command } from 'commander';
import { z } from 'zod';
import { part } from '../api.ts';
import { api, reading } from '../context.ts';
import { coloured, localTime, printFields, printJson, printLine } from '../print.ts';
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
    show: (item) =>
      printFields([
        ['name', item.name],
        ['description', item.description],
        ['status', item.progress.status],
        ['why', item.progress.reason],
        ['waits for', waitsFor(item)],
        ...verdictFields(item),
        ['patches', patchesText(item)],
        ['excluded', item.patches.exclude.join(', ')],
        ['report to', item.reportTo.join(', ')],
        ...item.assignments.map(
          ({ endpoints, os, workflow }, row) =>
            [`row ${row + 1}`, `${endpoints} (${os}): ${workflow?.name ?? 'the default workflow'}`] as const,
        ),
        ['last cycle', item.lastCycle],
      ]),
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
          `Opened cycle ${opened.id} on ${opened.runs.total} endpoint(s): "patchbay cycle show ${opened.id}".`,
        );
    });
  }
  addPlanForecastCommand(group);
  addPlanVerdictCommands(group);
}

/** Who approved or rejected it, and what that is called elsewhere (P-09). */
function verdictFields({ progress: { status, verdict } }: Plan): (readonly [string, string | null])[] {
  if (verdict === null) return [];
  const { by, onBehalfOf, at, reference, reason } = verdict;
  const who = onBehalfOf === null ? by : `${by} for ${onBehalfOf}`;
  const what = status === 'rejected' ? 'rejected' : 'approved';
  return [
    [what, `${localTime(at)} by ${who}`],
    ['reference', reference],
    ['comment', reason],
  ];
}

function patchesText({ patches: { choice, minimumAgeDays } }: Plan): string {
  const older = minimumAgeDays > 0 ? `, known for ${minimumAgeDays} days` : '';
  switch (choice.which) {
    case 'all':
      return `all${older}`;
    case 'filter':
      return `filter "${choice.filter}"${older}`;
    case 'listed':
      return choice.ids.join(', ') + older;
    case 'matching':
      return [...choice.classifications, ...choice.severities].join(', ') + older;
  }
}
