import { setTimeout as delay } from 'node:timers/promises';
import { type LogEntryView, logEntry } from '@patchbay/contracts/log';
import { type Command, Option } from 'commander';
import type { Api, Query } from '../api.ts';
import { api, readingLatest, showList } from '../context.ts';
import { coloured, localTime, printJsonLine, printRow } from '../print.ts';

interface LogOptions {
  readonly json?: boolean;
  readonly limit: number;
  readonly follow?: boolean;
  readonly level?: string;
  readonly category?: string;
  readonly endpoint?: string;
  readonly search?: string;
}

/** `patchbay log list` (O-04). */
export function addLogCommands(program: Command): void {
  const group = program.command('log').description('Logs & Alerts');
  readingLatest(group.command('list').description('list what happened, the latest first'))
    .addOption(
      new Option('--category <category>', 'only of this category').choices(logEntry.shape.category.options),
    )
    .addOption(new Option('--level <level>', 'only of this level').choices(logEntry.shape.level.options))
    .option('--endpoint <endpoint>', 'only of this endpoint')
    .option('--search <words>', 'only with these words, or beginnings of words')
    .option('--follow', 'go on with what happens from now on, one line each')
    .action(async (options: LogOptions) => {
      const { level, category, endpoint, search } = options;
      const filter = { level, category, endpoint, search };
      if (options.follow) return follow(api(), filter, options.json ?? false);
      const items = await api().list('/logs', logEntry, filter, options.limit);
      showList(
        items,
        options,
        [
          ['when', (item) => localTime(item.at)],
          ['level', (item) => coloured(item.level)],
          ['category', (item) => item.category],
          ['endpoint', (item) => item.endpoint?.name],
          ['who', (item) => item.actor],
          ['what', (item) => item.message],
        ],
        'Nothing yet.',
      );
    });
}

const lookEveryMs = 1_000;
/** Entries get their numbers before they are committed, so that some may appear behind later ones. */
const overlap = 500;

/** Prints entries as they are recorded, until it is stopped. */
async function follow(server: Api, filter: Query, json: boolean): Promise<void> {
  const [newest] = await server.list('/logs', logEntry, { after: 0 }, 1);
  const known = new Set((await recordedAfter(server, {}, newest?.id ?? 0)).map(({ id }) => id));
  let last = Math.max(newest?.id ?? 0, ...known);
  for (;;) {
    for (const entry of await recordedAfter(server, filter, last)) {
      if (known.has(entry.id)) continue;
      known.add(entry.id);
      last = Math.max(last, entry.id);
      print(entry, json);
    }
    for (const id of known) if (id <= last - overlap) known.delete(id);
    await delay(lookEveryMs);
  }
}

async function recordedAfter(server: Api, filter: Query, id: number): Promise<LogEntryView[]> {
  const found = await server.list('/logs', logEntry, { ...filter, after: Math.max(0, id - overlap) });
  return found.sort((one, other) => one.id - other.id);
}

function print(entry: LogEntryView, json: boolean): void {
  if (json) return printJsonLine(entry);
  const { at, level, category, endpoint, actor, message } = entry;
  printRow([localTime(at), level, category, endpoint?.name, actor, message]);
}
