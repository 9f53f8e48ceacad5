import { countsLine } from '@patchbay/cli/cycle-counts';
import { treeLines } from '@patchbay/cli/progress-tree';
import type { Cycle } from '@patchbay/contracts/cycle';
import type { Run, RunStep } from '@patchbay/contracts/run';
import { describe, expect, it } from 'vitest';

const none = {
  queued: 0,
  running: 0,
  succeeded: 0,
  partial: 0,
  failed: 0,
  cancelled: 0,
  missedWindow: 0,
  skipped: 0,
};
const cycle = (runs: Partial<Cycle['runs']>): Cycle => ({ runs: { total: 0, ...none, ...runs } }) as Cycle;
const step = (name: string, status: RunStep['status'], detail: string | null = null): RunStep =>
  ({ name, status, detail }) as RunStep;
const run = (parts: Partial<Run>): Run =>
  ({ endpoint: { id: null, name: 'web-1' }, status: 'running', result: null, reason: null, ...parts }) as Run;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are not looked at
const plain = (lines: readonly string[]): string[] =>
  lines.map((line) => line.replaceAll(/\u001b\[\d+m/g, ''));

describe('a cycle in one line', () => {
  it.each([
    [{}, '0 runs'],
    [{ total: 1, running: 1 }, '1 run: 1 running'],
    [{ total: 7, queued: 2, succeeded: 4, failed: 1 }, '7 runs: 2 queued, 4 succeeded, 1 failed'],
  ])('%j reads "%s"', (runs, line) => {
    expect(countsLine(cycle(runs))).toBe(line);
  });
});

describe('the progress tree', () => {
  it('W-14 shows each step with its mark and why it is as it is', () => {
    const steps = [
      step('Drain', 'succeeded', 'exit code 0 is in its success list [0]'),
      step('Patching', 'active'),
      step('Fill', 'pending'),
    ];
    expect(plain(treeLines(cycle({ total: 1 }), [run({ steps })], '◐'))).toEqual([
      '◐ web-1 running',
      '    ✔ Drain: exit code 0 is in its success list [0]',
      '    ◐ Patching',
      '    · Fill',
    ]);
  });

  it('W-11 shows the result with its reason', () => {
    const ended = run({
      result: 'failed',
      reason: 'Drain failed',
      steps: [step('Drain', 'failed', 'exit code 3')],
    });
    expect(plain(treeLines(cycle({ total: 1 }), [ended], '◐'))).toEqual([
      '✖ web-1 failed: Drain failed',
      '    ✖ Drain: exit code 3',
    ]);
  });

  it('shows the figures of a cycle with many runs', () => {
    expect(treeLines(cycle({ total: 900, running: 900 }), [], '◐')).toEqual(['900 runs: 900 running']);
  });

  it('S-07 what an endpoint says stays on its line', () => {
    const steps = [step('Check', 'failed', 'no\n    ✔ Patching\u001b[2J')];
    expect(plain(treeLines(cycle({ total: 1 }), [run({ steps })], '◐'))).toEqual([
      '◐ web-1 running',
      '    ✖ Check: no ✔ Patching␛[2J',
    ]);
  });
});
