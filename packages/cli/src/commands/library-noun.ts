import type { LibraryDocumentKind } from '@patchbay/contracts/library-document';
import type { Command } from 'commander';
import type { z } from 'zod';
import { part } from '../api.ts';
import { api, reading, showList } from '../context.ts';
import { Refusal } from '../exit-code.ts';
import { readLibraryFile } from '../library-file.ts';
import { type Column, printError, printJson, printLine } from '../print.ts';

/** What the commands of one noun of the library need to know about it. */
export interface LibraryNoun<Whole extends z.ZodType, Summary extends z.ZodType> {
  /** As the command is called; `patch-filter` is said as "patch filter". */
  readonly noun: string;
  /** The noun in the plural, as in the API's addresses. */
  readonly path: string;
  readonly kind: LibraryDocumentKind;
  readonly whole: Whole;
  readonly summary: Summary;
  readonly columns: readonly Column<z.output<Summary>>[];
  readonly show: (item: z.output<Whole>) => void;
  readonly duplicable: boolean;
  /** What the server warns of about a thing that was just saved. */
  readonly warnings?: (item: z.output<Whole>) => readonly string[];
  /** What there is to say about the fields of what was just saved. */
  readonly findings?: (input: unknown) => Promise<readonly Finding[]>;
}

/** Something about a field that did not keep the thing from being saved. */
interface Finding {
  readonly severity: 'refused' | 'incomplete' | 'warning';
  readonly path: string;
  readonly message: string;
}

/** What every answer about a thing of the library carries. */
interface Named {
  readonly id: string;
  readonly name: string;
}

/** Adds `NOUN list|show|create|edit|duplicate|delete`. */
export function addLibraryCommands<Whole extends z.ZodType, Summary extends z.ZodType>(
  program: Command,
  about: LibraryNoun<Whole, Summary>,
): Command {
  const { path, kind, whole } = about;
  const noun = about.noun.replaceAll('-', ' ');
  const nouns = path.replaceAll('-', ' ');
  const group = program.command(about.noun).description(`the library's ${nouns}`);

  reading(
    group
      .command('list')
      .description(`list the ${nouns}`)
      .option('--search <text>', 'only names that contain this'),
  ).action(async (options: { json?: boolean; search?: string }) => {
    const items = await api().list(`/${path}`, about.summary, { search: options.search });
    showList(
      items,
      options,
      about.columns,
      `No ${nouns} yet: "patchbay ${about.noun} create -f FILE" makes one.`,
    );
  });

  reading(group.command('show').description(`show one ${noun}`).argument('<name>')).action(
    async (name: string, options: { json?: boolean }) => {
      const item = await api().get(`/${path}/${part(name)}`, whole);
      if (options.json) printJson(item);
      else about.show(item);
    },
  );

  reading(
    group
      .command('create')
      .description(`create a ${noun} from a file`)
      .requiredOption('-f, --file <file>', 'YAML or JSON; - is standard input'),
  ).action(async (options: { file: string; json?: boolean }) => {
    const sent = await sendFile(options.file, kind, (input) => api().send('POST', `/${path}`, input, whole));
    const made = sent.answer;
    if (options.json) printJson(made);
    else printLine(`Created ${noun} "${(made as Named).name}".`);
    await remark(sent);
  });

  reading(
    group
      .command('edit')
      .description(`replace a ${noun} by a file's`)
      .argument('<name>')
      .requiredOption('-f, --file <file>', 'YAML or JSON; - is standard input'),
  ).action(async (name: string, options: { file: string; json?: boolean }) => {
    const server = api();
    const sent = await sendFile(options.file, kind, async (input) => {
      const { etag } = await server.getWithTag(`/${path}/${part(name)}`, whole);
      return server.send('PUT', `/${path}/${part(name)}`, input, whole, etag);
    });
    const saved = sent.answer;
    if (options.json) printJson(saved);
    else printLine(`Saved ${noun} "${(saved as Named).name}".`);
    await remark(sent);
  });

  if (about.duplicable) {
    reading(
      group
        .command('duplicate')
        .description(`copy a ${noun}`)
        .argument('<name>')
        .option('--as <name>', 'name of the copy'),
    ).action(async (name: string, options: { as?: string; json?: boolean }) => {
      const input = options.as === undefined ? {} : { name: options.as };
      const copy = await api().send('POST', `/${path}/${part(name)}/duplicate`, input, whole);
      if (options.json) printJson(copy);
      else printLine(`Created ${noun} "${(copy as Named).name}".`);
    });
  }

  group
    .command('delete')
    .description(`delete a ${noun}`)
    .argument('<name>')
    .action(async (name: string) => {
      const server = api();
      const { etag } = await server.getWithTag(`/${path}/${part(name)}`, whole);
      await server.remove(`/${path}/${part(name)}`, etag);
      printLine(`Deleted ${noun} "${name}".`);
    });

  return group;

  async function remark({ answer, input, where }: Sent<z.output<Whole>>): Promise<void> {
    for (const warning of about.warnings?.(answer) ?? []) printError(`Warning: ${warning}`);
    for (const { severity, path: field, message } of (await about.findings?.(input)) ?? []) {
      printError(`${severity === 'warning' ? 'Warning' : 'Incomplete'}: ${where(field)}: ${message}`);
    }
  }
}

/** What was made of a file, and where its fields stand. */
interface Sent<Answer> {
  readonly answer: Answer;
  readonly input: unknown;
  readonly where: (path: string) => string;
}

/** Sends what a file holds; what the server finds wrong with it is told with the file's lines. */
async function sendFile<Answer>(
  file: string,
  kind: LibraryDocumentKind,
  send: (input: unknown) => Promise<Answer>,
): Promise<Sent<Answer>> {
  const { input, leftOut, where } = readLibraryFile(file, kind);
  for (const field of leftOut) printError(`${where(field)}: only "patchbay apply" acts on it`);
  try {
    return { answer: await send(input), input, where };
  } catch (error) {
    if (!(error instanceof Refusal) || error.errors.length === 0) throw error;
    throw new Refusal(error.exitCode, error, where);
  }
}
