import type { Cycle } from '@patchbay/contracts/cycle';
import type { Run, RunStep } from '@patchbay/contracts/run';
import { createLogUpdate } from 'log-update';
import pc from 'picocolors';
import { countsLine } from './cycle-counts.ts';

const frames = ['◐', '◓', '◑', '◒'];

/** Draws the runs of a cycle with their steps as a tree that is renewed in place. */
export function drawTree(): { update(cycle: Cycle, runs: readonly Run[]): void; end(): void } {
  const log = createLogUpdate(process.stdout);
  let lines: (frame: string) => string[] = () => [];
  let turn = 0;
  const paint = (): void => {
    turn += 1;
    log(lines(frames[turn % frames.length] ?? '').join('\n'));
  };
  const timer = setInterval(paint, 120);
  return {
    update(cycle, runs) {
      lines = (frame) =>
        runs.length === 0 ? [countsLine(cycle)] : runs.flatMap((run) => runLines(run, frame));
      paint();
    },
    end() {
      clearInterval(timer);
      paint();
      log.done();
    },
  };
}

function runLines(run: Run, frame: string): string[] {
  const mark =
    run.result === null ? pc.cyan(frame) : run.result === 'succeeded' ? pc.green('✔') : pc.yellow('▪');
  const now =
    run.result === null ? pc.dim(run.status) : `${run.result}${run.reason ? pc.dim(`: ${run.reason}`) : ''}`;
  return [`${mark} ${pc.bold(run.endpoint.name)} ${now}`, ...run.steps.map((step) => stepLine(step, frame))];
}

function stepLine(step: RunStep, frame: string): string {
  const marks: Record<RunStep['status'], string> = {
    pending: pc.dim('·'),
    active: pc.cyan(frame),
    succeeded: pc.green('✔'),
    partial: pc.yellow('✔'),
    failed: pc.red('✖'),
    cancelled: pc.yellow('■'),
    skipped: pc.dim('↷'),
    notRun: pc.dim('–'),
  };
  const quiet = step.status === 'pending' || step.status === 'skipped' || step.status === 'notRun';
  const name = quiet ? pc.dim(step.name) : step.name;
  return `    ${marks[step.status]} ${name}${step.detail ? pc.dim(`: ${step.detail}`) : ''}`;
}
