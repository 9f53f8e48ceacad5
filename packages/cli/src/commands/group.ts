import { group, groupSummary } from '@patchbay/contracts/group';
import type { Command } from 'commander';
import { printFields } from '../print.ts';
import { addLibraryCommands } from './library-noun.ts';

/** `patchbay group …`: sets of endpoints (E-13). */
export function addGroupCommands(program: Command): void {
  addLibraryCommands(program, {
    noun: 'group',
    path: 'groups',
    kind: 'Group',
    whole: group,
    summary: groupSummary,
    duplicable: false,
    columns: [
      ['name', (item) => item.name],
      ['endpoints', (item) => item.members],
      ['rule', (item) => item.inWords],
      ['description', (item) => item.description],
    ],
    show: (item) =>
      printFields([
        ['name', item.name],
        ['description', item.description],
        ['rule', item.inWords],
        ['endpoints', `${item.members}: "patchbay endpoint list --on 'group:${item.name}'"`],
        ['used by', item.usedBy.map(({ kind, name }) => `${kind} "${name}"`).join(', ')],
        ...item.warnings.map((warning) => ['warning', warning] as const),
      ]),
    warnings: (item) => item.warnings,
  });
}
