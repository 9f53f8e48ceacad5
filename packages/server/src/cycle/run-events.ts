import type { RunEvent } from '@patchbay/domain/run/event';
import type { Engine } from '../engine/engine.ts';

/** What a run is to be told. */
export interface EventForRun {
  readonly run: number;
  readonly event: RunEvent;
}

/** Runs that are told at once, so that a large cycle does not fill the engine's memory. */
const atOnce = 1000;

/** Tells runs what happened, and waits until it is stored; rejects when the engine stops before. */
export async function tellRuns(
  engine: Pick<Engine, 'submit'>,
  events: readonly EventForRun[],
): Promise<void> {
  for (let first = 0; first < events.length; first += atOnce) {
    const told = events.slice(first, first + atOnce);
    await Promise.all(told.map(({ run, event }) => engine.submit(run, event)));
  }
}
