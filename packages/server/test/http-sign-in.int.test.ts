import type { AuditEntry } from '@patchbay/contracts/audit';
import type { Page } from '@patchbay/contracts/page';
import type { Session } from '@patchbay/contracts/session';
import type { OneTimeLink } from '@patchbay/contracts/user';
import type { LinkPurpose } from '@patchbay/contracts/welcome';
import type { Whoami } from '@patchbay/contracts/whoami';
import { actionsOf } from '@patchbay/domain/permission/table';
import { attemptLimits } from '@patchbay/domain/user/sign-in-attempts';
import { insertLink } from '@patchbay/server/db/one-time-links';
import { withTransaction } from '@patchbay/server/db/pool';
import { newToken } from '@patchbay/server/db/token-hash';
import { createApp } from '@patchbay/server/http/create-app';
import { makeFirstLink } from '@patchbay/server/user/first-link';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answered, type Call, useHttp } from './http-fixture.ts';

/** Stops the clock of the API while it is set; epoch milliseconds. */
let stoppedAt: number | null = null;
const http = useHttp(() => stoppedAt ?? Date.now());
afterEach(() => {
  stoppedAt = null;
});
const password = 'correct horse battery staple';
const hourMs = 3_600_000;

const asNobody = (body: unknown, more: Partial<Call> = {}): Call => ({ as: 'nobody', body, ...more });
const tokenOf = (link: string | null): string => String(link).replace('/welcome#', '');

/** The one-time link of a start at this moment; null when there is a user. */
const firstLink = (at = new Date()) => withTransaction(http.context.pool, (tx) => makeFirstLink(tx, at));

const welcome = (token: string, name: string, more: Partial<Call> = {}) =>
  http.call<Whoami>(
    'POST',
    'welcome',
    asNobody({ token, name, displayName: name.toUpperCase(), password }, more),
  );

/** The Cookie header that a browser would send after this answer. */
function cookieOf({ headers }: Answered<unknown>): string {
  return String(headers['set-cookie']).split(';')[0] ?? '';
}

const browser = (cookie: string): Call => ({
  as: 'nobody',
  headers: { cookie, 'sec-fetch-site': 'same-origin' },
});
const signIn = (name: string, secret = password, more: Partial<Call> = {}) =>
  http.call<Whoami>('POST', 'sessions', asNobody({ name, password: secret }, more));

async function signedIn(name: string): Promise<Call> {
  const answer = await signIn(name);
  expect(answer.status, answer.text).toBe(201);
  return browser(cookieOf(answer));
}

/** A user made with an invitation. */
async function user(name: string, role = 'viewer'): Promise<void> {
  const { link } = await http.ok<OneTimeLink>('POST', 'invitations', { role });
  const { status, text } = await welcome(tokenOf(link), name);
  expect(status, text).toBe(201);
}

const audited = async (action: string): Promise<AuditEntry[]> =>
  (await http.ok<Page<AuditEntry>>('GET', `audit?action=${action}`)).items;

