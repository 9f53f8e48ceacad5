import type pg from 'pg';
import { cancelledCycles, uncancelledRuns } from '../db/cycle-cancellation.ts';
import type { Engine } from '../engine/engine.ts';
import { tellRuns } from './run-events.ts';

/** Cancels every run of a cycle that has not finished (W-13). May be repeated. */
export async function cancelRuns(
  { pool, engine, now }: { readonly pool: pg.Pool; readonly engine: Engine; readonly now: () => number },
  cycle: number,
  by: string,
): Promise<void> {
  const runs = await uncancelledRuns(pool, cycle);
  const at = now();
  await tellRuns(
    engine,
    runs.map((run) => ({ run, event: { kind: 'cancel', at, by } })),
  );
}

/** Goes on cancelling what a server that has died was cancelling. */
export async function resumeCancellations(context: Parameters<typeof cancelRuns>[0]): Promise<void> {
  for (const { id, by } of await cancelledCycles(context.pool)) await cancelRuns(context, id, by);
}
