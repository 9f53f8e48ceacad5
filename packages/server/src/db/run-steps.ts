import type { RunEvent } from '@patchbay/domain/run/event';
import type { RunState } from '@patchbay/domain/run/state';
import type { ActivityChange, NewActivity } from './activities.ts';
import {
  bigints,
  floats,
  integers,
  jsonArray,
  jsons,
  texts,
  uuids,
  wordArray,
  words,
} from './column-array.ts';
import { type HealthResult, saveHealth } from './endpoint-health.ts';
import type { Transaction } from './pool.ts';
import { brokenConstraint } from './system-error.ts';

/** A run as it was read; it may only be written while `seq` is still the same. */
export interface KnownRun {
  readonly id: number;
  readonly cycle: number | null;
  readonly snapshot: number;
  readonly endpoint: string;
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly wakeAt: number | null;
  readonly state: RunState;
}

/** Reads runs, without locking them: writing checks that nobody else has written meanwhile. */
export async function loadRuns(tx: Transaction, ids: readonly number[]): Promise<KnownRun[]> {
  const { rows } = await tx.query<KnownRun>({
    name: 'load-runs',
    text: `select id, cycle, snapshot, endpoint, seq, extract(epoch from wake_at)::float8 * 1000 as "wakeAt", state
           from runs where id = any($1::bigint[])`,
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
  /** The number of its last event before this step, and after it. */
  readonly seqBefore: number;
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
  /** The latest of an endpoint and task last. */
  readonly health: readonly HealthResult[];
}

/** Somebody else has moved one of the runs since it was read. */
export class StaleRuns extends Error {
  override readonly name = 'StaleRuns';

  constructor() {
    super('another writer was faster');
  }
}

// Each column is unnested in a select list, not in "from": there PostgreSQL would store it away first.

const writeRuns = `
with events as (
  insert into run_events (run, seq, at, event, notes)
  select run, seq, to_timestamp(at / 1000), event::json, notes::json
  from (
    select unnest($12::bigint[]) as run, unnest($13::integer[]) as seq, unnest($14::float8[]) as at,
      unnest(${jsonArray(15)}) as event, unnest(${jsonArray(16)}) as notes
  ) as new
), activities as (
  insert into activities (
    run, step, attempt, endpoint, phase, kind, task_name, script_revision, boot_id, created_at, status
  )
  select run, step, attempt, endpoint, phase, kind, task_name, script_revision, boot_id,
    to_timestamp(created_at / 1000), 'queued'
  from (
    select unnest($17::bigint[]) as run, unnest(${wordArray(18)}) as step, unnest($19::integer[]) as attempt,
      unnest($20::uuid[]) as endpoint, unnest(${wordArray(21)}) as phase, unnest(${wordArray(22)}) as kind,
      unnest($23::text[]) as task_name, unnest($24::integer[]) as script_revision,
      unnest($25::text[]) as boot_id, unnest($26::float8[]) as created_at
  ) as new
)
update runs set
  seq = new.seq, status = new.status, result = new.result, phase = new.phase, step = new.step,
  wake_at = to_timestamp(new.wake_at / 1000),
  started_at = coalesce(runs.started_at, to_timestamp(new.started_at / 1000)),
  finished_at = case when new.status = 'finished'
    then coalesce(runs.finished_at, to_timestamp(new.finished_at / 1000)) end,
  -- Its cycle lets it go on when its user has answered (W-15).
  admitted_at = case when new.status <> 'awaitingUser' or runs.status = 'awaitingUser' or runs.wave is null
    then runs.admitted_at end,
  state = new.state::json
from (
  select unnest($1::bigint[]) as id, unnest($2::integer[]) as seq_before, unnest($3::integer[]) as seq,
    unnest(${wordArray(4)}) as status, unnest(${wordArray(5)}) as result, unnest(${wordArray(6)}) as phase,
    unnest(${wordArray(7)}) as step, unnest($8::float8[]) as wake_at, unnest($9::float8[]) as started_at,
    unnest($10::float8[]) as finished_at, unnest(${jsonArray(11)}) as state
) as new
where runs.id = new.id and runs.seq = new.seq_before`;

const changeActivities = `
update activities set
  status = coalesce(new.status, activities.status),
  concluded_by = new.concluded_by,
  boot_id = coalesce(new.boot_id, activities.boot_id),
  exit_code = new.exit_code,
  outcome = nullif(new.outcome, 'null')::jsonb,
  cut_stdout_bytes = new.cut_stdout_bytes,
  cut_stderr_bytes = new.cut_stderr_bytes,
  started_at = coalesce(activities.started_at, case when new.started_at is not null
    then greatest(to_timestamp(new.started_at / 1000), activities.created_at) end),
  finished_at = case when new.finished_at is not null
    then greatest(
      to_timestamp(new.finished_at / 1000), activities.created_at,
      coalesce(activities.started_at, to_timestamp(new.started_at / 1000))
    ) end,
  stop_asked_at = coalesce(activities.stop_asked_at, to_timestamp(new.stop_asked_at / 1000))
from (
  select unnest($1::bigint[]) as run, unnest(${wordArray(2)}) as step, unnest($3::integer[]) as attempt,
    unnest($4::uuid[]) as endpoint, unnest(${wordArray(5)}) as status, unnest(${wordArray(6)}) as concluded_by,
    unnest($7::text[]) as boot_id, unnest($8::bigint[]) as exit_code, unnest(${jsonArray(9)}) as outcome,
    unnest($10::bigint[]) as cut_stdout_bytes, unnest($11::bigint[]) as cut_stderr_bytes,
    unnest($12::float8[]) as started_at, unnest($13::float8[]) as finished_at,
    unnest($14::float8[]) as stop_asked_at
) as new
where activities.run = new.run and activities.step = new.step and activities.attempt = new.attempt
  and activities.endpoint = new.endpoint and activities.finished_at is null`;

/**
 * Writes what a batch of decisions came to.
 *
 * @throws StaleRuns when a run is not any more as it was read; the transaction must be given up then.
 */
export async function writeStep(tx: Transaction, rows: StepRows): Promise<void> {
  const { activityChanges } = rows;
  const stepped = await writeRunsAndEvents(tx, rows).catch((error: unknown) => {
    // The faster writer has used the event's number or the activity's id already.
    throw brokenConstraint(error, 'run_events_pkey', 'activities_pkey') ? new StaleRuns() : error;
  });
  if (stepped !== rows.runs.length) throw new StaleRuns();
  if (rows.health.length > 0) await saveHealth(tx, rows.health);
  if (activityChanges.length === 0) return;
  await tx.query({
    name: 'change-activities',
    text: changeActivities,
    values: [
      bigints(activityChanges, (change) => change.run),
      words(activityChanges, (change) => change.step),
      integers(activityChanges, (change) => change.attempt),
      uuids(activityChanges, (change) => change.endpoint),
      words(activityChanges, (change) => change.status),
      words(activityChanges, (change) => change.concludedBy),
      texts(activityChanges, (change) => change.bootId),
      bigints(activityChanges, (change) => change.exitCode),
      jsons(activityChanges, (change) => change.outcome),
      bigints(activityChanges, (change) => change.cutStdoutBytes),
      bigints(activityChanges, (change) => change.cutStderrBytes),
      floats(activityChanges, (change) => change.startedAt),
      floats(activityChanges, (change) => change.finishedAt),
      floats(activityChanges, (change) => change.stopAskedAt),
    ],
  });
}

/** Returns how many of the runs were still as they were read. */
async function writeRunsAndEvents(tx: Transaction, { runs, events, activities }: StepRows): Promise<number> {
  const { rowCount } = await tx.query({
    name: 'write-runs',
    text: writeRuns,
    values: [
      bigints(runs, (run) => run.id),
      integers(runs, (run) => run.seqBefore),
      integers(runs, (run) => run.seq),
      words(runs, (run) => run.status),
      words(runs, (run) => run.result),
      words(runs, (run) => run.phase),
      words(runs, (run) => run.step),
      floats(runs, (run) => run.wakeAt),
      floats(runs, (run) => run.startedAt),
      floats(runs, (run) => run.finishedAt),
      jsons(runs, (run) => run.state),
      bigints(events, (event) => event.run),
      integers(events, (event) => event.seq),
      floats(events, (event) => event.at),
      jsons(events, (event) => event.event),
      jsons(events, (event) => event.notes),
      bigints(activities, (activity) => activity.run),
      words(activities, (activity) => activity.step),
      integers(activities, (activity) => activity.attempt),
      uuids(activities, (activity) => activity.endpoint),
      words(activities, (activity) => activity.phase),
      words(activities, (activity) => activity.kind),
      texts(activities, (activity) => activity.taskName),
      integers(activities, (activity) => activity.scriptRevision),
      texts(activities, (activity) => activity.bootId),
      floats(activities, (activity) => activity.createdAt),
    ],
  });
  return rowCount ?? 0;
}
