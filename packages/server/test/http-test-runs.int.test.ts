import type { AuditEntry } from '@patchbay/contracts/audit';
import type { Cycle } from '@patchbay/contracts/cycle';
import type { Page } from '@patchbay/contracts/page';
import { beforeAll, describe, expect, it } from 'vitest';
import { useHttp } from './http-fixture.ts';

const http = useHttp();
const script = {
  name: 'Draft',
  interpreter: 'sh',
  content: 'echo "$PATCHBAY_POOL"',
  parameters: [
    { name: 'pool', type: 'string', required: true },
    { name: 'token', type: 'secret' },
  ],
};
const values = { pool: 'web', token: 'a-secret-that-is-tried' };

beforeAll(async () => {
  await http.endpoints('linux', 'web-1');
  await http.endpoints('windows', 'win-1');
});

describe('the test-run of a script', () => {
  it('L-03 O-09 opens one run on one endpoint, seals secrets, keeps nothing in the library, and is audited', async () => {
    const opened = await http.ok<Cycle>('POST', 'script-test-runs', { ...script, values, endpoint: 'web-1' });
    expect(opened).toMatchObject({
      kind: 'task',
      task: { id: null, name: 'Test-run of Draft' },
      runs: { total: 1, queued: 1 },
    });
    const [works] = await http.column('select works::text from snapshots order by id desc limit 1');
    expect(String(works)).toContain('PATCHBAY_POOL');
    expect(String(works)).not.toContain(values.token);
    expect(await http.column(`select count(*) from scripts where name = 'Draft'`)).toEqual([0]);
    const { items } = await http.ok<Page<AuditEntry>>('GET', 'audit?action=script.testRun');
    expect(items).toMatchObject([{ objectKind: 'endpoint', details: { script: 'Draft', name: 'web-1' } }]);
    expect(items[0]?.details['sha256']).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(items)).not.toContain(values.token);
  });

  it.each([
    ['the interpreter', { ...script, values, endpoint: 'win-1' }, 'interpreter'],
    ['a value that is required', { ...script, values: {}, endpoint: 'web-1' }, 'values.pool'],
    ['an empty script', { ...script, content: ' ', values, endpoint: 'web-1' }, 'content'],
    ['an endpoint that is none', { ...script, values, endpoint: 'nobody' }, 'endpoint'],
  ])('L-06 refuses %s and names the field', async (_what, body, path) => {
    const { status, problem } = await http.call('POST', 'script-test-runs', { body });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(problem.errors.map((one) => one.path)).toContain(path);
  });

  it('S-02 is for those who may write scripts, not for those who only run tasks', async () => {
    const body = { ...script, values, endpoint: 'web-1' };
    expect((await http.call('POST', 'script-test-runs', { body, as: 'operator' })).status).toBe(403);
    expect((await http.call('POST', 'script-test-runs', { body, as: 'author' })).status).toBe(201);
  });
});
