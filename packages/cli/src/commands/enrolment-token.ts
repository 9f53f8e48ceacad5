import { createdEnrolmentToken, enrolmentToken } from '@patchbay/contracts/enrolment-token';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { part } from '../api.ts';
import { api, collectPairs, reading, showList, wholeNumber } from '../context.ts';
import { counted } from '../counted.ts';
import { isThisMachine } from '../loopback.ts';
import { localTime, printJson, printLine } from '../print.ts';

/** `patchbay enrolment-token …` (E-01). */
export function addEnrolmentTokenCommands(program: Command): void {
  const group = program.command('enrolment-token').description('tokens that let machines enrol');

  reading(
    group
      .command('create')
      .description('make a token; it is shown this once')
      .option('--uses <count>', 'how many machines may enrol with it', wholeNumber, 1)
      .option('--expires <time>', 'how long it is valid: 30m, 24h, 7d', minutes, 24 * 60)
      .option('--tag <k=v>', 'a tag for those machines (repeatable)', collectPairs),
  ).action(
    async (options: { uses: number; expires: number; tag?: Record<string, string>; json?: boolean }) => {
      const server = api();
      const made = await server.send(
        'POST',
        '/enrolment-tokens',
        { uses: options.uses, expiresInMinutes: options.expires, tags: options.tag ?? {} },
        createdEnrolmentToken,
      );
      if (options.json) return printJson(made);
      printLine(`Token: ${made.token}`);
      printLine(
        `Valid until ${localTime(made.expiresAt)} for ${counted(made.uses, 'machine')}. On the machine:`,
      );
      printLine(`  PATCHBAY_ENROLMENT_TOKEN=${made.token} patchbay agent enroll --server ${server.url}`);
      printLine('  patchbay agent run');
      if (isThisMachine(server.url)) {
        printLine(
          `The address ${server.url} is this machine's alone: other machines need one that they can reach (PATCHBAY_HOST, TLS).`,
        );
      }
    },
  );

  reading(group.command('list').description('list the tokens')).action(
    async (options: { json?: boolean }) => {
      const items = await api().list('/enrolment-tokens', enrolmentToken);
      showList(
        items,
        options,
        [
          ['id', (item) => item.id],
          ['status', (item) => item.status],
          ['uses left', (item) => `${item.usesLeft} of ${item.uses}`],
          ['expires', (item) => localTime(item.expiresAt)],
          ['created by', (item) => item.createdBy],
        ],
        'No enrolment tokens.',
      );
    },
  );

  group
    .command('revoke')
    .description('make a token useless')
    .argument('<id>')
    .action(async (id: string) => {
      await api().send('POST', `/enrolment-tokens/${part(id)}/revoke`, {}, enrolmentToken);
      printLine('The token is revoked.');
    });
}

const unitMinutes = { m: 1, h: 60, d: 24 * 60 } as const;

function minutes(value: string): number {
  const match = /^([1-9]\d{0,6})([mhd])$/.exec(value);
  if (!match) throw new InvalidArgumentError('It must be a time such as 30m, 24h or 7d.');
  return Number(match[1]) * unitMinutes[match[2] as keyof typeof unitMinutes];
}
