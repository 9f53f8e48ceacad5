import { columnWidths } from '@patchbay/cli/column-widths';
import { describe, expect, it } from 'vitest';

describe('the columns of a table', () => {
  const rows = [
    ['run', 'why'],
    ['1042', '\u001b[31mits exit code 3 is not in its success list [0]\u001b[39m'],
  ];

  it('are as wide as what is in them where there is room', () => {
    expect(columnWidths(rows, 100)).toEqual([null, null]);
    expect(columnWidths(rows, 57)).toEqual([null, null]);
  });

  it('break the lines of the widest one where there is not, colours not counted', () => {
    expect(columnWidths(rows, 56)).toEqual([null, 47]);
    expect(columnWidths(rows, 10)).toEqual([null, 20]);
  });

  it('are as wide as they like on a terminal that does not tell its width', () => {
    expect(columnWidths(rows, 0)).toEqual([null, null]);
  });
});
