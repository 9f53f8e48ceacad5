import { type LogEntry, serverActor } from './log-entry.ts';

const about = { endpoint: null, run: null, activity: null, flow: null, actor: serverActor } as const;

/** The time of a plan came, and no cycle could be opened (P-05); `at` in epoch milliseconds, `reason` without a full stop. */
export function notOpenedEntry(plan: string, reason: string, at: number): LogEntry {
  const message = `No cycle of the plan "${plan}" was opened: ${reason}.`;
  return { at, level: 'error', category: 'cycle', message, ...about };
}

/** A cycle was halted by the rules of its rollout (P-08); `at` in epoch milliseconds, `reason` without a full stop. */
export function haltedEntry(cycle: number, plan: string, reason: string, at: number): LogEntry {
  const message = `Cycle ${cycle} of the plan "${plan}" was halted: ${reason}.`;
  return { at, level: 'error', category: 'cycle', message, ...about };
}
