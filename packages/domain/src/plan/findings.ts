import { type OperatingSystem, operatingSystemNames } from '../operating-system.ts';
import type { PatchSelection } from '../patch/selection.ts';
import { type MembersOf, rolloutFindings } from '../rollout/findings.ts';
import { duration } from '../run/wording.ts';
import { nextOccurrence, recurrenceProblems } from '../schedule/recurrence.ts';
import { parseSelector } from '../selector/selector.ts';
import { gravestPerField, incomplete, type PlanFinding, refused, warning } from './finding.ts';
import type { Assignment, Plan, PlanSchedule } from './plan.ts';

/** A workflow as it is found when a plan is edited; `os: null`: there is no such workflow. */
export interface FoundWorkflow {
  readonly name: string;
  readonly os: OperatingSystem | null;
}

/** A plan whose references have been looked up. */
export type FoundPlan = Omit<Plan<FoundWorkflow>, 'patches'> & {
  readonly patches: PatchSelection<{ readonly name: string; readonly exists: boolean }>;
};

/** What a plan is judged by besides itself. */
export interface PlanSurroundings {
  /** Epoch milliseconds. */
  readonly now: number;
  /** How many endpoints the plan has at present. */
  readonly endpoints: number;
  readonly membersOf: MembersOf;
  /** The message of `expand` about operating systems without a workflow; null: there is none. */
  readonly lackingWorkflow: string | null;
  /** The settings name a mail server. */
  readonly mailIsSetUp: boolean;
}

/** Everything that is to be said about a plan while it is edited, one message for each field (P-01). */
export function planFindings(plan: FoundPlan, surroundings: PlanSurroundings): PlanFinding[] {
  const { endpoints, membersOf, lackingWorkflow, mailIsSetUp, now } = surroundings;
  const findings = [
    ...patchFindings(plan.patches),
    ...plan.assignments.flatMap((_, index) => assignmentFindings(plan.assignments, index, membersOf)),
    ...scheduleFindings(plan.schedule, plan.deadlineMinutes, now),
    ...rolloutFindings(plan.rollout, endpoints, membersOf, plan.deadlineMinutes),
    ...doubled(plan.reportTo),
  ];
  if (plan.reportTo.length > 0 && !mailIsSetUp) {
    const message = 'no report is mailed while no mail server is set up (system configuration)';
    findings.push(warning('reportTo', message));
  }
  if (plan.assignments.length === 0) findings.push(incomplete('assignments', 'add at least one row'));
  else if (lackingWorkflow !== null) findings.push(incomplete('assignments', lackingWorkflow));
  else if (endpoints === 0) findings.push(warning('assignments', 'no endpoint matches any row at present'));
  return gravestPerField(findings);
}

function patchFindings({ choice }: FoundPlan['patches']): PlanFinding[] {
  if (choice.which === 'listed' && choice.ids.length === 0) {
    return [incomplete('patches.choice.ids', 'list at least one patch')];
  }
  if (choice.which === 'filter' && !choice.filter.exists) {
    return [refused('patches.choice.filter', `there is no saved filter "${choice.filter.name}"`)];
  }
  return [];
}

type Row = Assignment<FoundWorkflow>;

function assignmentFindings(rows: readonly Row[], index: number, membersOf: MembersOf): PlanFinding[] {
  const row = rows[index];
  if (row === undefined) return [];
  const path = `assignments.${index}`;
  return [
    ...selectorFindings(row.endpoints, `${path}.endpoints`, membersOf),
    ...workflowFindings(row, path),
    ...hidden(rows, row, index),
  ];
}

function selectorFindings(endpoints: string, path: string, membersOf: MembersOf): PlanFinding[] {
  const parsed = parseSelector(endpoints);
  if (!parsed.ok) return [refused(path, parsed.problem)];
  return parsed.selector.flatMap((term) => {
    if (term.kind !== 'group') return [];
    const members = membersOf(term.group);
    if (members === null) return [refused(path, `there is no group "${term.group}"`)];
    return members === 0 ? [warning(path, `the group "${term.group}" has no endpoints at present`)] : [];
  });
}

function workflowFindings({ os, workflow }: Row, path: string): PlanFinding[] {
  if (workflow === null || workflow.os === os) return [];
  const message =
    workflow.os === null
      ? `there is no workflow "${workflow.name}"`
      : `the workflow "${workflow.name}" is for ${operatingSystemNames[workflow.os]}, the row for ${operatingSystemNames[os]}`;
  return [refused(`${path}.workflow`, message)];
}

/** A row behind another one for the same endpoints is never followed (P-03). */
function hidden(rows: readonly Row[], row: Row, index: number): PlanFinding[] {
  const earlier = rows
    .slice(0, index)
    .findIndex((one) => one.os === row.os && ['all', row.endpoints.trim()].includes(one.endpoints.trim()));
  if (earlier < 0) return [];
  return [warning(`assignments.${index}`, `is never followed: row ${earlier + 1} comes first for all of it`)];
}

function scheduleFindings(
  schedule: PlanSchedule,
  deadlineMinutes: number | null,
  now: number,
): PlanFinding[] {
  switch (schedule.kind) {
    case 'now':
      return [];
    case 'at':
      return schedule.at > now ? [] : [incomplete('schedule.at', 'the time is in the past')];
    case 'recurring': {
      const problems = recurrenceProblems(schedule.recurrence).map(({ path, message }) =>
        refused(`schedule.recurrence.${path}`, message),
      );
      if (problems.length > 0) return problems;
      const next = nextOccurrence(schedule.recurrence, now);
      if (next === null)
        return [incomplete('schedule.recurrence.rule', 'the recurrence does not come any more')];
      const after = nextOccurrence(schedule.recurrence, next.at + 1);
      const apart = after === null ? Number.POSITIVE_INFINITY : after.at - next.at;
      return deadlineMinutes !== null && deadlineMinutes * 60_000 > apart
        ? [
            warning(
              'deadlineMinutes',
              `the next cycle opens ${duration(apart)} after the one before, which ends it before this deadline`,
            ),
          ]
        : [];
    }
  }
}

function doubled(addresses: readonly string[]): PlanFinding[] {
  return addresses.flatMap((address, index) =>
    addresses.indexOf(address) < index ? [warning(`reportTo.${index}`, 'is listed twice')] : [],
  );
}
