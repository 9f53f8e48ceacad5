import { useTestDatabase } from '@patchbay/testkit/database';
import { waitFor } from '@patchbay/testkit/wait-for';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createPool, withTransaction } from '../src/db/pool.ts';

describe('the pool', () => {
  const database = useTestDatabase();

  test('given bigint and date values, when they are read, then they are numbers and text, and none loses digits', async () => {
    const { rows } = await database.pool.query(
      `select count(*) as count, array[1, null, 9007199254740991]::bigint[] as many, null::bigint as none,
              date '2025-03-30' as day`,
    );
    expect(rows).toEqual([
      { count: 1, many: [1, null, 9_007_199_254_740_991], none: null, day: '2025-03-30' },
    ]);
    await expect(database.pool.query('select 9007199254740993::bigint')).rejects.toThrow(/beyond 2\^53/);
    expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  test('given hot connections, when they are made, then their plans are generic and their name is shown', async () => {
    const hot = createPool(database.connectionString, {
      max: 1,
      name: 'patchbay hot',
      log: pino({ level: 'silent' }),
      genericPlans: true,
    });
    onTestFinished(() => hot.end());
    const { rows } = await hot.query(
      `select current_setting('plan_cache_mode') as plans, current_setting('application_name') as name`,
    );
    expect(rows).toEqual([{ plans: 'force_generic_plan', name: 'patchbay hot' }]);
  });
});

describe('withTransaction', () => {
  const database = useTestDatabase();

  test('given work that throws, when it runs, then nothing of it stays and the connection is usable', async () => {
    await database.pool.query('create table thrown (id int)');
    const work = withTransaction(database.pool, async (tx) => {
      await tx.query('insert into thrown values (1)');
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect((await database.pool.query('select * from thrown')).rows).toEqual([]);
  });

  test('given work that hides a failed statement, when it ends, then it is not taken for committed', async () => {
    const work = withTransaction(database.pool, async (tx) => {
      await tx.query('select 1/0').catch(() => {});
      return 'fine';
    });
    await expect(work).rejects.toThrow(/not committed/);
  });

  test('given two transactions that deadlock, when they run, then the loser runs again and both are committed', async () => {
    await database.pool.query('create table account (id int primary key, amount int)');
    await database.pool.query('insert into account values (1, 0), (2, 0)');
    const add = 'update account set amount = amount + 1 where id = $1';
    const bothHoldOne = Promise.withResolvers<void>();
    let holding = 0;
    let attempts = 0;
    const addToBoth = (one: number, other: number) =>
      withTransaction(database.pool, async (tx) => {
        attempts += 1;
        await tx.query(add, [one]);
        holding += 1;
        if (holding === 2) bothHoldOne.resolve();
        await bothHoldOne.promise;
        await tx.query(add, [other]);
      });
    await Promise.all([addToBoth(1, 2), addToBoth(2, 1)]);
    expect((await database.pool.query('select amount from account')).rows).toEqual([
      { amount: 2 },
      { amount: 2 },
    ]);
    expect(attempts).toBe(3);
  });

  test('given a conflict that never ends, when the attempts are used up, then its error comes through', async () => {
    let attempts = 0;
    const work = withTransaction(database.pool, async (tx) => {
      attempts += 1;
      await tx.query(`do $$ begin raise exception 'again' using errcode = '40001'; end $$`);
    });
    await expect(work).rejects.toMatchObject({ code: '40001' });
    expect(attempts).toBe(5);
  });

  test('given a connection that the database ends, when work goes on, then it fails and the pool has no broken connection', async () => {
    const work = withTransaction(database.pool, async (tx) => {
      const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
      const pid = rows[0]?.pid;
      await database.pool.query('select pg_terminate_backend($1)', [pid]);
      await waitFor(
        async () =>
          (await database.pool.query('select from pg_stat_activity where pid = $1', [pid])).rowCount === 0,
        { what: 'the end of the backend' },
      );
      await tx.query('select 1');
    });
    await expect(work).rejects.toThrow(/not queryable|terminat/);
    expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});
