import Table from 'cli-table3';
import pc from 'picocolors';

/** One column of a list: its head and what it shows of an item. */
export type Column<Item> = readonly [head: string, cell: (item: Item) => string | number | null | undefined];

/** Writes a value as JSON, the API's own objects. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Writes a line. */
export function printLine(line = ''): void {
  process.stdout.write(`${line}\n`);
}

// Values come from endpoints and people: control characters must not reach the terminal.
function safe(value: string | number | null | undefined): string {
  // biome-ignore lint: control characters are what is looked for
  return String(value ?? '').replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}

/** Writes a list: a table on a terminal, tab-separated lines otherwise; says so when it is empty. */
export function printList<Item>(
  items: readonly Item[],
  columns: readonly Column<Item>[],
  whenEmpty: string,
): void {
  if (!process.stdout.isTTY) {
    for (const item of items) printLine(columns.map(([, cell]) => safe(cell(item))).join('\t'));
    return;
  }
  if (items.length === 0) return printLine(pc.dim(whenEmpty));
  const table = new Table({
    head: columns.map(([head]) => head),
    style: { head: ['bold'], border: ['gray'], compact: true },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const item of items) table.push(columns.map(([, cell]) => safe(cell(item))));
  printLine(table.toString());
}

/** Writes named values one below the other. */
export function printFields(
  fields: readonly (readonly [string, string | number | null | undefined])[],
): void {
  const width = Math.max(...fields.map(([label]) => label.length));
  for (const [label, value] of fields) printLine(`${pc.bold(label.padEnd(width))}  ${safe(value)}`);
}

/** An instant as this machine's local time, to the second. */
export function localTime(instant: string | null): string {
  if (instant === null) return '';
  const date = new Date(instant);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

const colours: Record<string, (text: string) => string> = {
  succeeded: pc.green,
  connected: pc.green,
  partial: pc.yellow,
  failed: pc.red,
  revoked: pc.red,
  disabled: pc.red,
  cancelled: pc.yellow,
  running: pc.cyan,
};

/** A status in its colour. */
export function coloured(status: string): string {
  return (colours[status] ?? ((text) => text))(status);
}
