import type { BaseLogger } from 'pino';
import { type EventForRun, tellRunsSoon } from '../cycle/run-events.ts';
import type { Engine } from '../engine/engine.ts';

/** What moving plans and cycles takes. */
export interface PlanShell {
  readonly engine: Pick<Engine, 'openRuns' | 'submit' | 'wake'>;
  readonly log: BaseLogger;
}

/** What is to be done once a move of a plan or a cycle is committed. Losing it does no harm: the next look does it. */
export interface AfterMove {
  readonly tell: readonly EventForRun[];
  /** Runs may start now. */
  readonly wake: boolean;
}

export const nothingAfter: AfterMove = { tell: [], wake: false };

/** Puts together what is to be done. */
export function both(one: AfterMove, other: AfterMove): AfterMove {
  return { tell: [...one.tell, ...other.tell], wake: one.wake || other.wake };
}

/** Does what is left to do after the commit, without waiting for runs that are told. */
export function afterMove({ engine, log }: PlanShell, { tell, wake }: AfterMove): void {
  if (tell.length > 0) tellRunsSoon(engine, tell, log);
  if (wake) engine.wake();
}
