import type pg from 'pg';
import type { BaseLogger } from 'pino';
import type { Config } from './config.ts';
import {
  type EmbeddedPostgresEnd,
  type PostgresConnection,
  startEmbeddedPostgres,
} from './db/embedded/embedded-postgres.ts';
import { migrate, migrationsDirectory } from './db/migrate.ts';
import { createPool } from './db/pool.ts';

/** The server's connections to its database. */
export interface Database {
  /** For the API and the agents' side. */
  readonly pool: pg.Pool;
  /** For the engine, whose statements are few and hot. */
  readonly enginePool: pg.Pool;
  /** Resolves when an embedded PostgreSQL has ended; never with a `DATABASE_URL`. */
  readonly ended: Promise<EmbeddedPostgresEnd>;
}

const connections = { api: 16, engine: 8 };

/** Opens the embedded PostgreSQL, or the one of `DATABASE_URL`, and brings it to the present migrations. */
export async function openDatabase(
  { databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>,
  log: BaseLogger,
  cleanUp: AsyncDisposableStack,
): Promise<Database> {
  let target: PostgresConnection | string;
  let ended = new Promise<never>(() => {}) as Promise<EmbeddedPostgresEnd>;
  if (databaseUrl === null) {
    const postgres = await startEmbeddedPostgres({ dataDir, log });
    cleanUp.defer(() => postgres.stop());
    target = postgres.connection;
    ended = postgres.exited;
  } else {
    target = databaseUrl;
  }
  const pool = createPool(target, { max: connections.api, name: 'patchbay', log });
  cleanUp.defer(() => pool.end());
  await migrate(pool, migrationsDirectory, log);
  const name = 'patchbay engine';
  const enginePool = createPool(target, { max: connections.engine, name, log, genericPlans: true });
  cleanUp.defer(() => enginePool.end());
  return { pool, enginePool, ended };
}
