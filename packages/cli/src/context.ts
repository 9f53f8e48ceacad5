import type { Command } from 'commander';
import { type Api, openApi } from './api.ts';
import { findCredentials } from './credentials.ts';
import { type Column, printJson, printList } from './print.ts';

/** The API of the server that this call is for. */
export function api(): Api {
  return openApi(findCredentials());
}

/** Adds `--json` to a reading command. */
export function reading(command: Command): Command {
  return command.option('--json', "print the API's objects as JSON");
}

/** Shows a list as the caller wants it. */
export function showList<Item>(
  items: readonly Item[],
  options: { json?: boolean },
  columns: readonly Column<Item>[],
  whenEmpty: string,
): void {
  if (options.json) printJson(items);
  else printList(items, columns, whenEmpty);
}

/** Collects a repeatable `k=v` option. */
export function collectPairs(value: string, before: Record<string, string> = {}): Record<string, string> {
  const at = value.indexOf('=');
  if (at < 1) throw new TypeError(`"${value}" is not of the form name=value`);
  return { ...before, [value.slice(0, at)]: value.slice(at + 1) };
}
