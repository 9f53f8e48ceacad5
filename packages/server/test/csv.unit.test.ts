import { csvLine } from '@patchbay/server/report/csv';
import { expect, it } from 'vitest';

it('O-01 CSV keeps every text whole, and none becomes a formula', () => {
  expect(csvLine(['plain', 7, null, ''])).toBe('plain,7,,\r\n');
  expect(csvLine(['a,b', 'say "hi"', 'two\nlines'])).toBe('"a,b","say ""hi""","two\nlines"\r\n');
  expect(csvLine(['=1+1', '+1', '-1', '@x', '\t=1', -1])).toBe(`'=1+1,'+1,'-1,'@x,'\t=1,-1\r\n`);
});
