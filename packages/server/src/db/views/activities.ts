import type { ActivitySummary } from '@patchbay/contracts/activity';
import type { Page } from '@patchbay/contracts/page';
import { type ActivityKey, activityId } from '@patchbay/domain/activity/activity-id';
import type { RunDefinition } from '@patchbay/domain/run/definition';
import type { StoredOutcome } from '../activities.ts';
import { type ActivityMatches, matchActivities } from '../activity-search.ts';
import { type PageRequest, pageOf } from '../page-of.ts';
import type { Queryable } from '../queryable.ts';
import type { StepWork } from '../snapshots.ts';
import { Where } from '../where.ts';

/** Which activities a list shows (O-01). */
export interface ActivityFilter {
  readonly run?: number | undefined;
  readonly cycle?: number | undefined;
  /** The id of an endpoint. */
  readonly endpoint?: string | undefined;
  readonly status?: ActivitySummary['status'] | undefined;
  /** A part of the name of a task or an endpoint. */
  readonly search?: string | undefined;
  readonly sort?: 'run' | '-run' | undefined;
}

interface ActivityRow extends ActivityKey {
  readonly cycle: number;
  readonly endpoint: string;
  readonly endpointName: string;
  readonly planId: string | null;
  readonly planName: string | null;
  readonly phase: ActivitySummary['phase'];
  readonly name: string;
  readonly status: ActivitySummary['status'];
  readonly outcome: ActivitySummary['outcome'];
  readonly exitCode: number | null;
  readonly startedBy: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** An activity with what it was to do and what it came to. */
export interface StoredActivity extends ActivitySummary {
  readonly key: ActivityKey;
  readonly definition: RunDefinition;
  readonly work: StepWork;
  readonly reported: StoredOutcome | null;
  readonly cut: { readonly stdout: number; readonly stderr: number };
}

const columns = `a.run, a.step, a.attempt, r.cycle, a.endpoint, e.name as "endpointName", c.plan as "planId",
  c.plan_name as "planName", a.phase, a.task_name as name, a.status, a.outcome ->> 'kind' as outcome,
  a.exit_code as "exitCode", r.opened_by as "startedBy", a.created_at as "createdAt",
  a.started_at as "startedAt", a.finished_at as "finishedAt"`;
const tables = `from activities a join runs r on r.id = a.run join cycles c on c.id = r.cycle
  join endpoints e on e.id = a.endpoint`;

function toSummary(row: ActivityRow): ActivitySummary {
  const { run, cycle, step, phase, name, attempt, status, outcome, exitCode, startedBy } = row;
  return {
    id: activityId(row),
    run,
    cycle,
    endpoint: { id: row.endpoint, name: row.endpointName },
    plan: row.planName === null ? null : { id: row.planId, name: row.planName },
    step,
    phase,
    name,
    attempt,
    status,
    outcome,
    exitCode,
    startedBy,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

/** Lists activities: those of the newest runs first, and of each run the latest first; or just the other way round. */
export async function listActivities(
  db: Queryable,
  filter: ActivityFilter,
  page: PageRequest,
): Promise<Page<ActivitySummary>> {
  const where = new Where()
    .and('a.run = ?', filter.run)
    .and('r.cycle = ?', filter.cycle)
    .and('r.endpoint = ?', filter.endpoint)
    .and('a.status = ?', filter.status);
  if (filter.search !== undefined) whereMatching(where, await matchActivities(db, filter.search));
  const sort = [
    { sql: 'a.run', type: 'bigint' },
    { sql: '(extract(epoch from a.created_at) * 1000000)::bigint', type: 'bigint' },
    { sql: 'a.step', type: 'text' },
    { sql: 'a.attempt', type: 'bigint' },
  ] as const;
  const select = `select ${columns} ${tables}`;
  return pageOf<ActivityRow, ActivitySummary>(
    db,
    { select, where, sort, descending: filter.sort !== 'run', item: toSummary },
    page,
  );
}

/** The first condition is about runs alone: it leads the planner to them by their indexes. */
function whereMatching(where: Where, { names, cycles, endpoints }: ActivityMatches): void {
  const among = `any(${where.value(endpoints)}::uuid[])`;
  where.andThat(`r.cycle = any(${where.value(cycles)}::bigint[]) or r.endpoint = ${among}`);
  where.andThat(`a.task_name = any(${where.value(names)}::text[]) or a.endpoint = ${among}`);
}

/** One activity (O-02). */
export async function findActivity(db: Queryable, key: ActivityKey): Promise<StoredActivity | null> {
  const { rows } = await db.query<
    ActivityRow & {
      definition: RunDefinition;
      work: StepWork;
      reported: StoredOutcome | null;
      cutStdout: number;
      cutStderr: number;
    }
  >(
    `select ${columns}, s.definition, s.works -> a.step as work, a.outcome as reported,
       coalesce(a.cut_stdout_bytes, 0) as "cutStdout", coalesce(a.cut_stderr_bytes, 0) as "cutStderr"
     ${tables} join snapshots s on s.id = r.snapshot where a.run = $1 and a.step = $2 and a.attempt = $3`,
    [key.run, key.step, key.attempt],
  );
  const row = rows[0];
  if (row === undefined) return null;
  const { definition, work, reported } = row;
  const cut = { stdout: row.cutStdout, stderr: row.cutStderr };
  return { ...toSummary(row), key, definition, work, reported, cut };
}

/** Output that did not follow its report within this time is not waited for any more. */
const outputComesWithinMs = 60_000;

/**
 * The length at which a stream of an activity's output is complete; Infinity while the activity runs, 0 when what is
 * missing is not to be expected any more. Null when there is no such activity. `now` in epoch milliseconds.
 */
export async function completeLength(
  db: Queryable,
  key: ActivityKey,
  stream: 'stdout' | 'stderr',
  now: number,
): Promise<number | null> {
  const { rows } = await db.query<{ ended: boolean; bytes: number }>(
    `select finished_at is not null as ended, case when finished_at < $5 then 0
       else coalesce((outcome -> 'outputBytes' ->> $4)::bigint, 0) end as bytes
     from activities where run = $1 and step = $2 and attempt = $3`,
    [key.run, key.step, key.attempt, stream, new Date(now - outputComesWithinMs)],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return row.ended ? row.bytes : Number.POSITIVE_INFINITY;
}
