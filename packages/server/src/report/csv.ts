/** A cell of a table. */
export type Cell = string | number | null;

/**
 * One line of CSV (RFC 4180), with its line end. A text that a spreadsheet would take for a formula gets an apostrophe
 * before it: names come from people and from agents.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(quoted).join(',')}\r\n`;
}

function quoted(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
