import type { PlanOutlook } from '@patchbay/contracts/plan-outlook';
import { beforeAll, describe, expect, it } from 'vitest';
import { useHttp } from './http-fixture.ts';

// A Friday.
const now = Date.parse('2026-11-20T12:00:00Z');
const http = useHttp(() => now);

beforeAll(async () => {
  const [web] = await http.endpoints('linux', 'web-1', 'web-2', 'db-1');
  await http.endpoints('windows', 'desk-1');
  const drain = await http.task({ name: 'Drain' });
  await http.ok('POST', 'workflows', { name: 'Linux default', os: 'linux', prePatching: [{ task: drain }] });
  await http.ok('POST', 'workflows/Linux default/set-default');
  await http.ok('POST', 'workflows', { name: 'Web', os: 'linux' });
  await http.column(
    `with alive as (insert into nodes values (gen_random_uuid(), '2000-01-01', '2999-01-01') returning id)
     insert into connections (endpoint, node, connected_at, boot_id)
     select e.id, alive.id, now(), 'boot-1' from endpoints e, alive where e.name <> 'web-2'`,
  );
  await http.column(
    `insert into endpoint_patches (endpoint, id, patch)
     select $1, 'p' || n, jsonb_build_object('id', 'p' || n, 'title', '', 'package', 'p' || n, 'cves', '[]'::jsonb,
       'classification', case when n <= 3 then 'security' else 'bugfix' end, 'severity', 'low')
     from generate_series(1, 10) as n`,
    web,
  );
});

const rows = [
  { endpoints: 'endpoint:web-1,endpoint:web-2', os: 'linux', workflow: 'Web' },
  { endpoints: 'os:linux', os: 'linux' },
];

describe('P-03 the preview of an assignment', () => {
  const preview = (endpoint: string, assignments: readonly object[] = rows) =>
    http.ok('POST', 'plans/preview', { plan: { name: 'Draft', assignments }, endpoint });

  it('P-03 given rows that both match when one asks for an endpoint then the first is it, and the answer says why', async () => {
    expect(await preview('web-1')).toMatchObject({ kind: 'assigned', workflow: 'Web', row: 1 });
    expect(await preview('DB-1')).toEqual({
      kind: 'assigned',
      workflow: 'Linux default',
      row: 2,
      why: 'It follows "Linux default", the default of Linux: row 2 is the first for Linux and named by "os:linux".',
    });
    expect(await preview('desk-1')).toMatchObject({ kind: 'outside', workflow: null, row: null });
    expect(await preview('desk-1', [{ endpoints: 'all', os: 'linux' }])).toMatchObject({ kind: 'lacking' });
    const unknown = await http.call('POST', 'plans/preview', {
      body: { plan: { name: 'Draft' }, endpoint: 'x' },
    });
    expect([unknown.status, unknown.problem.code]).toEqual([404, 'NOT_FOUND']);
  });
});

