import { type LogEntry, serverActor } from './log-entry.ts';

/** A report that could not be mailed; `at` in epoch milliseconds. */
export interface UnsentReport {
  readonly cycle: number;
  /** The name of its plan. */
  readonly plan: string;
  readonly recipient: string;
  readonly problem: string;
  readonly at: number;
}

/** The report of a cycle has been given up for one of those whom the plan names (P-15). */
export function reportUnsentEntry({ cycle, plan, recipient, problem, at }: UnsentReport): LogEntry {
  const message = `The report of cycle ${cycle} of the plan "${plan}" could not be mailed to ${recipient}: ${problem}.`;
  const about = { endpoint: null, run: null, activity: null, flow: null };
  return { at, level: 'error', category: 'cycle', actor: serverActor, message, ...about };
}
