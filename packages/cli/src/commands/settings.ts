import { type Setting, setting } from '@patchbay/contracts/setting';
import type { Command } from 'commander';
import { part } from '../api.ts';
import { api, reading, showList } from '../context.ts';
import { localTime, printFields, printJson, printLine } from '../print.ts';

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

  reading(group.command('set').description('change a setting').argument('<name>').argument('<value>')).action(
    async (name: string, value: string, options: { json?: boolean }) => {
      const server = api();
      const { value: known, etag } = await server.getWithTag(`/settings/${part(name)}`, setting);
      const typed =
        known.type === 'number' && value.trim() !== '' && Number.isFinite(Number(value))
          ? Number(value)
          : value;
      const saved = await server.send('PUT', `/settings/${part(name)}`, { value: typed }, setting, etag);
      if (options.json) printJson(saved);
      else printLine(`${saved.name} is now ${saved.value}.`);
    },
  );
}

function rangeOf({ type, choices, minimum, maximum, unit }: Setting): string {
  if (type === 'choice') return choices.join(', ');
  return `${minimum ?? 'any'} to ${maximum ?? 'any'}${unit === null ? '' : ` ${unit}`}`;
}
