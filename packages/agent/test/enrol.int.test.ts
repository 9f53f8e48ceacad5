import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type EnrolRequest, enrolRequest } from '@patchbay/contracts/agent-protocol';
import { enrolText } from '@patchbay/contracts/signing-text';
import { describe, expect, it, onTestFinished } from 'vitest';
import { rehearsalOnly, statePaths } from '../src/config.ts';
import { readToken } from '../src/enrolment-token.ts';
import { generateKey, isSignedBy } from '../src/keys.ts';
import { enrolCommand, runCommand, statusCommand, unenrolCommand } from '../src/main.ts';
import { runAgent } from './running-agent.ts';
import { ScriptedServer } from './scripted-server.ts';
import { temporaryFolder } from './temporary-folder.ts';

const endpoint = '6b1f0d4a-9d5e-4f5e-8f57-0f2f3c1f2a77';
const installationKey = generateKey().publicKey;

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A server that enrols everybody whose request is valid, and keeps the requests. */
function enrolling(requests: EnrolRequest[]): RequestListener {
  return (request: IncomingMessage, response) => {
    void text(request).then((body) => {
      const parsed = enrolRequest.parse(JSON.parse(body));
      requests.push(parsed);
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ endpoint, name: parsed.name, installationKey }));
    });
  };
}

function answering(status: number, body: string): RequestListener {
  return (request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/problem+json' });
    response.end(body);
  };
}

describe('enrolment', () => {
  it('E-01 makes the endpoint’s own key, proves it, pins the installation’s and keeps all of it to itself', async () => {
    const requests: EnrolRequest[] = [];
    const server = `http://127.0.0.1:${await listen(createServer(enrolling(requests)))}`;
    const stateDir = join(temporaryFolder(), 'state');
    const options = { server, stateDir, token: 'the-token', name: 'web-1', tags: { site: 'north' } };
    expect(await enrolCommand({ ...options, rehearsalOnly: true })).toEqual({ endpoint, name: 'web-1' });

    const [request] = requests;
    expect(request).toMatchObject({ name: 'web-1', tags: { site: 'north' }, policy: rehearsalOnly });
    const { publicKey = '', proof = '' } = request ?? {};
    expect(isSignedBy(publicKey, enrolText('the-token', publicKey, 'web-1'), proof)).toBe(true);

    const { identity } = statePaths(stateDir);
    expect(statSync(identity).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(identity, 'utf8'))).toMatchObject({ endpoint, server, installationKey });
    expect(JSON.stringify(request)).not.toContain('PRIVATE KEY');
    expect(await statusCommand({ stateDir })).toMatchObject({
      enrolled: { endpoint, name: 'web-1', server },
      policy: rehearsalOnly,
      running: false,
      connection: null,
    });
  });

  it('E-01 happens once, until the endpoint forgets it', async () => {
    const server = `http://127.0.0.1:${await listen(createServer(enrolling([])))}`;
    const stateDir = temporaryFolder();
    await enrolCommand({ server, stateDir, token: 'one' });
    await expect(enrolCommand({ server, stateDir, token: 'two' })).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('enrolled already'),
    });
    await unenrolCommand({ stateDir });
    expect(existsSync(statePaths(stateDir).identity)).toBe(false);
    await enrolCommand({ server, stateDir, token: 'three' });
  });

  it.each([
    [
      'a refusal with its code',
      answering(
        403,
        JSON.stringify({ code: 'ENROLMENT_REFUSED', title: 'Refused', detail: 'The token has expired.' }),
      ),
      { kind: 'refused', code: 'ENROLMENT_REFUSED', message: 'The token has expired.' },
    ],
    [
      'the fields that are wrong',
      answering(
        400,
        JSON.stringify({
          code: 'INVALID_INPUT',
          title: 'Not valid',
          errors: [{ path: 'name', message: 'too long' }],
        }),
      ),
      { kind: 'refused', code: 'INVALID_INPUT', message: 'Not valid; name: too long' },
    ],
    ['a server that is no Patchbay', answering(201, '<html>'), { kind: 'unreachable' }],
    ['an error without words', answering(502, 'bad gateway'), { kind: 'unreachable' }],
    ['an endless answer', answering(201, 'x'.repeat(100_000)), { kind: 'unreachable' }],
  ])('E-01 tells %s, and keeps nothing', async (_, listener, error) => {
    const server = `http://127.0.0.1:${await listen(createServer(listener))}`;
    const stateDir = temporaryFolder();
    await expect(enrolCommand({ server, stateDir, token: 'one' })).rejects.toMatchObject(error);
    expect(existsSync(statePaths(stateDir).identity)).toBe(false);
  });

  it('E-01 tells when nobody is there', async () => {
    const stateDir = temporaryFolder();
    await expect(
      enrolCommand({ server: 'http://127.0.0.1:1', stateDir, token: 'one' }),
    ).rejects.toMatchObject({
      kind: 'unreachable',
    });
  });

  it('S-04 is not tried over plain HTTP to another machine', async () => {
    const stateDir = temporaryFolder();
    const enrolment = enrolCommand({ server: 'http://192.0.2.1', stateDir, token: 'one' });
    await expect(enrolment).rejects.toMatchObject({ kind: 'usage' });
  });

  it('S-04 checks the server’s certificate, also against authorities of the user’s own', async ({ skip }) => {
    const folder = temporaryFolder();
    skip(!makeCertificate(folder), 'openssl is not installed');
    const [key, cert] = ['key.pem', 'cert.pem'].map((file) => readFileSync(join(folder, file)));
    const port = await listen(createTlsServer({ key, cert }, enrolling([])));
    const options = { server: `https://localhost:${port}`, stateDir: temporaryFolder(), token: 'one' };
    await expect(enrolCommand(options)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('self-signed certificate'),
    });
    expect(await enrolCommand({ ...options, caFile: join(folder, 'cert.pem') })).toMatchObject({ endpoint });
  });
});

function makeCertificate(folder: string): boolean {
  const request =
    'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost';
  try {
    execFileSync('openssl', [...request.split(' '), '-keyout', 'key.pem', '-out', 'cert.pem'], {
      cwd: folder,
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

describe('the enrolment token', () => {
  it('E-01 comes from the command line, stdin, a file or the environment', async () => {
    const tokenFile = join(temporaryFolder(), 'token');
    writeFileSync(tokenFile, 'from a file\n');
    expect(await readToken({ token: 'given', environment: 'other' })).toBe('given');
    expect(await readToken({ token: '-', stdin: Readable.from(['from ', 'stdin\n']) })).toBe('from stdin');
    expect(await readToken({ tokenFile, environment: 'other' })).toBe('from a file');
    expect(await readToken({ environment: 'from the environment' })).toBe('from the environment');
  });

  it.each([{}, { token: ' ' }, { tokenFile: '/no/such/file' }, { environment: '' }])(
    'E-01 is asked for: %j',
    async (source) => {
      await expect(readToken(source)).rejects.toMatchObject({ kind: 'usage' });
    },
  );
});

describe('running the agent by command', () => {
  it('needs an enrolment, and says how to get one', async () => {
    const stopped = new Promise<void>(() => {});
    await expect(runCommand({ stateDir: temporaryFolder(), stopped, log: () => {} })).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('patchbay agent enroll'),
    });
  });

  it('shows a running agent, whose state cannot be removed', async () => {
    const server = await ScriptedServer.start();
    const { stateDir } = await runAgent(server);
    await server.connected();
    expect(await statusCommand({ stateDir })).toMatchObject({ running: true });
    await expect(unenrolCommand({ stateDir })).rejects.toMatchObject({ kind: 'refused' });
  });
});
