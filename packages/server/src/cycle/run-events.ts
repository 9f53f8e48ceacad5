import type { RunEvent } from '@patchbay/domain/run/event';
import type { BaseLogger } from 'pino';
import type { Engine } from '../engine/engine.ts';

/** What a run is to be told. */
export interface EventForRun {
  readonly run: number;
  readonly event: RunEvent;
}

/** Runs that are told at once, so that a large cycle does not fill the engine's memory. */
const atOnce = 1000;

/** Tells runs what happened, and waits until it is stored. */
async function tellRuns(engine: Pick<Engine, 'submit'>, events: readonly EventForRun[]): Promise<void> {
  for (let first = 0; first < events.length; first += atOnce) {
    const told = events.slice(first, first + atOnce);
    await Promise.all(told.map(({ run, event }) => engine.submit(run, event)));
  }
}

/** As {@link tellRuns} without waiting; whoever looks at the cycle next tells those that were not reached. */
export function tellRunsSoon(
  engine: Pick<Engine, 'submit'>,
  events: readonly EventForRun[],
  log: BaseLogger,
): void {
  tellRuns(engine, events).catch((error: unknown) =>
    log.warn({ err: error, runs: events.length }, 'Runs of a cycle could not be told'),
  );
}
