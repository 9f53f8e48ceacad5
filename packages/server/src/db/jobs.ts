import type { Transaction } from './pool.ts';

/** Work that falls due: of each kind there is one job for a key. */
export interface JobKey {
  readonly kind: string;
  readonly key: string;
}

/** A job that has fallen due. */
export interface DueJob extends JobKey {
  readonly dueAt: Date;
  /** How often in a row it has failed. */
  readonly failures: number;
}

/** Has a job done at this time or soon after; one that is there already is moved. */
export async function scheduleJob(tx: Transaction, { kind, key }: JobKey, dueAt: Date): Promise<void> {
  await tx.query(
    `insert into jobs (kind, key, due_at) values ($1, $2, $3)
     on conflict (kind, key) do update set due_at = excluded.due_at, failures = 0, problem = null`,
    [kind, key, dueAt],
  );
}

/** As {@link scheduleJob}, but one that is there already stays as it is: for what every node asks for at its start. */
export async function ensureJob(tx: Transaction, { kind, key }: JobKey, dueAt: Date): Promise<void> {
  await tx.query(
    'insert into jobs (kind, key, due_at) values ($1, $2, $3) on conflict (kind, key) do nothing',
    [kind, key, dueAt],
  );
}

/** Gives a job up; nothing when there is none. While it is being done, this waits for its end. */
export async function cancelJob(tx: Transaction, { kind, key }: JobKey): Promise<void> {
  await tx.query('delete from jobs where kind = $1 and key = $2', [kind, key]);
}

/** Keeps a job from being taken or changed until the end of the transaction; nothing when there is none. */
export async function holdJob(tx: Transaction, { kind, key }: JobKey): Promise<void> {
  await tx.query('select from jobs where kind = $1 and key = $2 for update', [kind, key]);
}

/** Takes one due job of these kinds until the end of the transaction; others pass it over meanwhile. */
export async function takeDueJob(
  tx: Transaction,
  kinds: readonly string[],
  now: Date,
): Promise<DueJob | null> {
  const { rows } = await tx.query<DueJob>(
    `select kind, key, due_at as "dueAt", failures from jobs
     where due_at <= $2 and kind = any($1) order by due_at limit 1 for update skip locked`,
    [kinds, now],
  );
  return rows[0] ?? null;
}

/** Puts a job off that has failed; nothing when somebody else has done it, moved it or given it up meanwhile. */
export async function putOffJob(
  tx: Transaction,
  { kind, key, dueAt, failures }: DueJob,
  until: Date,
  problem: string,
): Promise<void> {
  await tx.query(
    `update jobs set due_at = $5, failures = failures + 1, problem = $6
     where kind = $1 and key = $2 and due_at = $3 and failures = $4`,
    [kind, key, dueAt, failures, until, problem],
  );
}
