import type { PlanInput } from '@patchbay/contracts/plan';
import { FactList } from '../../ui/section.tsx';
import { counted, patchesInWords, rolloutInWords, scheduleInWords } from './plan-words.ts';

/** A plan in words: what, when, how fast, and who is asked (P-01). */
export function PlanFacts({ plan }: { readonly plan: Omit<PlanInput, 'assignments'> }) {
  const { patches, schedule, rollout, deadlineMinutes, reportTo, emergency, approvalRequired } = plan;
  return (
    <FactList
      facts={[
        ['Patches', patchesInWords(patches)],
        ['Schedule', scheduleInWords(schedule)],
        ['Rollout', rolloutInWords(rollout).join(' ')],
        [
          'Deadline',
          deadlineMinutes === null
            ? schedule.kind === 'recurring'
              ? 'The next cycle ends the one before'
              : 'None'
            : `${durationOf(deadlineMinutes)} after a cycle opens`,
        ],
        [
          'Maintenance windows',
          emergency ? 'Not kept: it is an emergency' : 'Each endpoint only inside its own',
        ],
        ['Approval', approvalRequired ? 'Somebody has to approve' : 'Not needed'],
        ['Report to', reportTo.join(', ')],
      ]}
    />
  );
}

function durationOf(minutes: number): string {
  return minutes % 60 === 0 ? counted(minutes / 60, 'hour', 'hours') : counted(minutes, 'minute', 'minutes');
}
