import type { PlanOutlook } from '@patchbay/contracts/plan-outlook';
import {
  type DurationStatistics,
  estimateRun,
  type RunEstimates,
  withoutHistory,
} from '@patchbay/domain/forecast/estimate';
import { type Forecast, type ForecastEndpoint, forecastOf } from '@patchbay/domain/forecast/forecast';
import { forecastPicture } from '@patchbay/domain/forecast/picture';
import { rebootAhead } from '@patchbay/domain/forecast/reboot-ahead';
import { firstStart } from '@patchbay/domain/plan/start';
import { zoneAt } from '@patchbay/domain/reboot/zone';
import { isTimeZone, offsetMinutesAt } from '@patchbay/domain/schedule/time-zone';
import { type Timetable, timetables } from '@patchbay/domain/schedule/timetable';
import { selectionWithFilter } from '../db/patch-filters.ts';
import type { PlanContent } from '../db/plans.ts';
import type { Queryable } from '../db/queryable.ts';
import { readSettings } from '../db/settings.ts';
import { durationStatistics } from '../db/views/duration-statistics.ts';
import { timeZonesOf } from '../db/views/plan-endpoints.ts';
import { countSelectedPatches } from '../db/views/selected-patches.ts';
import { allWindows } from '../db/windows.ts';
import { type EstimatedWorkflow, estimatedWorkflows } from './estimated-workflows.ts';
import { inSlices } from './in-slices.ts';
import { type CycleMember, type PlannedCycle, plannedCycle } from './planned-cycle.ts';

const minuteMs = 60_000;
/** How far ahead is looked: four months of windows. */
const aheadDays = 124;
const mostPoints = 120;
const mostRuns = 500;

/**
 * Says what would happen if a plan was activated at `now` (epoch milliseconds): the rules of real cycles over the
 * inventory as it is and the durations of what ran before (P-11). Nothing is stored.
 *
 * @throws what {@link plannedCycle} throws.
 */
export async function forecastPlan(db: Queryable, plan: PlanContent, now: number): Promise<PlanOutlook> {
  const opensAt = firstStart(plan, now) ?? now;
  const planned = await plannedCycle(db, plan, 'real', `forecast/${opensAt}`, opensAt);
  const ids = planned.members.flatMap((member) => workflowOf(member)?.id ?? []);
  const workflows = await estimatedWorkflows(db, [...new Set(ids)]);
  const statistics = await durationStatistics(db, [...workflows.keys()]);
  const settings = await readSettings(db);
  const endpoints = await endpointsOf(db, plan, planned, workflows, statistics, opensAt);
  const forecast = await inSlices(
    forecastOf({
      definition: planned.definition,
      openedAt: opensAt,
      bufferMs: settings['window.bufferMinutes'] * minuteMs,
      endpoints,
      assumptions: [
        ...withoutHistory([...workflows.values()], statistics),
        ...(planned.timetables.length === 0 ? [] : [`Windows are known for ${aheadDays} days ahead.`]),
      ],
    }),
  );
  return show(planned, forecast, opensAt, now);
}

async function endpointsOf(
  db: Queryable,
  plan: PlanContent,
  planned: PlannedCycle,
  workflows: ReadonlyMap<string, EstimatedWorkflow>,
  statistics: DurationStatistics,
  opensAt: number,
): Promise<ForecastEndpoint[]> {
  const timetableOf = await timetablesFor(db, planned, opensAt);
  const patchesOf = await patchCounts(db, plan, planned, opensAt);
  const latestRebootOf = await rebootsAhead(db, planned, workflows);
  const known = new Map<string, RunEstimates>();
  return planned.members.map((member): ForecastEndpoint => {
    const { endpoint, assignment, wave, position, timetable } = member;
    const workflow = workflows.get(workflowOf(member)?.id ?? '');
    const patches = patchesOf(member);
    const key = `${workflow?.id}/${patches}`;
    const estimates = known.get(key) ?? estimateRun(workflow?.steps ?? [], endpoint.os, patches, statistics);
    known.set(key, estimates);
    return {
      wave,
      position,
      timetable: timetableOf(timetable),
      connected: endpoint.connected,
      exempt: assignment.kind === 'exempt' ? assignment.reason : null,
      estimates,
      latestReboot: workflow === undefined ? null : latestRebootOf(workflow, endpoint.id),
    };
  });
}

async function timetablesFor(
  db: Queryable,
  { timetables: sets }: PlannedCycle,
  opensAt: number,
): Promise<(number: number | null) => Timetable> {
  const windows = new Map(
    (sets.length === 0 ? [] : await allWindows(db)).map((window) => [window.id, window]),
  );
  const timetableOf = timetables(windows, opensAt, opensAt + aheadDays * 24 * 60 * minuteMs);
  const byNumber = new Map(sets.map(({ number, windows: ids }) => [number, timetableOf(ids)]));
  return (number) => (number === null ? timetableOf([]) : (byNumber.get(number) ?? []));
}

