import type { PlanInput } from '@patchbay/contracts/plan';
import type { PlanContent } from '../db/plans.ts';

/** A plan as what makes it: everything that it refers to by its name. */
export function planAsInput(
  content: PlanContent,
): PlanInput & { assignments: NonNullable<PlanInput['assignments']> } {
  const { name, description, assignments, patches, schedule, rollout, deadlineMinutes, reportTo } = content;
  const { choice, exclude, minimumAgeDays } = patches;
  return {
    name,
    description,
    assignments: assignments.map((row) => ({ ...row, workflow: row.workflow?.name ?? null })),
    patches: { choice: choiceAsInput(choice), exclude: [...exclude], minimumAgeDays },
    schedule: schedule.kind === 'at' ? { kind: 'at', at: new Date(schedule.at).toISOString() } : schedule,
    rollout: { ...rollout, waves: [...rollout.waves] },
    deadlineMinutes,
    reportTo: [...reportTo],
    emergency: content.emergency,
    approvalRequired: content.approvalRequired,
  };
}

function choiceAsInput(choice: PlanContent['patches']['choice']): PlanInput['patches']['choice'] {
  switch (choice.which) {
    case 'all':
      return choice;
    case 'filter':
      return { which: 'filter', filter: choice.filter.name };
    case 'listed':
      return { which: 'listed', ids: [...choice.ids] };
    case 'matching':
      return {
        which: 'matching',
        classifications: [...choice.classifications],
        severities: [...choice.severities],
      };
  }
}
