import { newAgentKey } from '@patchbay/testkit/scripted-identity';
import { describe, expect, it, vi } from 'vitest';
import { findForSignIn, revokeEndpoint } from '../src/db/endpoints.ts';
import { startConnectionCheck } from '../src/gateway/connection-check.ts';
import { eventually, useGateway } from './gateway-fixture.ts';
import { helloOf, openRaw, signInRaw } from './raw-agent.ts';

const gateway = useGateway();

describe('S-04 given an agent that connects', () => {
  it('S-04 when it signs the challenge with its own key then it is welcomed and counts as connected', async () => {
    const identity = await gateway.addEndpoint();
    const agent = await gateway.agent({ identity });
    await agent.connect();
    expect(agent.isSignedIn).toBe(true);
    const connected = 'select node from connections where endpoint = $1';
    await eventually('the connection', () => gateway.value(connected, identity.endpoint));
    expect(await gateway.value(connected, identity.endpoint)).toBe(gateway.server.node);
  });

  it('S-04 when it signs with another key then it is refused and told nothing of the endpoint', async () => {
    const identity = await gateway.addEndpoint();
    const agent = await gateway.agent({ identity: { ...identity, privateKey: newAgentKey().privateKey } });
    await expect(agent.connect()).rejects.toThrow('SIGN_IN_REFUSED: unknown endpoint or wrong key');
    expect(agent.goodbye?.retry).toBe(false);
    expect(
      await gateway.value('select count(*) from connections where endpoint = $1', identity.endpoint),
    ).toBe(0);
  });

  it('S-04 when its endpoint is unknown then the refusal is the same', async () => {
    const identity = { ...(await gateway.addEndpoint()), endpoint: '3f2b8c1e-0a4d-4f6e-9b7a-5c2d1e0f9a8b' };
    const agent = await gateway.agent({ identity });
    await expect(agent.connect()).rejects.toThrow('SIGN_IN_REFUSED: unknown endpoint or wrong key');
  });

  it('S-04 when its endpoint is revoked then only the holder of the key is told so', async () => {
    const identity = await gateway.addEndpoint();
    await revokeEndpoint(gateway.pool, identity.endpoint, Date.now());
    const agent = await gateway.agent({ identity });
    await expect(agent.connect()).rejects.toThrow('REVOKED');
    expect(agent.goodbye?.retry).toBe(false);
    const other = await gateway.agent({ identity: { ...identity, privateKey: newAgentKey().privateKey } });
    await expect(other.connect()).rejects.toThrow('SIGN_IN_REFUSED');
  });

  it('S-04 when its endpoint is revoked while it is connected then the connection ends at once', async () => {
    const identity = await gateway.addEndpoint();
    const agent = await gateway.agent({ identity });
    await agent.connect();
    await revokeEndpoint(gateway.pool, identity.endpoint, Date.now());
    gateway.server.gateway.revoke(identity.endpoint);
    await eventually('the goodbye', () => agent.goodbye?.code === 'REVOKED');
    await expect(agent.connect()).rejects.toThrow('REVOKED');
  });

  it('S-04 when its endpoint is revoked in the middle of its sign-in then it does not stay', async () => {
    const identity = await gateway.addEndpoint();
    const { store } = gateway.server.context;
    const find = vi.spyOn(store, 'findForSignIn').mockImplementationOnce(async (endpoint) => {
      const found = await findForSignIn(gateway.pool, endpoint);
      await revokeEndpoint(gateway.pool, endpoint, Date.now());
      gateway.server.gateway.revoke(endpoint);
      return found;
    });
    const agent = await gateway.agent({ identity });
    await agent.connect().catch(() => undefined);
    await eventually('the goodbye', () => agent.goodbye?.code === 'REVOKED');
    find.mockRestore();
    expect(
      await gateway.value('select count(*) from connections where endpoint = $1', identity.endpoint),
    ).toBe(0);
  });

  it('S-04 when another node has revoked its endpoint then the next check ends the connection', async () => {
    const [identity, other] = [await gateway.addEndpoint(), await gateway.addEndpoint()];
    const [agent, bystander] = [await gateway.agent({ identity }), await gateway.agent({ identity: other })];
    await Promise.all([agent.connect(), bystander.connect()]);
    const { sessions } = gateway.server.context;
    await eventually('both have arrived', () => {
      const arrived = sessions.arrived().map(({ endpoint }) => endpoint);
      return arrived.includes(identity.endpoint) && arrived.includes(other.endpoint);
    });
    await revokeEndpoint(gateway.pool, identity.endpoint, Date.now());
    await gateway.pool.query('delete from connections where endpoint = $1', [identity.endpoint]);
    const connectionCheck = startConnectionCheck(gateway.server.context);
    await connectionCheck.check();
    connectionCheck.stop();
    await eventually('the goodbye', () => agent.goodbye?.code === 'CONNECT_AGAIN');
    await expect(agent.connect()).rejects.toThrow('REVOKED');
    expect(bystander.isSignedIn).toBe(true);
  });

  it('S-04 when another connection’s hello is replayed then it is refused', async () => {
    const identity = await gateway.addEndpoint();
    const first = await openRaw(gateway.server.address);
    const hello = helloOf(identity, (await first.expect('challenge')).nonce);
    first.socket.send(JSON.stringify(hello));
    await first.expect('welcome');
    const second = await openRaw(gateway.server.address);
    second.socket.send(JSON.stringify(hello));
    expect(await second.ended()).toBe('SIGN_IN_REFUSED');
    expect(first.closeCode).toBeNull();
    first.socket.close();
  });

  it('S-04 when it says something before the sign-in then nothing of it is handled', async () => {
    const raw = await openRaw(gateway.server.address);
    raw.socket.send('{"type":"heartbeat"}');
    expect(await raw.ended()).toBe('NOT_SIGNED_IN');
  });

  it('S-04 when it says hello twice then the connection ends', async () => {
    const identity = await gateway.addEndpoint();
    const raw = await signInRaw(gateway.server.address, identity);
    raw.socket.send(JSON.stringify(helloOf(identity, (await raw.expect('challenge')).nonce)));
    expect(await raw.ended()).toBe('INVALID_MESSAGE');
  });

  it('when it speaks another version of the protocol then it is told so, whatever else the hello holds', async () => {
    const raw = await openRaw(gateway.server.address);
    raw.socket.send(JSON.stringify({ type: 'hello', protocol: 2, somethingNew: true }));
    expect(await raw.ended()).toBe('PROTOCOL_VERSION');
    expect((await raw.expect('goodbye')).reason).toContain('version 1');
  });
});