describe('S-01 the first start', () => {
  beforeEach(() => http.column('delete from users'));

  it('S-01 given no user, then each start makes a link for a day, of which only a hash is stored', async () => {
    const [one, other] = [await firstLink(), await firstLink()];
    expect(one).toMatch(/^\/welcome#patchbay_link_[A-Za-z0-9_-]{43}$/);
    expect(other).not.toBe(one);
    const stored = await http.column('select row_to_json(l)::text from one_time_links l');
    expect(String(stored)).not.toContain(tokenOf(one).slice(14));
    const check = await http.call<LinkPurpose>('POST', 'welcome/check', asNobody({ token: tokenOf(one) }));
    expect(check.body).toMatchObject({ purpose: 'firstAdministrator', role: 'administrator', name: null });
    expect(Date.parse(check.body.expiresAt) - Date.now()).toBeGreaterThan(23 * hourMs);
  });

  it('S-01 given the link, then it creates the administrator, signs in, and works once', async () => {
    const token = tokenOf(await firstLink());
    const made = await welcome(token, 'ada', { from: '192.0.2.1' });
    expect(made.status, made.text).toBe(201);
    expect(made.body).toMatchObject({
      kind: 'user',
      name: 'ada',
      displayName: 'ADA',
      role: 'administrator',
      theme: 'auto',
      actions: actionsOf('administrator'),
    });
    const asked = await http.call<Whoami>('GET', 'whoami', browser(cookieOf(made)));
    expect(asked.body).toEqual(made.body);
    expect((await welcome(token, 'eve')).problem).toMatchObject({ status: 403, code: 'LINK_NOT_VALID' });
    expect(await firstLink()).toBeNull();
    expect((await audited('user.create'))[0]).toMatchObject({
      actor: 'ada',
      address: '192.0.2.1',
      details: { name: 'ada', role: 'administrator', link: 'firstAdministrator' },
    });
    const [hash] = await http.column(`select password_hash from users where name = 'ada'`);
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$/);
  });

  it('S-01 given many use it at the same moment, or the links of two starts, then one becomes the administrator', async () => {
    const links = [tokenOf(await firstLink()), tokenOf(await firstLink())];
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => welcome(String(links[index % 2]), `user${index}`)),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, ...Array(7).fill(403)]);
    expect(await http.column('select count(*) from users')).toEqual([1]);
    expect(await http.column('select count(*) from sessions')).toEqual([1]);
  });

  it('S-01 given it is old, unknown, or there is a user by now, then it is refused and nothing is stored', async () => {
    const old = tokenOf(await firstLink(new Date(Date.now() - 24 * hourMs)));
    const late = tokenOf(await firstLink());
    await user('somebody', 'viewer');
    for (const token of [old, late, newToken('patchbay_link'), 'x']) {
      expect((await welcome(token, 'eve')).problem.code).toBe('LINK_NOT_VALID');
      const check = await http.call('POST', 'welcome/check', asNobody({ token }));
      expect(check.problem.code).toBe('LINK_NOT_VALID');
    }
    expect(await http.column('select name from users')).toEqual(['somebody']);
  });

  it('S-01 given a bad name or password, then it is refused by field and the link stays good', async () => {
    const token = tokenOf(await firstLink());
    const wrong = async (over: object) => {
      const body = { token, name: 'ada', displayName: 'Ada', password, ...over };
      const { problem } = await http.call('POST', 'welcome', asNobody(body));
      expect(problem.code).toBe('INVALID_INPUT');
      expect(JSON.stringify(problem)).not.toContain(password);
      return problem.errors.map(({ path }) => path);
    };
    expect(await wrong({ password: 'elevenchars' })).toEqual(['password']);
    expect(await wrong({ password: 'x'.repeat(201) })).toEqual(['password']);
    expect(await wrong({ password: 'ADA.LOVELACE1', name: 'ada.lovelace1' })).toEqual(['password']);
    expect(await wrong({ name: 'ada lovelace' })).toEqual(['name']);
    expect(await wrong({ name: 'Patchbay' })).toEqual(['name']);
    expect(await wrong({ name: '6c84fb90-12c4-11e1-840d-7b25c5ee775a' })).toEqual(['name']);
    expect(await wrong({ displayName: ' ' })).toEqual(['displayName']);
    expect(await wrong({ role: 'administrator' })).toEqual(['role']);
    expect((await welcome(token, 'ada')).status).toBe(201);
  });
});

