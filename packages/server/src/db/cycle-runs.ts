import type { RolloutProgress } from '@patchbay/contracts/plan-progress';
import { exemption, exemptTag } from '@patchbay/domain/plan/exemption';
import type { ObservedWave, WaveCounts } from '@patchbay/domain/rollout/cycle-state';
import type { QueuedRun } from '@patchbay/domain/rollout/hold';
import { endingsWithWork, runResults } from '@patchbay/domain/run/state';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import { isAnswered } from './reboot-flows.ts';

/** A timetable of a cycle in which runs may start now. */
export interface OpenTimetable {
  readonly number: number;
  /** When its opening ends, epoch milliseconds. */
  readonly closesAt: number;
  /** Until when a run may start: before the buffer (P-07). */
  readonly startBefore: number;
}

/** What there is to know of a queued run; what follows from it is for the rules to say (see `holdOf`). */
export interface QueuedFacts extends Omit<QueuedRun, 'waveOpen' | 'windowOpen'> {
  /** Null: it belongs to no cycle that rolls out. */
  readonly wave: number | null;
  /** Of its cycle's timetables; null: it may start at any time. */
  readonly timetable: number | null;
}

/** A queued run, and why it did not have its turn. */
export interface RunInLine {
  readonly run: number;
  readonly wave: number;
  readonly timetable: number | null;
  readonly connected: boolean;
}

const slots = ['running', 'retrying', 'returning'];
const results = runResults.map((result) => `count(*) filter (where result = '${result}') as "${result}"`);

const exemptEndpoint = `select from endpoints e where e.id = r.endpoint and e.tags ? '${exemptTag}'`;
const connection = 'select from connections c where c.endpoint = r.endpoint';
const otherRun = `select from runs other
  where other.endpoint = r.endpoint and other.status in ('running', 'retrying', 'returning')`;

/**
 * What there is to know of a queued run `r`, as columns (see QueuedFacts). Of `few` runs it is looked up run by run, which
 * the planner would not do: "offset 0" keeps it from joining.
 */
export function queuedFacts(of: 'few' | 'many'): string {
  const hint = of === 'few' ? 'offset 0' : '';
  return `r.wave, r.timetable, r.admitted_at is not null as admitted,
    r.exempt is not null or exists (${exemptEndpoint} ${hint}) as exempt,
    exists (${connection} ${hint}) as connected, exists (${otherRun} ${hint}) as busy`;
}

// Those that the rules call ready (isReady). $1 cycle, $2 to $4 the open timetables, $5 the last wave that counts.
const ready = `runs r
  left join unnest($2::smallint[], $3::timestamptz[], $4::timestamptz[]) as open (number, closes_at, start_before)
    on open.number = r.timetable
  where r.cycle = $1 and r.status = 'queued' and r.admitted_at is null and r.wave <= $5 and r.exempt is null
    and not exists (${exemptEndpoint}) and (r.timetable is null or open.number is not null)
    and exists (${connection}) and not exists (${otherRun})`;

/** Runs whose user has answered and that their cycle has not let go on yet (W-15). $1 cycle, $2 the endings with work. */
const answered = `reboot_members m join reboot_flows f on f.id = m.flow join runs r on r.id = m.run
  where r.cycle = $1 and ${isAnswered} and r.admitted_at is null and coalesce(f.ending, 'rebooted') = any($2::text[])`;

/**
 * Counts the runs of each of a cycle's waves; `ready` for the waves up to `lastWave`, the earliest first, and no further
 * than `mostReady`, as more would not be started anyway; null: all.
 */
export async function observeWaves(
  tx: Transaction,
  cycle: number,
  waves: number,
  open: readonly OpenTimetable[],
  lastWave: number,
  mostReady: number | null,
): Promise<ObservedWave[]> {
  const counts = await countWaves(tx, cycle, waves);
  const ready = await countReady(tx, cycle, open, lastWave, mostReady);
  const answered = await countAnswered(tx, cycle);
  return counts.map((wave, index) => ({
    ...wave,
    ready: ready.get(index) ?? 0,
    answered: answered.get(index) ?? 0,
  }));
}

