import { setTimeout as delay } from 'node:timers/promises';
import { type Cycle, cycle as cycleSchema } from '@patchbay/contracts/cycle';
import { type Run, run as runSchema, runSummary } from '@patchbay/contracts/run';
import type { Api } from './api.ts';
import { countsLine } from './cycle-counts.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { coloured, printJson, printLine } from './print.ts';
import { drawTree, type ProgressView } from './progress-tree.ts';
import { canRedraw } from './spinner.ts';

/** Of larger cycles only the figures are shown. */
const treeRuns = 12;
const pollMs = 400;
/** A server that is started anew meanwhile is waited for. */
const patienceMs = 60_000;

/**
 * Follows a cycle to its end: a tree of runs and steps on a terminal, a line for each change otherwise.
 * Ends the command with exit code 1 when the cycle failed.
 */
export async function watchCycle(server: Api, id: number, options: { json?: boolean }): Promise<void> {
  const ended = options.json ? await waitForEnd(server, id, null) : await showProgress(server, id);
  if (options.json) printJson(ended);
  else printLine(`Cycle ${id} has finished: ${coloured(ended.result ?? '')}.`);
  if (ended.result === 'failed' || ended.result === 'cancelled') {
    throw new CommandError(exitCode.failed, `cycle ${id}: ${ended.result}`);
  }
}

/** Follows a cycle to its end and shows how it goes on. Rejects when `stop` aborts. */
export async function showProgress(server: Api, id: number, stop?: AbortSignal): Promise<Cycle> {
  const view = canRedraw() ? drawTree() : writeLines();
  try {
    return await waitForEnd(server, id, view, stop);
  } finally {
    view.end();
  }
}

/** Follows a cycle to its end. Rejects when `stop` aborts. */
export async function waitForEnd(
  server: Api,
  id: number,
  view: ProgressView | null,
  stop?: AbortSignal,
): Promise<Cycle> {
  let silentSince: number | null = null;
  for (;;) {
    stop?.throwIfAborted();
    try {
      const cycle = await server.get(`/cycles/${id}`, cycleSchema);
      view?.update(cycle, cycle.runs.total > treeRuns ? [] : await runsOf(server, id));
      if (cycle.status === 'finished') return cycle;
      silentSince = null;
    } catch (error) {
      const isSilent = error instanceof CommandError && error.exitCode === exitCode.unreachable;
      silentSince ??= performance.now();
      if (!isSilent || performance.now() - silentSince > patienceMs) throw error;
    }
    await delay(pollMs, undefined, stop && { signal: stop });
  }
}

async function runsOf(server: Api, cycle: number): Promise<Run[]> {
  const summaries = await server.list('/runs', runSummary, { cycle });
  const byEndpoint = summaries.sort((a, b) => a.endpoint.name.localeCompare(b.endpoint.name));
  return Promise.all(byEndpoint.map(({ id }) => server.get(`/runs/${id}`, runSchema)));
}

/** Writes a line whenever a step or a count has changed. */
function writeLines(): ProgressView {
  const said = new Map<string, string>();
  const say = (about: string, line: string): void => {
    if (said.get(about) === line) return;
    said.set(about, line);
    printLine(line);
  };
  return {
    update(cycle, runs) {
      if (runs.length === 0) say('counts', countsLine(cycle));
      for (const { id, endpoint, steps, result, reason } of runs) {
        for (const { key, name, status, detail } of steps) {
          if (status === 'pending') continue;
          say(`${id} ${key}`, `${endpoint.name}: ${name}: ${status}${detail ? ` (${detail})` : ''}`);
        }
        if (result !== null) say(`${id}`, `${endpoint.name}: ${result}${reason ? `: ${reason}` : ''}`);
      }
    },
    end: () => undefined,
  };
}