describe('S-01 signing in and out', () => {
  beforeAll(() => user('grace', 'operator'));
  beforeEach(() => http.column('delete from sign_in_attempts'));

  it('S-01 given name and password, then the session is a cookie that scripts and other sites cannot use', async () => {
    const answer = await signIn('  GRACE ', password, { headers: { 'user-agent': 'Browser/1' } });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ kind: 'user', name: 'grace', role: 'operator' });
    expect(answer.headers['set-cookie']).toMatch(
      /^patchbay_session=patchbay_session_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=604800$/,
    );
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.text).not.toContain('patchbay_session_');
    const stored = await http.column('select row_to_json(s)::text from sessions s');
    expect(String(stored)).not.toContain(cookieOf(answer).slice(-43));
    const list = await http.call<Page<Session>>('GET', 'sessions', browser(cookieOf(answer)));
    expect(list.body.items.find(({ current }) => current)).toMatchObject({ userAgent: 'Browser/1' });
    expect((await audited('user.signIn'))[0]).toMatchObject({ actor: 'grace', objectKind: 'user' });
  });

  it('S-01 S-04 given a proxy, then it is believed when it is trusted only: HTTPS, host and address', async () => {
    const through = async (trustedProxies: string[]) => {
      const app = await createApp(http.context, { trustedProxies });
      const answer = await app.inject({
        method: 'POST',
        url: '/api/v1/sessions',
        remoteAddress: '10.0.0.7',
        payload: { name: 'grace', password },
        headers: {
          origin: 'https://patchbay.example.org',
          host: 'upstream',
          'x-forwarded-host': 'patchbay.example.org',
          'x-forwarded-proto': 'https',
          'x-forwarded-for': '192.0.2.77',
        },
      });
      await app.close();
      return answer;
    };
    expect((await through([])).json()).toMatchObject({ code: 'CROSS_SITE' });
    expect((await through(['10.9.0.0/16'])).json()).toMatchObject({ code: 'CROSS_SITE' });
    const answer = await through(['10.0.0.0/16']);
    expect(answer.headers['set-cookie']).toMatch(/; Secure$/);
    expect((await audited('user.signIn'))[0]?.address).toBe('192.0.2.77');
  });

  it('S-01 given a wrong password, an unknown name or a disabled user, then the refusal is the same', async () => {
    await user('disabled');
    await http.ok('POST', 'users/disabled/disable');
    const told = async (name: string, secret: string) => {
      const { status, problem, headers } = await signIn(name, secret);
      expect(headers['set-cookie']).toBeUndefined();
      return [status, problem.code, problem.detail, problem.errors];
    };
    const refusal = await told('grace', 'a wrong password');
    expect(refusal.slice(0, 2)).toEqual([401, 'SIGN_IN_REFUSED']);
    expect(await told('nobody.at.all', password)).toEqual(refusal);
    expect(await told('not a name at all!', password)).toEqual(refusal);
    expect(await told('disabled', password)).toEqual(refusal);
  });

  it('S-01 given a refusal, then the audit has it without the password, and little of an unknown name', async () => {
    const secret = 'my password, typed as the name by mistake';
    await signIn('grace', 'a wrong password', { from: '192.0.2.9' });
    await signIn(secret, 'a wrong password');
    const [unknown, known] = await audited('user.signInRefused');
    expect(known).toMatchObject({ actor: 'nobody', details: { name: 'grace' }, address: '192.0.2.9' });
    expect(unknown).toMatchObject({ objectId: 'unknown', details: { name: secret.slice(0, 32) } });
    const everything = await http.column('select row_to_json(a)::text from audit a');
    expect(String(everything)).not.toContain('a wrong password');
    expect(String(everything)).not.toContain(password);
  });

  it('S-01 given a sign-out, then that session is over and another goes on; everywhere ends all', async () => {
    const [one, two, three] = [await signedIn('grace'), await signedIn('grace'), await signedIn('grace')];
    const out = await http.call('DELETE', 'sessions/current', one);
    expect([out.status, out.text]).toEqual([204, '']);
    expect(out.headers['set-cookie']).toMatch(
      /^patchbay_session=; Path=\/; HttpOnly; SameSite=Strict; Max-Age=0/,
    );
    const over = await http.call('GET', 'whoami', one);
    expect([over.status, over.problem.code]).toEqual([401, 'NOT_AUTHENTICATED']);
    expect((await http.call('GET', 'whoami', two)).status).toBe(200);
    expect((await http.call('DELETE', 'sessions', two)).status).toBe(204);
    expect((await http.call('GET', 'whoami', two)).status).toBe(401);
    expect((await http.call('GET', 'whoami', three)).status).toBe(401);
    expect((await audited('user.signOut'))[0]).toMatchObject({ actor: 'grace' });
    expect((await audited('user.signOutEverywhere'))[0]?.details['sessions']).toMatch(/^[2-9]/);
  });

  it('S-01 given a sign-out everywhere else, then the session that asks goes on and all others are over', async () => {
    const [one, two] = [await signedIn('grace'), await signedIn('grace')];
    expect((await http.call('DELETE', 'sessions/others', two)).status).toBe(204);
    expect((await http.call('GET', 'whoami', one)).status).toBe(401);
    expect((await http.call<Page<Session>>('GET', 'sessions', two)).body.items).toMatchObject([
      { current: true },
    ]);
    expect((await audited('user.signOutOthers'))[0]?.details['sessions']).toMatch(/^[1-9]/);
  });

  it('S-01 given a new sign-in in the same browser, then it gets a new session and the old one is over', async () => {
    const before = await signedIn('grace');
    const again = await signIn('grace', password, { headers: before.headers ?? {} });
    expect(cookieOf(again)).not.toBe(before.headers?.['cookie']);
    expect((await http.call('GET', 'whoami', before)).status).toBe(401);
    expect((await http.call('GET', 'whoami', browser(cookieOf(again)))).status).toBe(200);
  });

  it('S-01 given no use for 12 hours, or 7 days in all, then the session is over; the settings change that', async () => {
    const asks = async (call: Call) => (await http.call('GET', 'whoami', call)).status;
    const age = (created: string, seen: string) =>
      http.column(
        'update sessions set created_at = now() - $1::interval, last_seen_at = now() - $2::interval',
        created,
        seen,
      );
    const session = await signedIn('grace');
    await age('13 hours', '11 hours 59 minutes');
    expect(await asks(session)).toBe(200);
    const seen = `select max(last_seen_at) > now() - interval '1 minute' from sessions`;
    expect(await http.column(seen)).toEqual([true]);
    await age('13 hours', '12 hours 1 minute');
    expect(await asks(session)).toBe(401);
    await http.ok('PUT', 'settings/session.idleMinutes', { value: 24 * 60 });
    expect(await asks(session)).toBe(200);
    await http.ok('PUT', 'settings/session.idleMinutes', { value: 12 * 60 });
    await age('6 days 23 hours', '1 minute');
    expect(await asks(session)).toBe(200);
    await age('7 days 1 minute', '1 minute');
    expect(await asks(session)).toBe(401);
  });

  it('S-01 given a cookie that is no session, then it is refused', async () => {
    const good = String((await signedIn('grace')).headers?.['cookie']);
    for (const cookie of [
      `patchbay_session=patchbay_session_${'x'.repeat(43)}`,
      'patchbay_session=',
      `x${good}`,
      `${good}x`,
      good.toUpperCase(),
      good.replace('=', '%3D'),
      `${good}\u00e4`,
      `patchbay_session=${'x'.repeat(5000)}`,
    ]) {
      expect((await http.call('GET', 'whoami', browser(cookie))).status, cookie).toBe(401);
    }
    for (const cookie of [good, `a=1; ${good}`, `${good}; b=2`, `a=1;${good};b`]) {
      expect((await http.call('GET', 'whoami', browser(cookie))).status, cookie).toBe(200);
    }
  });

  it('S-03 given a token and a cookie, then the token counts, and a bad one is not made good by the cookie', async () => {
    const session = await signedIn('grace');
    const withToken = (authorization: string) =>
      http.call<Whoami>('GET', 'whoami', { ...session, headers: { ...session.headers, authorization } });
    const { body } = await withToken(`Bearer ${http.tokens.approver}`);
    expect(body).toMatchObject({
      kind: 'token',
      name: 'approver of the test',
      displayName: 'approver of the test',
      theme: null,
    });
    expect((await withToken(`Bearer ${'x'.repeat(40)}`)).status).toBe(401);
  });
});