/** The endpoints' counts of applicable patches are known already; a narrower selection has to be looked up. */
async function patchCounts(
  db: Queryable,
  { patches }: PlanContent,
  { members }: PlannedCycle,
  opensAt: number,
): Promise<(member: CycleMember) => number> {
  const { choice, exclude, minimumAgeDays } = patches;
  if (choice.which === 'all' && exclude.length === 0 && minimumAgeDays === 0) {
    return (member) => member.patches;
  }
  const selection = await selectionWithFilter(db, patches);
  const ids = members.map(({ endpoint }) => endpoint.id);
  const counts = await countSelectedPatches(db, ids, selection, opensAt);
  return ({ endpoint }) => counts.get(endpoint.id) ?? 0;
}

/** Endpoints with one workflow in one time zone share what a user may put off; where the zone is unknown it is UTC. */
async function rebootsAhead(
  db: Queryable,
  { members }: PlannedCycle,
  workflows: ReadonlyMap<string, EstimatedWorkflow>,
): Promise<(workflow: EstimatedWorkflow, endpoint: string) => ForecastEndpoint['latestReboot']> {
  if ([...workflows.values()].every(({ reboot }) => reboot === null)) return () => null;
  const zones = await timeZonesOf(
    db,
    members.map(({ endpoint }) => endpoint.id),
  );
  const valid = new Map<string, string>();
  const known = new Map<string, ForecastEndpoint['latestReboot']>();
  return ({ id, reboot }, endpoint) => {
    if (reboot === null) return null;
    const told = zones.get(endpoint) ?? 'UTC';
    const zone = valid.get(told) ?? (isTimeZone(told) ? told : 'UTC');
    valid.set(told, zone);
    const key = `${id}/${zone}`;
    const ahead =
      known.get(key) ?? rebootAhead(reboot, (at) => zoneAt(at, (time) => offsetMinutesAt(time, zone)));
    known.set(key, ahead);
    return ahead;
  };
}

function show(
  { members, definition }: PlannedCycle,
  { runs, wavesOpenAt, fits, halts, prompted, mostAtOnce, assumptions, ...times }: Forecast,
  opensAt: number,
  now: number,
): PlanOutlook {
  const sizes = definition.waves.map(() => 0);
  for (const { wave } of members) sizes[wave] = (sizes[wave] ?? 0) + 1;
  const order = runs.map((run, index) => ({ run, index }));
  order.sort(
    (one, other) =>
      Number(one.run.fit === 'fits') - Number(other.run.fit === 'fits') ||
      (one.run.startsAt ?? Number.MAX_VALUE) - (other.run.startsAt ?? Number.MAX_VALUE) ||
      one.index - other.index,
  );
  return {
    madeAt: text(now),
    opensAt: text(opensAt),
    endpoints: members.length,
    fits,
    waves: definition.waves.map(({ name }, wave) => ({
      name,
      size: sizes[wave] ?? 0,
      opensAt: textOrNull(wavesOpenAt[wave]),
    })),
    halts: halts.map(({ at, reason }) => ({ at: text(at), reason })),
    firstStartAt: textOrNull(times.firstStartAt),
    workEndsAt: textOrNull(times.workEndsAt),
    slowWorkEndsAt: textOrNull(times.slowWorkEndsAt),
    endsAt: textOrNull(times.endsAt),
    prompted,
    latestRebootAt: textOrNull(times.latestRebootAt),
    mostAtOnce,
    assumptions: [...assumptions],
    picture: forecastPicture(runs, opensAt, mostPoints).map((point) => ({ ...point, at: text(point.at) })),
    runs: order.slice(0, mostRuns).flatMap(({ run, index }) => {
      const member = members[index];
      if (member === undefined) return [];
      const { endpoint, wave } = member;
      return {
        endpoint: { id: endpoint.id, name: endpoint.name },
        os: endpoint.os,
        workflow: workflowOf(member)?.name ?? null,
        wave: definition.waves[wave]?.name ?? '',
        startsAt: textOrNull(run.startsAt),
        endsAt: textOrNull(run.endsAt),
        promptedAt: textOrNull(run.promptedAt),
        latestRebootAt: textOrNull(run.latestRebootAt),
        fit: run.fit,
        why: run.why,
      };
    }),
  };
}

function workflowOf({ assignment }: CycleMember): { readonly id: string; readonly name: string } | null {
  return assignment.kind === 'assigned' ? assignment.workflow : null;
}

function text(at: number): string {
  return new Date(at).toISOString();
}

function textOrNull(at: number | null | undefined): string | null {
  return at === null || at === undefined ? null : text(at);
}
