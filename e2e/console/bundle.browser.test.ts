import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const dist = join(import.meta.dirname, '../../packages/console/dist');
const mostBytes = 250_000;

/** The scripts that the page itself asks for, with everything that they import at once. */
function firstScripts(): Set<string> {
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const source = readFileSync(join(dist, 'assets', file), 'utf8');
    for (const [, imported = ''] of source.matchAll(/(?:import|from)\s*"\.\/([^"]+\.js)"/g)) visit(imported);
  };
  for (const [, file = ''] of html.matchAll(/(?:src|href)="\/assets\/([^"]+\.js)"/g)) visit(file);
  return seen;
}

describe('the built console', () => {
  it('asks for at most 250 kB of script, compressed, before the first page is there', () => {
    const files = [...firstScripts()];
    const bytes = files.map((file) => gzipSync(readFileSync(join(dist, 'assets', file))).length);
    expect(files.length).toBeGreaterThan(0);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(mostBytes);
  });

  it('loads the editor of code only where it is needed', () => {
    const early = [...firstScripts()]
      .map((file) => readFileSync(join(dist, 'assets', file), 'utf8'))
      .join('');
    expect(early).not.toContain('cm-content');
  });

  it('S-08 has no script and no style within the page', () => {
    const html = readFileSync(join(dist, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(html).not.toContain('<style');
  });
});
