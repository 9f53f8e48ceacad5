import { createdWebhookSender, webhookSender } from '@patchbay/contracts/webhook-sender';
import type { Command } from 'commander';
import { part } from '../api.ts';
import { api, reading, showList } from '../context.ts';
import { coloured, localTime, printJson, printLine } from '../print.ts';

/** `patchbay webhook-sender …` (P-09). */
export function addWebhookSenderCommands(program: Command): void {
  const group = program
    .command('webhook-sender')
    .description('ITSM systems that approve and reject plans by signed webhooks');

  reading(
    group.command('create').description('make a sender; its secret is shown this once').argument('<name>'),
  ).action(async (name: string, options: { json?: boolean }) => {
    const server = api();
    const made = await server.send('POST', '/webhook-senders', { name }, createdWebhookSender);
    if (options.json) return printJson(made);
    printLine(`Secret:  ${made.secret}`);
    printLine(`Address: ${server.url}/api/v1/webhook-senders/${made.id}/decisions`);
    printLine(
      'It is shown this once. How a decision is signed: docs/user-guide.md, "Approval by an ITSM system".',
    );
  });

  reading(group.command('list').description('list the senders')).action(
    async (options: { json?: boolean }) => {
      const items = await api().list('/webhook-senders', webhookSender);
      showList(
        items,
        options,
        [
          ['name', (item) => item.name],
          ['status', (item) => coloured(item.status)],
          ['id', (item) => item.id],
          ['last used', (item) => localTime(item.lastUsedAt)],
          ['created by', (item) => item.createdBy],
        ],
        'No webhook senders.',
      );
    },
  );

  group
    .command('revoke')
    .description('refuse a sender from now on')
    .argument('<name>', 'a name or an id')
    .action(async (name: string) => {
      const revoked = await api().send('POST', `/webhook-senders/${part(name)}/revoke`, {}, webhookSender);
      printLine(`The webhook sender "${revoked.name}" is revoked.`);
    });
}
