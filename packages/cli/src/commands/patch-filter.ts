import { savedPatchFilter, savedPatchFilterSummary } from '@patchbay/contracts/patch-filter';
import { filterInWords } from '@patchbay/domain/patch/filter-words';
import type { Command } from 'commander';
import { printFields } from '../print.ts';
import { addLibraryCommands } from './library-noun.ts';

/** `patchbay patch-filter …`: filters over patches that plans use by their names (P-02). */
export function addPatchFilterCommands(program: Command): void {
  addLibraryCommands(program, {
    noun: 'patch-filter',
    path: 'patch-filters',
    kind: 'PatchFilter',
    whole: savedPatchFilter,
    summary: savedPatchFilterSummary,
    duplicable: false,
    columns: [
      ['name', (item) => item.name],
      ['patches', (item) => item.matches.patches],
      ['endpoints', (item) => item.matches.endpoints],
      ['filter', (item) => filterInWords(item.filter)],
      ['description', (item) => item.description],
    ],
    show: (item) =>
      printFields([
        ['name', item.name],
        ['description', item.description],
        ['filter', filterInWords(item.filter)],
        ['matches', `${item.matches.patches} applicable patches on ${item.matches.endpoints} endpoints`],
        ['used by', item.usedBy.map(({ name }) => `plan "${name}"`).join(', ')],
      ]),
  });
}
