import type { Plan, PlanInput } from '@patchbay/contracts/plan';
import { filterInWords } from '@patchbay/domain/patch/filter-words';
import type { PlanStatus } from '@patchbay/domain/plan/state';
import { recurrenceProblems } from '@patchbay/domain/schedule/recurrence';
import { recurrenceInWords } from '@patchbay/domain/schedule/recurrence-words';
import { fullTime } from '../../ui/instant.ts';
import type { Shown } from '../../ui/status-mark.tsx';

/** Where a plan stands (P-12). */
export const planStatusesShown: Readonly<Record<PlanStatus, Shown>> = {
  incomplete: { tone: 'warn', label: 'Incomplete' },
  readyToActivate: { tone: 'on', label: 'Ready to activate' },
  awaitingApproval: { tone: 'idle', label: 'Awaits approval' },
  rejected: { tone: 'bad', label: 'Rejected' },
  waiting: { tone: 'idle', label: 'Waiting' },
  running: { tone: 'busy', label: 'Running' },
  halted: { tone: 'bad', label: 'Halted' },
  done: { tone: 'good', label: 'Done' },
  cancelled: { tone: 'stopped', label: 'Cancelled' },
  expired: { tone: 'warn', label: 'Expired' },
};

/** What a plan's status means for whoever looks at it, in one sentence (P-12). */
export function statusSentence({ progress }: Pick<Plan, 'progress'>): string {
  const { status, waitsFor, reason } = progress;
  const until = waitsFor?.at ?? null;
  const at = until === null ? null : fullTime(until);
  switch (status) {
    case 'incomplete':
      return 'Something is missing before it can be activated.';
    case 'readyToActivate':
      return 'Nothing happens until somebody activates it.';
    case 'awaitingApproval':
      return at === null
        ? 'Its cycle opens as soon as somebody approves.'
        : `Somebody has to approve before it starts on ${at}.`;
    case 'rejected':
      return reason === null
        ? 'It was rejected; edit it and activate it anew.'
        : `It was rejected: ${reason}`;
    case 'waiting':
      if (waitsFor?.what === 'endpoints')
        return `Its cycle is open; the endpoints whose turn it is ${waitsFor.why}.`;
      return waitsFor?.what === 'window'
        ? `Its cycle is open; the first maintenance window opens on ${at}.`
        : `Its next cycle opens on ${at}.`;
    case 'running':
      return 'Its cycle is open, and endpoints are being worked on.';
    case 'halted':
      return reason === null ? 'Nothing starts until it is resumed.' : `Nothing starts: ${reason}`;
    case 'done':
      return 'Its last cycle has ended.';
    case 'cancelled':
      return 'Its last cycle was cancelled.';
    case 'expired':
      return 'Its last cycle was ended by its deadline.';
  }
}

/** Which patches a plan means (P-02): `Security or bugfix patches, critical, without kernel`. */
export function patchesInWords({ choice, exclude, minimumAgeDays }: PlanInput['patches']): string {
  const chosen = {
    all: () => 'All applicable patches',
    matching: () => (choice.which === 'matching' ? filterInWords({ ...choice, text: '' }) : ''),
    filter: () => (choice.which === 'filter' ? `The filter “${choice.filter}”` : ''),
    listed: () =>
      choice.which === 'listed' ? counted(choice.ids.length, 'listed patch', 'listed patches') : '',
  }[choice.which]();
  const words = [
    chosen.charAt(0).toUpperCase() + chosen.slice(1),
    ...(exclude.length === 0 ? [] : [`without ${exclude.join(', ')}`]),
    ...(minimumAgeDays === 0 ? [] : [`known for ${counted(minimumAgeDays, 'day', 'days')} at least`]),
  ];
  return words.join(', ');
}

/** When a plan's cycles open (P-05). */
export function scheduleInWords(schedule: PlanInput['schedule']): string {
  switch (schedule.kind) {
    case 'now':
      return 'As soon as it is activated';
    case 'at':
      return schedule.at === '' ? 'At a time' : fullTime(schedule.at);
    case 'recurring': {
      const { recurrence } = schedule;
      if (recurrenceProblems(recurrence).length > 0) return 'Again and again';
      const words = recurrenceInWords(recurrence);
      return words.charAt(0).toUpperCase() + words.slice(1);
    }
  }
}

/** How a cycle goes over its endpoints (P-08), a sentence each; the picture of the waves has their names. */
export function rolloutInWords({
  waves,
  maximumConcurrent,
  failureThreshold,
}: PlanInput['rollout']): string[] {
  return [
    waves.length === 0
      ? 'All endpoints in one wave.'
      : `${counted(waves.length, 'wave', 'waves')}, then all others.`,
    maximumConcurrent === null
      ? 'As many at once as there are.'
      : `At most ${maximumConcurrent.toLocaleString()} at once.`,
    failureThreshold === null
      ? 'Failures never halt it.'
      : failureThreshold.kind === 'count'
        ? `More than ${counted(failureThreshold.count, 'failure halts', 'failures halt')} it.`
        : `More than ${failureThreshold.percent} % of failures in a wave halt it.`,
  ];
}

/** How large a wave is: `10 %`, `5 endpoints`, `group Shop`. */
export function sizeInWords(size: PlanInput['rollout']['waves'][number]['size']): string {
  switch (size.kind) {
    case 'percent':
      return `${size.percent} %`;
    case 'count':
      return counted(size.count, 'endpoint', 'endpoints');
    case 'group':
      return `group ${size.group || '…'}`;
  }
}

/** `1 day`, `3 days`. */
export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`;
}
