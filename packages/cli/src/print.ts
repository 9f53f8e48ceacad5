import Table from 'cli-table3';
import { pc } from './colours.ts';
import { columnWidths } from './column-widths.ts';
import { shownJson, shownLine, shownText } from './terminal-text.ts';

type Value = string | number | null | undefined;

/** One column of a list: its head and what it shows of an item. */
export type Column<Item> = readonly [head: string, cell: (item: Item) => Value];

/** Writes a value as JSON, the API's own objects. */
export function printJson(value: unknown): void {
  process.stdout.write(`${shownJson(value)}\n`);
}

/** Writes a value as JSON on one line, for those who read one value after the other. */
export function printJsonLine(value: unknown): void {
  process.stdout.write(`${shownJson(value, 0)}\n`);
}

/** Writes one line, whatever the text has in it. */
export function printLine(line = ''): void {
  process.stdout.write(`${shownLine(line)}\n`);
}

/** Writes a text of several lines. */
export function printText(text: string): void {
  process.stdout.write(`${shownText(text)}\n`);
}

/** Writes to standard error what has gone wrong, or a hint that is not what the command was asked for. */
export function printError(text: string): void {
  process.stderr.write(`${shownText(text)}\n`);
}

function cellText(value: Value): string {
  return shownLine(String(value ?? ''));
}

/** Writes one line of cells with tabs between them, for lists that grow while they are read. */
export function printRow(cells: readonly Value[]): void {
  process.stdout.write(`${cells.map(cellText).join('\t')}\n`);
}

/** Writes a list: a table on a terminal, tab-separated lines otherwise; says so when it is empty. */
export function printList<Item>(
  items: readonly Item[],
  columns: readonly Column<Item>[],
  whenEmpty: string,
): void {
  const rows = items.map((item) => columns.map(([, cell]) => cellText(cell(item))));
  if (!process.stdout.isTTY) {
    for (const row of rows) printRow(row);
    return;
  }
  if (items.length === 0) return printLine(pc.dim(whenEmpty));
  const heads = columns.map(([head]) => head);
  const table = new Table({
    head: heads,
    colWidths: columnWidths([heads, ...rows], process.stdout.columns),
    wordWrap: true,
    style: { head: ['bold'], border: ['gray'], compact: true },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  table.push(...rows);
  process.stdout.write(`${table.toString()}\n`);
}

/** Writes named values one below the other. */
export function printFields(fields: readonly (readonly [label: string, value: Value])[]): void {
  const width = Math.max(...fields.map(([label]) => label.length));
  for (const [label, value] of fields) printLine(`${pc.bold(label.padEnd(width))}  ${cellText(value)}`);
}

/** An instant as this machine's local time, to the second. */
export function localTime(instant: string | null): string {
  if (instant === null) return '';
  const date = new Date(instant);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Named values such as tags in one line. */
export function pairs(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

const colours: Record<string, (text: string) => string> = {
  succeeded: pc.green,
  connected: pc.green,
  partial: pc.yellow,
  failed: pc.red,
  missed: pc.red,
  healthy: pc.green,
  unhealthy: pc.red,
  timedOut: pc.red,
  lost: pc.red,
  interrupted: pc.red,
  refused: pc.red,
  notStarted: pc.red,
  revoked: pc.red,
  disabled: pc.red,
  cancelled: pc.yellow,
  missedWindow: pc.yellow,
  running: pc.cyan,
  error: pc.red,
  warning: pc.yellow,
};

/** A status in its colour. */
export function coloured(status: string): string {
  return (colours[status] ?? ((text) => text))(status);
}
