import {
  type RebootFlowSummary,
  rebootFlow,
  rebootFlowEvent,
  rebootFlowSummary,
} from '@patchbay/contracts/reboot-flow';
import type { Command } from 'commander';
import { part } from '../api.ts';
import { api, reading, readingLatest, showList } from '../context.ts';
import { localTime, printFields, printJson, printLine, printList } from '../print.ts';

/** `patchbay reboot …`: flows of Interactive Reboot (R-17). */
export function addRebootCommands(program: Command): void {
  const group = program.command('reboot').description('Interactive Reboots on endpoints');

  readingLatest(group.command('list').description('list Interactive Reboots, the latest first'))
    .option('--pending', 'only those whose endpoint waits for its reboot')
    .option('--endpoint <endpoint>', 'only of this endpoint')
    .action(async (options: { json?: boolean; limit: number; pending?: boolean; endpoint?: string }) => {
      const { pending, endpoint } = options;
      const items = await api().list('/reboots', rebootFlowSummary, { pending, endpoint }, options.limit);
      showList(
        items,
        options,
        [
          ['reboot', (item) => item.id],
          ['endpoint', (item) => item.endpoint.name],
          ['status', stateOf],
          ['put off', (item) => `${item.used} of ${item.notificationCount}`],
          ['since', (item) => localTime(item.startedAt)],
          ['next', (item) => localTime(item.nextAt)],
          ['latest reboot', (item) => localTime(item.latestRebootAt)],
        ],
        'No Interactive Reboots yet.',
      );
    });

  reading(group.command('show').description('show an Interactive Reboot').argument('<reboot>')).action(
    async (id: string, options: { json?: boolean }) => {
      const path = `/reboots/${part(id)}`;
      const flow = await api().get(path, rebootFlow);
      const events = await api().list(`${path}/events`, rebootFlowEvent);
      if (options.json) return printJson({ ...flow, events });
      printFields([
        ['reboot', flow.id],
        ['endpoint', flow.endpoint.name],
        ['status', stateOf(flow)],
        ['why', flow.because],
        ['put off', `${flow.used} of ${flow.notificationCount}`],
        ['for', flow.activities.map((activity) => activity.id).join(', ')],
        ['last heard', localTime(flow.reportedAt)],
        ['latest reboot', localTime(flow.latestRebootAt)],
      ]);
      printLine();
      printList(
        events.filter(({ notes, disputed }) => notes.length > 0 || disputed !== null),
        [
          ['when', (event) => localTime(event.at)],
          ['what', (event) => event.disputed ?? event.notes.join(' ')],
          ['', (event) => (event.disputed === null ? '' : `"${event.kind}" was not believed`)],
        ],
        'Nothing was reported yet.',
      );
      if (flow.forecast.length === 0) return;
      printLine();
      printList(
        flow.forecast,
        [
          ['at the latest', (entry) => localTime(entry.at)],
          [
            'what comes',
            (entry) => `${words[entry.kind]}${entry.kind === 'reboot' ? '' : ` ${entry.number}`}`,
          ],
        ],
        '',
      );
    },
  );

  reading(
    group
      .command('cancel')
      .description('ask an endpoint to give up its Interactive Reboot')
      .argument('<reboot>'),
  ).action(async (id: string, options: { json?: boolean }) => {
    const flow = await api().send('POST', `/reboots/${part(id)}/cancel`, undefined, rebootFlow);
    if (options.json) printJson(flow);
    else printLine(`${flow.endpoint.name} is asked to give up its Interactive Reboot.`);
  });
}

const words = {
  reminder: 'notification',
  finalWarning: 'final warning',
  snoozed: 'snooze of notification',
  ignored: 'end of notification',
  confirmed: 'confirmation of notification',
  reboot: 'reboot',
} as const;

function stateOf({ status, ending }: RebootFlowSummary): string {
  return ending ?? status;
}
