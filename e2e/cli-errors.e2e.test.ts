import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createdApiToken } from '@patchbay/contracts/api-token';
import { whoami } from '@patchbay/contracts/whoami';
import type { Role } from '@patchbay/domain/permission/role';
import { beforeAll, describe, expect, it } from 'vitest';
import { hello, noTerminal, taskFile, useCommandLine } from './system/command-line.ts';

const line = useCommandLine();
const { cli, done, file, inTerminal, refused } = line;

beforeAll(async () => {
  await done('script', 'create', '-f', file('hello.yaml', hello));
  await done('task', 'create', '-f', file('greet.yaml', taskFile('Greet', 'Say hello')));
});

describe('exit codes and errors', () => {
  it.each([
    [['no-such-command'], 'unknown command'],
    [['script', 'create'], "required option '-f, --file <file>'"],
    [['enrolment-token', 'create', '--uses', 'many'], 'It must be a whole number from 1 on.'],
    [['enrolment-token', 'create', '--expires', '1y'], 'It must be a time such as 30m, 24h or 7d.'],
    [['task', 'run', 'Greet', '--on', 'all', '--param', 'whom'], '"whom" is not of the form name=value'],
    [['endpoint', 'tag', 'real', 'ring'], '"ring" is not of the form name=value'],
    [['script', 'create', '-f', '/no/such/file'], '/no/such/file cannot be read'],
    [['login', '--server', 'not an address'], '"not an address" is not an address'],
  ])('2: wrong usage: %j', async (args, words) => {
    expect(await refused(2, args)).toContain(words);
  });

  it('2: no server is known, or no token for it', async () => {
    const nowhere = { PATCHBAY_URL: undefined, PATCHBAY_TOKEN: undefined };
    expect(await refused(2, ['whoami'], { env: nowhere })).toContain('patchbay login');
    expect(await refused(2, ['whoami'], { env: { PATCHBAY_TOKEN: undefined } })).toContain('no token for');
    expect(await refused(2, ['whoami'], { env: { PATCHBAY_URL: 'localhost:7700' } })).toContain(
      'is not an address',
    );
    expect(await refused(2, ['whoami'], { env: { PATCHBAY_TOKEN: 'a\nb' } })).not.toContain('a\nb');
  });

  it.each([
    ['an unknown name', ['endpoint', 'show', 'nobody'], 'NOT_FOUND: '],
    ['a name that is taken', ['script', 'duplicate', 'Say hello', '--as', 'Say hello'], 'NAME_TAKEN: '],
    ['a selector that means nobody', ['task', 'run', 'Greet', '--on', 'tag:no=one'], 'NOT_POSSIBLE_NOW: '],
    ['a selector that is none', ['task', 'run', 'Greet', '--on', 'every:one'], 'INVALID_INPUT: '],
  ])('3: refused: %s', async (_, args, words) => {
    expect(await refused(3, args)).toContain(words);
  });

  it('S-02 3: what the role does not allow, or nobody is', async () => {
    const asViewer = { env: { PATCHBAY_TOKEN: await tokenOf('viewer') } };
    expect(await refused(3, ['script', 'delete', 'Say hello'], asViewer)).toContain('NOT_ALLOWED: ');
    expect(await refused(3, ['whoami'], { env: { PATCHBAY_TOKEN: 'patchbay_api_wrong' } })).toContain(
      'NOT_AUTHENTICATED: ',
    );
    const { stdout } = await cli(['whoami', '--json'], asViewer);
    expect(whoami.parse(JSON.parse(stdout))).toMatchObject({ role: 'viewer' });
  });

  it('4: the server is not reachable', async () => {
    expect(await refused(4, ['endpoint', 'list'], { env: { PATCHBAY_URL: 'http://127.0.0.1:9' } })).toContain(
      'cannot be reached',
    );
  });

  it('0: help and version', async () => {
    expect(await done('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await done('task', 'run', '--help')).toContain('--on <selector>');
  });

  async function tokenOf(role: Role): Promise<string> {
    return (await line.api.send('POST', '/api-tokens', { name: `a ${role}`, role }, createdApiToken)).token;
  }
});

describe('login', () => {
  const stored = (): string => join(line.folder, 'patchbay', 'credentials.json');
  const signedOut = { PATCHBAY_URL: undefined, PATCHBAY_TOKEN: undefined };

  it('S-03 keeps a token for its own server only', async () => {
    const wrong = await cli(['login', '--server', line.server.url], { env: signedOut, input: 'wrong\n' });
    expect(wrong).toMatchObject({ code: 3, stderr: expect.stringContaining('NOT_AUTHENTICATED') });
    const ended = await cli(['login', '--server', line.server.url], {
      env: signedOut,
      input: `${line.token}\n`,
    });
    expect(ended).toEqual({
      code: 0,
      stdout: 'Signed in as first administrator (administrator).\n',
      stderr: '',
    });
    expect(statSync(stored()).mode & 0o077).toBe(0);
    expect((await cli(['whoami'], { env: signedOut })).stdout).toMatch(/^role +administrator$/m);
    const elsewhere = { ...signedOut, PATCHBAY_URL: 'http://127.0.0.1:9' };
    expect(await refused(2, ['whoami'], { env: elsewhere })).toContain('no token for http://127.0.0.1:9');
    rmSync(stored());
  });

  it.skipIf(noTerminal !== '')(`S-03 does not show the token on a terminal${noTerminal}`, async () => {
    const child = inTerminal(['login', '--server', line.server.url], signedOut);
    await child.prints('API token (it is not shown): ');
    child.write(`${line.token}\r`);
    expect(await child.end, child.output).toMatchObject({ code: 0 });
    expect(child.output).toContain('Signed in as first administrator');
    expect(child.output).not.toContain(line.token.slice(-10));
    expect(JSON.parse(readFileSync(stored(), 'utf8'))).toEqual({ url: line.server.url, token: line.token });
    rmSync(stored());
  });
});