describe('S-01 brute force', () => {
  beforeAll(() => user('target'));
  beforeEach(async () => {
    await http.column('delete from sign_in_attempts');
    stoppedAt = Date.now();
  });
  const later = (milliseconds: number): void => {
    stoppedAt = Number(stoppedAt) + milliseconds;
  };

  const wait = ({ headers }: Answered<unknown>) => Number(headers['retry-after']);

  it('S-01 given wrong passwords from everywhere, then the name has to wait longer and longer, even with the right one', async () => {
    const tries = [];
    for (let turn = 0; turn < attemptLimits.name.free; turn += 1)
      tries.push(await signIn('target', `wrong ${turn}`));
    expect(tries.map(({ status }) => status)).toEqual(Array(attemptLimits.name.free).fill(401));
    const held = await signIn('TARGET');
    expect([held.status, held.problem.code, wait(held)]).toEqual([429, 'TOO_MANY_REQUESTS', 1]);
    later(999);
    expect((await signIn('target')).status).toBe(429);
    later(1);
    expect((await signIn('target', 'wrong again')).status).toBe(401);
    expect(wait(await signIn('target'))).toBe(2);
    const before = await http.column('select count(*) from audit');
    expect((await signIn('target')).status).toBe(429);
    expect(await http.column('select count(*) from audit')).toEqual(before);
    later(2000);
    expect((await signIn('target')).status).toBe(201);
    expect((await signIn('target', 'wrong')).status).toBe(401);
  });

  it('S-01 given a hundred tries at the same moment, then no more than the free ones look at the password', async () => {
    const before = (await audited('user.signInRefused')).length;
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, turn) =>
        signIn('target', `guess ${turn}`, { from: `192.0.2.${turn}` }),
      ),
    );
    const refused = answers.filter(({ status }) => status === 401).length;
    expect(refused).toBe(attemptLimits.name.free);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(100 - refused);
    expect(await audited('user.signInRefused')).toHaveLength(Math.min(50, before + refused));
  });

  it('S-01 given tries at many names from one address, then it has to wait, and other addresses need not', async () => {
    const from = '2001:db8:1:2::1';
    const tries = [];
    for (let turn = 0; turn < attemptLimits.address.free; turn += 1) {
      tries.push(signIn(`name${turn}`, 'wrong password', { from }));
    }
    expect((await Promise.all(tries)).every(({ status }) => status === 401)).toBe(true);
    const neighbour = await signIn('target', password, { from: '2001:db8:1:2:ffff::9' });
    expect(neighbour.status).toBe(429);
    expect(wait(neighbour)).toBeGreaterThan(0);
    expect((await signIn('target', password, { from: '2001:db8:1:3::1' })).status).toBe(201);
    // Who is held up leaves nothing behind for the names that were tried.
    await Promise.all(Array.from({ length: 5 }, (_, turn) => signIn(`more${turn}`, 'wrong', { from })));
    expect(await http.column(`select key from sign_in_attempts where key like 'name:more%'`)).toEqual([]);
  });

  it('S-01 given good sign-ins only, then nobody ever waits', async () => {
    for (let turn = 0; turn < attemptLimits.address.free + 5; turn += 1) {
      expect((await signIn('target', password, { from: '192.0.2.200' })).status).toBe(201);
    }
  });
});

