import { connect } from 'node:net';
import { openScriptedRuns, scriptedSnapshot } from '@patchbay/testkit/scripted-fleet';
import { beforeAll, describe, expect, it } from 'vitest';
import { withTransaction } from '../src/db/pool.ts';
import { insertSnapshot } from '../src/db/snapshots.ts';
import { eventually, useGateway } from './gateway-fixture.ts';
import { helloOf, openRaw, type RawAgent, signInRaw } from './raw-agent.ts';

const gateway = useGateway();

/** Says nothing while the other tests run. */
let idle: RawAgent;
beforeAll(async () => {
  idle = await openRaw(gateway.server.address);
});

async function signedIn(): Promise<RawAgent & { endpoint: string }> {
  const identity = await gateway.addEndpoint();
  return Object.assign(await signInRaw(gateway.server.address, identity), { endpoint: identity.endpoint });
}

/** An honest agent does a whole run; tells how it ended. */
async function anothersRun(): Promise<unknown> {
  const agent = await gateway.agent();
  await agent.connect();
  const snapshot = scriptedSnapshot([{ key: 'pre-1' }, { key: 'post-1' }]);
  const [run] = await openScriptedRuns(gateway.pool, gateway.server.engine, snapshot, [agent.endpoint]);
  const result = 'select result from runs where id = $1';
  return eventually('the run of another agent', () => gateway.value(result, run));
}

describe('S-07 given a peer that sends what is no message', () => {
  it.each([
    ['broken JSON', '{"type":'],
    ['an empty message', ''],
    ['a number', '1'],
    ['null', 'null'],
    ['an array', '[{"type":"heartbeat"}]'],
    ['an unknown type', '{"type":"shutdown"}'],
    ['a type that every object has', '{"type":"__proto__"}'],
    ['an unknown field', '{"type":"heartbeat","at":1}'],
    ['half a surrogate in a field', '{"type":"started","activity":"1.task.1","at":1,"\\ud800":1}'],
    ['a very deep value', `{"type":"heartbeat","x":${'['.repeat(500_000)}${']'.repeat(500_000)}}`],
    ['a very long array', `{"type":"patches","patches":[${'0,'.repeat(500_000)}0]}`],
    ['a server’s message', '{"type":"reportStored","activity":"1.task.1"}'],
  ])('S-07 when it is %s then the connection ends, with a reason', async (_, text) => {
    const raw = await signedIn();
    raw.socket.send(text);
    expect(await raw.ended()).toBe('INVALID_MESSAGE');
    const goodbye = await raw.expect('goodbye');
    expect(goodbye.retry).toBe(true);
    expect(goodbye.reason.length).toBeGreaterThan(0);
    expect(raw.closeCode).toBe(1008);
  });

  it('S-07 when it is binary then the connection ends', async () => {
    const raw = await signedIn();
    raw.socket.send(Buffer.from('{"type":"heartbeat"}'), { binary: true });
    expect(await raw.ended()).toBe('INVALID_MESSAGE');
  });

  it('S-07 when it is broken UTF-8 then the connection ends', async () => {
    const raw = await signedIn();
    raw.socket.send(Buffer.from('{"type":"heartbeat\xff"}', 'latin1'), { binary: false });
    expect(await raw.ended()).toBe(1007);
  });

  it('S-07 when a message has 10 MB then the connection ends before it is read', async () => {
    const raw = await signedIn();
    raw.socket.send(`{"type":"heartbeat","x":"${'x'.repeat(10 * 1024 * 1024)}"}`);
    expect([1006, 1009]).toContain(await raw.ended());
    expect(await anothersRun()).toBe('succeeded');
  });

  it('S-07 when it has not signed in then it may not even send what a sign-in never needs', async () => {
    const raw = await openRaw(gateway.server.address);
    const hello = helloOf(await gateway.addEndpoint(), (await raw.expect('challenge')).nonce);
    raw.socket.send(JSON.stringify({ ...hello, agentVersion: 'x'.repeat(300_000) }));
    expect(await raw.ended()).toBe(1006);
  });

  it('S-07 when more comes after a wrong message then it is not handled any more', async () => {
    const raw = await signedIn();
    raw.socket.send('{"type":');
    for (let sent = 0; sent < 100; sent += 1) raw.socket.send('{"type":');
    expect(await raw.ended()).toBe('INVALID_MESSAGE');
    expect(raw.received.filter(({ type }) => type === 'goodbye')).toHaveLength(1);
  });
});

