import type { Cycle } from '@patchbay/contracts/cycle';

/** What a cycle is called: its plan's or task's name. */
export function cycleTitle({ plan, task, mode }: Pick<Cycle, 'plan' | 'task' | 'mode'>): string {
  const name = plan?.name ?? (task === null ? 'Run Task' : `Run Task: ${task.name}`);
  return mode === 'rehearsal' ? `${name} (rehearsal)` : name;
}