describe('S-01 requests from other sites', () => {
  beforeAll(() => user('victim', 'administrator'));

  const host = { host: 'patchbay.example.org' };
  const cases: readonly [Record<string, string>, boolean][] = [
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
    [{ 'sec-fetch-site': 'cross-site', origin: 'http://patchbay.example.org' }, false],
    [{ origin: 'http://patchbay.example.org' }, true],
    [{ origin: 'http://patchbay.example.org:8080' }, false],
    [{ origin: 'http://patchbay.example.org.evil.example' }, false],
    [{ origin: 'http://evil.example' }, false],
    [{ origin: 'null' }, false],
    [{ origin: 'nonsense' }, false],
    [{}, false],
  ];

  it.each(cases)('S-01 a change with the cookie and %j is let in: %s', async (headers, letIn) => {
    const { headers: signed = {} } = await signedIn('victim');
    const call = {
      as: 'nobody',
      headers: { ...host, cookie: String(signed['cookie']), ...headers },
    } as const;
    const body = { displayName: 'Victim', theme: 'dark' };
    const change = await http.call('PUT', 'whoami/profile', { ...call, body });
    expect([change.status, change.problem.code]).toEqual(letIn ? [200, undefined] : [403, 'CROSS_SITE']);
    expect((await http.call('GET', 'whoami', call)).status).toBe(200);
    const out = await http.call('DELETE', 'sessions/current', call);
    expect(out.status).toBe(letIn ? 204 : 403);
  });

  it('S-01 a form of another site cannot be sent: only JSON is taken', async () => {
    const session = await signedIn('victim');
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const headers = { ...session.headers, 'content-type': type };
      const { problem } = await http.call('POST', 'invitations', {
        as: 'nobody',
        headers,
        body: '{"role":"viewer"}',
      });
      expect(problem.code).toBe('UNSUPPORTED_MEDIA_TYPE');
    }
  });

  it('S-01 another site cannot sign a browser in as somebody, while a program without a browser can', async () => {
    const from = { headers: { 'sec-fetch-site': 'cross-site' } };
    expect((await signIn('victim', password, from)).problem.code).toBe('CROSS_SITE');
    const link = newToken('patchbay_link');
    expect((await welcome(link, 'x', from)).problem.code).toBe('CROSS_SITE');
    expect((await signIn('victim')).status).toBe(201);
  });

  it('S-02 a token needs no word of a browser', async () => {
    expect((await http.call('POST', 'invitations', { body: { role: 'viewer' } })).status).toBe(201);
  });
});

