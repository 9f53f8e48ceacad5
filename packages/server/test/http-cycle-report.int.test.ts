import type { Cycle } from '@patchbay/contracts/cycle';
import type { CycleReport } from '@patchbay/contracts/cycle-report';
import type { CycleTimeline } from '@patchbay/contracts/cycle-timeline';
import { beforeAll, describe, expect, it } from 'vitest';
import { useHttp } from './http-fixture.ts';

let clock = Date.parse('2026-11-20T12:00:00Z');
const http = useHttp(() => clock);
let cycle = 0;

const patch = (id: string, version: string, outcome: string, message: string | null = null) => ({
  id,
  package: id,
  fromVersion: '1',
  toVersion: version,
  outcome,
  security: id === 'openssl',
  message,
});

/** One endpoint installs, one fails, one never starts; what endpoints say is meant for the wrong reader. */
beforeAll(async () => {
  const [web] = await http.endpoints('linux', 'web-1', 'web-2', '<b>db</b>');
  await http.ok('POST', 'workflows', { name: 'Linux & more', os: 'linux' });
  await http.ok('POST', 'workflows/Linux & more/set-default');
  await http.column(
    `insert into endpoint_patches (endpoint, id, patch) values ($1, 'openssl', '{}'), ($1, 'zlib', '{}')`,
    web,
  );
  await http.ok('POST', 'plans', { name: 'Report "me"', assignments: [{ endpoints: 'all', os: 'linux' }] });
  cycle = (await http.ok<Cycle>('POST', 'plans/Report "me"/activate', {})).id;
  await http.column(`delete from endpoint_patches where id = 'openssl'`);
  const at = (minutes: number) => new Date(clock + minutes * 60_000);
  const ended = async (endpoint: string, result: string, reason: string, patches: unknown[]) => {
    const [run] = await http.column(
      `update runs set status = 'finished', result = $2, state = json_build_object('reason', $3::text),
         started_at = $4, finished_at = $5
       from endpoints e where e.id = endpoint and e.name = $1 returning runs.id`,
      endpoint,
      result,
      reason,
      at(10),
      at(50),
    );
    const outcome = JSON.stringify({ kind: 'patched', patches });
    await http.column(
      `insert into activities (run, attempt, step, endpoint, phase, kind, task_name, status, outcome, created_at, started_at, finished_at)
       select id, 1, one.step, endpoint, one.phase, kind, name, 'succeeded', outcome::jsonb, begun, begun, begun
       from runs, (values
         ('pre-1', 'prePatching', 'script', 'Drain', null, $2::timestamptz),
         ('patch', 'patch', 'patch', 'Patching', $4, $3::timestamptz),
         ('post-1', 'postPatching', 'reboot', 'Restart', null, $5::timestamptz)
       ) as one (step, phase, kind, name, outcome, begun) where id = $1`,
      run,
      at(10),
      at(20),
      outcome,
      at(40),
    );
  };
  await ended('web-1', 'succeeded', 'All went well.', [
    patch('openssl', '3.1', 'installed'),
    patch('zlib', '1.3', 'failed', '=cmd|calc'),
  ]);
  await ended('web-2', 'failed', 'It said <script>alert(1)</script>.', [
    patch('openssl', '3.1', 'installed'),
  ]);
  clock += 100 * 60_000;
});

