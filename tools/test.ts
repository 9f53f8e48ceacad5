import { parseArgs } from 'node:util';
import { labAvailable } from '@patchbay/testkit/lab/lab-available';
import { createVitest, type Vitest } from 'vitest/node';
import { architecture, checks, runChecks } from './checks.ts';
import { type Count, CountingReporter } from './test-count.ts';
import { prepareMachine } from './test-machine.ts';

const allStages = ['checks', 'unit', 'database', 'e2e', 'lab'];

const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.find((name) => !allStages.includes(name));
if (unknown !== undefined) {
  console.error(`There is no stage "${unknown}". The stages are: ${allStages.join(', ')}.`);
  process.exit(64);
}
const stages = allStages.filter((name) => positionals.length === 0 || positionals.includes(name));

let running: Vitest | undefined;
let interrupted = 0;
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    interrupted = code;
    // Tests in progress end and clean up after themselves.
    void running?.cancelCurrentRun('keyboard-input');
  });
}

const total: Count = { passed: 0, failed: 0, skipped: 0, whatWasSkipped: [] };
await timed('set-up', async () => prepareMachine(stages));
for (const stage of stages) {
  if (interrupted !== 0) break;
  await timed(stage, async () => add(await runStage(stage)));
}
console.log(`\nSkipped: ${total.whatWasSkipped.join('; ') || 'nothing'}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
// What tests have left behind must not keep this process alive.
process.exit(interrupted || (total.failed === 0 ? 0 : 1));

async function timed(stage: string, work: () => Promise<void>): Promise<void> {
  console.log(`\n== ${stage}`);
  const started = performance.now();
  await work();
  console.log(`== ${stage}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

function add(count: Count): void {
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
  total.whatWasSkipped.push(...count.whatWasSkipped);
}

async function runStage(stage: string): Promise<Count> {
  if (stage === 'checks') {
    const wanted = stages.includes('unit') ? checks : [...checks, architecture];
    return { ...(await runChecks(wanted)), skipped: 0, whatWasSkipped: [] };
  }
  const lab = labAvailable();
  if (stage === 'lab' && !lab.ok) return await skipProject(stage, lab.reason);
  return await runProject(stage);
}

async function runProject(project: string): Promise<Count> {
  const reporter = new CountingReporter();
  running = await createVitest('test', { project, watch: false, reporters: ['default', reporter] });
  try {
    await running.start();
  } finally {
    await running.close();
    running = undefined;
  }
  const { passed, failed, skipped } = reporter.count;
  if (passed + failed + skipped > 0 || interrupted !== 0) return reporter.count;
  console.error(`The stage ${project} has no tests.`);
  return { ...reporter.count, failed: 1 };
}

async function skipProject(project: string, why: string): Promise<Count> {
  const vitest = await createVitest('test', { project, watch: false });
  const { testModules } = await vitest.collect();
  await vitest.close();
  const skipped = testModules.flatMap((module) => [...module.children.allTests()]).length;
  return { passed: 0, failed: 0, skipped, whatWasSkipped: [`${project}, ${skipped} tests (${why})`] };
}
