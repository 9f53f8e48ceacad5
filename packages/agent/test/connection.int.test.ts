import { readFileSync } from 'node:fs';
import { waitFor } from '@patchbay/testkit/wait-for';
import { describe, expect, it } from 'vitest';
import { statePaths } from '../src/config.ts';
import { generateKey } from '../src/keys.ts';
import { runAgent } from './running-agent.ts';
import { ScriptedServer } from './scripted-server.ts';

describe('signing in', () => {
  it('S-04 answers the server’s challenge with its own key, and says what it has not got rid of', async () => {
    const server = await ScriptedServer.start();
    const { stateDir } = await runAgent(server);
    await server.connected();
    const [hello] = server.of('hello');
    expect(hello).toMatchObject({
      protocol: 1,
      endpoint: server.endpoint,
      bootId: 'boot-1',
      policy: { scan: true, run: true, install: true, reboot: true },
      journal: [],
    });
    const status = (): unknown => JSON.parse(readFileSync(statePaths(stateDir).status, 'utf8'));
    await waitFor(() => (status() as { connected: boolean }).connected, { what: 'the status' });
  });

  it('S-04 tells an impostor nothing: without the installation’s signature no report, no facts, no order taken', async () => {
    const server = await ScriptedServer.start();
    server.habits.isImpostor = true;
    const { log } = await runAgent(server);
    await waitFor(() => server.connections >= 3, { what: 'further attempts' });
    expect(new Set(server.received.map(({ type }) => type))).toEqual(new Set(['hello']));
    expect(log.some(({ level, message }) => level === 'error' && message.includes('wrong signature'))).toBe(
      true,
    );
    server.habits.isImpostor = false;
    await waitFor(() => server.of('inventory').length > 0, { what: 'trust in the true server' });
  });

  it.each([
    ['no JSON', 'hello?'],
    ['an unknown message', '{"type":"sing"}'],
    ['a challenge of another protocol', '{"type":"challenge","protocol":99,"nonce":""}'],
    [
      'a welcome out of turn',
      JSON.stringify({
        type: 'welcome',
        serverTime: 1,
        signature: `${'A'.repeat(86)}==`,
        heartbeatMs: 1000,
        scanEveryMs: 1000,
      }),
    ],
    [
      'an order before the welcome',
      JSON.stringify({ type: 'order', payload: '{}', signature: `${'A'.repeat(86)}==` }),
    ],
  ])('S-07 closes the connection on %s, and comes back', async (_, text) => {
    const server = await ScriptedServer.start();
    server.habits.firstMessage = text;
    const { log } = await runAgent(server);
    await waitFor(() => server.connections >= 2, { what: 'another attempt' });
    expect(server.received).toEqual([]);
    expect(log.some(({ level }) => level === 'error')).toBe(true);
    server.habits.firstMessage = null;
    await server.connected();
  });

  it('S-07 survives nonsense in the midst of a conversation', async () => {
    const server = await ScriptedServer.start();
    await runAgent(server);
    await server.connected();
    server.sendRaw('{"type":"order","payload":1}');
    await waitFor(() => server.connections === 2 && server.isConnected, {
      what: 'the agent’s return',
    });
  });

  it('S-04 stays away when the server says that coming back is of no use', async () => {
    const server = await ScriptedServer.start();
    server.habits.goodbye = { code: 'REVOKED', reason: 'the endpoint was revoked', retry: false };
    const { agent } = await runAgent(server);
    expect(await agent.sentAway).toEqual({ code: 'REVOKED', reason: 'the endpoint was revoked' });
    await agent.stop();
    expect(server.connections).toBe(1);
  });

  it('comes back after any other goodbye', async () => {
    const server = await ScriptedServer.start();
    server.habits.goodbye = { code: 'RESTART', reason: 'the server restarts', retry: true };
    await runAgent(server);
    await waitFor(() => server.connections >= 2, { what: 'another attempt' });
    server.habits.goodbye = null;
    await server.connected();
  });
});

describe('keeping the connection', () => {
  it('E-09 tries again and again while the server is away, with pauses by chance', async () => {
    const server = await ScriptedServer.start();
    const { log } = await runAgent(server, { random: () => 0.5 });
    await server.connected();
    await server.stop();
    const pauses = (): unknown[] =>
      log.flatMap(({ fields }) => (fields?.['againInMs'] === undefined ? [] : [fields['againInMs']]));
    await waitFor(() => pauses().length >= 5, { what: 'five attempts' });
    expect(pauses().slice(0, 5)).toEqual([10, 20, 40, 50, 50]);
    await server.listen();
    await server.connected();
  });

  it('sends heartbeats', async () => {
    const server = await ScriptedServer.start();
    server.habits.heartbeatMs = 100;
    await runAgent(server);
    await waitFor(() => server.of('heartbeat').length >= 2, { what: 'two heartbeats' });
  });

  it('E-09 notices a server that has fallen silent', async () => {
    const server = await ScriptedServer.start();
    server.habits.heartbeatMs = 100;
    const { log } = await runAgent(server);
    await server.connected();
    server.freeze();
    await waitFor(() => log.some(({ fields }) => fields?.['problem'] === 'the server has gone silent'), {
      what: 'the agent to notice',
    });
    await waitFor(() => server.connections >= 2, { what: 'the agent’s return' });
  });
});

describe('orders that are not to be trusted', () => {
  it('S-05 signed with another key are not carried out, and the connection goes on', async () => {
    const server = await ScriptedServer.start();
    const { log } = await runAgent(server);
    await server.connected();
    server.send(server.scriptOrder('1.pre-1.1', 'exit 1'), generateKey().privateKey);
    server.send(server.scriptOrder('2.pre-1.1', 'exit 0'));
    await server.reported('2.pre-1.1');
    expect(server.reports('1.pre-1.1')).toEqual([]);
    expect(log.filter(({ level }) => level === 'error')).toMatchObject([{ fields: { fault: 'signature' } }]);
    server.send(server.scriptOrder('1.pre-1.1', 'exit 7'));
    expect(await server.reported('1.pre-1.1')).toMatchObject({ outcome: { kind: 'exited', exitCode: 7 } });
  });

  it('S-05 for another endpoint are not carried out', async () => {
    const server = await ScriptedServer.start();
    const { log } = await runAgent(server);
    await server.connected();
    const foreign = {
      ...server.scriptOrder('1.pre-1.1', 'exit 1'),
      endpoint: '6b1f0d4a-9d5e-4f5e-8f57-0f2f3c1f2a77',
    };
    server.send(foreign);
    server.send(server.scriptOrder('2.pre-1.1', 'exit 0'));
    await server.reported('2.pre-1.1');
    expect(server.reports('1.pre-1.1')).toEqual([]);
    expect(log.filter(({ level }) => level === 'error')).toMatchObject([{ fields: { fault: 'addressee' } }]);
  });

  it('S-05 that have expired are reported as refused', async () => {
    const server = await ScriptedServer.start();
    await runAgent(server);
    await server.connected();
    server.send({ ...server.scriptOrder('1.pre-1.1', 'exit 1'), expiresAt: Date.now() - 1000 });
    expect(await server.reported('1.pre-1.1')).toMatchObject({
      startedAt: null,
      outcome: { kind: 'refused', reason: expect.stringContaining('expired') },
    });
  });
});
