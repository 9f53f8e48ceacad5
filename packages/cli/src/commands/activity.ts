import { once } from 'node:events';
import { activity, activitySummary, outputHeaders } from '@patchbay/contracts/activity';
import type { Command } from 'commander';
import { type Api, part } from '../api.ts';
import { api, reading, readingLatest, showList } from '../context.ts';
import { coloured, localTime, pairs, printFields, printJson } from '../print.ts';
import { ShownOutput } from '../terminal-text.ts';

/** `patchbay activity …` (O-01 to O-03). */
export function addActivityCommands(program: Command): void {
  const group = program.command('activity').description('executions of one task, or of the patch operation');

  readingLatest(
    group
      .command('list')
      .description('list activities, the latest first')
      .option('--run <run>', 'only of this run')
      .option('--cycle <cycle>', 'only of this cycle')
      .option('--endpoint <name>', 'only on this endpoint'),
  ).action(
    async (options: { json?: boolean; limit: number; run?: string; cycle?: string; endpoint?: string }) => {
      const { run, cycle, endpoint, limit } = options;
      const items = await api().list('/activities', activitySummary, { run, cycle, endpoint }, limit);
      showList(
        items,
        options,
        [
          ['activity', (item) => item.id],
          ['endpoint', (item) => item.endpoint.name],
          ['task', (item) => item.name],
          ['phase', (item) => item.phase],
          ['status', (item) => coloured(item.status)],
          ['exit code', (item) => item.exitCode],
          ['started', (item) => localTime(item.startedAt)],
        ],
        'No activities yet.',
      );
    },
  );

  reading(group.command('show').description('show an activity').argument('<activity>')).action(
    async (id: string, options: { json?: boolean }) => {
      const found = await api().get(`/activities/${part(id)}`, activity);
      if (options.json) return printJson(found);
      printFields([
        ['activity', found.id],
        ['endpoint', found.endpoint.name],
        ['task', found.name],
        ['status', coloured(found.status)],
        ['why', found.reason],
        [
          'exit code',
          found.exitCode === null ? '' : `${found.exitCode} (success: ${found.successExitCodes.join(', ')})`,
        ],
        ['script', found.script && `${found.script.name}, ${revisionText(found.script.revision)}`],
        ['parameters', pairs(found.parameters)],
        ['facts', pairs(found.facts)],
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

/** A terminal gets text that it can show, everything else the bytes as they are. */
async function printOutput(
  server: Api,
  id: string,
  stream: 'stdout' | 'stderr',
  follow: boolean,
): Promise<void> {
  const shown = process.stdout.isTTY ? new ShownOutput() : null;
  let from = 0;
  for (;;) {
    const { bytes, headers } = await server.bytes(`/activities/${part(id)}/output`, {
      stream,
      from,
      wait: follow ? 20 : undefined,
    });
    await write(shown === null ? bytes : shown.push(bytes));
    const next = Number(headers.get(outputHeaders.nextFrom) ?? from);
    if (headers.get(outputHeaders.end) === 'true' || (!follow && next === from)) break;
    from = next;
  }
  if (shown !== null) await write(shown.end());
}

/** Waits for a reader that is slower than the server. */
async function write(data: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(data)) await once(process.stdout, 'drain');
}

/** null: a test-run of what may not have been saved. */
function revisionText(revision: number | null): string {
  return revision === null ? 'as it was in the editor' : `revision ${revision}`;
}