describe('P-15 the report of a cycle', () => {
  it('P-15 given a cycle then its report says what was installed where, what failed and why, and how it was before', async () => {
    const report = await http.ok<CycleReport>('GET', `cycles/${cycle}/report`);
    expect(report).toMatchObject({
      before: { endpointsUpToDate: 2, patches: 2 },
      after: { endpointsUpToDate: 2, patches: 1 },
      patches: [
        { package: 'zlib', version: '1.3', installed: 0, failed: 1, endpoints: ['web-1'] },
        {
          package: 'openssl',
          version: '3.1',
          security: true,
          installed: 2,
          failed: 0,
          endpoints: ['web-1', 'web-2'],
        },
      ],
    });
    const [failed] = report.runs.filter(({ result }) => result === 'failed');
    expect(failed).toMatchObject({
      endpoint: { name: 'web-2' },
      installed: 1,
      reason: expect.stringContaining('It said'),
    });
    expect(report.runs.find(({ endpoint }) => endpoint.name === 'web-1')).toMatchObject({
      patchesBefore: 2,
      patchesAfter: 1,
      failed: 1,
    });
    expect(
      report.reboots.map(({ endpoint, interactive, step }) => [endpoint.name, interactive, step]),
    ).toEqual([
      ['web-1', false, 'Restart'],
      ['web-2', false, 'Restart'],
    ]);
  });

  it('P-15 S-08 given names and reasons with markup then the page shows them as text, and has no script', async () => {
    const { status, text, headers } = await http.call('GET', `cycles/${cycle}/report.html`);
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).not.toMatch(/<script|<b>|javascript:|\son\w+=/);
    expect(text).toContain('It said &lt;script&gt;alert(1)&lt;/script&gt;.');
    expect(text).toContain('&lt;b&gt;db&lt;/b&gt;');
    expect(text).toContain('Report of cycle');
    const [, nonce] = /<style nonce="([^"]+)">/.exec(text) ?? [];
    expect(String(headers['content-security-policy'])).toContain(`'nonce-${nonce}'`);
    expect([...text.matchAll(/(?:src|href)=(\S+?)>/g)].map(([, to]) => to)).toEqual(['"report.csv"']);
  });

  it('P-15 the CSV has a line for each patch on each endpoint, and nothing that a spreadsheet would run', async () => {
    const { text, headers } = await http.call('GET', `cycles/${cycle}/report.csv`);
    expect(headers['content-disposition']).toBe(`attachment; filename="cycle-${cycle}.csv"`);
    const lines = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(5);
    expect(lines.find((line) => line.includes('zlib'))).toContain(`'=cmd|calc`);
    expect(lines.find((line) => line.startsWith('<b>db'))).toContain(',queued,');
  });

  it('P-15 a cycle that does not exist has no report', async () => {
    for (const path of ['report', 'report.html', 'report.csv', 'timeline']) {
      const { status, problem } = await http.call('GET', `cycles/999999/${path}`);
      expect([path, status, problem.code]).toEqual([path, 404, 'NOT_FOUND']);
      expect((await http.call('GET', `cycles/x/${path}`)).status).toBe(400);
    }
  });
});

describe('P-14 the course of a cycle', () => {
  it('P-14 given runs in their phases then every moment accounts for every run', async () => {
    const { points, total, from, to } = await http.ok<CycleTimeline>('GET', `cycles/${cycle}/timeline`);
    expect([from, to, total]).toEqual(['2026-11-20T12:00:00.000Z', '2026-11-20T13:40:00.000Z', 3]);
    expect(points).toHaveLength(201);
    for (const { runs } of points) {
      expect(Object.values(runs).reduce((sum, count) => sum + count)).toBe(3);
      expect(Math.min(...Object.values(runs))).toBeGreaterThanOrEqual(0);
    }
    const at = (minutes: number) => points[minutes * 2]?.runs;
    expect(at(5)).toMatchObject({ queued: 3 });
    expect(at(15)).toMatchObject({ queued: 1, prePatching: 2 });
    expect(at(30)).toMatchObject({ queued: 1, patch: 2 });
    expect(at(45)).toMatchObject({ queued: 1, postPatching: 2 });
    expect(at(60)).toMatchObject({ queued: 1, succeeded: 1, failed: 1, postPatching: 0 });
  });

  it('P-14 given runs at work and one whose user is asked then the cycle tells how many are at each phase', async () => {
    const move = (name: string, status: string, phase: string | null) =>
      http.column(
        'update runs set status = $2, phase = $3 from endpoints e where e.id = endpoint and e.name = $1',
        name,
        status,
        phase,
      );
    const phases = async () => (await http.ok<Cycle>('GET', `cycles/${cycle}`)).rollout?.phases;
    const nobody = { prePatching: 0, patch: 0, postPatching: 0, afterReboot: 0 };
    expect(await phases()).toEqual(nobody);
    await move('<b>db</b>', 'running', 'patch');
    expect(await phases()).toEqual({ ...nobody, patch: 1 });
    await move('<b>db</b>', 'awaitingUser', 'postPatching');
    expect(await phases()).toEqual({ ...nobody, postPatching: 1 });
    await move('<b>db</b>', 'queued', null);
  });
});
