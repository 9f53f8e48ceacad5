import { activity, activitySummary, outputHeaders } from '@patchbay/contracts/activity';
import type { Command } from 'commander';
import { type Api, part } from '../api.ts';
import { api, reading, showList } from '../context.ts';
import { coloured, localTime, printFields, printJson } from '../print.ts';

/** `patchbay activity …` (O-01 to O-03). */
export function addActivityCommands(program: Command): void {
  const group = program.command('activity').description('executions of one task, or of the patch operation');

  reading(
    group
      .command('list')
      .description('list activities, the latest first')
      .option('--run <run>', 'only of this run')
      .option('--cycle <cycle>', 'only of this cycle')
      .option('--endpoint <name>', 'only on this endpoint'),
  ).action(async (options: { json?: boolean; run?: string; cycle?: string; endpoint?: string }) => {
    const { run, cycle, endpoint } = options;
    const items = await api().list('/activities', activitySummary, { run, cycle, endpoint });
    showList(
      items,
      options,
      [
        ['activity', (item) => item.id],
        ['endpoint', (item) => item.endpoint.name],
        ['task', (item) => item.name],
        ['phase', (item) => item.phase],
        ['status', (item) => coloured(item.outcome ?? item.status)],
        ['exit code', (item) => item.exitCode],
        ['started', (item) => localTime(item.startedAt)],
      ],
      'No activities yet.',
    );
  });

  reading(group.command('show').description('show an activity').argument('<activity>')).action(
    async (id: string, options: { json?: boolean }) => {
      const found = await api().get(`/activities/${part(id)}`, activity);
      if (options.json) return printJson(found);
      printFields([
        ['activity', found.id],
        ['endpoint', found.endpoint.name],
        ['task', found.name],
        ['status', found.outcome ?? found.status],
        ['why', found.reason],
        [
          'exit code',
          found.exitCode === null ? '' : `${found.exitCode} (success: ${found.successExitCodes.join(', ')})`,
        ],
        ['script', found.script && `${found.script.name}, revision ${found.script.revision}`],
        ['parameters', JSON.stringify(found.parameters)],
        ['facts', JSON.stringify(found.facts)],
        ['started', localTime(found.startedAt)],
        ['finished', localTime(found.finishedAt)],
        ...found.patches.map(
          (patch) =>
            [
              patch.outcome,
              `${patch.package} ${patch.fromVersion ?? ''} → ${patch.toVersion} ${patch.message ?? ''}`,
            ] as const,
        ),
      ]);
    },
  );

  group
    .command('output')
    .description("print an activity's output")
    .argument('<activity>')
    .option('--stderr', 'the error output instead of the standard output')
    .option('--follow', 'go on until the activity has ended')
    .action(async (id: string, options: { stderr?: boolean; follow?: boolean }) => {
      await printOutput(api(), id, options.stderr ? 'stderr' : 'stdout', options.follow ?? false);
    });
}

async function printOutput(
  server: Api,
  id: string,
  stream: 'stdout' | 'stderr',
  follow: boolean,
): Promise<void> {
  let from = 0;
  for (;;) {
    const { text, headers } = await server.text(`/activities/${part(id)}/output`, {
      stream,
      from,
      wait: follow ? 20 : undefined,
    });
    process.stdout.write(text);
    const next = Number(headers.get(outputHeaders.nextFrom) ?? from);
    const ended = headers.get(outputHeaders.end) === 'true';
    if (ended || (!follow && next === from)) return;
    from = next;
  }
}
