import { setTimeout as delay } from 'node:timers/promises';
import { type Cycle, cycle as cycleSchema } from '@patchbay/contracts/cycle';
import { type Run, run as runSchema, runSummary } from '@patchbay/contracts/run';
import type { Api } from './api.ts';
import { countsLine } from './cycle-counts.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { coloured, printJson, printLine } from './print.ts';
import { drawTree } from './progress-tree.ts';

/** Of larger cycles only the figures are shown. */
const treeRuns = 12;
const pollMs = 400;

/**
 * Follows a cycle to its end: a tree of runs and steps on a terminal, a line for each change otherwise.
 * Ends the command with exit code 1 when the cycle failed.
 */
export async function watchCycle(server: Api, id: number, options: { json?: boolean }): Promise<void> {
  const ended = options.json ? await waitForEnd(server, id, () => undefined) : await showProgress(server, id);
  if (options.json) printJson(ended);
  else printLine(`Cycle ${id} has finished: ${coloured(ended.result ?? '')}.`);
  if (ended.result === 'failed' || ended.result === 'cancelled') {
    throw new CommandError(exitCode.failed, `cycle ${id}: ${ended.result}`);
  }
}

/** Follows a cycle to its end and shows how it goes on. */
export async function showProgress(server: Api, id: number): Promise<Cycle> {
  const draw = process.stdout.isTTY ? drawTree() : lineWriter();
  const ended = await waitForEnd(server, id, async (cycle) => {
    const summaries =
      cycle.runs.total > treeRuns ? [] : await server.list('/runs', runSummary, { cycle: id });
    const runs = await Promise.all(summaries.map((summary) => server.get(`/runs/${summary.id}`, runSchema)));
    draw.update(cycle, runs);
  });
  draw.end();
  return ended;
}

async function waitForEnd(
  server: Api,
  id: number,
  seen: (cycle: Cycle) => Promise<void> | undefined,
): Promise<Cycle> {
  for (;;) {
    const cycle = await server.get(`/cycles/${id}`, cycleSchema);
    await seen(cycle);
    if (cycle.status === 'finished') return cycle;
    await delay(pollMs);
  }
}

/** Writes a line whenever a step or a count has changed. */
function lineWriter(): { update(cycle: Cycle, runs: readonly Run[]): void; end(): void } {
  const said = new Map<string, string>();
  const say = (key: string, line: string): void => {
    if (said.get(key) === line) return;
    said.set(key, line);
    printLine(line);
  };
  return {
    update(cycle, runs) {
      for (const run of runs) {
        for (const step of run.steps) {
          if (step.status === 'pending') continue;
          say(
            `${run.id} ${step.key}`,
            `${run.endpoint.name}: ${step.name}: ${step.status}${step.detail ? ` (${step.detail})` : ''}`,
          );
        }
        if (run.result !== null) say(`${run.id}`, `${run.endpoint.name}: ${run.result}: ${run.reason ?? ''}`);
      }
      if (runs.length === 0) say('counts', countsLine(cycle));
    },
    end: () => undefined,
  };
}
