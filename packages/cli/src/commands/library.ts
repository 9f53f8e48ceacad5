import { type LibraryApplied, library, libraryApplied } from '@patchbay/contracts/library-document';
import type { Command } from 'commander';
import type { Api } from '../api.ts';
import { pc } from '../colours.ts';
import { api, reading } from '../context.ts';
import { exitCode, Refusal } from '../exit-code.ts';
import { changeDiff } from '../library/change-diff.ts';
import { kindInWords, libraryToFiles } from '../library/document-files.ts';
import { readLibraryFolder } from '../library/read-folder.ts';
import { readSecrets } from '../library/secrets-file.ts';
import { writeLibraryFolder } from '../library/write-folder.ts';
import type { LocatedDocument } from '../library-file.ts';
import { printError, printJson, printLine, printText } from '../print.ts';

interface ApplyOptions {
  readonly prune?: boolean;
  readonly secretsFile?: string;
  readonly json?: boolean;
}

/** `patchbay export|diff|apply DIR`: the personal library as a folder that is kept in Git (L-52). */
export function addLibraryFolderCommands(program: Command): void {
  program
    .command('export')
    .description('write the personal library into a folder')
    .argument('<dir>')
    .action(async (folder: string) => {
      const { documents } = await api().get('/library', library);
      const { written, removed } = writeLibraryFolder(folder, libraryToFiles(documents));
      for (const path of written) printLine(`${pc.green('+')} ${path}`);
      for (const path of removed) printLine(`${pc.red('-')} ${path}`);
      printLine(
        `${documents.length} things are in ${folder}: ${written.length} files written, ${removed.length} removed.`,
      );
    });

  applying(
    program
      .command('diff')
      .description('show what "apply" would change; exit code 0: nothing, 1: something')
      .argument('<dir>'),
  ).action(async (folder: string, options: ApplyOptions) => {
    const server = api();
    const located = readLibraryFolder(folder);
    const told = await send(server, folder, located, options, true);
    if (options.json) printJson(told);
    else {
      const { documents } =
        told.changes.length === 0 ? { documents: [] } : await server.get('/library', library);
      const wanted = located.map(({ document }) => document);
      printChanges(told, (change) => changeDiff(change, documents, wanted, ['server', folder]));
      printOthers(told);
      printLine(told.changes.length === 0 ? 'No difference.' : summary('Not applied', told));
    }
    if (told.changes.length > 0) process.exitCode = exitCode.failed;
  });

  applying(
    program
      .command('apply')
      .description('make the personal library what a folder says, all of it or nothing')
      .argument('<dir>'),
  ).action(async (folder: string, options: ApplyOptions) => {
    const told = await send(api(), folder, readLibraryFolder(folder), options, false);
    if (options.json) return printJson(told);
    printChanges(told, () => '');
    printOthers(told);
    printLine(summary('Applied', told));
  });
}

function applying(command: Command): Command {
  return reading(command)
    .option('--prune', 'also delete the personal things that no file describes')
    .option(
      '--secrets-file <file>',
      'values of secrets that are not stored yet, in YAML; - is standard input',
    );
}

/** Sends the documents; what the server finds wrong with them is told with their files and lines. */
async function send(
  server: Api,
  folder: string,
  located: readonly LocatedDocument[],
  { prune = false, secretsFile }: ApplyOptions,
  dryRun: boolean,
): Promise<LibraryApplied> {
  const documents = located.map(({ document }) => document);
  const secrets = readSecrets(secretsFile, folder);
  try {
    return await server.send('POST', '/library/apply', { dryRun, prune, documents, secrets }, libraryApplied);
  } catch (error) {
    if (!(error instanceof Refusal) || error.errors.length === 0) throw error;
    const places = error.errors.map(({ path }) => placeIn(path, located));
    const hint = places.some((place) => place !== null && asksForSecret(place))
      ? '\nValues of secrets come with --secrets-file; see the user guide.'
      : '';
    const { code, detail, errors, advice } = error;
    throw new Refusal(error.exitCode, { code, detail, errors, advice: `${advice}${hint}` }, (path) => {
      const place = placeIn(path, located);
      return place === null ? path : place.located.where(place.path);
    });
  }
}

interface Place {
  readonly located: LocatedDocument;
  /** Within the document. */
  readonly path: string;
}

/** The document that a refusal is about: `documents.3.script`. */
function placeIn(path: string, documents: readonly LocatedDocument[]): Place | null {
  const found = /^documents\.(?<index>\d+)(?:\.(?<rest>.+))?$/.exec(path)?.groups;
  const located = documents[Number(found?.['index'])];
  return located === undefined ? null : { located, path: found?.['rest'] ?? '' };
}

function asksForSecret({ located: { document }, path }: Place): boolean {
  const [field, name = ''] = path.split('.');
  return document.kind === 'Task' && field === 'parameters' && typeof document.parameters[name] === 'object';
}

const signs = { created: pc.green('+'), changed: pc.yellow('~'), deleted: pc.red('-') };

function printChanges(
  { changes }: LibraryApplied,
  detail: (change: LibraryApplied['changes'][number]) => string,
): void {
  for (const one of changes) {
    const which = one.fields.length === 0 ? '' : `: ${one.fields.join(', ')}`;
    printLine(`${signs[one.change]} ${kindInWords(one.kind)} "${one.name}"${which}`);
    const text = detail(one);
    if (text !== '') printText(text);
  }
}

function printOthers({ others }: LibraryApplied): void {
  if (others.length === 0) return;
  const names = others.map(({ kind, name }) => `${kindInWords(kind)} "${name}"`);
  printError(`On the server only, and deleted with --prune: ${names.join(', ')}.`);
}

function summary(said: string, { changes, unchanged }: LibraryApplied): string {
  const count = (kind: string) => `${changes.filter(({ change }) => change === kind).length} ${kind}`;
  return `${said}: ${count('created')}, ${count('changed')}, ${count('deleted')}, ${unchanged} unchanged.`;
}
