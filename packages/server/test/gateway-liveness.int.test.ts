import { describe, expect, it } from 'vitest';
import { eventually, useGateway } from './gateway-fixture.ts';
import { signInRaw } from './raw-agent.ts';

const gateway = useGateway({ context: { heartbeatMs: 100 } });

describe('W-08 given a connected endpoint', () => {
  it('W-08 when nothing is heard of it any more then it does not count as connected', async () => {
    const identity = await gateway.addEndpoint();
    const raw = await signInRaw(gateway.server.address, identity);
    const connected = 'select count(*) from connections where endpoint = $1';
    await eventually('the connection', async () => (await gateway.value(connected, identity.endpoint)) === 1);
    expect(await raw.ended()).toBe(1006);
    await eventually('its end', async () => (await gateway.value(connected, identity.endpoint)) === 0);
  });

  it('W-08 when it only gives signs of life then it stays, and its pings are answered', async () => {
    const agent = await gateway.agent();
    await agent.connect();
    const silent = await signInRaw(gateway.server.address, await gateway.addEndpoint());
    const pinging = await signInRaw(gateway.server.address, await gateway.addEndpoint());
    let pongs = 0;
    pinging.socket.on('pong', () => {
      pongs += 1;
      pinging.socket.ping();
    });
    pinging.socket.ping();
    expect(await silent.ended()).toBe(1006);
    await eventually('pongs', () => pongs > 10);
    expect(pinging.closeCode).toBeNull();
    expect(agent.isSignedIn).toBe(true);
    pinging.socket.close();
  });
});
