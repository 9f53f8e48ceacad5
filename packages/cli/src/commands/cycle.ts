import { type Cycle, cycle } from '@patchbay/contracts/cycle';
import { runSummary } from '@patchbay/contracts/run';
import type { Command } from 'commander';
import { part } from '../api.ts';
import { api, reading, readingLatest, showList } from '../context.ts';
import { countsLine } from '../cycle-counts.ts';
import { coloured, localTime, printFields, printJson, printLine, printList } from '../print.ts';
import { whyInWords } from '../run-words.ts';
import { watchCycle } from '../watch-cycle.ts';
import { addCycleReportCommand } from './cycle-report.ts';
import { addCycleRolloutCommands } from './cycle-rollout.ts';

/** `patchbay cycle …`. */
export function addCycleCommands(program: Command): void {
  const group = program.command('cycle').description('executions of plans');

  readingLatest(
    group
      .command('list')
      .description('list the cycles, the latest first')
      .option('--plan <name>', 'only of this plan'),
  ).action(async ({ plan, ...options }: { json?: boolean; limit: number; plan?: string }) => {
    const items = await api().list('/cycles', cycle, { plan }, options.limit);
    showList(
      items,
      options,
      [
        ['cycle', (item) => item.id],
        ['of', (item) => item.plan?.name ?? item.task?.name],
        ['mode', (item) => item.mode],
        ['status', (item) => coloured(item.result ?? item.status)],
        ['runs', (item) => countsLine(item)],
        ['opened', (item) => localTime(item.openedAt)],
      ],
      'No cycles yet: "patchbay plan activate NAME" opens one.',
    );
  });

  reading(
    group
      .command('show')
      .description('show a cycle and its runs: those that failed first, then those at work')
      .argument('<cycle>')
      .option('--wait', 'follow it to its end'),
  ).action(async (id: string, options: { json?: boolean; wait?: boolean }) => {
    const server = api();
    const found = await server.get(`/cycles/${part(id)}`, cycle);
    if (options.wait) return watchCycle(server, found.id, options);
    if (options.json) return printJson(found);
    printFields([
      ['cycle', found.id],
      ['of', found.plan?.name ?? found.task?.name],
      ['mode', found.mode],
      ['status', statusOf(found)],
      ['why', found.rollout?.reason],
      ['opened', `${localTime(found.openedAt)} by ${found.openedBy}`],
      ['deadline', localTime(found.rollout?.deadlineAt ?? null)],
      ['finished', localTime(found.finishedAt)],
      ['runs', countsLine(found)],
      ['queued', found.rollout?.held.map(({ runs, why }) => `${runs} ${why}`).join(', ')],
    ]);
    printLine();
    const waves = found.rollout?.waves ?? [];
    if (waves.length > 1) {
      printList(
        waves,
        [
          ['wave', (wave) => wave.name],
          ['open', (wave) => (wave.open ? 'open' : 'closed')],
          ['endpoints', (wave) => Object.values(wave.counts).reduce((sum, count) => sum + count, 0)],
          ['gate', (wave) => wave.gate?.why],
        ],
        '',
      );
      printLine();
    }
    const runs = await server.list('/runs', runSummary, { cycle: found.id, sort: 'urgency' });
    printList(
      runs,
      [
        ['run', (run) => run.id],
        ['endpoint', (run) => run.endpoint.name],
        ['status', (run) => coloured(run.result ?? run.status)],
        ['why', whyInWords],
      ],
      'No runs.',
    );
  });

  reading(group.command('cancel').description('cancel all runs of a cycle').argument('<cycle>')).action(
    async (id: string, options: { json?: boolean }) => {
      const cancelled = await api().send('POST', `/cycles/${part(id)}/cancel`, {}, cycle);
      if (options.json) printJson(cancelled);
      else printLine(`Cycle ${cancelled.id} is being cancelled; running activities end first.`);
    },
  );
  addCycleRolloutCommands(group);
  addCycleReportCommand(group);
}

/** A cycle that is halted runs on in its runs only. */
function statusOf({ result, status, rollout }: Cycle): string {
  return result ?? (rollout?.status === 'halted' ? 'halted' : status);
}
