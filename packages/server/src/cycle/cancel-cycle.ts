import type pg from 'pg';
import { cancelledCycles, unfinishedRuns } from '../db/cycle-cancellation.ts';
import type { Engine } from '../engine/engine.ts';

/** Runs that are told at once, so that a large cycle does not fill the engine's memory. */
const atOnce = 1000;

/** Cancels every run of a cycle that has not finished (W-13). May be repeated. */
export async function cancelRuns(
  { pool, engine, now }: { readonly pool: pg.Pool; readonly engine: Engine; readonly now: () => number },
  cycle: number,
  by: string,
): Promise<void> {
  const runs = await unfinishedRuns(pool, cycle);
  for (let first = 0; first < runs.length; first += atOnce) {
    const told = runs.slice(first, first + atOnce);
    await Promise.all(told.map((run) => engine.submit(run, { kind: 'cancel', at: now(), by })));
  }
}

/** Goes on cancelling what a server that has died was cancelling. */
export async function resumeCancellations(context: Parameters<typeof cancelRuns>[0]): Promise<void> {
  for (const { id, by } of await cancelledCycles(context.pool)) await cancelRuns(context, id, by);
}
