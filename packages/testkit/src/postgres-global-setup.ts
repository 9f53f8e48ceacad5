import { rm } from 'node:fs/promises';
import {
  type EmbeddedPostgres,
  type PostgresConnection,
  startEmbeddedPostgres,
} from '@patchbay/server/db/embedded/embedded-postgres';
import { migrate, migrationsDirectory } from '@patchbay/server/db/migrate';
import { createPool } from '@patchbay/server/db/pool';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { findLeftDataDirectories, makeDataDirectory, removeDataDirectory } from './data-directory.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The test run's PostgreSQL. */
    postgres: PostgresConnection;
    /** The database that tests clone: migrated, and closed to connections. */
    templateDatabase: string;
  }
}

const templateDatabase = 'patchbay_template';

const log = pino({ level: 'warn' });
const fast = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

type RunningForTests = { readonly postgres: EmbeddedPostgres; readonly dataDir: string };
type Shared = { users: number; running: Promise<RunningForTests> | undefined };

/** Vitest loads this module once a project; the projects of one run share one PostgreSQL. */
const shared = ((globalThis as { [key: symbol]: Shared })[Symbol.for('patchbay test postgres')] ??= {
  users: 0,
  running: undefined,
});

/**
 * Vitest's global set-up for projects with database tests: one embedded PostgreSQL a run, with the migrated
 * template. It does without fsync, unless `PATCHBAY_TEST_FSYNC=on`.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.users += 1;
  shared.running ??= start();
  const { postgres } = await shared.running;
  project.provide('postgres', postgres.connection);
  project.provide('templateDatabase', templateDatabase);
  return release;
}

async function release(): Promise<void> {
  shared.users -= 1;
  if (shared.users > 0 || shared.running === undefined) return;
  const { postgres, dataDir } = await shared.running;
  shared.running = undefined;
  await postgres.stop();
  await rm(dataDir, { recursive: true });
}

async function start(): Promise<RunningForTests> {
  await removeLeftOvers();
  const dataDir = await makeDataDirectory();
  const settings = {
    max_connections: '200',
    ...(process.env['PATCHBAY_TEST_FSYNC'] === 'on' ? {} : fast),
  };
  const postgres = await startEmbeddedPostgres({ dataDir, log, settings });
  try {
    await makeTemplate(postgres.connection);
  } catch (error) {
    await postgres.stop();
    await rm(dataDir, { recursive: true });
    throw error;
  }
  return { postgres, dataDir };
}

async function makeTemplate(connection: PostgresConnection): Promise<void> {
  const admin = createPool(connection, { max: 1, name: 'test set-up', log });
  const template = createPool(
    { ...connection, database: templateDatabase },
    { max: 1, name: 'test set-up', log },
  );
  try {
    await admin.query(`create database ${templateDatabase}`);
    await migrate(template, migrationsDirectory, log);
    await template.end();
    await admin.query(`alter database ${templateDatabase} with is_template true allow_connections false`);
  } finally {
    await admin.end();
    if (!template.ended) await template.end();
  }
}

/** Ends and removes what test runs that were killed have left; another run may be about the same. */
async function removeLeftOvers(): Promise<void> {
  for (const dataDir of await findLeftDataDirectories()) {
    await removeDataDirectory(dataDir).catch((error: unknown) => {
      log.warn({ dataDir, error }, 'What a killed test run has left was not removed');
    });
  }
}