describe('given an endpoint that connects once more', () => {
  it('when the first connection is still there then the second replaces it and stays connected', async () => {
    const identity = await gateway.addEndpoint();
    const first = await signInRaw(gateway.server.address, identity);
    const second = await gateway.agent({ identity });
    await second.connect();
    expect(await first.ended()).toBe('REPLACED');
    const connections = 'select count(*) from connections where endpoint = $1';
    await eventually(
      'the connection',
      async () => (await gateway.value(connections, identity.endpoint)) === 1,
    );
    expect(second.isSignedIn).toBe(true);
  });

  it('when many connections race then the last one is the one that counts', async () => {
    const identity = await gateway.addEndpoint();
    const agents = await Promise.all(Array.from({ length: 8 }, () => gateway.agent({ identity })));
    await Promise.allSettled(agents.map((agent) => agent.connect()));
    await eventually('one of them stays', () => agents.filter((agent) => agent.isSignedIn).length === 1);
    expect(gateway.server.context.sessions.of(identity.endpoint)).toBeDefined();
    const connections = 'select count(*) from connections where endpoint = $1';
    await eventually(
      'its connection',
      async () => (await gateway.value(connections, identity.endpoint)) === 1,
    );
    for (const agent of agents) agent.lose();
    await eventually('the end', () => gateway.server.context.sessions.of(identity.endpoint) === undefined);
    await eventually(
      'no connection',
      async () => (await gateway.value(connections, identity.endpoint)) === 0,
    );
  });
});
