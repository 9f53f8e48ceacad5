import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually, useGateway } from './gateway-fixture.ts';
import { type RawAgent, signInRaw } from './raw-agent.ts';

const beatMs = 5_000;
const gateway = useGateway({ context: { heartbeatMs: beatMs } });

/** Heartbeats, and what looks for them: their time is the test's. */
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A socket of an endpoint that has signed in, and of which nothing is left to be handled. */
async function arrived(): Promise<RawAgent & { readonly endpoint: string }> {
  const identity = await gateway.addEndpoint();
  const { endpoint } = identity;
  const raw = await signInRaw(gateway.server.address, identity);
  const { sessions } = gateway.server.context;
  await eventually('its arrival', () => sessions.arrived().some((session) => session.endpoint === endpoint));
  return Object.assign(raw, { endpoint });
}

describe('W-08 given a connected endpoint', () => {
  it('W-08 when nothing is heard of it any more then it does not count as connected', async () => {
    const raw = await arrived();
    const connected = 'select count(*) from connections where endpoint = $1';
    expect(await gateway.value(connected, raw.endpoint)).toBe(1);
    vi.advanceTimersByTime(6 * beatMs);
    expect(await raw.ended()).toBe(1006);
    await eventually('its end', async () => (await gateway.value(connected, raw.endpoint)) === 0);
  });

  it('W-08 when it only gives signs of life then it stays, and its pings are answered', async () => {
    const agent = await gateway.agent();
    await agent.connect();
    const silent = await arrived();
    const pinging = await arrived();
    for (let beat = 1; beat <= 12; beat += 1) {
      vi.advanceTimersByTime(beatMs);
      const answered = once(pinging.socket, 'pong');
      pinging.socket.ping();
      await answered;
    }
    expect(await silent.ended()).toBe(1006);
    expect(pinging.closeCode).toBeNull();
    expect(agent.isSignedIn).toBe(true);
    pinging.socket.close();
  });

  it('W-08 when its sign of life came while the server itself was held up then it stays', async () => {
    const raw = await arrived();
    vi.advanceTimersByTime(3 * beatMs);
    await nextTurn();
    // It has come and was not read yet when the server looks.
    raw.socket.send('{"type":"heartbeat"}');
    vi.advanceTimersByTime(3 * beatMs);
    await nextTurn();
    const answered = once(raw.socket, 'pong');
    raw.socket.ping();
    await answered;
    expect(raw.closeCode).toBeNull();
    raw.socket.close();
  });
});
