import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useTestDatabase } from '@patchbay/testkit/database';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { migrate, migrationsDirectory } from '../src/db/migrate.ts';
import { findPlan } from '../src/db/plans.ts';

const database = useTestDatabase();
const log = pino({ level: 'silent' });

describe('plans of the earlier form', () => {
  test('P-01 P-03 given plans with a selector and workflows of their own, when the database is migrated, then they mean the same', async () => {
    const { pool } = database;
    await pool.query('drop schema public cascade; create schema public');
    const earlier = await mkdtemp(join(tmpdir(), 'patchbay-earlier-'));
    onTestFinished(() => rm(earlier, { recursive: true }));
    for (const file of await readdir(migrationsDirectory)) {
      if (file < '0007') await cp(join(migrationsDirectory, file), join(earlier, file));
    }
    await migrate(pool, earlier, log);
    const saved = `now(), 'anna', now(), 'bert'`;
    const { rows } = await pool.query<{ id: string }>(
      `insert into workflows (name, description, origin, os, control, steps, version, created_at, created_by, updated_at, updated_by)
       values ('Own', '', 'personal', 'linux', '{}', '{}', 1, ${saved}) returning id`,
    );
    const workflow = { id: rows[0]?.id, name: 'Own' };
    const insert = (name: string, patches: object) =>
      pool.query(
        `insert into plans (name, description, patches, endpoints, version, created_at, created_by, updated_at, updated_by)
         values ($1, 'kept', $2, 'tag:role=shop,endpoint:db-1', 3, ${saved})`,
        [name, patches],
      );
    await insert('All', { which: 'all', ids: [], exclude: ['kernel'] });
    await insert('Security', { which: 'security', ids: [], exclude: [] });
    await insert('Listed', { which: 'listed', ids: ['curl=2'], exclude: [] });
    await pool.query(
      `insert into plan_workflows (plan, os, workflow) select id, 'linux', $1 from plans where name = 'All'`,
      [workflow.id],
    );

    await migrate(pool, migrationsDirectory, log);
    const endpoints = 'tag:role=shop,endpoint:db-1';
    const row = (os: string, own: object | null = null) => ({ endpoints, os, workflow: own });
    expect(await findPlan(pool, 'All')).toMatchObject({
      description: 'kept',
      version: 3,
      createdBy: 'anna',
      updatedBy: 'bert',
      authors: ['bert'],
      state: { status: 'readyToActivate', approval: null, changed: false },
      patches: { choice: { which: 'all' }, exclude: ['kernel'], minimumAgeDays: 0 },
      assignments: [row('aix'), row('linux', workflow), row('solaris'), row('windows')],
      schedule: { kind: 'now' },
      rollout: { waves: [], maximumConcurrent: null, failureThreshold: null },
      deadlineMinutes: null,
      emergency: false,
      approvalRequired: false,
    });
    expect((await findPlan(pool, 'Security'))?.patches.choice).toEqual({
      which: 'matching',
      classifications: ['security'],
      severities: [],
    });
    expect((await findPlan(pool, 'Listed'))?.patches.choice).toEqual({ which: 'listed', ids: ['curl=2'] });
  });
});