describe('S-07 given a peer that takes more than its share', () => {
  it('S-07 when it floods the server then it is slowed down, and the others are served', async () => {
    const flooder = await signedIn();
    for (let sent = 0; sent < 6_000; sent += 1) flooder.socket.send('{"type":"heartbeat"}');
    for (let sent = 0; sent < 1_000; sent += 1) flooder.socket.ping();
    expect(await anothersRun()).toBe('succeeded');
    expect(flooder.closeCode).toBeNull();
    flooder.socket.terminate();
    await eventually('its end', () => gateway.server.context.sessions.of(flooder.endpoint) === undefined);
  });

  it('S-07 when it does not read what it is sent then it is let go', async () => {
    const raw = await signedIn();
    const script = scriptedSnapshot([{ key: 'task', content: 'x'.repeat(1024 * 1024) }]);
    const snapshot = await withTransaction(gateway.pool, (tx) => insertSnapshot(tx, script));
    raw.socket.pause();
    const { endpoint } = raw;
    const isGone = () => gateway.server.context.sessions.of(endpoint) === undefined;
    let run = 800_000;
    await eventually('its end', () => {
      run += 1;
      gateway.server.gateway.dispatch([
        { action: 'start', run, step: 'task', attempt: 1, endpoint, snapshot },
      ]);
      return isGone();
    });
    raw.socket.resume();
    expect(await raw.ended()).toBe(1006);
    expect(await anothersRun()).toBe('succeeded');
  });
});

describe('given connections that come to nothing', () => {
  it('when an upgrade asks for something else then it is answered and closed', async () => {
    const answer = await upgrade('/elsewhere');
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('when peers hang up in the middle of everything then the server stays up', async () => {
    const { port } = new URL(gateway.server.address);
    const openings = ['/elsewhere', '/agent/v1'].flatMap((path) => {
      const request = upgradeRequest(path);
      return [request, request.slice(0, 20), `${request}\x81\xfe`, `${request}${'\xff'.repeat(50)}`];
    });
    await Promise.all(
      openings.map(
        (opening) =>
          new Promise<void>((resolve) => {
            const socket = connect(Number(port), '127.0.0.1', () => {
              socket.write(opening, 'latin1', () => socket.resetAndDestroy());
            });
            socket.on('close', () => resolve()).on('error', () => undefined);
          }),
      ),
    );
    expect(await anothersRun()).toBe('succeeded');
  });

  it('when somebody says hello in the same breath as the upgrade then only the signature counts', async () => {
    const raw = await openRaw(gateway.server.address);
    raw.socket.send(
      JSON.stringify(helloOf(await gateway.addEndpoint(), Buffer.alloc(32).toString('base64'))),
    );
    expect(await raw.ended()).toBe('SIGN_IN_REFUSED');
  });

  it('S-04 when nobody signs in then the connection ends by itself', async () => {
    expect(await idle.ended()).toBe('SIGN_IN_TIMEOUT');
  });
});

const upgradeRequest = (path: string): string =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    '\r\n',
  ].join('\r\n');

/** What the server answers before it closes the connection. */
function upgrade(path: string): Promise<string> {
  const { port } = new URL(gateway.server.address);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(upgradeRequest(path)));
    socket.on('data', (data) => {
      answer += String(data);
    });
    socket.on('close', () => resolve(answer)).on('error', reject);
  });
}
