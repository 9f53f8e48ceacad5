import { type Setting, sentTestMail, setting } from '@patchbay/contracts/setting';
import type { Command } from 'commander';
import { part } from '../api.ts';
import { api, reading, showList } from '../context.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { localTime, printFields, printJson, printLine } from '../print.ts';
import { readSecret } from '../read-token.ts';

/** `patchbay settings …` (O-05). */
export function addSettingsCommands(program: Command): void {
  const group = program.command('settings').description('the system configuration');

  reading(group.command('list').description('list the settings')).action(
    async (options: { json?: boolean }) => {
      const items = await api().list('/settings', setting);
      showList(
        items,
        options,
        [
          ['setting', (item) => item.name],
          ['value', (item) => `${item.value}${item.unit ? ` ${item.unit}` : ''}`],
          ['default', (item) => item.default],
          ['changed', (item) => (item.changedBy ? `${localTime(item.changedAt)} by ${item.changedBy}` : '')],
        ],
        'No settings.',
      );
    },
  );

  reading(group.command('get').description('show a setting').argument('<name>')).action(
    async (name: string, options: { json?: boolean }) => {
      const found = await api().get(`/settings/${part(name)}`, setting);
      if (options.json) return printJson(found);
      printFields([
        ['setting', found.name],
        ['value', found.value],
        ['default', found.default],
        ['means', found.description],
        ['allowed', rangeOf(found)],
        ['changed', found.changedBy ? `${localTime(found.changedAt)} by ${found.changedBy}` : 'never'],
      ]);
    },
  );

  reading(
    group
      .command('set')
      .description('change a setting; a secret is read from standard input, an empty one takes it away')
      .argument('<name>')
      .argument('[value]'),
  ).action(async (name: string, given: string | undefined, options: { json?: boolean }) => {
    const server = api();
    const { value: known, etag } = await server.getWithTag(`/settings/${part(name)}`, setting);
    const value = await valueFor(known, given);
    const saved = await server.send('PUT', `/settings/${part(name)}`, { value }, setting, etag);
    if (options.json) printJson(saved);
    else
      printLine(saved.value === '' ? `${saved.name} is now empty.` : `${saved.name} is now ${saved.value}.`);
  });

  reading(
    group
      .command('test-mail')
      .description('send a test mail with the settings of the mail server')
      .argument('<address>', 'who gets it'),
  ).action(async (to: string, options: { json?: boolean }) => {
    const sent = await api().send('POST', '/settings/test-mail', { to }, sentTestMail);
    if (options.json) printJson(sent);
    else printLine(`The mail server has taken a mail to ${sent.to}: ${sent.answer}`);
  });
}

/** Other users of a machine see the arguments of a command: no secret is one. */
async function valueFor({ name, type }: Setting, given: string | undefined): Promise<string | number> {
  if (type === 'secret') {
    if (given === undefined) return readSecret(name);
    throw new CommandError(
      exitCode.usage,
      `${name} is a secret: leave the value out and give it on standard input`,
    );
  }
  if (given === undefined) throw new CommandError(exitCode.usage, `the value for ${name} is missing`);
  const isNumber = type === 'number' && given.trim() !== '' && Number.isFinite(Number(given));
  return isNumber ? Number(given) : given;
}

function rangeOf({ type, choices, minimum, maximum, unit }: Setting): string {
  if (type === 'choice') return choices.join(', ');
  if (type !== 'number') return type === 'secret' ? 'a text that is not shown' : 'a text, or empty';
  return `${minimum ?? 'any'} to ${maximum ?? 'any'}${unit === null ? '' : ` ${unit}`}`;
}
