import type { AuditEntry } from '@patchbay/contracts/audit';
import type { CreatedInvitation, Invitation } from '@patchbay/contracts/invitation';
import type { Page } from '@patchbay/contracts/page';
import type { OneTimeLink, User } from '@patchbay/contracts/user';
import type { LinkPurpose } from '@patchbay/contracts/welcome';
import type { Whoami } from '@patchbay/contracts/whoami';
import { roles } from '@patchbay/domain/permission/role';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Call, useHttp } from './http-fixture.ts';

const http = useHttp();
const password = 'correct horse battery staple';

const tokenOf = ({ link }: { link: string }): string => link.replace('/welcome#', '');
const asNobody = (body: unknown): Call => ({ as: 'nobody', body });

/** Becomes a user with an invitation; returns how the browser calls from then on. */
async function joined(name: string, role = 'viewer'): Promise<Call> {
  const invitation = await http.ok<CreatedInvitation>('POST', 'invitations', { role });
  const body = { token: tokenOf(invitation), name, displayName: name, password };
  const answer = await http.call('POST', 'welcome', asNobody(body));
  expect(answer.status, answer.text).toBe(201);
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
  return { as: 'nobody', headers: { cookie, 'sec-fetch-site': 'same-origin' } };
}
const signIn = (name: string, secret = password) =>
  http.call<Whoami>('POST', 'sessions', asNobody({ name, password: secret }));
const code = async (method: 'PUT' | 'POST', url: string, body?: unknown) =>
  (await http.call(method, url, { body })).problem?.code;

beforeEach(async () => {
  await http.column('delete from users');
  await http.column('delete from sign_in_attempts');
});

describe('S-01 S-02 invitations', () => {
  it('S-01 given an invitation, then its link is shown once, stored as a hash, and makes one user of its role', async () => {
    for (const role of roles) {
      const made = await http.ok<CreatedInvitation>('POST', 'invitations', { role });
      expect(made.link).toMatch(/^\/welcome#patchbay_link_[\w-]{43}$/);
      expect((await http.call('GET', 'invitations')).text).not.toContain(tokenOf(made));
      const token = tokenOf(made);
      const check = await http.call<LinkPurpose>('POST', 'welcome/check', asNobody({ token }));
      expect(check.body).toEqual({ purpose: 'invitation', role, name: null, expiresAt: made.expiresAt });
      const body = { token, name: `a-${role}`, displayName: role, password };
      const answers = await Promise.all(
        [1, 2, 3].map((one) =>
          http.call<Whoami>('POST', 'welcome', asNobody({ ...body, name: `${body.name}${one}` })),
        ),
      );
      expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 403, 403]);
      expect(answers.find(({ status }) => status === 201)?.body.role).toBe(role);
    }
    const { items } = await http.ok<Page<User>>('GET', 'users?limit=2');
    expect(items.map(({ role }) => role)).toEqual(['administrator', 'approver']);
  });

  it('S-01 given a name that is taken, in whatever case, then the invitation stays good', async () => {
    await joined('Ada');
    const made = await http.ok<CreatedInvitation>('POST', 'invitations', { role: 'viewer' });
    const body = { token: tokenOf(made), name: 'aDA', displayName: 'Ada', password };
    expect((await http.call('POST', 'welcome', asNobody(body))).problem.code).toBe('NAME_TAKEN');
    const other = await http.call('POST', 'welcome', asNobody({ ...body, name: 'ada2' }));
    expect(other.status).toBe(201);
  });

  it('S-01 given it is revoked, then nobody can use it; lists tell what became of each', async () => {
    const [gone, used, open] = [
      await http.ok<CreatedInvitation>('POST', 'invitations', { role: 'author' }),
      await http.ok<CreatedInvitation>('POST', 'invitations', { role: 'viewer', expiresInHours: 1 }),
      await http.ok<CreatedInvitation>('POST', 'invitations', { role: 'viewer' }),
    ];
    await http.ok('POST', `invitations/${gone.id}/revoke`);
    const body = { token: tokenOf(gone), name: 'late', displayName: 'Late', password };
    expect((await http.call('POST', 'welcome', asNobody(body))).problem.code).toBe('LINK_NOT_VALID');
    await http.call('POST', 'welcome', asNobody({ ...body, token: tokenOf(used) }));
    const { items } = await http.ok<Page<Invitation>>('GET', 'invitations');
    const status = (id: string) => items.find((item) => item.id === id)?.status;
    expect([status(gone.id), status(used.id), status(open.id)]).toEqual(['revoked', 'used', 'valid']);
    expect((await http.ok<Invitation>('POST', `invitations/${used.id}/revoke`)).status).toBe('used');
    expect(await code('POST', `invitations/${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}/revoke`)).toBe(
      'NOT_FOUND',
    );
  });
});

