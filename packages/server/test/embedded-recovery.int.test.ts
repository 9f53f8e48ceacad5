import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@patchbay/testkit/wait-for';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readProcess } from '../src/db/embedded/processes.ts';
import { createPool } from '../src/db/pool.ts';
import {
  answers,
  connected,
  kill,
  pidsOf,
  quick,
  start,
  startServerProcess,
  temporaryDirectory,
} from './embedded-fixture.ts';

describe('the embedded PostgreSQL after a kill', () => {
  test('given a server killed with SIGKILL, when it starts again, then it takes over the postmaster that was left', async () => {
    const dataDir = await temporaryDirectory();
    const { server, report } = await startServerProcess(dataDir);
    await kill(server);
    const postgres = await start(dataDir);
    expect(postgres.pid).toBe(report.postmaster);
    expect(await answers(postgres.connection)).toBe(true);
    await postgres.stop();
    expect(await pidsOf(dataDir)).toEqual([]);
  });

  test('given a postmaster taken over, when it dies, then it is started again', async () => {
    const dataDir = await temporaryDirectory();
    const { server, report } = await startServerProcess(dataDir);
    await kill(server);
    const postgres = await start(dataDir);
    expect(postgres.pid).toBe(report.postmaster);
    process.kill(postgres.pid, 'SIGKILL');
    await waitFor(() => postgres.pid !== report.postmaster, {
      what: 'a new postmaster',
    });
    expect(await answers(postgres.connection)).toBe(true);
  });

  test('given a left postmaster with other settings, when the server starts again, then it is replaced', async () => {
    const dataDir = await temporaryDirectory();
    const { server, report } = await startServerProcess(dataDir);
    await kill(server);
    const postgres = await start(dataDir, { ...quick, max_connections: '33' });
    expect(postgres.pid).not.toBe(report.postmaster);
    const shown = await connected(postgres.connection, (client) => client.query('show max_connections'));
    expect(shown.rows).toEqual([{ max_connections: '33' }]);
    expect(await pidsOf(dataDir)).toEqual([postgres.pid]);
  });

  test('given a server killed in the midst of its first start, when it starts again, then the cluster is made anew', async () => {
    const dataDir = await temporaryDirectory();
    const first = startServerProcess(dataDir);
    first.catch(() => {});
    const unfinished = join(dataDir, 'postgres', 'cluster.unfinished', 'PG_VERSION');
    await waitFor(() => readFile(unfinished), { what: 'the start of initdb' });
    const lock = await readFile(join(dataDir, 'postgres', 'lock'), 'utf8');
    process.kill(Number(lock), 'SIGKILL');
    const postgres = await start(dataDir);
    expect(await answers(postgres.connection)).toBe(true);
    expect(await pidsOf(dataDir)).toEqual([postgres.pid]);
  });

  test('given server and postmaster killed with a backend in a long computation, when the server starts again, then the orphan ends first and no commit is lost', async () => {
    const dataDir = await temporaryDirectory();
    const first = await start(dataDir, {});
    const { connection } = first;
    await first.stop();
    const { server, report } = await startServerProcess(dataDir, { settings: {} });
    await connected(connection, (client) => client.query('create table kept as select 42 as answer'));
    let backend = 0;
    const computation = connected(connection, async (client) => {
      backend = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid ?? 0;
      await client.query('do $$ begin loop end loop; end $$');
    });
    const lost = computation.catch((error: Error) => error.message);
    await waitFor(() => backend, { what: 'the computation' });
    await kill(server);
    process.kill(report.postmaster ?? 0, 'SIGKILL');
    const postgres = await start(dataDir, {});
    expect(await lost).toMatch(/terminat/i);
    expect(await readProcess(backend)).toBeUndefined();
    const kept = await connected(postgres.connection, (client) => client.query('select answer from kept'));
    expect(kept.rows).toEqual([{ answer: 42 }]);
  });

  test('given a pid file whose pid now is another program, when the server starts, then that program is left alone', async () => {
    const dataDir = await temporaryDirectory();
    const first = await start(dataDir);
    const pidFile = join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
    const text = await readFile(pidFile, 'utf8');
    await first.stop();
    await writeFile(pidFile, text.replace(/^\d+/, String(process.pid)));
    const postgres = await start(dataDir);
    expect(await answers(postgres.connection)).toBe(true);
  });

  test('given a running server, when its postmaster is killed again and again, then its pool works again each time', async () => {
    const postgres = await start(await temporaryDirectory());
    const pool = createPool(postgres.connection, { max: 2, name: 'test', log: pino({ level: 'silent' }) });
    onTestFinished(() => pool.end());
    const inUse = await pool.connect();
    for (let round = 0; round < 3; round += 1) {
      await pool.query('select 1');
      const killed = postgres.pid;
      process.kill(killed, 'SIGKILL');
      await waitFor(() => postgres.pid !== killed, { what: 'a new postmaster' });
      await waitFor(async () => (await pool.query('select 1')).rowCount, {
        what: 'an answer through the pool',
      });
    }
    await expect(inUse.query('select 1')).rejects.toThrow(/not queryable|terminated/);
    inUse.release(true);
  });

  test('given a PostgreSQL that cannot be started again, when the server stops meanwhile, then the stop resolves', async () => {
    const dataDir = await temporaryDirectory();
    const postgres = await start(dataDir);
    const cluster = join(dataDir, 'postgres', 'cluster');
    await rename(cluster, `${cluster}.away`);
    process.kill(postgres.pid, 'SIGKILL');
    await waitFor(
      async () =>
        (await readFile(join(dataDir, 'postgres', 'postgres.log'), 'utf8')).includes('could not access'),
      {
        what: 'a failed start',
      },
    );
    await postgres.stop();
    expect(await pidsOf(dataDir)).toEqual([]);
  });
});
