// Runs one project of the tests for tools/test.ts, and sends it the count.
// Arguments: the project, and why its tests cannot run here, if they cannot.
import { createVitest } from 'vitest/node';
import { type Count, CountingReporter } from './test-count.ts';

const [project = '', whyNot] = process.argv.slice(2);

const reporter = new CountingReporter();
const vitest = await createVitest('test', { project, watch: false, reporters: ['default', reporter] });
// Tests in progress end and clean up after themselves.
for (const wish of ['message', 'disconnect']) {
  process.on(wish, () => void vitest.cancelCurrentRun('keyboard-input'));
}
const count = whyNot === undefined ? await run() : await skip(whyNot);
await vitest.close();
// What tests have left behind must not keep this process alive.
process.send?.(count, () => process.exit());

async function run(): Promise<Count> {
  await vitest.start();
  return reporter.count;
}

async function skip(why: string): Promise<Count> {
  const { testModules } = await vitest.collect();
  const skipped = testModules.flatMap((module) => [...module.children.allTests()]).length;
  return { passed: 0, skipped, whatFailed: [], whatWasSkipped: [`${project}, ${skipped} tests (${why})`] };
}