describe('S-01 one’s own account', () => {
  beforeEach(() => http.column('delete from sign_in_attempts'));

  it('S-01 given the present password, then a new one is set, other sessions end and the old one is refused', async () => {
    await user('changer');
    const [here, elsewhere] = [await signedIn('changer'), await signedIn('changer')];
    const newPassword = 'another long password';
    const change = (currentPassword: string, next = newPassword, more: Record<string, string> = {}) =>
      http.call<Whoami>('PUT', 'whoami/password', {
        ...here,
        headers: { ...here.headers, ...more },
        body: { currentPassword, newPassword: next },
      });
    expect((await change('not the password')).problem).toMatchObject({
      code: 'INVALID_INPUT',
      errors: [{ path: 'currentPassword' }],
    });
    expect((await change(password, 'short')).problem.errors[0]?.path).toBe('newPassword');
    expect((await change(password, newPassword, { 'idempotency-key': 'once' })).body).toMatchObject({
      name: 'changer',
    });
    expect(await http.column(`select count(*) from idempotency_keys where key = 'once'`)).toEqual([0]);
    expect((await http.call('GET', 'whoami', here)).status).toBe(200);
    expect((await http.call('GET', 'whoami', elsewhere)).status).toBe(401);
    expect((await signIn('changer')).status).toBe(401);
    expect((await signIn('changer', newPassword)).status).toBe(201);
    expect((await audited('user.changePassword'))[0]?.details).toEqual({
      name: 'changer',
      sessionsEnded: '2',
    });
  });

  it('S-01 given a stolen session, then the password cannot be found by trying', async () => {
    await user('stolen');
    stoppedAt = Date.now();
    const session = await signedIn('stolen');
    const statuses = [];
    for (let turn = 0; turn <= attemptLimits.name.free; turn += 1) {
      const body = { currentPassword: `guess ${turn}`, newPassword: 'a password of the thief' };
      statuses.push((await http.call('PUT', 'whoami/password', { ...session, body })).status);
    }
    expect(statuses).toEqual([...Array(attemptLimits.name.free).fill(400), 429]);
  });

  it('S-01 given letters that are written in two ways, then they are the same password', async () => {
    await user('umlaut');
    const session = await signedIn('umlaut');
    const body = { currentPassword: password, newPassword: 'Ma\u0308nnergesangsverein' };
    expect((await http.call('PUT', 'whoami/password', { ...session, body })).status).toBe(200);
    expect((await signIn('umlaut', 'M\u00e4nnergesangsverein')).status).toBe(201);
  });

  it('S-01 given a name and a theme, then the profile keeps them', async () => {
    await user('profile');
    const session = await signedIn('profile');
    const body = { displayName: 'Grace Hopper 🪲', theme: 'light' };
    const saved = await http.call<Whoami>('PUT', 'whoami/profile', { ...session, body });
    expect(saved.body).toMatchObject({ name: 'profile', ...body });
    expect((await http.call<Whoami>('GET', 'whoami', session)).body).toEqual(saved.body);
  });

  it('S-03 an API token has no password, no profile and no session', async () => {
    const profile = { displayName: 'x', theme: 'auto' };
    const secret = { currentPassword: password, newPassword: password };
    for (const [method, url, body] of [
      ['PUT', 'whoami/profile', profile],
      ['PUT', 'whoami/password', secret],
      ['DELETE', 'sessions/current', undefined],
      ['DELETE', 'sessions/others', undefined],
      ['DELETE', 'sessions', undefined],
    ] as const) {
      expect((await http.call(method, url, { body })).problem.code, url).toBe('NOT_POSSIBLE_NOW');
    }
    expect((await http.ok<Page<Session>>('GET', 'sessions')).items).toEqual([]);
  });
});

describe('S-01 what is over', () => {
  it('S-01 expired links of every kind are refused', async () => {
    await user('expired');
    const [id] = await http.column(`select id from users where name = 'expired'`);
    const past = new Date(Date.now() - 1000);
    const saved = { by: 'test', at: past };
    const [invitation, reset] = [newToken('patchbay_link'), newToken('patchbay_link')];
    await withTransaction(http.context.pool, async (tx) => {
      await insertLink(tx, invitation, { purpose: 'invitation', role: 'viewer' }, past, saved);
      await insertLink(tx, reset, { purpose: 'passwordReset', user: String(id) }, past, saved);
    });
    expect((await welcome(invitation, 'late')).problem.code).toBe('LINK_NOT_VALID');
    const body = { token: reset, password: 'a new long password' };
    expect((await http.call('POST', 'password-resets', asNobody(body))).problem.code).toBe('LINK_NOT_VALID');
  });
});
