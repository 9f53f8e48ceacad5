import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const dist = join(import.meta.dirname, '../packages/console/dist');

/** Whether the console has been built, as `npm start` and `npm test` do. */
export const consoleIsBuilt = existsSync(join(dist, 'index.html'));

/** The scripts that the console's first page loads, compressed, in kB (1000 bytes), before those of the page that is shown. */
export async function measureConsoleLoad(): Promise<number> {
  const page = await readFile(join(dist, 'index.html'), 'utf8');
  const scripts = [...page.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, path]) => String(path));
  const sizes = await Promise.all(
    scripts.map(async (path) => gzipSync(await readFile(join(dist, path)), { level: 9 }).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}
