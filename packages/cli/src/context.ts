import { type Command, InvalidArgumentError } from 'commander';
import { type Api, openApi } from './api.ts';
import { findCredentials } from './credentials.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { type Column, printError, printJson, printList } from './print.ts';

/** The API of the server that this call is for. */
export function api(): Api {
  return openApi(findCredentials());
}

/** Adds `--json` to a reading command. */
export function reading(command: Command): Command {
  return command.option('--json', "print the API's objects as JSON");
}

/** Adds `--json` and `--limit` to the command of a list that grows for ever. */
export function readingLatest(command: Command): Command {
  return reading(command).option('--limit <count>', 'how many at most, or "all"', itemCount, 100);
}

/** Shows a list as the caller wants it; one that may have been cut says so. */
export function showList<Item>(
  items: readonly Item[],
  options: { json?: boolean; limit?: number },
  columns: readonly Column<Item>[],
  whenEmpty: string,
): void {
  if (options.json) printJson(items);
  else printList(items, columns, whenEmpty);
  if (items.length === options.limit) {
    printError(`Only the latest ${items.length} are shown; --limit 1000 or --limit all shows more.`);
  }
}

/** Collects a repeatable `k=v` option. */
export function collectPairs(value: string, before: Record<string, string> = {}): Record<string, string> {
  const at = value.indexOf('=');
  if (at < 1) throw new CommandError(exitCode.usage, `"${value}" is not of the form name=value`);
  return { ...before, [value.slice(0, at)]: value.slice(at + 1) };
}

/** Reads a whole number from 1 on. */
export function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return Number(value);
}

function itemCount(value: string): number {
  return value === 'all' ? Number.POSITIVE_INFINITY : wholeNumber(value);
}
