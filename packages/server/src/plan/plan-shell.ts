import type { BaseLogger } from 'pino';
import { type EventForRun, tellRuns } from '../cycle/run-events.ts';
import type { Engine } from '../engine/engine.ts';

/** What moving plans and cycles takes. */
export interface PlanShell {
  readonly engine: Pick<Engine, 'openRuns' | 'submit' | 'wake'>;
  readonly log: BaseLogger;
}

/** What is to be done once a move of a plan or a cycle is committed. Losing it does no harm: the next look does it. */
export interface AfterMove {
  readonly tell: readonly EventForRun[];
  /** Runs may start or go on now. */
  readonly wake: boolean;
}

export const nothingAfter: AfterMove = { tell: [], wake: false };

/** Puts together what is to be done. */
export function both(one: AfterMove, other: AfterMove): AfterMove {
  return { tell: [...one.tell, ...other.tell], wake: one.wake || other.wake };
}

/** Does what is left to do after the commit. Resolves when every run is told, or the engine has stopped; never rejects. */
export async function afterMove({ engine, log }: PlanShell, { tell, wake }: AfterMove): Promise<void> {
  if (wake) engine.wake();
  try {
    await tellRuns(engine, tell);
  } catch (error) {
    log.warn({ err: error, runs: tell.length }, 'Runs of a cycle could not be told');
  }
}
