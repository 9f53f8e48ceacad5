import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLogFile, rotateLogFile } from '../src/db/embedded/log-file.ts';
import { temporaryDirectory } from './embedded-fixture.ts';

test('given a log over 10 MB that PostgreSQL has open, when it is rotated, then it goes on in an emptied file', async () => {
  const file = join(await temporaryDirectory(), 'postgres.log');
  const open = await openLogFile(file);
  await open.write('small\n');
  await rotateLogFile(file);
  expect(await readFile(file, 'utf8')).toBe('small\n');
  await appendFile(file, 'x'.repeat(10 * 1024 * 1024));
  await rotateLogFile(file);
  await open.write('after\n');
  await open.close();
  expect(await readFile(file, 'utf8')).toBe('after\n');
  expect((await stat(`${file}.1`)).size).toBe(10 * 1024 * 1024 + 'small\n'.length);
});
