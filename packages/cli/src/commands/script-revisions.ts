import {
  type ScriptRevision,
  script,
  scriptRevision,
  scriptRevisionSummary,
} from '@patchbay/contracts/script';
import type { Command } from 'commander';
import { part } from '../api.ts';
import { api, reading, showList, wholeNumber } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { documentToFiles, type FolderFile } from '../library/document-files.ts';
import { filesDiff } from '../library/text-diff.ts';
import { localTime, printJson, printLine, printText } from '../print.ts';

/** `patchbay script revisions|diff|restore` (L-05). */
export function addRevisionCommands(group: Command): void {
  reading(
    group.command('revisions').description("list a script's revisions, newest first").argument('<name>'),
  ).action(async (name: string, options: { json?: boolean }) => {
    const items = await api().list(`/scripts/${part(name)}/revisions`, scriptRevisionSummary);
    const columns = [
      ['revision', (item: (typeof items)[number]) => item.revision],
      ['saved', (item: (typeof items)[number]) => localTime(item.createdAt)],
      ['by', (item: (typeof items)[number]) => item.author],
      ['note', (item: (typeof items)[number]) => item.note],
    ] as const;
    showList(items, options, columns, 'No revisions.');
  });

  group
    .command('diff')
    .description('compare two revisions; exit code 0: they are the same, 1: they differ')
    .argument('<name>')
    .argument('<revision>', 'the one', wholeNumber)
    .argument('<other>', 'the other', wholeNumber)
    .action(async (name: string, one: number, other: number) => {
      const server = api();
      const read = (revision: number) =>
        server.get(`/scripts/${part(name)}/revisions/${revision}`, scriptRevision);
      const [before, after] = [await read(one), await read(other)];
      const diff = filesDiff(revisionFiles(before), revisionFiles(after), [`${one}`, `${other}`]);
      if (diff === '') return printLine('No difference.');
      printText(diff);
      process.exitCode = exitCode.failed;
    });

  reading(
    group
      .command('restore')
      .description('save an earlier revision as a new one')
      .argument('<name>')
      .argument('<revision>', 'its number', wholeNumber),
  ).action(async (name: string, revision: number, options: { json?: boolean }) => {
    const server = api();
    const { etag } = await server.getWithTag(`/scripts/${part(name)}`, script);
    const path = `/scripts/${part(name)}/revisions/${revision}/restore`;
    const restored = await server.send('POST', path, {}, script, etag);
    if (options.json) printJson(restored);
    else printLine(`Saved revision ${revision} of "${restored.name}" as revision ${restored.revision}.`);
  });
}

/** What a revision holds, as the files of a script that has no name. */
function revisionFiles({ os, interpreter, content, parameters }: ScriptRevision): FolderFile[] {
  const about = { name: '', description: '', category: 'General', note: '', revisions: [] };
  return documentToFiles({ kind: 'Script', ...about, os, interpreter, content, parameters }, 'script');
}
