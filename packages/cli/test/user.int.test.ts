import { createdEnrolmentToken } from '@patchbay/contracts/enrolment-token';
import { createdInvitation } from '@patchbay/contracts/invitation';
import { user } from '@patchbay/contracts/user';
import { type PatchbayServer, startPatchbayServer } from '@patchbay/testkit/patchbay-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const password = 'correct horse battery staple';
const firstUse = 'There is no user yet.';

let server: PatchbayServer;
beforeAll(async () => {
  server = await startPatchbayServer();
});
afterAll(() => server[Symbol.asyncDispose]());

async function post(path: string, body: unknown): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${server.url}/api/v1/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return answer.status;
}

/** Opens a one-time link as the console does. */
async function become(link: string, name: string): Promise<number> {
  const { origin, pathname, hash } = new URL(link);
  expect([origin, pathname]).toEqual([server.url, '/welcome']);
  return post('welcome', { token: hash.slice(1), name, displayName: name, password });
}
const signIn = (name: string, secret = password) => post('sessions', { name, password: secret });

const linkIn = (text: string): string => /http\S+#patchbay_link_\S+/.exec(text)?.[0] ?? '';

async function patchbay(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await server.patchbay(args);
  expect(code, stderr).toBe(0);
  return stdout;
}

describe('S-01 patchbay server', () => {
  it('S-01 given no user, then it prints a one-time link beside its log, and none any more once there is one', async () => {
    const { output } = server;
    expect(output).toContain(firstUse);
    const link = linkIn(output);
    const logged = output.split('\n').filter((line) => line.startsWith('{'));
    expect(logged.length).toBeGreaterThan(1);
    expect(logged.join('\n')).not.toContain('patchbay_link');
    expect(await become(link, 'ada')).toBe(201);
    expect(await become(link, 'eve')).toBe(403);
    expect(
      server.output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .join('\n'),
    ).not.toContain(password);
    await server.shutDown();
    await server.start();
    expect(server.output).not.toContain(firstUse);
    expect(await signIn('ada')).toBe(201);
  });
});

describe('S-02 patchbay user', () => {
  it('S-02 invites, lists, disables, enables, gives roles and new passwords', async () => {
    const link = linkIn(await patchbay('user', 'invite', '--role', 'viewer'));
    expect(await become(link, 'grace')).toBe(201);
    await patchbay('user', 'set-role', 'grace', 'operator');
    const listed = z.array(user).parse(JSON.parse(await patchbay('user', 'list', '--json')));
    expect(listed.map(({ name, role, status }) => [name, role, status])).toEqual([
      ['ada', 'administrator', 'active'],
      ['grace', 'operator', 'active'],
    ]);
    expect(await patchbay('user', 'disable', 'grace')).toBe('grace is disabled.\n');
    expect(await signIn('grace')).toBe(401);
    expect(await patchbay('user', 'list')).toMatch(/^grace\tgrace\toperator\tdisabled/m);
    await patchbay('user', 'enable', 'grace');
    const reset = linkIn(await patchbay('user', 'reset-link', 'grace'));
    const token = new URL(reset).hash.slice(1);
    expect(await post('password-resets', { token, password: 'another long password' })).toBe(201);
    expect(await signIn('grace', 'another long password')).toBe(201);
    const made = createdInvitation.parse(
      JSON.parse(await patchbay('user', 'invite', '--role', 'author', '--json')),
    );
    expect(made).toMatchObject({ role: 'author', status: 'valid' });
  });

  it('S-02 says what is wrong and ends with the code for it', async () => {
    const ends = async (...args: string[]) => {
      const { code, stderr } = await server.patchbay(['user', ...args]);
      return [code, stderr] as const;
    };
    expect(await ends('invite')).toMatchObject([2, expect.stringContaining('--role')]);
    expect(await ends('set-role', 'grace', 'king')).toMatchObject([2, expect.stringContaining('viewer')]);
    expect(await ends('disable', 'nobody')).toMatchObject([3, expect.stringContaining('NOT_FOUND')]);
    expect(await ends('disable', 'ada')).toMatchObject([3, expect.stringContaining('LAST_ADMINISTRATOR')]);
  });
});

describe('E-01 patchbay enrolment-token', () => {
  it('E-01 revokes a token', async () => {
    const made = createdEnrolmentToken.parse(
      JSON.parse(await patchbay('enrolment-token', 'create', '--json')),
    );
    await patchbay('enrolment-token', 'revoke', made.id);
    expect(await patchbay('enrolment-token', 'list')).toContain(`${made.id}\trevoked`);
  });
});