describe('P-11 the forecast', () => {
  const forecast = (over: object = {}) =>
    http.ok<PlanOutlook>('POST', 'plans/forecast', { name: 'Draft', assignments: rows, ...over });

  it('P-11 given a plan when it is foreseen then it says who starts when, who does not and why, and what it assumes', async () => {
    const seen = await forecast();
    expect(seen).toMatchObject({
      endpoints: 3,
      opensAt: '2026-11-20T12:00:00.000Z',
      firstStartAt: '2026-11-20T12:00:00.000Z',
      fits: { fits: 2, neverStarts: 1 },
      waves: [{ size: 3 }],
    });
    expect(seen.runs[0]).toMatchObject({
      endpoint: { name: 'web-2' },
      fit: 'neverStarts',
      why: 'it is offline',
      workflow: 'Web',
    });
    // Two minutes and ten seconds for each patch are assumed, as there is no history.
    const web = seen.runs.find(({ endpoint }) => endpoint.name === 'web-1');
    expect(web?.endsAt).toBe('2026-11-20T12:03:40.000Z');
    expect(seen.assumptions.join(' ')).toContain('"Drain"');
    expect(seen.picture[0]).toEqual({ at: seen.opensAt, running: 2, waiting: 1, done: 0 });
    expect(seen.picture.at(-1)).toEqual({ at: seen.workEndsAt, running: 0, waiting: 1, done: 2 });
    expect(seen.picture.length).toBeLessThanOrEqual(120);
    expect(await http.column('select count(*) from cycles')).toEqual([0]);
  });

  it('P-11 P-02 given a narrower selection when it is foreseen then only the patches meant take their time', async () => {
    const patches = { choice: { which: 'matching', classifications: ['security'] }, exclude: ['p1'] };
    const seen = await forecast({ patches });
    const web = seen.runs.find(({ endpoint }) => endpoint.name === 'web-1');
    expect(web?.endsAt).toBe('2026-11-20T12:02:20.000Z');
  });

  it('P-11 P-05 given windows and a later start when it is foreseen then runs start in their windows', async () => {
    await http.ok('POST', 'windows', {
      name: 'Night',
      endpoints: 'endpoint:db-1',
      durationMinutes: 60,
      recurrence: { rule: 'FREQ=WEEKLY;BYDAY=SA', start: '2026-01-01', time: '22:00', timeZone: 'UTC' },
    });
    const saved = await http.call('POST', 'plans', {
      body: { name: 'Later', assignments: rows, schedule: { kind: 'at', at: '2026-11-21T06:00:00Z' } },
    });
    expect(saved.status).toBe(201);
    const seen = await http.ok<PlanOutlook>('GET', 'plans/Later/forecast');
    const startOf = (name: string) => seen.runs.find(({ endpoint }) => endpoint.name === name)?.startsAt;
    expect(seen.opensAt).toBe('2026-11-21T06:00:00.000Z');
    expect([startOf('web-1'), startOf('db-1')]).toEqual([
      '2026-11-21T06:00:00.000Z',
      '2026-11-21T22:00:00.000Z',
    ]);
  });

  it('P-11 given history when a plan is foreseen then its figures are the durations of what ran before', async () => {
    const [task] = await http.column(`select id from tasks where name = 'Drain'`);
    await http.column(
      `with cycle as (
         insert into cycles (kind, mode, opened_by) values ('task', 'real', 'test') returning id
       ), snapshot as (
         insert into snapshots (definition, works, os)
         values ('{}', jsonb_build_object('pre-1', jsonb_build_object('task', $1::text)), 'linux') returning id
       ), run as (
         insert into runs (cycle, snapshot, endpoint, status, result, opened_by, started_at, state)
         select cycle.id, snapshot.id, e.id, 'finished', 'succeeded', 'test', now(), '{}'
         from cycle, snapshot, endpoints e where e.os = 'linux' returning id, endpoint
       )
       insert into activities (run, attempt, step, endpoint, phase, kind, task_name, status, outcome, created_at, started_at, finished_at)
       select run.id, 1, step, endpoint, phase, kind, step, 'succeeded', outcome::jsonb, now(), now(), now() + took
       from run, (values
         ('pre-1', 'prePatching', 'script', '{"kind": "exited"}', interval '10 minutes'),
         ('patch', 'patch', 'patch', '{"kind": "patched", "patches": [{"outcome": "installed"}]}', interval '5 minutes')
       ) as step (step, phase, kind, outcome, took)`,
      task,
    );
    const seen = await forecast({
      assignments: [{ endpoints: 'endpoint:db-1', os: 'linux' }],
      emergency: true,
    });
    expect(seen.runs[0]?.endsAt).toBe('2026-11-20T12:12:00.000Z');
    expect(seen.assumptions.join(' ')).not.toContain('Drain');
  });

  it('P-11 a plan that could not be activated is refused in the words of its activation', async () => {
    const nobody = await http.call('POST', 'plans/forecast', {
      body: { name: 'Nobody', assignments: [{ endpoints: 'os:solaris', os: 'linux' }] },
    });
    expect([nobody.status, nobody.problem.code]).toEqual([409, 'NOT_POSSIBLE_NOW']);
    const lacking = await http.call('POST', 'plans/forecast', {
      body: { name: 'All', assignments: [{ endpoints: 'all', os: 'linux' }] },
    });
    expect(lacking.problem.detail).toContain('Windows');
    const unknown = await http.call('POST', 'plans/forecast', {
      body: { name: 'X', assignments: [{ endpoints: 'all', os: 'linux', workflow: 'Nothing' }] },
    });
    expect([unknown.status, unknown.problem.code]).toEqual([400, 'INVALID_INPUT']);
    expect((await http.call('GET', 'plans/None/forecast')).status).toBe(404);
    for (const path of ['plans', 'plans/check', 'plans/forecast']) {
      const unread = await http.call('POST', path, {
        body: { name: 'Unread', assignments: [{ endpoints: 'colour:red', os: 'linux' }] },
      });
      expect([path, unread.status < 500]).toEqual([path, true]);
    }
  });
});
