import type { CreatedApiToken } from '@patchbay/contracts/api-token';
import type { AuditEntry } from '@patchbay/contracts/audit';
import type { CreatedEnrolmentToken, EnrolmentToken } from '@patchbay/contracts/enrolment-token';
import type { Page } from '@patchbay/contracts/page';
import type { Setting } from '@patchbay/contracts/setting';
import type { Whoami } from '@patchbay/contracts/whoami';
import { roles } from '@patchbay/domain/permission/role';
import { type Action, actionsOf, can, permissions } from '@patchbay/domain/permission/table';
import { takeEnrolmentToken } from '@patchbay/server/db/enrolment-tokens';
import { withTransaction } from '@patchbay/server/db/pool';
import type { App } from '@patchbay/server/http/app';
import { createApp } from '@patchbay/server/http/create-app';
import { describe, expect, it } from 'vitest';
import { useHttp } from './http-fixture.ts';

const http = useHttp();

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly action: Action | 'public' | undefined;
}

/** Every route of the API with its action, as they are registered. */
async function allRoutes(): Promise<Route[]> {
  const routes: Route[] = [];
  const collect = (app: App) =>
    app.addHook('onRoute', ({ method, url, config }) => {
      for (const one of [method].flat()) {
        routes.push({ method: one as Route['method'], url, action: config?.action });
      }
    });
  const app = await createApp(http.context, { agentRoutes: collect });
  await app.ready();
  await app.close();
  return routes.filter(({ method }) => !['HEAD', 'PATCH'].includes(method));
}

const addressOf = (url: string): string =>
  url.replace(':revision', '1').replace(/:\w+/, url.includes('activities') ? '1.task.1' : '1');

describe('S-02 permissions', () => {
  it('S-02 every route names an action, and every action has a route', async () => {
    const routes = await allRoutes();
    expect(routes.length).toBeGreaterThan(50);
    expect(routes.filter(({ action }) => action === undefined)).toEqual([]);
    const used = new Set(routes.map(({ action }) => action));
    expect((Object.keys(permissions) as Action[]).filter((action) => !used.has(action))).toEqual([]);
  });

  it.each(['token', 'cookie'] as const)(
    'S-02 every route lets in exactly the roles of the one table, by %s',
    async (by) => {
      const routes = (await allRoutes()).filter(
        ({ action, url }) => action !== 'public' && !url.endsWith('/events'),
      );
      for (const { method, url, action } of routes) {
        const call = (as: (typeof roles)[number] | 'nobody') => http.call(method, addressOf(url), { as, by });
        expect((await call('nobody')).status, `${method} ${url} by nobody`).toBe(401);
        for (const role of roles) {
          const { status, problem } = await call(role);
          const code = problem?.code === 'NOT_ALLOWED' ? 403 : 'let in';
          expect(code, `${method} ${url} by ${role}: ${status}`).toBe(
            can(role, action as Action) ? 'let in' : 403,
          );
          expect([401, 429], `${method} ${url} by ${role}`).not.toContain(status);
          expect(status, `${method} ${url} by ${role}`).toBeLessThan(500);
        }
      }
    },
  );

  it('S-02 the public routes are these and no others', async () => {
    const open = (await allRoutes()).filter(({ action }) => action === 'public');
    // Each address also answers 405 to the methods that it lacks, as anybody may know.
    const answering = await Promise.all(
      open.map(async ({ method, url }) => {
        const { status } = await http.call(method, addressOf(url), { as: 'nobody' });
        return status === 405 ? [] : [`${method} ${url}`];
      }),
    );
    expect(answering.flat().sort()).toEqual([
      'POST /api/v1/password-resets',
      'POST /api/v1/sessions',
      'POST /api/v1/webhook-senders/:id/decisions',
      'POST /api/v1/welcome',
      'POST /api/v1/welcome/check',
    ]);
    const { body: openApi } = await http.call<{ paths: Record<string, unknown> }>(
      'GET',
      '/api/v1/openapi.json',
      {
        as: 'nobody',
      },
    );
    expect(Object.keys(openApi.paths)).toContain('/api/v1/plans/{id}/activate');
    expect((await http.call('GET', '/healthz', { as: 'nobody' })).body).toEqual({ status: 'ok' });
    expect((await http.call('GET', '/readyz', { as: 'nobody' })).body).toEqual({ status: 'ok' });
    const home = await http.call('GET', '/', { as: 'nobody' });
    expect([home.status, home.headers['location']]).toEqual([302, '/api/docs']);
    const docs = await http.call('GET', '/api/docs/', { as: 'nobody' });
    expect(docs.status).toBe(200);
    expect(docs.headers['content-security-policy']).toContain("default-src 'self'");
  });
});

