import { stripVTControlCharacters } from 'node:util';

/** The blanks beside a cell's text. */
const padding = 2;
const narrowest = 20;

/**
 * The widths of a table's columns on a terminal of so many characters; null: as wide as what is in it. Where it is too
 * narrow for all of them the widest column breaks its lines.
 */
export function columnWidths(rows: readonly (readonly string[])[], terminal: number): (number | null)[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      const width = stripVTControlCharacters(cell).length + padding;
      widths[column] = Math.max(widths[column] ?? 0, width);
    }
  }
  // One character for each line between and beside the columns.
  const tooWide = widths.reduce((sum, width) => sum + width + 1, 1) - (terminal || Number.POSITIVE_INFINITY);
  const widest = widths.indexOf(Math.max(...widths));
  return widths.map((width, column) =>
    tooWide > 0 && column === widest ? Math.max(narrowest, width - tooWide) : null,
  );
}
