import {
  type SavedPatchFilter,
  savedPatchFilter,
  savedPatchFilterSummary,
} from '@patchbay/contracts/patch-filter';
import type { Command } from 'commander';
import { counted } from '../counted.ts';
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
      ['classifications', (item) => anyOr(item.filter.classifications)],
      ['severities', (item) => anyOr(item.filter.severities)],
      ['text', (item) => item.filter.text],
      ['description', (item) => item.description],
    ],
    show: (item) =>
      printFields([
        ['name', item.name],
        ['description', item.description],
        ['classifications', anyOr(item.filter.classifications)],
        ['severities', anyOr(item.filter.severities)],
        ['text', item.filter.text],
        ['matches', matchesText(item.matches)],
        ['used by', item.usedBy.map(({ name }) => `plan "${name}"`).join(', ')],
      ]),
  });
}

function matchesText({ patches, endpoints }: SavedPatchFilter['matches']): string {
  return `${counted(patches, 'applicable patch', 'applicable patches')} on ${counted(endpoints, 'endpoint')}`;
}

function anyOr(chosen: readonly string[]): string {
  return chosen.length === 0 ? 'any' : chosen.join(', ');
}
