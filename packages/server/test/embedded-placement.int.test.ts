import { chmod, chown, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { testsNeeding } from '@patchbay/testkit/tests-needing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { canEnter } from '../src/db/embedded/account.ts';
import {
  answers,
  connected,
  kill,
  pidsOf,
  start,
  startServerProcess,
  temporaryDirectory,
} from './embedded-fixture.ts';

const isRoot = process.geteuid?.() === 0;
// Any user but root will do; initdb wants one that has a name.
const someUser = { name: 'nobody', uid: 65_534, gid: 65_534 };
const someUserReadsTheCheckout = isRoot && (await canEnter(someUser, import.meta.dirname));
const testAsRoot = testsNeeding('root', isRoot);
const testAsSomeUser = testsNeeding('root, and a checkout that others can read', someUserReadsTheCheckout);

describe('where the embedded PostgreSQL lives', () => {
  test('given a data directory whose path is too long for a socket, when it starts, then its socket is elsewhere and private', async () => {
    const dataDir = join(await temporaryDirectory(), 'a'.repeat(100), `b, c ${'d'.repeat(100)}`);
    await mkdir(dataDir, { recursive: true, mode: 0o755 });
    const postgres = await start(dataDir);
    const { host } = postgres.connection;
    onTestFinished(() => rm(host, { recursive: true }));
    expect(host.length).toBeLessThan(90);
    expect((await stat(host)).mode & 0o777).toBe(0o700);
    expect(await answers(postgres.connection)).toBe(true);
  });

  test('given a data directory with a quote in its path, when it starts, then the error says so', async () => {
    await expect(start(join(await temporaryDirectory(), 'the "data"'))).rejects.toThrow(
      /must not contain quotes/,
    );
  });

  testAsRoot(
    'given root and a data directory below a 0700 one, when it starts, then PostgreSQL runs unprivileged elsewhere and no mode was changed',
    async () => {
      const closed = join(await temporaryDirectory(), 'closed');
      const dataDir = join(closed, 'data');
      await mkdir(closed, { mode: 0o700 });
      const postgres = await start(dataDir);
      const home = (await readFile(join(dataDir, 'postgres-location'), 'utf8')).trim();
      onTestFinished(() => rm(home, { recursive: true }));
      expect(home).toMatch(/^\/var\/lib\/patchbay-[0-9a-f]{12}$/);
      expect((await stat(`/proc/${postgres.pid}`)).uid).not.toBe(0);
      expect((await stat(closed)).mode & 0o777).toBe(0o700);
      await connected(postgres.connection, (client) =>
        client.query('create table kept as select 42 as answer'),
      );
      await postgres.stop();
      const again = await start(dataDir);
      const kept = await connected(again.connection, (client) => client.query('select answer from kept'));
      expect(kept.rows).toEqual([{ answer: 42 }]);
    },
  );

  testAsRoot(
    'given root and a data directory that was closed after the first start, when it starts again, then the error says what to open',
    async () => {
      const dataDir = join(await temporaryDirectory(), 'data');
      const postgres = await start(dataDir);
      await postgres.stop();
      await chmod(dataDir, 0o700);
      await expect(start(dataDir)).rejects.toThrow(/can no longer enter .*execute permission/);
    },
  );

  testAsSomeUser(
    'given an ordinary user, when a server of theirs starts, is killed and starts again, then PostgreSQL runs as that user and is taken over',
    async () => {
      const dataDir = join(await temporaryDirectory(), 'data');
      await mkdir(dataDir, { mode: 0o700 });
      await chown(dataDir, someUser.uid, someUser.gid);
      const first = await startServerProcess(dataDir, { uid: someUser.uid });
      expect(first.report).toEqual({
        postmaster: expect.any(Number),
        host: join(dataDir, 'postgres', 'socket'),
      });
      expect((await stat(`/proc/${first.report.postmaster}`)).uid).toBe(someUser.uid);
      await kill(first.server);
      const second = await startServerProcess(dataDir, { uid: someUser.uid });
      expect(second.report).toEqual(first.report);
      expect(await pidsOf(dataDir)).toEqual([first.report.postmaster]);
    },
  );

  testAsSomeUser(
    "given an ordinary user's data directory, when root starts a server there, then it is refused",
    async () => {
      const dataDir = join(await temporaryDirectory(), 'data');
      await mkdir(dataDir);
      await chown(dataDir, someUser.uid, someUser.gid);
      const { server } = await startServerProcess(dataDir, { uid: someUser.uid });
      await kill(server);
      await expect(start(dataDir)).rejects.toThrow(/Run the server as the user who created it/);
    },
  );
});
