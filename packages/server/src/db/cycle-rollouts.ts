import type { CycleDefinition, CycleEvent, CycleState } from '@patchbay/domain/rollout/cycle-state';
import type pg from 'pg';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';

/** A cycle that goes over its endpoints in waves. */
export interface CycleRollout {
  readonly id: number;
  /** The name that its plan had when it opened. */
  readonly plan: string;
  readonly mode: 'real' | 'rehearsal';
  readonly definition: CycleDefinition;
  readonly state: CycleState;
  readonly seq: number;
  readonly openedAt: Date;
}

const columns = `id, plan_name as plan, mode, rollout as definition, state, seq, opened_at as "openedAt"`;

/** A set of maintenance windows that endpoints of a cycle have. */
export interface CycleTimetable {
  readonly number: number;
  /** Ids; never empty. */
  readonly windows: readonly string[];
}

/** Has a cycle that was just opened roll out; its story begins with what there is to note. */
export async function insertRollout(
  tx: Transaction,
  cycle: number,
  definition: CycleDefinition,
  state: CycleState,
  timetables: readonly CycleTimetable[],
  { at, notes }: { readonly at: Date; readonly notes: readonly string[] },
): Promise<void> {
  await tx.query('update cycles set rollout = $2, state = $3 where id = $1', [
    cycle,
    JSON.stringify(definition),
    JSON.stringify(state),
  ]);
  const opening = { id: cycle, seq: 0 };
  if (notes.length > 0) await insertCycleEvent(tx, opening, at, { kind: 'opened' }, notes);
  for (const { number, windows } of timetables) {
    await tx.query('insert into cycle_timetables (cycle, number, windows) values ($1, $2, $3)', [
      cycle,
      number,
      windows,
    ]);
  }
}

/** The cycles that roll out and have not finished. */
export async function cyclesRollingOut(db: pg.Pool): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    'select id from cycles where state is not null and finished_at is null order by id',
  );
  return rows.map(({ id }) => id);
}

/**
 * A cycle's rollout, held until the end of the transaction; null when there is none. `pass` gives null, too, while
 * somebody else holds it.
 */
export async function holdRollout(
  tx: Transaction,
  cycle: number,
  held: 'wait' | 'pass',
): Promise<CycleRollout | null> {
  const { rows } = await tx.query<CycleRollout>(
    `select ${columns} from cycles
     where id = $1 and state is not null for update ${held === 'pass' ? 'skip locked' : ''}`,
    [cycle],
  );
  return rows[0] ?? null;
}

/** A cycle's rollout; null when there is none. */
export async function findRollout(db: Queryable, cycle: number): Promise<CycleRollout | null> {
  const { rows } = await db.query<CycleRollout>(
    `select ${columns} from cycles where id = $1 and state is not null`,
    [cycle],
  );
  return rows[0] ?? null;
}

/** When each open wave of a cycle opened. */
export async function wavesOpenedAt(db: Queryable, cycle: number): Promise<Date[]> {
  const { rows } = await db.query<{ at: Date }>(
    'select opened_at as at from cycle_waves where cycle = $1 order by wave',
    [cycle],
  );
  return rows.map(({ at }) => at);
}

/** Notes when a wave opened. */
export async function insertOpenWave(tx: Transaction, cycle: number, wave: number, at: Date): Promise<void> {
  await tx.query('insert into cycle_waves (cycle, wave, opened_at) values ($1, $2, $3)', [cycle, wave, at]);
}

/** The plan of a cycle; null when it has none, or has lost it. */
export async function planOfCycle(db: Queryable, cycle: number): Promise<string | null> {
  const { rows } = await db.query<{ plan: string | null }>('select plan from cycles where id = $1', [cycle]);
  return rows[0]?.plan ?? null;
}

/** Stores what was decided of a cycle, and why. */
export async function saveRollout(
  tx: Transaction,
  { id, seq }: Pick<CycleRollout, 'id' | 'seq'>,
  state: CycleState,
  event: CycleEvent,
  notes: readonly string[],
): Promise<void> {
  await tx.query('update cycles set state = $2, seq = $3 where id = $1', [
    id,
    JSON.stringify(state),
    seq + 1,
  ]);
  await insertCycleEvent(tx, { id, seq: seq + 1 }, new Date(event.at), event, notes);
}

async function insertCycleEvent(
  tx: Transaction,
  { id, seq }: Pick<CycleRollout, 'id' | 'seq'>,
  at: Date,
  event: object,
  notes: readonly string[],
): Promise<void> {
  await tx.query('insert into cycle_events (cycle, seq, at, event, notes) values ($1, $2, $3, $4, $5)', [
    id,
    seq,
    at,
    JSON.stringify(event),
    JSON.stringify(notes),
  ]);
}

/** The sets of maintenance windows of a cycle's endpoints. */
export async function timetablesOfCycle(db: Queryable, cycle: number): Promise<CycleTimetable[]> {
  const { rows } = await db.query<CycleTimetable>(
    'select number, windows from cycle_timetables where cycle = $1 order by number',
    [cycle],
  );
  return rows;
}

/** How the rollout of a cycle has gone, newest last: what happened and the sentences that explain what was decided. */
export async function cycleStory(
  db: Queryable,
  cycle: number,
  limit: number,
): Promise<{ readonly seq: number; readonly at: Date; readonly notes: readonly string[] }[]> {
  const { rows } = await db.query<{ seq: number; at: Date; notes: string[] }>(
    `select seq, at, notes from (
       select seq, at, notes from cycle_events
       where cycle = $1 and json_array_length(notes) > 0 order by seq desc limit $2
     ) as newest order by seq`,
    [cycle, limit],
  );
  return rows;
}
