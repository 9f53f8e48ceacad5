import { initialRunState } from '@patchbay/domain/run/state';
import type pg from 'pg';
import type { Transaction } from './pool.ts';

/** A run that is to be opened. */
export interface RunToOpen {
  readonly cycle: number | null;
  readonly snapshot: number;
  readonly endpoint: string;
  readonly openedBy: string;
  /** It starts no earlier; absent: as soon as it can. Epoch milliseconds. */
  readonly startAfter?: number;
  /** It is held back until its cycle lets it start; absent: nothing holds it back. */
  readonly held?: HeldRun;
}

/** Where a run stands in a cycle that rolls out (P-08). */
export interface HeldRun {
  readonly wave: number;
  /** Its place in the cycle's order. */
  readonly position: number;
  /** Of the cycle's timetables; null: it may be worked on at any time. */
  readonly timetable: number | null;
  /** Why its endpoint is exempt; null: it is not. */
  readonly exempt: string | null;
  /** How many patches are applicable now (P-15). */
  readonly patchesBefore: number;
}

const initialState = JSON.stringify(initialRunState);

/** Adds queued runs, set-based, and returns their ids in the order given. `now` in epoch milliseconds. */
export async function insertRuns(
  tx: Transaction,
  runs: readonly RunToOpen[],
  now: number,
): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(
    `insert into runs (cycle, snapshot, endpoint, opened_by, opened_at, state, start_after,
       wave, position, timetable, exempt, patches_before, admitted_at)
     select cycle, snapshot, endpoint, opened_by, $5, $6::json, start_after,
       wave, position, timetable, exempt, patches_before, case when wave is null then $5::timestamptz end
     from unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::text[], $7::timestamptz[],
         $8::smallint[], $9::integer[], $10::smallint[], $11::text[], $12::integer[])
       with ordinality as run (cycle, snapshot, endpoint, opened_by, start_after, wave, position, timetable, exempt,
         patches_before, place)
     order by place
     returning id`,
    [
      runs.map((run) => run.cycle),
      runs.map((run) => run.snapshot),
      runs.map((run) => run.endpoint),
      runs.map((run) => run.openedBy),
      new Date(now),
      initialState,
      runs.map(({ startAfter }) => (startAfter === undefined ? null : new Date(startAfter))),
      runs.map(({ held }) => held?.wave ?? null),
      runs.map(({ held }) => held?.position ?? null),
      runs.map(({ held }) => held?.timetable ?? null),
      runs.map(({ held }) => held?.exempt ?? null),
      runs.map(({ held }) => held?.patchesBefore ?? null),
    ],
  );
  await saveNamesOfTasks(tx, runs);
  return rows.map((row) => row.id);
}

/** Keeps what the runs' cycles run by name, to find activities by it (O-01). */
async function saveNamesOfTasks(tx: Transaction, runs: readonly RunToOpen[]): Promise<void> {
  const pairs = new Map(runs.map((run) => [`${run.cycle} ${run.snapshot}`, run]));
  await tx.query(
    `insert into cycle_tasks (name, cycle)
     select distinct work.value ->> 'taskName', opened.cycle
     from unnest($1::bigint[], $2::bigint[]) as opened (cycle, snapshot)
     join snapshots on snapshots.id = opened.snapshot cross join jsonb_each(snapshots.works) as work
     where opened.cycle is not null and work.value ->> 'taskName' is not null
     on conflict do nothing`,
    [[...pairs.values()].map((run) => run.cycle), [...pairs.values()].map((run) => run.snapshot)],
  );
}

/** A run and its endpoint. */
export interface RunOfEndpoint {
  readonly run: number;
  readonly endpoint: string;
}

/** A run that holds its endpoint; one that waits for a user does not (W-15). */
const isAtWork = `status in ('running', 'retrying', 'returning')`;
/** In two parts, as there is an index for each. */
const isUnderWay = `(${isAtWork} or status = 'awaitingUser')`;

/** The runs of these endpoints that have started and not finished, of each first the one that it works on. */
export async function runsUnderWay(db: pg.Pool, endpoints: readonly string[]): Promise<RunOfEndpoint[]> {
  const { rows } = await db.query<RunOfEndpoint>(
    `select id as run, endpoint from runs
     where endpoint = any($1::uuid[]) and ${isUnderWay} order by endpoint, status = 'awaitingUser', id`,
    [endpoints],
  );
  return rows;
}

