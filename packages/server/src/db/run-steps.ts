import type { RunEvent } from '@patchbay/domain/run/event';
import type { RunState } from '@patchbay/domain/run/state';
import type { ActivityChange, NewActivity } from './activities.ts';
import type { Transaction } from './pool.ts';

/** A run whose row this transaction has locked. */
export interface LockedRun {
  readonly id: number;
  readonly cycle: number | null;
  readonly snapshot: number;
  readonly endpoint: string;
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly wakeAt: number | null;
  readonly state: RunState;
}

/** Locks the runs, in the order of their ids so that transactions cannot wait for each other in a circle. */
export async function lockRuns(tx: Transaction, ids: readonly number[]): Promise<LockedRun[]> {
  const { rows } = await tx.query<LockedRun>({
    name: 'lock-runs',
    text: `select id, cycle, snapshot, endpoint, seq, extract(epoch from wake_at)::float8 * 1000 as "wakeAt", state
           from runs where id = any($1::bigint[]) order by id for update`,
    values: [ids],
  });
  return rows;
}

/** A run as a step leaves it. Times in epoch milliseconds; `startedAt` is kept once it is set. */
export interface SteppedRun {
  readonly id: number;
  readonly status: RunState['status'];
  readonly result: string | null;
  readonly phase: string | null;
  readonly step: string | null;
  readonly seq: number;
  readonly wakeAt: number | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly state: RunState;
}

/** One accepted event with the sentences that explain the decision (W-14). */
export interface SteppedEvent {
  readonly run: number;
  readonly seq: number;
  readonly at: number;
  readonly event: RunEvent;
  readonly notes: readonly string[];
}

/** Everything that one transaction writes about its runs. */
export interface StepRows {
  readonly runs: readonly SteppedRun[];
  readonly events: readonly SteppedEvent[];
  readonly activities: readonly NewActivity[];
  readonly activityChanges: readonly ActivityChange[];
}

const writeRuns = `
with stepped as (
  update runs set
    status = new.status, result = new.result, phase = new.phase, step = new.step, seq = new.seq,
    wake_at = to_timestamp(new."wakeAt" / 1000),
    started_at = coalesce(runs.started_at, to_timestamp(new."startedAt" / 1000)),
    finished_at = case when new.status = 'finished'
      then coalesce(runs.finished_at, to_timestamp(new."finishedAt" / 1000)) end,
    state = new.state
  from json_to_recordset($1::json) as new (
    id bigint, status text, result text, phase text, step text, seq integer, "wakeAt" float8,
    "startedAt" float8, "finishedAt" float8, state json
  )
  where runs.id = new.id
), events as (
  insert into run_events (run, seq, at, event, notes)
  select run, seq, to_timestamp(at / 1000), event, notes
  from json_to_recordset($2::json) as new (run bigint, seq integer, at float8, event json, notes text[])
)
insert into activities (run, step, attempt, endpoint, phase, kind, task_name, script_revision, status, boot_id, created_at)
select run, step, attempt, endpoint, phase, kind, "taskName", "scriptRevision", 'queued', "bootId",
  to_timestamp("createdAt" / 1000)
from json_to_recordset($3::json) as new (
  run bigint, step text, attempt integer, endpoint uuid, phase text, kind text, "taskName" text,
  "scriptRevision" integer, "bootId" text, "createdAt" float8
)`;

const changeActivities = `
update activities set
  status = coalesce(new.status, activities.status),
  concluded_by = new."concludedBy",
  boot_id = coalesce(new."bootId", activities.boot_id),
  exit_code = new."exitCode",
  outcome = new.outcome,
  cut_stdout_bytes = new."cutStdoutBytes",
  cut_stderr_bytes = new."cutStderrBytes",
  started_at = coalesce(activities.started_at, case when new."startedAt" is not null
    then greatest(to_timestamp(new."startedAt" / 1000), activities.created_at) end),
  finished_at = case when new."finishedAt" is not null
    then greatest(to_timestamp(new."finishedAt" / 1000), activities.created_at) end,
  stop_asked_at = coalesce(activities.stop_asked_at, to_timestamp(new."stopAskedAt" / 1000))
from json_to_recordset($1::json) as new (
  run bigint, step text, attempt integer, endpoint uuid, status text, "concludedBy" text, "bootId" text,
  "exitCode" bigint, outcome jsonb, "cutStdoutBytes" bigint, "cutStderrBytes" bigint, "startedAt" float8,
  "finishedAt" float8, "stopAskedAt" float8
)
where activities.run = new.run and activities.step = new.step and activities.attempt = new.attempt
  and activities.endpoint = new.endpoint and activities.finished_at is null`;

/** Writes what a batch of decisions came to. The caller holds the locks of all its runs. */
export async function writeStep(tx: Transaction, rows: StepRows): Promise<void> {
  await tx.query({
    name: 'write-runs',
    text: writeRuns,
    values: [JSON.stringify(rows.runs), JSON.stringify(rows.events), JSON.stringify(rows.activities)],
  });
  if (rows.activityChanges.length === 0) return;
  await tx.query({
    name: 'change-activities',
    text: changeActivities,
    values: [JSON.stringify(rows.activityChanges)],
  });
}
