import { script, scriptSummary } from '@patchbay/contracts/script';
import type { Command } from 'commander';
import { localTime, printFields, printLine, printText } from '../print.ts';
import { addLibraryCommands } from './library-noun.ts';
import { addRevisionCommands } from './script-revisions.ts';

/** What there is to say about a built-in script that nobody has tried yet; null for any other. */
function verification(item: { readonly verified: boolean }): string | null {
  return item.verified ? null : 'not verified on a real system';
}

/** `patchbay script …` (L-01 to L-10). */
export function addScriptCommands(program: Command): void {
  const group = addLibraryCommands(program, {
    noun: 'script',
    path: 'scripts',
    kind: 'Script',
    whole: script,
    summary: scriptSummary,
    duplicable: true,
    columns: [
      ['', (item) => (item.origin === 'builtIn' ? 'B' : '')],
      ['name', (item) => item.name],
      ['OS', (item) => item.os.join(', ')],
      ['interpreter', (item) => item.interpreter],
      ['category', (item) => item.category],
      ['revision', (item) => item.revision],
      ['', (item) => verification(item) ?? ''],
    ],
    show: (item) => {
      printFields([
        ['name', item.name],
        ['origin', item.origin === 'builtIn' ? 'built-in' : 'personal'],
        ['description', item.description],
        ['OS', item.os.join(', ')],
        ['interpreter', item.interpreter],
        ['category', item.category],
        ['parameters', item.parameters.map((parameter) => parameter.name).join(', ')],
        ['verified', verification(item) ?? 'yes'],
        ['used by', item.usedBy.map((task) => task.name).join(', ')],
        ['revision', `${item.revision}, ${localTime(item.updatedAt)} by ${item.updatedBy}`],
      ]);
      printLine();
      printText(item.content);
    },
  });
  addRevisionCommands(group);
}
