import { randomBytes } from 'node:crypto';
import { createPool, type PoolOptions } from '@patchbay/server/db/pool';
import type pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, inject } from 'vitest';
import { connectionUrl } from './connection-url.ts';
import type {} from './postgres-global-setup.ts';
import { waitFor } from './wait-for.ts';

/** A migrated database of a test file's own; usable in tests and in hooks that come later. */
export type TestDatabase = {
  readonly pool: pg.Pool;
  /** For a server process that is to use the same database (its `DATABASE_URL`). */
  readonly connectionString: string;
};

const log = pino({ level: 'warn' });

/**
 * Gives the calling test file or `describe` a database of its own, a clone of the migrated template, and
 * drops it at the end. The tests fail when a connection to it is still open then.
 */
export function useTestDatabase(options: Partial<Omit<PoolOptions, 'log'>> = {}): TestDatabase {
  let database: TestDatabase | undefined;
  const name = `test_${randomBytes(6).toString('hex')}`;

  beforeAll(async () => {
    const postgres = inject('postgres');
    await asAdministrator((admin) =>
      admin.query(`create database ${name} template ${inject('templateDatabase')} strategy file_copy`),
    );
    const connection = { ...postgres, database: name };
    database = {
      pool: createPool(connection, { max: 10, name: 'test', log, ...options }),
      connectionString: connectionUrl(connection),
    };
  });

  afterAll(async () => {
    if (database === undefined) return;
    const { pool } = database;
    await asAdministrator(async (admin) => {
      try {
        await allReleased(pool);
        await pool.end();
        await noConnections(admin, name);
      } finally {
        await admin.query(`drop database ${name} with (force)`);
      }
    });
  });

  function opened(): TestDatabase {
    if (database === undefined) throw new Error('The test database exists in tests and hooks only');
    return database;
  }
  return {
    get pool() {
      return opened().pool;
    },
    get connectionString() {
      return opened().connectionString;
    },
  };
}

async function asAdministrator<T>(work: (admin: pg.Pool) => Promise<T>): Promise<T> {
  const admin = createPool(inject('postgres'), { max: 1, name: 'test administrator', log });
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

async function allReleased(pool: pg.Pool): Promise<void> {
  await waitFor(() => pool.totalCount === pool.idleCount, {
    what: `the release of ${pool.totalCount - pool.idleCount} connection(s) of the test's pool`,
  });
}

async function noConnections(admin: pg.Pool, name: string): Promise<void> {
  await waitFor(
    async () => {
      const open = await admin.query<{ leaked: string | null }>(
        `select string_agg(format('%s, %s: %s', application_name, state, left(query, 80)), '; ') as leaked
         from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
        [name],
      );
      const leaked = open.rows[0]?.leaked ?? undefined;
      if (leaked !== undefined)
        throw new Error(`Connections to the test's database are still open: ${leaked}`);
      return true;
    },
    { what: 'the end of all connections to the test database' },
  );
}
