import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { labAvailable } from '@patchbay/testkit/lab/lab-available';
import { architecture, checks, runChecks } from './checks.ts';
import type { Count } from './test-count.ts';
import { prepareMachine } from './test-machine.ts';

const allStages = ['checks', 'unit', 'database', 'e2e', 'browser', 'lab'];

const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.find((name) => !allStages.includes(name));
if (unknown !== undefined) {
  console.error(`There is no stage "${unknown}". The stages are: ${allStages.join(', ')}.`);
  process.exit(64);
}
const stages = allStages.filter((name) => positionals.length === 0 || positionals.includes(name));

let running: ChildProcess | undefined;
let exitCode: number | undefined;
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    exitCode = code;
    running?.send('cancel');
  });
}

const total: Count = { passed: 0, skipped: 0, whatFailed: [], whatWasSkipped: [] };
await timed('set-up', async () => prepareMachine(stages));
for (const stage of stages) {
  if (exitCode === undefined) await timed(stage, async () => add(await runStage(stage)));
}
console.log(`\nSkipped: ${total.whatWasSkipped.join('; ') || 'nothing'}`);
for (const failure of total.whatFailed) console.log(`Failed: ${failure}`);
console.log(`${total.passed} passed, ${total.whatFailed.length} failed, ${total.skipped} skipped`);
process.exitCode = exitCode ?? (total.whatFailed.length === 0 ? 0 : 1);

async function timed(stage: string, work: () => Promise<void>): Promise<void> {
  console.log(`\n== ${stage}`);
  const started = performance.now();
  await work();
  console.log(`== ${stage}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

function add(count: Count): void {
  total.passed += count.passed;
  total.skipped += count.skipped;
  total.whatFailed.push(...count.whatFailed);
  total.whatWasSkipped.push(...count.whatWasSkipped);
}

async function runStage(stage: string): Promise<Count> {
  if (stage === 'checks') {
    const wanted = stages.includes('unit') ? checks : [...checks, architecture];
    return { ...(await runChecks(wanted)), skipped: 0, whatWasSkipped: [] };
  }
  const lab = labAvailable();
  const noBrowser = stage === 'browser' && !existsSync('/usr/bin/chromium');
  const whyNot = stage === 'lab' && !lab.ok ? [lab.reason] : noBrowser ? ['Chromium is not installed'] : [];
  const count = await runProject(stage, whyNot);
  if (count.passed + count.whatFailed.length + count.skipped > 0 || exitCode !== undefined) return count;
  return { ...count, whatFailed: [`The stage ${stage} has no tests.`] };
}

/** In a session of its own: Ctrl-C must not kill the workers, whose tests have servers to stop. */
function runProject(project: string, whyNot: readonly string[]): Promise<Count> {
  return new Promise((resolve) => {
    running = fork(join(import.meta.dirname, 'test-stage.ts'), [project, ...whyNot], { detached: true });
    const unfinished = [`The stage ${project} came to no end.`];
    let count: Count = { passed: 0, skipped: 0, whatFailed: unfinished, whatWasSkipped: [] };
    running.on('message', (message: Count) => {
      count = message;
    });
    running.on('exit', () => {
      running = undefined;
      resolve(count);
    });
  });
}
