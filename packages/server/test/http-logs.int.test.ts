import type { LogEntryView } from '@patchbay/contracts/log';
import type { Page } from '@patchbay/contracts/page';
import type { LogEntry } from '@patchbay/domain/log/log-entry';
import { insertLogEntries } from '@patchbay/server/db/log-entries';
import { withTransaction } from '@patchbay/server/db/pool';
import { logRetentionJob, logRetentionWorker } from '@patchbay/server/jobs/log-retention';
import { silentEndpointsJob, silentEndpointsWorker } from '@patchbay/server/jobs/silent-endpoints';
import { beforeEach, describe, expect, it } from 'vitest';
import { useHttp } from './http-fixture.ts';

const http = useHttp();
const noon = Date.UTC(2026, 0, 15, 12);

function entry(over: Partial<LogEntry>): LogEntry {
  return {
    at: noon,
    level: 'info',
    category: 'endpoint',
    endpoint: null,
    actor: 'Patchbay',
    message: 'Something happened.',
    run: null,
    activity: null,
    flow: null,
    ...over,
  };
}

const add = (...entries: Partial<LogEntry>[]): Promise<void> =>
  withTransaction(http.context.pool, (tx) => insertLogEntries(tx, entries.map(entry)));
const list = (query = ''): Promise<Page<LogEntryView>> => http.ok('GET', `logs${query}`);
const messages = async (query = ''): Promise<string[]> =>
  (await list(query)).items.map(({ message }) => message);

beforeEach(async () => {
  await http.column('delete from log_entries');
});

describe('O-04 Logs & Alerts', () => {
  it('O-04 shows time, level, category, endpoint, actor, message and what an entry is about', async () => {
    const [web] = await http.endpoints('linux', 'log-web-1');
    const activity = { run: 7, step: 'post-1', attempt: 2 };
    const about = { endpoint: String(web), run: 7, activity, flow: '7.post-1.2' };
    await add({ ...about, level: 'warning', category: 'reboot', actor: 'erika', message: 'Snoozed.' });
    expect((await list()).items).toEqual([
      {
        id: expect.any(Number),
        at: '2026-01-15T12:00:00.000Z',
        level: 'warning',
        category: 'reboot',
        endpoint: { id: web, name: 'log-web-1' },
        actor: 'erika',
        message: 'Snoozed.',
        run: 7,
        activity: '7.post-1.2',
        reboot: '7.post-1.2',
      },
    ]);
  });

  it('O-04 what is reported late stands among what happened then, and pages go through it all', async () => {
    await add({ at: noon + 2, message: 'second' }, { at: noon + 3, message: 'third' }, { message: 'first' });
    await add({ at: noon + 1, message: 'late' }, { at: noon + 1, message: 'later' });
    const found: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Page<LogEntryView> = await list(`?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      found.push(...page.items.map(({ message }) => message));
      cursor = page.nextCursor;
    }
    expect(found).toEqual(['third', 'second', 'later', 'late', 'first']);
  });

  it('O-04 filters by category, level, endpoint, time and words', async () => {
    const [db] = await http.endpoints('linux', 'log-db-1');
    await add(
      { category: 'run', level: 'error', message: 'Run 12 failed: exit code 3.' },
      { endpoint: String(db), message: 'The endpoint "log-db-1" was enrolled.', at: noon - 60_000 },
      { category: 'reboot', message: "Reboot 100% sure & 'quoted' | (odd) <-> signs!", at: noon + 60_000 },
    );
    expect(await messages('?category=run')).toEqual(['Run 12 failed: exit code 3.']);
    expect(await messages('?level=error')).toHaveLength(1);
    expect(await messages('?endpoint=LOG-DB-1')).toHaveLength(1);
    expect(await messages('?from=2026-01-15T12:00:00Z&until=2026-01-15T12:00:01Z')).toHaveLength(1);
    expect(await messages('?search=fail')).toHaveLength(1);
    expect(await messages('?search=code%20RUN')).toHaveLength(1);
    expect(await messages('?search=code%20rebooted')).toHaveLength(0);
    expect(await messages(`?search=${encodeURIComponent('odd) & | ! <-> :* quot')}`)).toHaveLength(1);
    expect(await messages('?search=!!!')).toHaveLength(0);
    expect(await messages('?search=')).toHaveLength(3);
  });

  it('O-04 what was recorded after an entry can be asked for', async () => {
    await add({ message: 'one' }, { message: 'two' });
    const [two] = (await list()).items;
    await add({ at: noon - 1_000_000, message: 'three, long ago' });
    expect(await messages(`?after=${two?.id}`)).toEqual(['three, long ago']);
  });

  it('O-04 a cursor that is not one of the list is refused, whatever it holds', async () => {
    for (const key of [
      ['x', 1],
      ['2026-13-01T00:00:00+00:00', 1],
      ['2026-02-30T00:00:00+00:00', 1],
      [1, 1],
    ]) {
      const cursor = Buffer.from(JSON.stringify(key)).toString('base64url');
      expect((await http.call('GET', `logs?cursor=${cursor}`)).problem.code, String(key)).toBe(
        'INVALID_INPUT',
      );
    }
  });

  it('O-04 retention forgets what is too old, in several batches', async () => {
    const old = Array.from({ length: 12_000 }, (_, index) => ({ at: noon - 1 - index }));
    await add(...old, { message: 'young' });
    const year = 365 * 86_400_000;
    let turns = 0;
    for (let at = noon + year; at === noon + year; turns += 1) {
      const due = { ...logRetentionJob, dueAt: new Date(at), failures: 0 };
      const { pool } = http.context;
      const { again } = await withTransaction(pool, (tx) => logRetentionWorker.work(tx, due, new Date(at)));
      at = again?.getTime() ?? 0;
    }
    expect(turns).toBe(3);
    expect(await messages()).toEqual(['young']);
  });

  it('O-04 tells that an endpoint was revoked and by whom', async () => {
    await http.endpoints('linux', 'log-gone');
    await http.ok('POST', 'endpoints/log-gone/revoke');
    expect((await list()).items).toMatchObject([
      { level: 'warning', category: 'endpoint', actor: 'administrator of the test' },
    ]);
    expect(await messages()).toEqual(['The endpoint "log-gone" was revoked.']);
  });

  it('O-04 tells once of each silence of an endpoint', async () => {
    const report = (at: number) => {
      const due = { ...silentEndpointsJob, dueAt: new Date(at), failures: 0 };
      return withTransaction(http.context.pool, (tx) => silentEndpointsWorker.work(tx, due, new Date(at)));
    };
    const now = Date.now() + 10 * 365 * 86_400_000;
    await http.column('update endpoints set revoked_at = now() where revoked_at is null');
    await http.endpoints('linux', 'log-silent');
    await report(Date.now());
    expect(await messages()).toEqual([]);
    await report(now);
    await report(now + 1_000_000_000);
    const sentence = 'The endpoint "log-silent" has not been heard of for 24 hours.';
    expect(await messages()).toEqual([sentence]);
    // It came back, and went again.
    await http.column(
      `update endpoints set seen_at = $1 where name = 'log-silent'`,
      new Date(now + 2_000_000_000),
    );
    await report(now + 3_000_000_000);
    expect(await messages()).toEqual([sentence, sentence]);
  });
});
