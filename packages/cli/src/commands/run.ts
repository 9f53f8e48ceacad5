import { activitySummary } from '@patchbay/contracts/activity';
import { type Run, run, runEvent, runSummary } from '@patchbay/contracts/run';
import type { Command } from 'commander';
import { part } from '../api.ts';
import { api, reading, readingLatest, showList } from '../context.ts';
import { coloured, localTime, pairs, printFields, printJson, printLine } from '../print.ts';
import { whyInWords } from '../run-words.ts';

/** `patchbay run …`: one endpoint's walk through a cycle (W-11 to W-14). */
export function addRunCommands(program: Command): void {
  const group = program.command('run').description("one endpoint's walk through a cycle");

  readingLatest(
    group
      .command('list')
      .description('list runs, the latest first')
      .option('--cycle <cycle>', 'only of this cycle')
      .option('--endpoint <name>', 'only of this endpoint'),
  ).action(async (options: { json?: boolean; limit: number; cycle?: string; endpoint?: string }) => {
    const { cycle, endpoint, limit } = options;
    const items = await api().list('/runs', runSummary, { cycle, endpoint }, limit);
    showList(
      items,
      options,
      [
        ['run', (item) => item.id],
        ['cycle', (item) => item.cycle],
        ['endpoint', (item) => item.endpoint.name],
        ['mode', (item) => item.mode],
        ['status', (item) => coloured(item.result ?? item.status)],
        ['why', whyInWords],
      ],
      'No runs yet.',
    );
  });

  reading(
    group
      .command('show')
      .description('show a run: its steps, and every decision explained')
      .argument('<run>'),
  ).action(async (id: string, options: { json?: boolean }) => {
    const server = api();
    const found = await server.get(`/runs/${part(id)}`, run);
    const events = await server.list(`/runs/${found.id}/events`, runEvent);
    const activities = await server.list('/activities', activitySummary, { run: found.id });
    if (options.json) return printJson({ ...found, events, activities });
    printFields([
      ['run', found.id],
      ['endpoint', found.endpoint.name],
      ['workflow', found.workflow?.name],
      ['mode', found.mode],
      ['status', coloured(found.result ?? found.status)],
      ['why', whyInWords(found)],
      ['facts', pairs(found.facts)],
    ]);
    printLine();
    for (const step of found.steps) {
      printLine(`  ${step.status.padEnd(10)} ${step.name}${step.detail ? `: ${step.detail}` : ''}`);
    }
    printLine();
    for (const event of events) {
      for (const note of event.notes) printLine(`  ${localTime(event.at)}  ${note}`);
    }
    if (activities.length === 0) return;
    printLine();
    printLine('Output:');
    for (const { id: activity, name, status } of activities) {
      printLine(`  patchbay activity output ${activity}   (${name}: ${status})`);
    }
  });

  const said = (found: Run): string =>
    `Run ${found.id} on ${found.endpoint.name}: ${found.result ?? found.status}.`;
  const act = (verb: string, text: string): void => {
    reading(group.command(verb).description(text).argument('<run>')).action(
      async (id: string, options: { json?: boolean }) => {
        const changed = await api().send('POST', `/runs/${part(id)}/${verb}`, {}, run);
        if (options.json) printJson(changed);
        else printLine(said(changed));
      },
    );
  };
  const actOnStep = (verb: string, text: string): void => {
    reading(
      group.command(verb).description(text).argument('<run>').argument('<step>', 'such as pre-1 or patch'),
    ).action(async (id: string, step: string, options: { json?: boolean }) => {
      const changed = await api().send('POST', `/runs/${part(id)}/${verb}`, { step }, run);
      if (options.json) printJson(changed);
      else printLine(said(changed));
    });
  };
  act('resume', 'go on with a failed run from the step that failed');
  actOnStep('skip', 'go on with a failed run after the step that failed');
  actOnStep('repeat', 'go on with a failed run from this step');
  act('cancel', 'cancel a run; the patch operation is never cut');
}
