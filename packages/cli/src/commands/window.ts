import {
  type MaintenanceWindow,
  maintenanceWindow,
  maintenanceWindowDetail,
} from '@patchbay/contracts/window';
import type { Command } from 'commander';
import { localTime, printFields } from '../print.ts';
import { addLibraryCommands } from './library-noun.ts';

/** `patchbay window …`: maintenance windows (P-06). */
export function addWindowCommands(program: Command): void {
  addLibraryCommands(program, {
    noun: 'window',
    path: 'windows',
    kind: 'Window',
    whole: maintenanceWindowDetail,
    summary: maintenanceWindow,
    duplicable: false,
    columns: [
      ['name', (item) => item.name],
      ['endpoints', (item) => item.endpoints],
      ['opens', (item) => item.inWords],
      ['minutes', (item) => item.durationMinutes],
      ['now', (item) => (item.current === null ? 'closed' : 'open')],
      ['next', (item) => localTime(item.next?.opensAt ?? null)],
    ],
    show: (item) =>
      printFields([
        ['name', item.name],
        ['description', item.description],
        ['endpoints', `${item.endpoints} (${item.members} now)`],
        ['opens', item.inWords],
        ['for', `${item.durationMinutes} min`],
        ['not on', item.blackouts.map(blackoutText).join(', ')],
        ['now', item.current === null ? 'closed' : `open until ${localTime(item.current.closesAt)}`],
        ['next', item.next === null ? 'never' : localTime(item.next.opensAt)],
        ...item.warnings.map((warning) => ['warning', warning] as const),
      ]),
    warnings: (item) => item.warnings,
  });
}

function blackoutText({ from, to, reason }: MaintenanceWindow['blackouts'][number]): string {
  const days = from === to ? from : `${from} to ${to}`;
  return reason === '' ? days : `${days} (${reason})`;
}
