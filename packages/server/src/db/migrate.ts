import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import type { BaseLogger } from 'pino';
import { DatabaseSetupError } from './setup-error.ts';
import { messageOf } from './system-error.ts';

/** Where Patchbay's own migrations are: `0001-<what>.sql`, and so on; files are added, never changed. */
export const migrationsDirectory = fileURLToPath(new URL('./migrations/', import.meta.url));

type Migration = { readonly name: string; readonly sql: string; readonly sha256: string };
type AppliedMigration = Pick<Migration, 'name' | 'sha256'>;

const advisoryLock = 7_228_224_229;
const oldestSupported = 15;
const fileName = /^(\d{4})-[a-z0-9-]+\.sql$/;

/**
 * Brings the database to the state of the migrations in the directory, each in a transaction of its own.
 * Several servers may call it at once: one does the work, the others wait for it.
 *
 * @returns the names of those applied now.
 * @throws DatabaseSetupError when the database does not fit: PostgreSQL too old, an applied file changed, or
 * the database is newer than this code.
 */
export async function migrate(pool: pg.Pool, directory: string, log: BaseLogger): Promise<string[]> {
  const migrations = await readMigrations(directory);
  const client = await pool.connect();
  try {
    await requireSupportedVersion(client);
    await client.query('select pg_advisory_lock($1)', [advisoryLock]);
    return await applyMissing(client, migrations, log);
  } finally {
    // Closing the connection gives up the lock and any half-done transaction.
    client.release(true);
  }
}

async function applyMissing(
  client: pg.PoolClient,
  migrations: Migration[],
  log: BaseLogger,
): Promise<string[]> {
  await client.query(
    `create table if not exists schema_migrations (
       name text primary key,
       sha256 text not null,
       applied_at timestamptz not null default now()
     )`,
  );
  const applied = await client.query<AppliedMigration>(
    'select name, sha256 from schema_migrations order by name',
  );
  requireSameHistory(migrations, applied.rows);
  const missing = migrations.slice(applied.rows.length);
  for (const { name, sql, sha256 } of missing) {
    try {
      await client.query('begin');
      await client.query(sql);
      await client.query('insert into schema_migrations (name, sha256) values ($1, $2)', [name, sha256]);
      await client.query('commit');
    } catch (error) {
      throw new DatabaseSetupError(`The migration ${name} failed: ${messageOf(error)}`, { cause: error });
    }
    log.info({ migration: name }, 'Applied a database migration');
  }
  return missing.map(({ name }) => name);
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  return await Promise.all(
    names.map(async (name, index) => {
      if (Number(fileName.exec(name)?.[1]) !== index + 1) {
        throw new Error(
          `${name} is not the name of migration ${index + 1}: it must look like ${String(index + 1).padStart(4, '0')}-what-it-does.sql`,
        );
      }
      // A checkout with Windows line ends holds the same migration.
      const sql = (await readFile(join(directory, name), 'utf8')).replaceAll('\r\n', '\n');
      return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function requireSupportedVersion(client: pg.PoolClient): Promise<void> {
  const found = await client.query<{ version: string }>(
    `select current_setting('server_version') as version`,
  );
  const version = found.rows[0]?.version ?? 'unknown';
  if (!(Number.parseInt(version, 10) >= oldestSupported)) {
    throw new DatabaseSetupError(
      `The database is PostgreSQL ${version}; Patchbay needs PostgreSQL ${oldestSupported} or newer.`,
    );
  }
}

/** What is applied must be the beginning of what the code has. */
function requireSameHistory(migrations: readonly Migration[], applied: readonly AppliedMigration[]): void {
  for (const [index, { name, sha256 }] of applied.entries()) {
    const ours = migrations[index];
    if (ours === undefined) {
      throw new DatabaseSetupError(
        `The database is newer than this version of Patchbay (it has the migration ${name}): use the newer version, or restore a backup from before the update.`,
      );
    }
    if (ours.name !== name) {
      throw new DatabaseSetupError(
        `The database has the migration ${name} where this version of Patchbay has ${ours.name}: they are of different histories.`,
      );
    }
    if (ours.sha256 !== sha256) {
      throw new DatabaseSetupError(
        `The migration ${name} was changed after it had been applied to this database: restore the file, and put the change into a new one.`,
      );
    }
  }
}
