import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** A quick look at all sources by one tool: passed when the command ends with 0. */
export type Check = { readonly name: string; readonly command: readonly [string, ...string[]] };

export const architecture: Check = {
  name: 'architecture',
  command: ['vitest', 'run', '--project', 'unit', '--reporter', 'dot', 'e2e/architecture'],
};

/** What every change has to pass, besides `architecture`, whose tests belong to the unit tests too. */
export const checks: readonly Check[] = [
  { name: 'types', command: ['tsc', '--project', '.'] },
  { name: 'types of the console', command: ['tsc', '--project', 'packages/console'] },
  { name: 'purity fence', command: ['tsc', '--project', 'packages/domain'] },
  { name: 'format', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'lint', command: ['oxlint'] },
  { name: 'unused code', command: ['knip', '--no-progress', '--no-config-hints'] },
];

/** Runs the checks two at a time, prints one line each (and the output of those that fail), and counts. */
export async function runChecks(wanted: readonly Check[]): Promise<{ passed: number; whatFailed: string[] }> {
  const waiting = [...wanted];
  const count = { passed: 0, whatFailed: new Array<string>() };
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const started = performance.now();
      const { passed, output } = await run(check.command);
      if (passed) count.passed += 1;
      else count.whatFailed.push(`The check of ${check.name}.`);
      const time = `${((performance.now() - started) / 1000).toFixed(1)} s`;
      console.log(
        passed ? `  ✓ ${check.name} (${time})` : `  ✗ ${check.name} (${time})\n\n${output.trimEnd()}\n`,
      );
    }
  };
  await Promise.all([work(), work()]);
  return count;
}

function run([command, ...args]: Check['command']): Promise<{ passed: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('error', (error) => resolve({ passed: false, output: error.message }));
    child.on('close', (code) => resolve({ passed: code === 0, output }));
  });
}