describe('S-03 API tokens', () => {
  it('S-03 a token is shown once, stored as a hash, and has its role', async () => {
    const made = await http.ok<CreatedApiToken>('POST', 'api-tokens', { name: 'CI', role: 'operator' });
    expect(made.token).toMatch(/^patchbay_api_[A-Za-z0-9_-]{43}$/);
    const asked = await http.call<Whoami>('GET', 'whoami', {
      as: 'nobody',
      headers: { authorization: `Bearer ${made.token}` },
    });
    expect(asked.body).toMatchObject({ name: 'CI', role: 'operator', actions: actionsOf('operator') });
    expect((await http.call('GET', 'api-tokens')).text).not.toContain(made.token);
    const stored = await http.column(`select row_to_json(t)::text from api_tokens t where name = 'CI'`);
    expect(String(stored)).not.toContain(made.token.slice(15));
  });

  it('S-03 an expired, a revoked and an unknown token are refused', async () => {
    const made = await http.ok<CreatedApiToken>('POST', 'api-tokens', {
      name: 'Short',
      role: 'viewer',
      expiresInDays: 1,
    });
    const status = async (token: string) =>
      (await http.call('GET', 'whoami', { as: 'nobody', headers: { authorization: `Bearer ${token}` } }))
        .status;
    expect(await status(made.token)).toBe(200);
    await http.column(`update api_tokens set expires_at = now() - interval '1 minute' where name = 'Short'`);
    expect(await status(made.token)).toBe(401);
    await http.column(`update api_tokens set expires_at = null where name = 'Short'`);
    expect(await status(made.token)).toBe(200);
    await http.ok('POST', 'api-tokens/Short/revoke');
    expect(await status(made.token)).toBe(401);
    expect(await status(`patchbay_api_${'x'.repeat(43)}`)).toBe(401);
    for (const header of ['Basic abc', 'Bearer', 'Bearer ', 'Bearer ä', `Bearer ${'x'.repeat(9000)}`]) {
      const { status: refused } = await http.call('GET', 'whoami', {
        as: 'nobody',
        headers: { authorization: header },
      });
      expect(refused, header.slice(0, 20)).toBe(401);
    }
  });

  it('S-01 who fails too often from one address has to wait; a valid token has not', async () => {
    const headers = { authorization: `Bearer ${'x'.repeat(40)}` };
    const from = '203.0.113.7';
    const attempt = () => http.call('GET', 'whoami', { as: 'nobody', headers, from });
    let last = await attempt();
    for (let tries = 0; tries < 40 && last.status === 401; tries += 1) last = await attempt();
    expect([last.status, last.problem.code]).toEqual([429, 'TOO_MANY_REQUESTS']);
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    expect((await http.call('GET', 'whoami', { from })).status).toBe(200);
  });
});

describe('E-01 enrolment tokens', () => {
  it('E-01 a token has uses, an expiry and tags; it is shown once', async () => {
    const made = await http.ok<CreatedEnrolmentToken>('POST', 'enrolment-tokens', {
      uses: 2,
      expiresInMinutes: 5,
      tags: { ring: 'pilot' },
    });
    const take = (at = Date.now()) =>
      withTransaction(http.context.pool, (tx) => takeEnrolmentToken(tx, made.token, new Date(at)));
    expect(await take(Date.now() + 6 * 60_000)).toBeNull();
    expect(await take()).toEqual({ tags: { ring: 'pilot' } });
    expect(await take()).toEqual({ tags: { ring: 'pilot' } });
    expect(await take()).toBeNull();
    const list = await http.ok<Page<EnrolmentToken>>('GET', 'enrolment-tokens');
    expect(list.items[0]).toMatchObject({ id: made.id, uses: 2, usesLeft: 0, status: 'usedUp' });
    expect(JSON.stringify(list)).not.toContain(made.token);
    const other = await http.ok<CreatedEnrolmentToken>('POST', 'enrolment-tokens', {});
    await http.ok('POST', `enrolment-tokens/${other.id}/revoke`);
    expect(
      await withTransaction(http.context.pool, (tx) => takeEnrolmentToken(tx, other.token, new Date())),
    ).toBeNull();
  });
});

