import type { Cycle } from '@patchbay/contracts/cycle';
import type { Run, RunStep } from '@patchbay/contracts/run';
import { pc } from './colours.ts';
import { countsLine } from './cycle-counts.ts';
import { coloured } from './print.ts';
import { startSpinner } from './spinner.ts';
import { shownLine } from './terminal-text.ts';

/** Shows how a cycle goes on; `runs` is empty when there are too many to be shown. */
export interface ProgressView {
  update(cycle: Cycle, runs: readonly Run[]): void;
  end(): void;
}

/** Draws the runs of a cycle with their steps as a tree that is renewed in place. */
export function drawTree(): ProgressView {
  let lines: (picture: string) => string[] = () => [];
  const spinner = startSpinner((picture) => lines(picture));
  return {
    update(cycle, runs) {
      lines = (picture) => treeLines(cycle, runs, picture);
      spinner.draw();
    },
    end: () => spinner.end('last'),
  };
}

/** The tree as lines of text; `picture` marks what is going on. */
export function treeLines(cycle: Cycle, runs: readonly Run[], picture: string): string[] {
  if (runs.length === 0) return [countsLine(cycle)];
  return runs.flatMap((run) => runLines(run, picture)).map(shownLine);
}

function runLines(run: Run, picture: string): string[] {
  const { result, status, reason, endpoint, steps } = run;
  const mark = result === null ? pc.cyan(picture) : runMarks[result];
  const now = result === null ? pc.dim(status) : coloured(result);
  const why = reason === null ? '' : pc.dim(`: ${reason}`);
  return [`${mark} ${pc.bold(endpoint.name)} ${now}${why}`, ...steps.map((step) => stepLine(step, picture))];
}

const runMarks: Record<NonNullable<Run['result']>, string> = {
  succeeded: pc.green('✔'),
  partial: pc.yellow('✔'),
  failed: pc.red('✖'),
  cancelled: pc.yellow('■'),
  missedWindow: pc.yellow('■'),
  skipped: pc.dim('↷'),
};

function stepLine({ status, name, detail }: RunStep, picture: string): string {
  const marks: Record<RunStep['status'], string> = {
    pending: pc.dim('·'),
    active: pc.cyan(picture),
    succeeded: pc.green('✔'),
    partial: pc.yellow('✔'),
    failed: pc.red('✖'),
    cancelled: pc.yellow('■'),
    skipped: pc.dim('↷'),
    notRun: pc.dim('–'),
  };
  const quiet = status === 'pending' || status === 'skipped' || status === 'notRun';
  return `    ${marks[status]} ${quiet ? pc.dim(name) : name}${detail ? pc.dim(`: ${detail}`) : ''}`;
}
