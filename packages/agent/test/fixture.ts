import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Output of a real tool, recorded in `test/fixtures`. */
export function fixture(path: string): string {
  return readFileSync(join(import.meta.dirname, 'fixtures', path), 'utf8');
}
