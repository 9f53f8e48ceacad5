import type { CycleCommand, CycleDefinition } from '../rollout/cycle-state.ts';
import { type LogEntry, serverActor } from './log-entry.ts';

const about = { endpoint: null, run: null, activity: null, flow: null, actor: serverActor } as const;

/** The time of a plan came, and no cycle could be opened (P-05); `at` in epoch milliseconds, `reason` without a full stop. */
export function notOpenedEntry(plan: string, reason: string, at: number): LogEntry {
  const message = `No cycle of the plan "${plan}" was opened: ${reason}.`;
  return { at, level: 'error', category: 'cycle', message, ...about };
}

/** A cycle opens with another number of endpoints than its plan was approved for (P-09); `change` as the rules word it. */
export function changedSinceApprovalEntry(cycle: number, plan: string, change: string, at: number): LogEntry {
  const message = `Cycle ${cycle} of the plan "${plan}": ${change}.`;
  return { at, level: 'warning', category: 'cycle', message, ...about };
}

/** A plan that somebody activated waits for an approval (P-09); `at` in epoch milliseconds. */
export function approvalAskedEntry(plan: string, by: string, at: number): LogEntry {
  const message = `${by} activated the plan "${plan}", which waits for an approval.`;
  return { at, level: 'warning', category: 'cycle', message, ...about, actor: by };
}

/**
 * What is told of the commands that the rules of a rollout gave (P-08): that the cycle was halted, and that somebody has
 * to approve its next wave. `at` in epoch milliseconds.
 */
export function rolloutEntries(
  {
    id,
    plan,
    definition,
  }: { readonly id: number; readonly plan: string; readonly definition: CycleDefinition },
  commands: readonly CycleCommand[],
  at: number,
): LogEntry[] {
  const cycle = `Cycle ${id} of the plan "${plan}"`;
  return commands.flatMap((command): LogEntry[] => {
    if (command.kind === 'tellHalted') {
      const message = `${cycle} was halted: ${command.reason}.`;
      return [{ at, level: 'error', category: 'cycle', message, ...about }];
    }
    if (command.kind !== 'askApproval') return [];
    const wave = definition.waves[command.wave]?.name ?? '';
    const message = `${cycle} waits for an approval before its wave "${wave}" opens.`;
    return [{ at, level: 'warning', category: 'cycle', message, ...about }];
  });
}
