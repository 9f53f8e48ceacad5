import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Count } from '../tools/test-count.ts';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'test-count-'));

/** Runs vitest on the given test file as `npm test` does, and answers what it counted. */
function count(name: string, source: string): Count {
  mkdirSync(join(folder, name));
  writeFileSync(
    join(folder, name, 'a.test.js'),
    `import { beforeAll, describe, expect, it } from 'vitest';
import { testsNeeding } from ${JSON.stringify(join(root, 'packages/testkit/src/tests-needing.ts'))};${source}`,
  );
  const script = `
    import { createVitest } from 'vitest/node';
    import { CountingReporter } from ${JSON.stringify(join(root, 'tools/test-count.ts'))};
    const reporter = new CountingReporter();
    const vitest = await createVitest('test', { root: ${JSON.stringify(join(folder, name))}, watch: false, reporters: [reporter] });
    await vitest.start();
    await vitest.close();
    process.stdout.write(JSON.stringify(reporter.count));
    process.exit(0);`;
  writeFileSync(join(folder, name, 'run.mjs'), script);
  return JSON.parse(execFileSync(process.execPath, [join(folder, name, 'run.mjs')], { encoding: 'utf8' }));
}

beforeAll(() => symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules')));
afterAll(() => rmSync(folder, { recursive: true }));

it('counts tests by how they ended, and names those that failed or were skipped, with the reason', () => {
  const source = `
    it('good', () => {});
    it('bad', () => { expect(1).toBe(2); });
    it('there', ({ skip }) => { skip(true, 'no root'); });
    testsNeeding('a moon', false)('moonlit', () => { throw new Error('dark'); });
    testsNeeding('a sun', true)('sunny', () => {});
    it.skip('away', () => {});
    it.todo('later');`;
  expect(count('each', source)).toEqual({
    passed: 2,
    skipped: 4,
    whatFailed: ['a.test.js > bad: expected 1 to be 2 // Object.is equality'],
    whatWasSkipped: ['there (no root)', 'moonlit (needs a moon)', 'away, later (no reason given)'],
  });
});

it('names the file when many of its tests are skipped', () => {
  const source = "describe.skip('lab', () => { for (const name of 'abcd') it(name, () => {}); });";
  expect(count('many', source).whatWasSkipped).toEqual(['4 tests of a.test.js (no reason given)']);
});

it.each([
  ['a file that cannot be loaded', "import './missing.js';"],
  ['a file without tests', ''],
  [
    'a hook that throws',
    "describe('x', () => { beforeAll(() => { throw new Error('x'); }); it('y', () => {}); });",
  ],
  ['a hook of the file that throws', "beforeAll(() => { throw new Error('x'); }); it('y', () => {});"],
  [
    'an error after the test',
    "it('y', () => { setTimeout(() => { throw new Error('x'); }); }); it('z', () => new Promise((r) => setTimeout(r, 50)));",
  ],
])('counts %s as failed', (what, source) => {
  expect(count(what.replaceAll(' ', '-'), source).whatFailed).toHaveLength(1);
});
