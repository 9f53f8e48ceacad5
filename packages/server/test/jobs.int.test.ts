import { randomUUID } from 'node:crypto';
import { useTestDatabase } from '@patchbay/testkit/database';
import { waitFor } from '@patchbay/testkit/wait-for';
import { pino } from 'pino';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cancelJob, ensureJob, scheduleJob } from '../src/db/jobs.ts';
import { withTransaction } from '../src/db/pool.ts';
import type { Loop } from '../src/engine/loop.ts';
import { createJobs, type JobWorker } from '../src/jobs/jobs.ts';

const database = useTestDatabase({ max: 30 });
const loops: Loop[] = [];
const log = pino({ level: 'silent' });
const theJobs = { what: 'the jobs' };
const long = 60 * 60_000;
let ahead = 0;
const now = (): number => Date.now() + ahead;

beforeAll(() => database.pool.query('create table done (key text, at timestamptz default now())'));
afterEach(async () => {
  await Promise.all(loops.splice(0).map((loop) => loop.stop()));
});

function node(...workers: JobWorker[]): void {
  const loop = createJobs({ pool: database.pool, workers, now, log, everyMs: 20 });
  loops.push(loop);
  loop.start();
}

/** A worker of a kind of its own that notes in the database what it has done. */
function noting(again: JobWorker['work'] | null = null): JobWorker {
  return {
    kind: randomUUID(),
    async work(tx, job, at) {
      await tx.query('insert into done (key) values ($1)', [job.key]);
      return again === null ? { again: null } : again(tx, job, at);
    },
  };
}

async function doneOf(prefix: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ key: string }>(
    'select key from done where starts_with(key, $1) order by key',
    [prefix],
  );
  return rows.map(({ key }) => key);
}

const schedule = (kind: string, key: string, dueAt = new Date(now())): Promise<void> =>
  withTransaction(database.pool, (tx) => scheduleJob(tx, { kind, key }, dueAt));

async function stored(
  kind: string,
): Promise<{ key: string; dueAt: Date; failures: number; problem: string | null }[]> {
  const { rows } = await database.pool.query(
    'select key, due_at as "dueAt", failures, problem from jobs where kind = $1 order by key',
    [kind],
  );
  return rows;
}

describe('background jobs', () => {
  it('given several nodes, when a hundred jobs are due, then each is done exactly once', async () => {
    const worker = noting();
    await Promise.all(Array.from({ length: 100 }, (_, index) => schedule(worker.kind, `many-${index}`)));
    for (let count = 0; count < 4; count += 1) node(worker);
    await waitFor(async () => (await stored(worker.kind)).length === 0, theJobs);
    const done = await doneOf('many-');
    expect(done).toHaveLength(100);
    expect(new Set(done).size).toBe(100);
  });

  it('given a job that is not due, when its time comes, then it is done, and moved when it is due again', async () => {
    const worker = noting(async (_tx, _job, at) => ({ again: new Date(at.getTime() + long) }));
    await schedule(worker.kind, 'later', new Date(now() + long));
    const other = noting();
    await schedule(other.kind, 'now');
    node(worker, other);
    await waitFor(async () => (await doneOf('now')).length === 1, theJobs);
    expect(await doneOf('later')).toEqual([]);
    ahead += long + 1000;
    await waitFor(async () => (await doneOf('later')).length === 1, theJobs);
    expect((await stored(worker.kind))[0]?.dueAt.getTime()).toBeGreaterThan(now() + long - 60_000);
  });

  it('given work that fails, then nothing of it stays, the reason is kept, and it is tried again after a pause', async () => {
    let failures = 2;
    const worker = noting(async () => {
      failures -= 1;
      if (failures >= 0) throw new Error('the printer is on fire');
      return { again: null };
    });
    await schedule(worker.kind, 'shaky');
    node(worker);
    const failed = (count: number) =>
      waitFor(async () => (await stored(worker.kind)).find((job) => job.failures === count), theJobs);
    const first = await failed(1);
    expect(first.problem).toBe('the printer is on fire');
    expect(first.dueAt.getTime()).toBeGreaterThan(now());
    expect(await doneOf('shaky')).toEqual([]);
    ahead += 6_000;
    await failed(2);
    ahead += 11_000;
    await waitFor(async () => (await stored(worker.kind)).length === 0, theJobs);
    expect(await doneOf('shaky')).toEqual(['shaky']);
  });

  it('given a job of a kind that this node does not know, then it is left for a node that does', async () => {
    const [known, unknown] = [noting(), noting()];
    await schedule(unknown.kind, 'strange');
    await schedule(known.kind, 'plain');
    node(known);
    await waitFor(async () => (await doneOf('plain')).length === 1, theJobs);
    expect(await stored(unknown.kind)).toHaveLength(1);
  });

  it('given a job that is there already, then it is moved when scheduled, stays when ensured, and is gone when cancelled', async () => {
    const kind = randomUUID();
    const dueAt = new Date(now() + long);
    const inTransaction = (work: typeof ensureJob, at: Date) =>
      withTransaction(database.pool, (tx) => work(tx, { kind, key: 'one' }, at));
    await inTransaction(ensureJob, dueAt);
    await inTransaction(ensureJob, new Date(now()));
    expect((await stored(kind)).map((job) => job.dueAt)).toEqual([dueAt]);
    const moved = new Date(dueAt.getTime() + long);
    await inTransaction(scheduleJob, moved);
    expect((await stored(kind)).map((job) => job.dueAt)).toEqual([moved]);
    await withTransaction(database.pool, (tx) => cancelJob(tx, { kind, key: 'one' }));
    expect(await stored(kind)).toEqual([]);
  });
});
