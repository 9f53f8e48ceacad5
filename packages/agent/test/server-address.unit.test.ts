import { describe, expect, it } from 'vitest';
import { backOffDelay } from '../src/back-off.ts';
import { checkAddress, socketAddress } from '../src/server-address.ts';
import { ServerClock } from '../src/server-clock.ts';

const address = (server: string, allowPlainHttp = false) => ({ server, allowPlainHttp, ca: null });

describe('the server’s address', () => {
  it.each([
    ['https://patchbay.example.org', 'wss://patchbay.example.org/agent/v1'],
    ['https://patchbay.example.org:8443/', 'wss://patchbay.example.org:8443/agent/v1'],
    ['https://example.org/patchbay/', 'wss://example.org/patchbay/agent/v1'],
    ['http://127.0.0.1:7700', 'ws://127.0.0.1:7700/agent/v1'],
    ['http://localhost:7700', 'ws://localhost:7700/agent/v1'],
    ['http://[::1]:7700', 'ws://[::1]:7700/agent/v1'],
  ])('S-04 %s is taken', (server, socket) => {
    expect(socketAddress(checkAddress(address(server)))).toBe(socket);
  });

  it.each([
    'http://patchbay.example.org',
    'http://10.0.0.1:7700',
    'http://127.0.0.1.example.org',
    'http://localhost.example.org',
  ])('S-04 %s is refused: plain HTTP to another machine', (server) => {
    expect(() => checkAddress(address(server))).toThrow('--allow-plain-http');
    expect(checkAddress(address(server, true)).server).toBe(server);
  });

  it.each(['patchbay', 'ftp://example.org', 'https://user@example.org', 'https://example.org/?a=b', ''])(
    '"%s" is refused as no address',
    (server) => {
      expect(() => checkAddress(address(server, true))).toThrow('is not a server address');
    },
  );
});

describe('the pause before the next attempt', () => {
  const backOff = { minMs: 500, maxMs: 60_000 };

  it('E-09 is anything up to a ceiling that doubles from half a second to a minute', () => {
    const ceilings = Array.from({ length: 10 }, (_, attempt) => backOffDelay(attempt, 1, backOff));
    expect(ceilings).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(backOffDelay(5, 0, backOff)).toBe(0);
    expect(backOffDelay(5, 0.25, backOff)).toBe(4000);
    expect(backOffDelay(100_000, 0.5, backOff)).toBe(30_000);
  });
});

describe('the server’s clock', () => {
  it('S-05 is this endpoint’s, corrected by what the server has said', () => {
    let now = 1000;
    const clock = new ServerClock(() => now);
    expect([clock.now(), clock.skewMs()]).toEqual([1000, null]);
    clock.correct(61_000);
    now = 1500;
    expect([clock.now(), clock.skewMs()]).toEqual([61_500, -60_000]);
  });
});
