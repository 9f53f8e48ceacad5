import type { ActivityReport } from '@patchbay/contracts/agent-protocol';
import { type ActivityKey, activityId } from '@patchbay/domain/activity/activity-id';
import type { ActivityOutcome } from '@patchbay/domain/run/event';
import type pg from 'pg';
import type { Transaction } from './pool.ts';

/** The end of an activity as its agent reports it. */
export type ReportedActivity = ActivityReport;

/** What an activity came to, as it is kept: patch by patch where the agent reported it so. */
export type StoredOutcome = (ReportedActivity['outcome'] | ActivityOutcome) & {
  /** Bytes of output that the endpoint sends in all; absent: none. */
  readonly outputBytes?: { readonly stdout: number; readonly stderr: number };
};

/** What an activity does or what it came to (see E-07, W-05, W-08). */
export type ActivityStatus =
  | 'queued'
  | 'running'
  | 'succeeded'
  | 'partial'
  | 'failed'
  | 'timedOut'
  | 'lost'
  | 'interrupted'
  | 'cancelled'
  | 'refused'
  | 'notStarted';

/** An activity that is to be sent. Times in epoch milliseconds. */
export interface NewActivity extends ActivityKey {
  readonly endpoint: string;
  readonly phase: string;
  readonly kind: string;
  readonly taskName: string;
  readonly scriptRevision: number | null;
  readonly bootId: string | null;
  readonly createdAt: number;
}

/** What changes about an activity that has not ended yet; null leaves a value as it is. */
export interface ActivityChange extends ActivityKey {
  readonly endpoint: string;
  readonly status: ActivityStatus | null;
  readonly startedAt: number | null;
  readonly stopAskedAt: number | null;
  readonly finishedAt: number | null;
  /** Who said what it came to. */
  readonly concludedBy: 'endpoint' | 'server' | null;
  readonly bootId: string | null;
  readonly exitCode: number | null;
  readonly outcome: StoredOutcome | null;
  readonly cutStdoutBytes: number | null;
  readonly cutStderrBytes: number | null;
}

/** An activity that has not ended, as far as sending and resuming need it. */
export interface UnfinishedActivity extends ActivityKey {
  readonly status: 'queued' | 'running';
  readonly bootId: string | null;
  readonly stopAsked: boolean;
}

const unfinishedColumns = `activities.run, activities.step, activities.attempt, activities.status,
  activities.boot_id as "bootId", activities.stop_asked_at is not null as "stopAsked"`;

/** The activities of these runs that have not ended. */
export async function unfinishedActivities(
  tx: Transaction,
  runs: readonly number[],
): Promise<UnfinishedActivity[]> {
  const { rows } = await tx.query<UnfinishedActivity>({
    name: 'unfinished-activities',
    text: `select ${unfinishedColumns} from activities where run = any($1::bigint[]) and finished_at is null`,
    values: [runs],
  });
  return rows;
}

/** Names an activity of one endpoint. */
export interface EndpointActivity extends ActivityKey {
  readonly endpoint: string;
}

/** Who concluded these activities, by their ids; those that do not exist are missing, null is one that has not ended. */
export async function concludersOf(
  tx: Transaction,
  activities: readonly EndpointActivity[],
): Promise<Map<string, 'endpoint' | 'server' | null>> {
  const { rows } = await tx.query<ActivityKey & { concludedBy: 'endpoint' | 'server' | null }>({
    name: 'concluders-of',
    text: `select run, step, attempt, concluded_by as "concludedBy" from activities
           join unnest($1::bigint[], $2::text[], $3::integer[], $4::uuid[])
             as key (run, step, attempt, endpoint) using (run, step, attempt, endpoint)`,
    values: [
      activities.map((one) => one.run),
      activities.map((one) => one.step),
      activities.map((one) => one.attempt),
      activities.map((one) => one.endpoint),
    ],
  });
  return new Map(rows.map((row) => [activityId(row), row.concludedBy]));
}

/** The activities that these endpoints are to carry out or to stop now, and those whose flow they are to give up. */
export async function activitiesOfEndpoints(
  db: pg.Pool,
  endpoints: readonly string[],
): Promise<(UnfinishedActivity & { endpoint: string; snapshot: number })[]> {
  const { rows } = await db.query({
    name: 'activities-of-endpoints',
    text: `select ${unfinishedColumns}, runs.endpoint, runs.snapshot
           from runs join activities on activities.run = runs.id
           where runs.endpoint = any($1::uuid[]) and runs.status in ('running', 'retrying', 'returning')
             and activities.finished_at is null
           union all
           select member.run, member.step, member.attempt, 'running', null, true, member.endpoint, runs.snapshot
           from reboot_members member join runs on runs.id = member.run
           join activities on activities.run = member.run and activities.step = member.step
             and activities.attempt = member.attempt
           left join reboot_flows flow on flow.id = member.flow
           where member.endpoint = any($1::uuid[]) and member.stop_asked_at is not null and member.left_at is null
             and activities.outcome ->> 'kind' = 'userAsked' and flow.rebooted_at is null`,
    values: [endpoints],
  });
  return rows;
}
