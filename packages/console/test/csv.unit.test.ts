import { expect, it } from 'vitest';
import { csvText } from '../src/ui/data-list/csv.ts';

it('writes CSV that spreadsheets read as what it was', () => {
  expect(
    csvText([
      ['name', 'note'],
      ['a "b"', 'x,y\nz'],
    ]),
  ).toBe('name,note\r\n"a ""b""","x,y\nz"\r\n');
});

it.each(['=1+1', '+x', '-x', '@x', '\tx'])(
  'writes nothing that a spreadsheet takes for a formula: %j',
  (text) => {
    expect(csvText([[text]])).toBe(`'${text}\r\n`);
  },
);

it('leaves numbers as they are', () => {
  expect(csvText([['-12.5', '3']])).toBe('-12.5,3\r\n');
});
