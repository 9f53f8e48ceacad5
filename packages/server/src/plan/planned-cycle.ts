import { PatchbayError } from '@patchbay/contracts/errors';
import { type EndpointAssignment, expand } from '@patchbay/domain/plan/expand';
import { cycleDeadline } from '@patchbay/domain/plan/plan';
import { nextStart } from '@patchbay/domain/plan/start';
import { assignWaves } from '@patchbay/domain/rollout/assign-waves';
import type { CycleDefinition } from '@patchbay/domain/rollout/cycle-state';
import type { CycleTimetable } from '../db/cycle-rollouts.ts';
import type { PlanContent } from '../db/plans.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Use } from '../db/stored-thing.ts';
import { endpointWindows } from '../db/views/endpoint-windows.ts';
import { countPatches } from '../db/views/plan-endpoints.ts';
import { allWindows } from '../db/windows.ts';
import { defaultWorkflows } from '../db/workflows.ts';
import { type PlanEndpoint, planEndpoints } from './plan-endpoints.ts';

export type CycleMode = 'real' | 'rehearsal';

/** An endpoint of a cycle and the place it has there. */
export interface CycleMember {
  readonly endpoint: PlanEndpoint;
  readonly assignment: Extract<EndpointAssignment<Use>, { kind: 'assigned' | 'exempt' }>;
  readonly wave: number;
  readonly position: number;
  /** Of the cycle's timetables; null: it may be worked on at any time. */
  readonly timetable: number | null;
  /** How many patches are applicable. */
  readonly patches: number;
}

/** A cycle as it is opened, or would be. */
export interface PlannedCycle {
  readonly members: readonly CycleMember[];
  readonly definition: CycleDefinition;
  readonly timetables: readonly CycleTimetable[];
}

type Assigned = Pick<CycleMember, 'endpoint' | 'assignment'>;

const minuteMs = 60_000;
/** How long a rehearsal waits for endpoints that are offline. */
const rehearsalMinutes = 24 * 60;

/**
 * Works out what the cycle of a plan that is to open at `at` (epoch milliseconds) would be: who follows which workflow, in
 * which wave and which windows (P-03 to P-08). `seed` draws the order.
 *
 * @throws NOT_POSSIBLE_NOW without endpoints, or without a workflow for one of them.
 */
export async function plannedCycle(
  db: Queryable,
  plan: PlanContent,
  mode: CycleMode,
  seed: string,
  at: number,
): Promise<PlannedCycle> {
  const assigned = await assignedEndpoints(db, plan);
  const { definition, places } = rolloutOf(plan, mode, assigned, seed, at);
  const { timetables, numbers } = await timetablesOf(db, plan, mode, assigned);
  const patches = await countPatches(
    db,
    assigned.map(({ endpoint }) => endpoint.id),
  );
  const members = assigned.map((member, index) => ({
    ...member,
    wave: places[index]?.wave ?? 0,
    position: places[index]?.position ?? 0,
    timetable: numbers.get(member.endpoint.id) ?? null,
    patches: patches.get(member.endpoint.id) ?? 0,
  }));
  return { members, definition, timetables };
}

async function assignedEndpoints(db: Queryable, plan: PlanContent): Promise<Assigned[]> {
  const endpoints = await planEndpoints(db, plan);
  const defaults = new Map((await defaultWorkflows(db)).map(({ os, id, name }) => [os, { id, name }]));
  const { assignments, problem } = expand(plan.assignments, endpoints, defaults);
  if (problem !== null) throw new PatchbayError('NOT_POSSIBLE_NOW', problem);
  const assigned = endpoints.flatMap((endpoint, index): Assigned[] => {
    const assignment = assignments[index];
    return assignment?.kind === 'assigned' || assignment?.kind === 'exempt' ? [{ endpoint, assignment }] : [];
  });
  if (assigned.some(({ assignment }) => assignment.kind === 'assigned')) return assigned;
  throw new PatchbayError(
    'NOT_POSSIBLE_NOW',
    assigned.length === 0
      ? `No endpoint matches the assignments of the plan "${plan.name}".`
      : `Every endpoint of the plan "${plan.name}" is exempt.`,
  );
}

/** A rehearsal is one wave without gates, and goes on whatever fails: it looks at every endpoint, and now (P-10). */
function rolloutOf(
  plan: PlanContent,
  mode: CycleMode,
  assigned: readonly Assigned[],
  seed: string,
  at: number,
): {
  readonly definition: CycleDefinition;
  readonly places: readonly { readonly wave: number; readonly position: number }[];
} {
  const { waves, order, maximumConcurrent, failureThreshold } = plan.rollout;
  const wanted = mode === 'rehearsal' ? [] : waves;
  const members = assigned.map(({ endpoint: { id, name, groups } }) => ({ id, name, groups }));
  const { waves: named, places } = assignWaves(members, wanted, order, seed);
  return {
    definition: {
      waves: named.map(({ name }, wave) => ({ name, gate: wanted[wave]?.gate ?? null })),
      maximumConcurrent,
      failureThreshold: mode === 'rehearsal' ? null : failureThreshold,
      deadlineAt:
        mode === 'rehearsal'
          ? at + rehearsalMinutes * minuteMs
          : cycleDeadline(plan, at, nextStart(plan, at)),
    },
    places,
  };
}

/** The different sets of windows among the endpoints; none in an emergency, and in a rehearsal (P-05). */
async function timetablesOf(
  db: Queryable,
  { emergency }: PlanContent,
  mode: CycleMode,
  assigned: readonly Assigned[],
): Promise<{
  readonly timetables: readonly CycleTimetable[];
  readonly numbers: ReadonlyMap<string, number>;
}> {
  const windows = emergency || mode === 'rehearsal' ? [] : await allWindows(db);
  const ids = assigned.map(({ endpoint }) => endpoint.id);
  const owned = windows.length === 0 ? [] : await endpointWindows(db, windows, ids);
  const timetables = new Map<readonly string[], CycleTimetable>();
  const numbers = new Map<string, number>();
  for (const { endpoint, windows: own } of owned) {
    if (own.length === 0) continue;
    const timetable = timetables.get(own) ?? { number: timetables.size, windows: own };
    timetables.set(own, timetable);
    numbers.set(endpoint, timetable.number);
  }
  return { timetables: [...timetables.values()], numbers };
}