/** Counts the runs of each of a cycle's waves. */
export async function countWaves(db: Queryable, cycle: number, waves: number): Promise<WaveCounts[]> {
  const { rows } = await db.query<WaveCounts & { wave: number }>(
    `select wave, count(*) filter (where status = 'queued' and admitted_at is null) as queued,
       count(*) filter (
         where status = any($2) or (status in ('queued', 'awaitingUser') and admitted_at is not null)
       ) as active,
       count(*) filter (where status = 'awaitingUser' and admitted_at is null) as "awaitingUser", ${results.join(', ')}
     from runs where cycle = $1 group by wave`,
    [cycle, slots],
  );
  const byWave = new Map(rows.map(({ wave, ...counts }) => [wave, counts]));
  return Array.from({ length: waves }, (_, wave) => byWave.get(wave) ?? none);
}

/** Counts the runs of a cycle that have started and not finished, by phase. */
export async function countPhases(db: Queryable, cycle: number): Promise<RolloutProgress['phases']> {
  const { rows } = await db.query<{ phase: keyof RolloutProgress['phases']; runs: number }>(
    `select phase, count(*) as runs from runs
     where cycle = $1 and status = any($2) and phase is not null group by phase`,
    [cycle, [...slots, 'awaitingUser']],
  );
  const counted = { prePatching: 0, patch: 0, postPatching: 0, afterReboot: 0 };
  for (const { phase, runs } of rows) counted[phase] = runs;
  return counted;
}

const none = {
  queued: 0,
  active: 0,
  awaitingUser: 0,
  succeeded: 0,
  partial: 0,
  failed: 0,
  cancelled: 0,
  missedWindow: 0,
  skipped: 0,
};

async function countReady(
  tx: Transaction,
  cycle: number,
  open: readonly OpenTimetable[],
  lastWave: number,
  mostReady: number | null,
): Promise<Map<number, number>> {
  const { rows } = await tx.query<{ wave: number; ready: number }>(
    `select wave, count(*) as ready from (select r.wave from ${ready} order by r.wave limit $6) as first group by wave`,
    [cycle, ...columns(open), lastWave, mostReady],
  );
  return new Map(rows.map((row) => [row.wave, row.ready]));
}

async function countAnswered(tx: Transaction, cycle: number): Promise<Map<number, number>> {
  const { rows } = await tx.query<{ wave: number; answered: number }>(
    `select r.wave, count(*) as answered from ${answered} group by r.wave`,
    [cycle, endingsWithWork],
  );
  return new Map(rows.map((row) => [row.wave, row.answered]));
}

/** Lets the first `count` runs of a wave go on whose user has answered, by place (W-15). */
export async function letRunsGoOn(
  tx: Transaction,
  { cycle, wave, count }: { readonly cycle: number; readonly wave: number; readonly count: number },
  at: Date,
): Promise<void> {
  await tx.query(
    `update runs set admitted_at = $4 where id in (
       select r.id from ${answered} and r.wave = $3 order by r.position limit $5 for no key update of r
     )`,
    [cycle, endingsWithWork, wave, at, count],
  );
}

/** Lets the first `count` ready runs of a wave start, in the order of the rules (compareCandidates). */
export async function admitRuns(
  tx: Transaction,
  { cycle, wave, count }: { readonly cycle: number; readonly wave: number; readonly count: number },
  open: readonly OpenTimetable[],
  at: Date,
): Promise<void> {
  await tx.query(
    `update runs set admitted_at = $6, start_before = chosen.start_before from (
       select r.id, open.start_before from ${ready} and r.wave = $5
       order by open.closes_at nulls last, r.position limit $7
     ) as chosen where runs.id = chosen.id`,
    [cycle, ...columns(open), wave, at, count],
  );
}

