import type { OperatingSystem } from '@patchbay/domain/operating-system';
import { expand } from '@patchbay/domain/plan/expand';
import type { PlanFinding } from '@patchbay/domain/plan/finding';
import { type FoundPlan, planFindings } from '@patchbay/domain/plan/findings';
import { parseSelector } from '@patchbay/domain/selector/selector';
import { countMembers, findGroups } from '../db/groups.ts';
import type { PlanContent } from '../db/plans.ts';
import type { Queryable } from '../db/queryable.ts';
import { readSettings } from '../db/settings.ts';
import type { Use } from '../db/stored-thing.ts';
import { defaultWorkflows } from '../db/workflows.ts';
import { planEndpoints } from './plan-endpoints.ts';

/** What a plan refers to, as it was found; a workflow without an id does not exist. */
export interface FoundReferences {
  readonly workflows: {
    readonly row: { readonly endpoints: string; readonly os: OperatingSystem };
    readonly workflow: {
      readonly id: string | null;
      readonly name: string;
      readonly os: OperatingSystem | null;
    } | null;
  }[];
  /** null: there is none, or the plan names none. */
  readonly filter: Use | null;
}

/** What there is to say about a plan (P-01, P-04). */
export interface PlanVerdict {
  readonly findings: readonly PlanFinding[];
  /** How many endpoints it has at present, and how many of them follow each row. */
  readonly endpoints: number;
  readonly perRow: readonly number[];
}

/** Judges a plan by the rules, with the endpoints and groups as they are at this moment. `now` in epoch milliseconds. */
export async function checkPlan(
  db: Queryable,
  plan: PlanContent,
  found: FoundReferences,
  now: number,
): Promise<PlanVerdict> {
  const defaults = new Map((await defaultWorkflows(db)).map(({ os, id, name }) => [os, { id, name }]));
  const { assignments, perRow, problem } = expand(plan.assignments, await planEndpoints(db, plan), defaults);
  const endpoints = assignments.filter(({ kind }) => kind === 'assigned').length;
  const groups = [...(await findGroups(db, groupsNamed(plan)))];
  const counts = await countMembers(
    db,
    groups.map(([, { rule }]) => rule),
  );
  const members = new Map(groups.map(([reference], index) => [reference, counts[index] ?? 0]));
  const findings = planFindings(foundPlan(plan, found), {
    now,
    endpoints,
    membersOf: (group) => members.get(group) ?? null,
    lackingWorkflow: problem,
    mailIsSetUp: (await readSettings(db))['mail.host'] !== '',
  });
  return { findings, endpoints, perRow };
}

/** Only what keeps a plan from being saved: it does not depend on the endpoints, none of which is looked at. */
export async function planRefusals(
  db: Queryable,
  plan: PlanContent,
  found: FoundReferences,
  now: number,
): Promise<readonly PlanFinding[]> {
  const groups = await findGroups(db, groupsNamed(plan));
  const findings = planFindings(foundPlan(plan, found), {
    now,
    endpoints: 1,
    membersOf: (group) => (groups.has(group) ? 1 : null),
    lackingWorkflow: null,
    mailIsSetUp: true,
  });
  return findings.filter(({ severity }) => severity === 'refused');
}

function foundPlan(plan: PlanContent, found: FoundReferences): FoundPlan {
  const { choice } = plan.patches;
  return {
    ...plan,
    patches: {
      ...plan.patches,
      choice:
        choice.which === 'filter'
          ? { which: 'filter', filter: { name: choice.filter.name, exists: found.filter !== null } }
          : choice,
    },
    assignments: found.workflows.map(({ row, workflow }) => ({ ...row, workflow })),
  };
}

/** The groups that a plan names in its assignments and waves. */
function groupsNamed({ assignments, rollout }: PlanContent): string[] {
  const named = assignments.flatMap(({ endpoints }) => {
    const parsed = parseSelector(endpoints);
    return parsed.ok ? parsed.selector.flatMap((term) => (term.kind === 'group' ? [term.group] : [])) : [];
  });
  const inWaves = rollout.waves.flatMap(({ size }) => (size.kind === 'group' ? [size.group] : []));
  return [...new Set([...named, ...inWaves])];
}
