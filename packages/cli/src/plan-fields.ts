import type { Plan } from '@patchbay/contracts/plan';
import { counted } from './counted.ts';
import { localTime } from './print.ts';
import { waitsFor } from './waits-for.ts';

type Recurrence = Extract<Plan['schedule'], { kind: 'recurring' }>['recurrence'];
type Field = readonly [label: string, value: string | number | null];

/** Everything that a plan is (P-01), and where it stands (P-12), by name. */
export function planFields(plan: Plan): Field[] {
  const { progress, patches, schedule, rollout, assignments } = plan;
  return [
    ['name', plan.name],
    ['description', plan.description],
    ['status', progress.status],
    ['why', progress.reason],
    ['waits for', waitsFor(plan)],
    ...verdictFields(plan),
    ['patches', patchesText(patches)],
    ['excluded', patches.exclude.join(', ')],
    ...assignments.map(
      ({ endpoints, os, workflow }, row): Field => [
        `row ${row + 1}`,
        `${endpoints} (${os}): ${workflow?.name ?? 'the default workflow'}`,
      ],
    ),
    ['opens', scheduleText(schedule)],
    ['deadline', deadlineText(plan)],
    ['windows', plan.emergency ? 'not kept: it is an emergency' : 'kept'],
    ['approval', plan.approvalRequired ? 'needed' : 'not needed'],
    ...rollout.waves.map(
      ({ name, size, gate }, wave): Field => [
        `wave ${wave + 1}`,
        `${name}: ${sizeText(size)}; ${gateText(gate)}`,
      ],
    ),
    ['at once', rollout.maximumConcurrent ?? 'as many as there are'],
    ['halts', thresholdText(rollout.failureThreshold)],
    ['report to', plan.reportTo.join(', ')],
    ['last cycle', plan.lastCycle],
  ];
}

/** Who approved or rejected it, and what that is called elsewhere (P-09). */
function verdictFields({ progress: { status, verdict } }: Plan): Field[] {
  if (verdict === null) return [];
  const { by, onBehalfOf, at, reference, reason } = verdict;
  const who = onBehalfOf === null ? by : `${by} for ${onBehalfOf}`;
  const what = status === 'rejected' ? 'rejected' : 'approved';
  return [
    [what, `${localTime(at)} by ${who}`],
    ['reference', reference],
    ['comment', reason],
  ];
}

function patchesText({ choice, minimumAgeDays }: Plan['patches']): string {
  const older = minimumAgeDays > 0 ? `, known for ${minimumAgeDays} days` : '';
  switch (choice.which) {
    case 'all':
      return `all${older}`;
    case 'filter':
      return `filter "${choice.filter}"${older}`;
    case 'listed':
      return choice.ids.join(', ') + older;
    case 'matching':
      return [...choice.classifications, ...choice.severities].join(', ') + older;
  }
}

function scheduleText(schedule: Plan['schedule']): string {
  switch (schedule.kind) {
    case 'now':
      return 'when it is activated';
    case 'at':
      return localTime(schedule.at);
    case 'recurring':
      return recurrenceText(schedule.recurrence);
  }
}

function recurrenceText({ rule, afterDays, time, timeZone }: Recurrence): string {
  const later = afterDays === 0 ? '' : ` + ${counted(afterDays, 'day')}`;
  return `${rule}${later}, ${time} ${timeZone}`;
}

function minutesText(minutes: number): string {
  return minutes % 60 === 0 ? counted(minutes / 60, 'hour') : counted(minutes, 'minute');
}

function deadlineText({ deadlineMinutes, schedule }: Plan): string {
  if (deadlineMinutes !== null) return `${minutesText(deadlineMinutes)} after it opens`;
  return schedule.kind === 'recurring' ? 'the next time of the plan' : 'none';
}

type Rollout = Plan['rollout'];

function sizeText(size: Rollout['waves'][number]['size']): string {
  switch (size.kind) {
    case 'percent':
      return `${size.percent} %`;
    case 'count':
      return counted(size.count, 'endpoint');
    case 'group':
      return `group ${size.group}`;
  }
}

function gateText(gate: Rollout['waves'][number]['gate']): string {
  if (gate === null) return 'then the next, when all have ended';
  const { minimumSuccessPercent, minimumSample, soakMinutes, approval } = gate;
  const sample = minimumSample === null ? 'all' : `${minimumSample}`;
  return [
    `then the next, when ${sample} have ended, ${minimumSuccessPercent} % of them well`,
    ...(soakMinutes > 0 ? [`after ${minutesText(soakMinutes)}`] : []),
    ...(approval ? ['and somebody opens it'] : []),
  ].join(', ');
}

function thresholdText(threshold: Rollout['failureThreshold']): string {
  if (threshold === null) return 'never by itself';
  return threshold.kind === 'count'
    ? `after more than ${counted(threshold.count, 'failure')}`
    : `when more than ${threshold.percent} % of a wave have failed`;
}