/**
 * Holds those runs back again that lose their place by the rules (losesPlace). `late`: those that were let start or go on
 * before have had their time.
 */
export async function takeBackLate(
  tx: Transaction,
  cycle: number,
  open: readonly OpenTimetable[],
  late: Date,
): Promise<void> {
  await tx.query(
    // In the order in which those are held that start at this moment.
    `update runs set admitted_at = null where id in (
       select r.id from runs r where r.cycle = $1 and r.admitted_at is not null and (
         r.status = 'queued' and (r.timetable is not null and r.timetable <> all($3::smallint[])
           or r.admitted_at < $2 and (not exists (${connection}) or exists (${otherRun})))
         or r.status = 'awaitingUser' and r.admitted_at < $2)
       order by r.id for no key update
     )`,
    [cycle, late, open.map(({ number }) => number)],
  );
}

/** Holds every run back that has not started yet. */
export async function takeBackAll(tx: Transaction, cycle: number): Promise<void> {
  await tx.query(
    // In the order in which those are held that start at this moment.
    `update runs set admitted_at = null where id in (
       select id from runs where cycle = $1 and status = 'queued' and admitted_at is not null
       order by id for no key update
     )`,
    [cycle],
  );
}

/** The runs at work before patching whose timetable is one of these, and that were not told that it is closed (P-07). */
export async function runsBeforePatching(
  db: Queryable,
  cycle: number,
  timetables: readonly number[],
): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    `select id from runs where cycle = $1 and status = any($3) and phase = 'prePatching'
       and timetable = any($2::smallint[]) and not (state ->> 'windowEnded')::boolean`,
    [cycle, timetables, slots],
  );
  return rows.map(({ id }) => id);
}

/** The runs of a cycle that have not started. */
export async function queuedRuns(db: Queryable, cycle: number): Promise<RunInLine[]> {
  const { rows } = await db.query<RunInLine>(
    `select r.id as run, r.wave, r.timetable, exists (${connection}) as connected
     from runs r where r.cycle = $1 and r.status = 'queued' order by r.id`,
    [cycle],
  );
  return rows;
}

/** The runs of exempt endpoints that have not been passed over yet: exempt when the cycle opened, or by now. */
export async function exemptRuns(
  db: Queryable,
  cycle: number,
): Promise<{ readonly run: number; readonly reason: string }[]> {
  const { rows } = await db.query<{ run: number; exempt: string | null; tags: Record<string, string> }>(
    `select id as run, exempt, '{}'::jsonb as tags from runs
     where cycle = $1 and status = 'queued' and admitted_at is null and exempt is not null
     union all
     select r.id, null, e.tags from runs r join endpoints e on e.id = r.endpoint
     where r.cycle = $1 and r.status = 'queued' and r.admitted_at is null and r.exempt is null
       and e.tags ? '${exemptTag}'`,
    [cycle],
  );
  return rows.flatMap(({ run, exempt, tags }) => {
    const reason = exempt ?? exemption(tags);
    return reason === null ? [] : { run, reason };
  });
}

/** What there is to know of the queued runs of a cycle, those of whom the same is known counted together. */
export async function countQueued(
  db: Queryable,
  cycle: number,
): Promise<{ readonly facts: QueuedFacts; readonly runs: number }[]> {
  const { rows } = await db.query<QueuedFacts & { runs: number }>(
    `select ${queuedFacts('many')}, count(*) as runs from runs r
     where r.cycle = $1 and r.status = 'queued' group by 1, 2, 3, 4, 5, 6`,
    [cycle],
  );
  return rows.map(({ runs, ...facts }) => ({ facts, runs }));
}

function columns(open: readonly OpenTimetable[]): [number[], Date[], Date[]] {
  return [
    open.map(({ number }) => number),
    open.map(({ closesAt }) => new Date(closesAt)),
    open.map(({ startBefore }) => new Date(startBefore)),
  ];
}