/** Whether any run is being worked on. */
export async function isAnyoneAtWork(db: pg.Pool): Promise<boolean> {
  const { rows } = await db.query<{ any: boolean }>(
    `select exists (select from runs where ${isAtWork}) as any`,
  );
  return rows[0]?.any ?? false;
}

/** Runs that believe in a connection which is gone: whoever removed it died before telling them. */
export async function runsUnawareOfLoss(db: pg.Pool): Promise<RunOfEndpoint[]> {
  const { rows } = await db.query<RunOfEndpoint>(
    `select id as run, endpoint from runs
     where ${isUnderWay} and (state ->> 'connected')::boolean
       and not exists (select from connections where connections.endpoint = runs.endpoint)`,
  );
  return rows;
}

/** A queued run that its cycle and its clock let start at an instant, the parameter of that name. */
const mayStart = (at: string): string => `status = 'queued' and admitted_at is not null
  and (start_after is null or start_after <= ${at}) and (start_before is null or start_before > ${at})`;

/**
 * The first queued run of each endpoint that may start now, is connected to the node and works on no run (P-13). With
 * `endpoints` only of these. `now` in epoch milliseconds.
 */
export async function startableRuns(
  db: pg.Pool,
  node: string,
  endpoints: readonly string[] | null,
  limit: number,
  now: number,
): Promise<RunOfEndpoint[]> {
  const { rows } = await db.query<RunOfEndpoint>(
    // "offset 0" keeps the planner from turning the look-ups into joins: from old statistics it makes bad ones.
    `select run, endpoint from (
       select distinct on (endpoint) id as run, endpoint from runs
       where ${mayStart('$3')}
         ${endpoints === null ? '' : 'and endpoint = any($4::uuid[])'}
       order by endpoint, id
     ) as first
     where exists (select from connections where endpoint = first.endpoint and node = $1 offset 0)
       and not exists (
         select from runs where endpoint = first.endpoint and ${isAtWork} offset 0
       )
       and not exists (select from endpoints where id = first.endpoint and revoked_at is not null offset 0)
     limit $2`,
    [node, limit, new Date(now), ...(endpoints === null ? [] : [endpoints])],
  );
  return rows;
}

/**
 * Which of these runs may start; none of them can be held back before the transaction ends, so that a cycle that is
 * halted starts nothing more (P-08). `now` in epoch milliseconds.
 */
export async function holdStartable(
  tx: Transaction,
  runs: readonly number[],
  now: number,
): Promise<Set<number>> {
  const { rows } = await tx.query<{ id: number }>({
    name: 'hold-startable',
    text: `select id from runs where id = any($1::bigint[]) and ${mayStart('$2::timestamptz')}
           order by id for no key update`,
    values: [runs, new Date(now)],
  });
  return new Set(rows.map((row) => row.id));
}

/** In parts, as there is an index for each. */
const unfinishedParts = [
  `status = 'queued' and admitted_at is not null`,
  `status = 'queued' and admitted_at is null`,
  isAtWork,
  `status = 'awaitingUser'`,
];
const revokedEndpoints = 'select id from endpoints where revoked_at is not null';

/** Runs that are not finished and can never go on, because their endpoint was revoked (S-04). */
export async function openRunsOfRevoked(db: pg.Pool, limit: number): Promise<number[]> {
  // An array, not a join: from old statistics the planner believes that many endpoints are revoked, and reads all runs.
  const { rows } = await db.query<{ id: number }>(
    `${unfinishedParts
      .map((part) => `select id from runs where ${part} and endpoint = any(array(${revokedEndpoints}))`)
      .join(' union all ')}
     limit $1`,
    [limit],
  );
  return rows.map((row) => row.id);
}

/**
 * Takes runs whose clock is due for `leaseMs`; other nodes leave them alone, and if this one dies they are due
 * again. `now` in epoch milliseconds.
 */
export async function claimDueRuns(
  db: pg.Pool,
  now: number,
  leaseMs: number,
  limit: number,
): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    `update runs set wake_at = $2 where id in (
       select id from runs where wake_at <= $1 order by wake_at limit $3 for update skip locked
     ) returning id`,
    [new Date(now), new Date(now + leaseMs), limit],
  );
  return rows.map((row) => row.id);
}