describe('S-02 users', () => {
  it('S-02 given another role, then what a session may do changes at once', async () => {
    await joined('boss', 'administrator');
    const session = await joined('mover', 'viewer');
    const mayCancel = async () => (await http.call('POST', 'runs/1/cancel', session)).problem.code;
    expect(await mayCancel()).toBe('NOT_ALLOWED');
    expect(await http.ok<User>('PUT', 'users/mover/role', { role: 'operator' })).toMatchObject({
      name: 'mover',
      role: 'operator',
    });
    expect(await mayCancel()).toBe('NOT_FOUND');
    const { items } = await http.ok<Page<AuditEntry>>('GET', 'audit?action=user.changeRole');
    expect(items[0]?.details).toEqual({ name: 'mover', from: 'viewer', to: 'operator' });
  });

  it('S-02 given a disabled user, then every session ends at once and no sign-in works until enabled', async () => {
    await joined('boss', 'administrator');
    const session = await joined('leaver');
    expect(await http.ok<User>('POST', 'users/LEAVER/disable')).toMatchObject({ status: 'disabled' });
    expect((await http.call('GET', 'whoami', session)).status).toBe(401);
    expect((await signIn('leaver')).problem.code).toBe('SIGN_IN_REFUSED');
    expect(await code('POST', 'users/leaver/reset-link')).toBe('NOT_POSSIBLE_NOW');
    expect(await http.ok<User>('GET', 'users/leaver')).toMatchObject({ status: 'disabled' });
    await http.ok('POST', 'users/leaver/enable');
    expect((await http.call('GET', 'whoami', session)).status).toBe(401);
    expect((await signIn('leaver')).status).toBe(201);
  });

  it('S-02 given the last administrator, then nobody can disable or demote them, not even at the same moment', async () => {
    await joined('one', 'administrator');
    await joined('viewer');
    expect(await code('POST', 'users/one/disable')).toBe('LAST_ADMINISTRATOR');
    expect(await code('PUT', 'users/one/role', { role: 'viewer' })).toBe('LAST_ADMINISTRATOR');
    expect(await code('PUT', 'users/one/role', { role: 'administrator' })).toBeUndefined();
    await joined('two', 'administrator');
    await joined('three', 'administrator');
    const changes = await Promise.all([
      http.call('POST', 'users/one/disable'),
      http.call('PUT', 'users/two/role', { body: { role: 'author' } }),
      http.call('POST', 'users/three/disable'),
    ]);
    expect(changes.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 200, 409]);
    expect(
      await http.column(`select count(*) from users where role = 'administrator' and disabled_at is null`),
    ).toEqual([1]);
    expect(await code('POST', 'users/viewer/disable')).toBeUndefined();
    expect(await code('POST', 'users/nobody/disable')).toBe('NOT_FOUND');
  });
});

describe('S-01 a new password by link', () => {
  it('S-01 given a reset link, then it sets the password once, ends all sessions and signs in', async () => {
    const before = await joined('forgetful', 'author');
    const first = await http.ok<OneTimeLink>('POST', 'users/forgetful/reset-link');
    const second = await http.ok<OneTimeLink>('POST', 'users/forgetful/reset-link');
    const use = (link: OneTimeLink, secret: string) =>
      http.call<Whoami>('POST', 'password-resets', asNobody({ token: tokenOf(link), password: secret }));
    expect((await use(first, 'a new long password')).problem.code).toBe('LINK_NOT_VALID');
    const token = tokenOf(second);
    const check = await http.call<LinkPurpose>('POST', 'welcome/check', asNobody({ token }));
    expect(check.body).toMatchObject({ purpose: 'passwordReset', role: 'author', name: 'forgetful' });
    const asWelcome = { token, name: 'eve', displayName: 'Eve', password };
    expect((await http.call('POST', 'welcome', asNobody(asWelcome))).problem.code).toBe('LINK_NOT_VALID');
    expect((await use(second, 'forgetful')).problem.errors[0]?.path).toBe('password');

    // Somebody else tries at the old one meanwhile, and does not hold the user up.
    for (let turn = 0; turn < 9; turn += 1) await signIn('forgetful', 'wrong password');
    const answers = await Promise.all([1, 2, 3].map(() => use(second, 'a new long password')));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 403, 403]);
    expect(answers.find(({ status }) => status === 201)?.body).toMatchObject({ name: 'forgetful' });
    expect((await http.call('GET', 'whoami', before)).status).toBe(401);
    expect((await signIn('forgetful')).status).toBe(401);
    expect((await signIn('forgetful', 'a new long password')).status).toBe(201);
  });

  it('S-01 given the user is disabled meanwhile, then the link does nothing, even after enabling', async () => {
    await joined('boss', 'administrator');
    await joined('leaver');
    const link = await http.ok<OneTimeLink>('POST', 'users/leaver/reset-link');
    await http.ok('POST', 'users/leaver/disable');
    const use = () =>
      http.call(
        'POST',
        'password-resets',
        asNobody({ token: tokenOf(link), password: 'a new long password' }),
      );
    expect((await use()).problem.code).toBe('LINK_NOT_VALID');
    await http.ok('POST', 'users/leaver/enable');
    expect((await use()).problem.code).toBe('LINK_NOT_VALID');
    expect((await signIn('leaver')).status).toBe(201);
  });

  it('S-03 an answer with a link is not given a second time', async () => {
    const headers = { 'idempotency-key': 'invite-once' };
    const body = { role: 'viewer' };
    const made = await http.call<CreatedInvitation>('POST', 'invitations', { body, headers });
    expect(made.status).toBe(201);
    const again = await http.call('POST', 'invitations', { body, headers });
    expect([again.status, again.text.includes(tokenOf(made.body))]).toEqual([409, false]);
    const stored = await http.column('select row_to_json(k)::text from idempotency_keys k');
    expect(String(stored)).not.toContain(tokenOf(made.body));
  });
});