describe('O-05 settings', () => {
  it('O-05 a setting has a description, a default, and who changed it when', async () => {
    const name = 'settings/run.returnMinutes';
    expect(await http.ok<Setting>('GET', name)).toMatchObject({
      type: 'number',
      unit: 'minutes',
      default: 30,
      value: 30,
      changedBy: null,
      changedAt: null,
    });
    await http.ok('PUT', name, { value: 45 });
    const changed = await http.ok<Setting>('GET', name);
    expect(changed).toMatchObject({ value: 45, changedBy: 'administrator of the test' });
    expect(changed.changedAt).not.toBeNull();
    const refused = await http.call('PUT', name, { body: { value: 'long' } });
    expect(refused.problem.errors).toEqual([
      { path: 'value', message: 'must be a whole number of minutes from 1 to 1440' },
    ]);
    expect((await http.call('GET', 'settings/constructor')).status).toBe(404);
    expect((await http.ok<Page<Setting>>('GET', 'settings')).items.length).toBeGreaterThan(8);
  });
});

describe('O-05 secrets among the settings', () => {
  it('S-06 O-05 given a secret, when it is set, then it is stored sealed, and neither shown, nor audited, nor taken for its mask', async () => {
    const name = 'settings/mail.password';
    expect(await http.ok<Setting>('GET', name)).toMatchObject({ type: 'secret', value: '', default: '' });
    const password = 'an "open" sesame';
    expect((await http.ok<Setting>('PUT', name, { value: password })).value).toBe('********');
    const [stored] = await http.column(`select value #>> '{}' from settings where key = 'mail.password'`);
    expect(http.context.sealer.open(String(stored), 'mail.password')).toBe(password);
    const audit = await http.ok<Page<AuditEntry>>('GET', 'audit?object=mail.password');
    expect(audit.items[0]?.details).toMatchObject({ from: '', to: '********' });
    for (const url of ['settings', name, 'audit']) {
      expect((await http.call('GET', url)).text).not.toContain('sesame');
    }
    expect(String(stored)).not.toContain('sesame');
    expect((await http.call('PUT', name, { body: { value: '********' } })).status).toBe(400);
    expect((await http.ok<Setting>('PUT', name, { value: '' })).value).toBe('');
  });
});

describe('edits of what has no versions', () => {
  it('O-05 given a setting that somebody else has changed, when it is saved from what was read, then that is refused', async () => {
    const name = 'settings/run.lostMinutes';
    const etag = String((await http.call('GET', name)).headers['etag']);
    const first = await http.call('PUT', name, { body: { value: 11 }, headers: { 'if-match': etag } });
    expect([first.status, first.headers['etag']]).toEqual([200, '"11"']);
    const second = await http.call('PUT', name, { body: { value: 12 }, headers: { 'if-match': etag } });
    expect([second.status, second.problem.code]).toEqual([412, 'EDIT_CONFLICT']);
    expect((await http.ok<Setting>('GET', name)).value).toBe(11);
  });

  it('E-13 given tags that two people read, when both replace them at once, then one of them is told', async () => {
    await http.endpoints('linux', 'tagged-1');
    await http.ok('PUT', 'endpoints/tagged-1/tags', { tags: { ring: 'late', site: 'Kiel' } });
    const etag = String((await http.call('GET', 'endpoints/tagged-1')).headers['etag']);
    const answers = await Promise.all(
      ['ann', 'bob'].map((by) =>
        http.call('PUT', 'endpoints/tagged-1/tags', {
          body: { tags: { by } },
          headers: { 'if-match': etag },
        }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 412]));
    const saved = answers.find(({ status }) => status === 200);
    expect((await http.call('GET', 'endpoints/tagged-1')).headers['etag']).toBe(saved?.headers['etag']);
  });
});

describe('O-09 audit', () => {
  it('O-09 who did what to what from where is kept in the same transaction, and refusals leave nothing', async () => {
    await http.ok('POST', 'workflows', { name: 'Audited', os: 'aix' });
    await http.call('POST', 'workflows', { body: { name: 'Audited', os: 'aix' } });
    await http.ok('DELETE', 'workflows/Audited');
    const { items } = await http.ok<Page<AuditEntry>>('GET', 'audit?object=Audited');
    expect(items.map(({ action }) => action)).toEqual(['workflow.delete', 'workflow.create']);
    expect(items[0]).toMatchObject({
      actor: 'administrator of the test',
      objectKind: 'workflow',
      details: { name: 'Audited' },
      address: '127.0.0.1',
    });
    expect(items[0]?.correlationId).toMatch(/^[0-9a-f-]{36}$/);
  });
});
