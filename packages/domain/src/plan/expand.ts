import { type OperatingSystem, operatingSystemNames } from '../operating-system.ts';
import { counted } from '../run/wording.ts';
import { parseSelector } from '../selector/selector.ts';
import type { Assignment } from './plan.ts';

/** An endpoint as far as assignments depend on it. */
export interface AssignableEndpoint {
  readonly id: string;
  readonly os: OperatingSystem;
  /** The indexes of the rows whose selector names the endpoint, whatever their operating system; ascending. */
  readonly rows: readonly number[];
  /** Why it is exempt from patching; null: it is not. */
  readonly exempt: string | null;
}

/**
 * Which workflow an endpoint follows, by which row, and why, in one sentence (P-03).
 * `row: null` is the default of the operating system without a row of its own (P-04).
 */
export type EndpointAssignment<Workflow> =
  | {
      readonly kind: 'assigned';
      readonly workflow: Workflow;
      readonly row: number | null;
      readonly why: string;
    }
  /** It is in the cycle, and its run is passed over with the reason (P-13). */
  | { readonly kind: 'exempt'; readonly reason: string; readonly why: string }
  /** No row's selector names it: it is no part of the plan. */
  | { readonly kind: 'outside'; readonly why: string }
  /** A row's selector names it, and there is no workflow for its operating system, which blocks activation (P-04). */
  | { readonly kind: 'lacking'; readonly why: string };

/** A plan's endpoints with their workflows, or what keeps it from being activated. */
export interface Expansion<Workflow> {
  /** For each endpoint that was given, in that order. */
  readonly assignments: readonly EndpointAssignment<Workflow>[];
  /** Endpoints by row; those that follow a default without a row are in none. */
  readonly perRow: readonly number[];
  /** A message that names each operating system without a workflow; null: nothing is in the way (P-04). */
  readonly problem: string | null;
}

/** Expands a plan's table of assignments over endpoints (P-03, P-04, P-13). */
export function expand<Workflow extends { readonly name: string }>(
  rows: readonly Assignment<Workflow>[],
  endpoints: readonly AssignableEndpoint[],
  defaults: ReadonlyMap<OperatingSystem, Workflow>,
): Expansion<Workflow> {
  const perRow = rows.map(() => 0);
  const lacking = new Map<OperatingSystem, number>();
  const assignments = endpoints.map((endpoint) => {
    const assignment = assignmentOf(rows, endpoint, defaults);
    if (assignment.kind === 'assigned' && assignment.row !== null) {
      perRow[assignment.row] = (perRow[assignment.row] ?? 0) + 1;
    }
    if (assignment.kind === 'lacking') lacking.set(endpoint.os, (lacking.get(endpoint.os) ?? 0) + 1);
    return assignment;
  });
  return { assignments, perRow, problem: lackingProblem(lacking) };
}

/** The preview for one endpoint: which workflow it follows, and why (P-03). */
export function assignmentOf<Workflow extends { readonly name: string }>(
  rows: readonly Assignment<Workflow>[],
  { os, rows: matching, exempt }: AssignableEndpoint,
  defaults: ReadonlyMap<OperatingSystem, Workflow>,
): EndpointAssignment<Workflow> {
  const first = matching[0];
  const firstRow = first === undefined ? undefined : rows[first];
  if (firstRow === undefined) return { kind: 'outside', why: 'No row of the plan matches it.' };
  if (exempt !== null) {
    return { kind: 'exempt', reason: exempt, why: `It is ${exempt}.` };
  }
  const system = operatingSystemNames[os];
  const inherited = defaults.get(os);
  const index = matching.find((row) => rows[row]?.os === os);
  const row = index === undefined ? undefined : rows[index];
  if (index === undefined || row === undefined) {
    const where = `it is ${memberOf(firstRow.endpoints)}, where no row is for ${system}`;
    return inherited === undefined
      ? { kind: 'lacking', why: `There is no workflow for it: ${where}, and ${system} has no default.` }
      : {
          kind: 'assigned',
          workflow: inherited,
          row: null,
          why: `It follows "${inherited.name}", the default of ${system}: ${where}.`,
        };
  }
  const place = `row ${index + 1} is the first for ${system} and ${memberOf(row.endpoints)}`;
  if (row.workflow !== null) {
    return {
      kind: 'assigned',
      workflow: row.workflow,
      row: index,
      why: `It follows "${row.workflow.name}": ${place}.`,
    };
  }
  return inherited === undefined
    ? { kind: 'lacking', why: `There is no workflow for it: ${place}, and ${system} has no default.` }
    : {
        kind: 'assigned',
        workflow: inherited,
        row: index,
        why: `It follows "${inherited.name}", the default of ${system}: ${place}.`,
      };
}

/** The rows of a new plan: the default of every operating system that has one, for all endpoints (P-04). */
export function newAssignments<Workflow>(
  defaults: ReadonlyMap<OperatingSystem, Workflow>,
): Assignment<Workflow>[] {
  return [...defaults].map(([os, workflow]) => ({
    endpoints: 'all',
    os,
    workflow,
  }));
}

function memberOf(endpoints: string): string {
  const parsed = parseSelector(endpoints);
  const [only, ...others] = parsed.ok ? parsed.selector : [];
  return only?.kind === 'group' && others.length === 0
    ? `in the group "${only.group}"`
    : `named by "${endpoints}"`;
}

function lackingProblem(lacking: ReadonlyMap<OperatingSystem, number>): string | null {
  if (lacking.size === 0) return null;
  const systems = [...lacking].map(
    ([os, count]) => `${operatingSystemNames[os]} (${counted(count, 'endpoint')})`,
  );
  return `There is no workflow for ${systems.join(' and ')}: add a row for it to the plan, or set a default.`;
}
