import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  connected,
  pidsOf,
  quick,
  start,
  startServerProcess,
  temporaryDirectory,
} from './embedded-fixture.ts';

describe('the embedded PostgreSQL', () => {
  test('given an empty data directory, when it starts, then a durable database answers on a Unix socket only', async () => {
    const dataDir = await temporaryDirectory();
    const postgres = await start(dataDir, {});
    const settings = await connected(postgres.connection, (client) =>
      client.query(
        `select name, setting from pg_settings
         where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses', 'data_checksums')
         order by name`,
      ),
    );
    expect(settings.rows).toEqual([
      { name: 'data_checksums', setting: 'on' },
      { name: 'fsync', setting: 'on' },
      { name: 'full_page_writes', setting: 'on' },
      { name: 'listen_addresses', setting: '' },
      { name: 'synchronous_commit', setting: 'on' },
    ]);
  });

  test('given a running one, when somebody connects without the password, then it is refused', async () => {
    const { connection } = await start(await temporaryDirectory());
    await expect(connected({ ...connection, password: 'guess' }, async () => {})).rejects.toMatchObject({
      code: '28P01',
    });
  });

  test('given a running one, when command lines, environments and files are read, then the password is in one file for the server alone', async () => {
    const dataDir = await temporaryDirectory();
    const { connection } = await start(dataDir);
    const password = connection.password ?? '';
    expect(password.length).toBeGreaterThanOrEqual(32);
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const shown = await Promise.all(
        ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
      );
      expect(shown.join('').includes(password)).toBe(false);
    }
    const home = join(dataDir, 'postgres');
    const files = (await readdir(home, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    const holding: string[] = [];
    for (const { parentPath, name } of files) {
      const file = join(parentPath, name);
      if ((await readFile(file).catch(() => Buffer.alloc(0))).includes(password)) holding.push(file);
    }
    expect(holding).toEqual([join(home, 'password')]);
    expect((await stat(join(home, 'password'))).mode & 0o777).toBe(0o600);
  });

  test('given a running one, when it is stopped twice at once, then both resolve and no process of it is left', async () => {
    const dataDir = await temporaryDirectory();
    const postgres = await start(dataDir);
    const atWork = Promise.withResolvers<void>();
    const client = connected(postgres.connection, async (open) => {
      await open.query('select 1');
      atWork.resolve();
      await open.query('select pg_sleep(1000)');
    });
    const lost = client.catch((error: Error) => error.message);
    await atWork.promise;
    expect(await pidsOf(dataDir)).toContain(postgres.pid);
    await Promise.all([postgres.stop(), postgres.stop()]);
    expect(await lost).toMatch(/terminat/i);
    await postgres.stop();
    expect(await postgres.exited).toEqual({ reason: 'stopped' });
    expect(await pidsOf(dataDir)).toEqual([]);
  });

  test('given a stopped one, when it starts again, then its data and its password are there', async () => {
    const dataDir = await temporaryDirectory();
    const first = await start(dataDir);
    await connected(first.connection, (client) => client.query('create table kept as select 42 as answer'));
    await first.stop();
    const second = await start(dataDir);
    const kept = await connected(second.connection, (client) => client.query('select answer from kept'));
    expect(kept.rows).toEqual([{ answer: 42 }]);
    expect(second.connection).toEqual(first.connection);
  });

  test('given a server on the data directory, when a second one starts there, then it is refused by pid and the first is unharmed', async () => {
    const dataDir = await temporaryDirectory();
    const postgres = await start(dataDir);
    const message = `Another Patchbay server (pid ${process.pid}) uses this data directory.`;
    const { report } = await startServerProcess(dataDir);
    expect(report.error).toContain(message);
    await expect(start(dataDir)).rejects.toThrow(message);
    const answer = await connected(postgres.connection, (client) => client.query('select 1 as one'));
    expect(answer.rows).toEqual([{ one: 1 }]);
  });

  test('given two servers that start at once on an empty data directory, then one gets it and the other is refused', async () => {
    const dataDir = await temporaryDirectory();
    const both = await Promise.all([startServerProcess(dataDir), startServerProcess(dataDir)]);
    const ready = both.filter(({ report }) => report.postmaster !== undefined);
    const refused = both.filter(({ report }) => report.error?.includes('uses this data directory'));
    expect([ready.length, refused.length]).toEqual([1, 1]);
  });

  test('given a setting that PostgreSQL does not take, when it starts, then the error quotes its log and nothing is left running', async () => {
    const dataDir = await temporaryDirectory();
    await expect(start(dataDir, { ...quick, shared_buffers: 'plenty' })).rejects.toThrow(
      /invalid value for parameter/,
    );
    expect(await pidsOf(dataDir)).toEqual([]);
    await start(dataDir);
  });

  test('given copies of the programs of another version and an unfinished one, when it starts, then they are removed', async () => {
    const dataDir = await temporaryDirectory();
    const home = join(dataDir, 'postgres');
    const first = await start(dataDir);
    await first.stop();
    const [current = ''] = (await readdir(home)).filter((name) => name.startsWith('postgresql-'));
    await rename(join(home, current), join(home, `${current}.unfinished`));
    await mkdir(join(home, 'postgresql-1.2.3'));
    await start(dataDir);
    expect((await readdir(home)).filter((name) => name.startsWith('postgresql-'))).toEqual([current]);
  });

  test('given a database of another major version or without its password, when it starts, then the error says what to do', async () => {
    const dataDir = await temporaryDirectory();
    const home = join(dataDir, 'postgres');
    const first = await start(dataDir);
    await first.stop();
    await rename(join(home, 'password'), join(home, 'password.away'));
    await expect(start(dataDir)).rejects.toThrow(/password file .* is missing: restore it/);
    await rename(join(home, 'password.away'), join(home, 'password'));
    await writeFile(join(home, 'cluster', 'PG_VERSION'), '12\n');
    await expect(start(dataDir)).rejects.toThrow(
      /is of PostgreSQL 12, this version of Patchbay brings PostgreSQL 18/,
    );
  });
});
