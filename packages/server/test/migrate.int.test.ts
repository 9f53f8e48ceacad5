import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useTestDatabase } from '@patchbay/testkit/database';
import type pg from 'pg';
import { pino } from 'pino';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { migrate, migrationsDirectory } from '../src/db/migrate.ts';

const log = pino({ level: 'silent' });
const first = {
  '0001-first.sql': 'create table first (id int primary key);\ninsert into first values (1);\n',
};
const second = { '0002-second.sql': 'alter table first add column note text;' };

async function directoryWith(files: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'patchbay-migrations-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [name, sql] of Object.entries(files)) await writeFile(join(directory, name), sql);
  return directory;
}

async function tablesOf(pool: pg.Pool): Promise<string[]> {
  const tables = await pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  return tables.rows.map(({ name }) => name);
}

describe('migrations', () => {
  const database = useTestDatabase();

  beforeEach(async () => {
    await database.pool.query('drop schema public cascade');
    await database.pool.query('create schema public');
  });

  test('given an empty database, when it is migrated twice, then each file is applied once and recorded', async () => {
    const directory = await directoryWith({ ...first, ...second });
    expect(await migrate(database.pool, directory, log)).toEqual(['0001-first.sql', '0002-second.sql']);
    expect(await migrate(database.pool, directory, log)).toEqual([]);
    const rows = await database.pool.query(
      'select name, length(sha256) as digits from schema_migrations order by name',
    );
    expect(rows.rows).toEqual([
      { name: '0001-first.sql', digits: 64 },
      { name: '0002-second.sql', digits: 64 },
    ]);
    expect((await database.pool.query('select * from first')).rows).toEqual([{ id: 1, note: null }]);
  });

  test('given several servers that start at once, when all migrate, then one applies and the others wait', async () => {
    const directory = await directoryWith({
      '0001-slow.sql': 'select pg_sleep(0.2); create table slow (id int);',
    });
    const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(database.pool, directory, log)));
    expect(applied.flat()).toEqual(['0001-slow.sql']);
  });

  test('given a file that fails half way, when it is migrated, then nothing of it stays and a corrected one applies', async () => {
    const broken = await directoryWith({
      ...first,
      '0002-broken.sql': 'create table half (id int); select 1/0;',
    });
    await expect(migrate(database.pool, broken, log)).rejects.toThrow(
      'The migration 0002-broken.sql failed: division by zero',
    );
    expect(await tablesOf(database.pool)).toEqual(['first', 'schema_migrations']);
    const corrected = await directoryWith({ ...first, ...second });
    expect(await migrate(database.pool, corrected, log)).toEqual(['0002-second.sql']);
  });

  test('given an applied file, when it is changed, then migrating is refused, but other line ends are no change', async () => {
    await migrate(database.pool, await directoryWith(first), log);
    const windows = await directoryWith({
      '0001-first.sql': first['0001-first.sql'].replaceAll('\n', '\r\n'),
    });
    expect(await migrate(database.pool, windows, log)).toEqual([]);
    const changed = await directoryWith({ '0001-first.sql': 'create table first (id bigint primary key);' });
    await expect(migrate(database.pool, changed, log)).rejects.toThrow(/0001-first.sql was changed after/);
  });

  test('given a database of a newer version or of another history, when it is migrated, then it is refused', async () => {
    await migrate(database.pool, await directoryWith({ ...first, ...second }), log);
    await expect(migrate(database.pool, await directoryWith(first), log)).rejects.toThrow(
      /The database is newer than this version of Patchbay \(it has the migration 0002-second.sql\)/,
    );
    const other = await directoryWith({
      ...first,
      '0002-other.sql': 'select 1;',
      '0003-more.sql': 'select 1;',
    });
    await expect(migrate(database.pool, other, log)).rejects.toThrow(/different histories/);
  });

  test('given files that leave out a number or share one, when they are read, then that is an error', async () => {
    const gap = await directoryWith({ ...first, '0003-third.sql': 'select 1;' });
    await expect(migrate(database.pool, gap, log)).rejects.toThrow(
      /0003-third.sql is not the name of migration 2/,
    );
    const twice = await directoryWith({ ...first, '0001-again.sql': 'select 1;' });
    await expect(migrate(database.pool, twice, log)).rejects.toThrow(/is not the name of migration 2/);
  });

  test('given an empty database, when the migrations of Patchbay itself are applied, then they apply', async () => {
    const applied = await migrate(database.pool, migrationsDirectory, log);
    expect(await migrate(database.pool, migrationsDirectory, log)).toEqual([]);
    expect(await tablesOf(database.pool)).toContain('schema_migrations');
    expect(applied).toEqual([...applied].sort());
  });
});
