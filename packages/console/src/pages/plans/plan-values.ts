import type { Plan, PlanInput } from '@patchbay/contracts/plan';
import { type OperatingSystem, operatingSystems } from '@patchbay/domain/operating-system';
import { defaultRollout } from '@patchbay/domain/rollout/rollout';

/** Something of another kind that is chosen by its id and shown by its name. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** A row of the table of assignments while it is edited; `workflow: null` is the default of its system (P-03). */
export interface DraftRow {
  /** Stays the same when the row is moved. */
  readonly key: string;
  readonly endpoints: string;
  readonly os: OperatingSystem;
  readonly workflow: Named | null;
}

/** A wave while it is edited. */
export type DraftWave = PlanInput['rollout']['waves'][number];

/** A plan while it is edited (P-01). */
export type PlanDraft = Omit<PlanInput, 'assignments'> & { readonly assignments: readonly DraftRow[] };

let rows = 0;

/** A row that is added to the table. */
export function newRow(os: OperatingSystem, endpoints = 'all'): DraftRow {
  rows += 1;
  return { key: `row-${rows}`, endpoints, os, workflow: null };
}

/** A plan that is yet to be made: all patches, the default workflow of every operating system (P-04). */
export function newPlan(): PlanDraft {
  return {
    name: '',
    description: '',
    patches: { choice: { which: 'all' }, exclude: [], minimumAgeDays: 0 },
    assignments: operatingSystems.map((os) => newRow(os)),
    schedule: { kind: 'now' },
    rollout: {
      waves: [],
      order: defaultRollout.order,
      maximumConcurrent: defaultRollout.maximumConcurrent,
      failureThreshold: defaultRollout.failureThreshold,
    },
    deadlineMinutes: null,
    reportTo: [],
    emergency: false,
    approvalRequired: false,
  };
}

/** What the editor begins with. */
export function draftOf(plan: Plan): PlanDraft {
  const { name, description, patches, assignments, schedule, rollout } = plan;
  const { deadlineMinutes, reportTo, emergency, approvalRequired } = plan;
  return {
    name,
    description,
    patches,
    assignments: assignments.map(({ endpoints, os, workflow }) => ({
      ...newRow(os, endpoints),
      workflow: workflow === null ? null : { id: workflow.id ?? workflow.name, name: workflow.name },
    })),
    schedule,
    rollout,
    deadlineMinutes,
    reportTo,
    emergency,
    approvalRequired,
  };
}

/** What is sent to save, to check or to forecast it. */
export function requestOf(draft: PlanDraft): PlanInput {
  return {
    ...draft,
    name: draft.name.trim(),
    assignments: draft.assignments.map(({ endpoints, os, workflow }) => ({
      endpoints: endpoints.trim(),
      os,
      workflow: workflow?.id ?? null,
    })),
  };
}

/** What cannot even be sent, by its path; the server says everything else. */
export function missing({
  name,
  assignments,
  rollout,
  schedule,
  patches,
}: PlanDraft): Record<string, string> {
  const needed: [path: string, value: string, message: string][] = [['name', name, 'Give it a name']];
  for (const [index, { endpoints }] of assignments.entries()) {
    needed.push([`assignments.${index}.endpoints`, endpoints, 'Say which endpoints']);
  }
  for (const [index, { name, size }] of rollout.waves.entries()) {
    const wave = `rollout.waves.${index}`;
    needed.push([`${wave}.name`, name, 'Give it a name']);
    if (size.kind === 'group') needed.push([`${wave}.size.group`, size.group, 'Choose the group']);
  }
  if (schedule.kind === 'at') needed.push(['schedule.at', schedule.at, 'Say when']);
  if (schedule.kind === 'recurring') {
    const { rule, start, time, timeZone } = schedule.recurrence;
    needed.push(
      ['schedule.recurrence.rule', rule, 'Say on which days'],
      ['schedule.recurrence.start', start, 'Say from which day on'],
      ['schedule.recurrence.time', time, 'Say at what time'],
      ['schedule.recurrence.timeZone', timeZone, 'Choose a time zone'],
    );
  }
  const { choice } = patches;
  if (choice.which === 'filter') needed.push(['patches.choice.filter', choice.filter, 'Choose the filter']);
  return Object.fromEntries(
    needed.filter(([, value]) => value.trim() === '').map(([path, , message]) => [path, message]),
  );
}

/** A list with one item taken from a place and put to another; what is out of the list changes nothing. */
export function movedWithin<Item>(items: readonly Item[], from: number, to: number): readonly Item[] {
  const item = items[from];
  if (item === undefined || to < 0 || to >= items.length) return items;
  return items.toSpliced(from, 1).toSpliced(to, 0, item);
}

/** A plan as one text, to compare everything about it. */
export function planText(draft: PlanDraft): string {
  const { assignments, ...rest } = draft;
  const rows = assignments.map(
    ({ endpoints, os, workflow }, index) =>
      `${index + 1}. ${endpoints} (${os}): ${workflow?.name ?? 'the default workflow'}`,
  );
  return [JSON.stringify(rest, null, 2), 'assignments:', ...rows].join('\n');
}
