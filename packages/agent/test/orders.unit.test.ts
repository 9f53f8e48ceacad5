import { randomUUID } from 'node:crypto';
import { orderText } from '@patchbay/contracts/signing-text';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateKey, isSignedBy, signText } from '../src/keys.ts';
import { checkOrder } from '../src/orders.ts';

const installation = generateKey();
const endpoint = randomUUID();
const addressee = { endpoint, installationKey: installation.publicKey };
const now = 1_700_000_000_000;

const good = {
  order: 'start',
  endpoint,
  activity: '12.post-1.2',
  issuedAt: now - 1000,
  expiresAt: now + 60_000,
  rehearsal: false,
  work: {
    kind: 'patch',
    simulate: true,
    selection: { which: 'all', ids: [], exclude: [] },
    lockWaitMs: 0,
    timeoutMs: 60_000,
    outputLimitBytes: 4096,
  },
};

function signed(content: unknown, key = installation.privateKey): { payload: string; signature: string } {
  const payload = typeof content === 'string' ? content : JSON.stringify(content);
  return { payload, signature: signText(key, orderText(payload)) };
}

const check = (message: { payload: string; signature: string }) => checkOrder(message, addressee, now);

describe('an order', () => {
  it('S-05 is taken when the pinned key has signed it, it is for this endpoint, and it is valid', () => {
    expect(check(signed(good))).toEqual({ ok: true, order: good });
  });

  it('S-05 with another key’s signature is refused, and nothing in it is believed', () => {
    const foreign = signed(good, generateKey().privateKey);
    expect(check(foreign)).toMatchObject({ ok: false, fault: 'signature', activity: null });
  });

  it('S-05 that was changed on the way is refused', () => {
    const { payload, signature } = signed(good);
    const changed = payload.replace('"simulate":true', '"simulate":false');
    expect(check({ payload: changed, signature })).toMatchObject({ ok: false, fault: 'signature' });
  });

  it('S-05 for another endpoint is refused without a report, which would be about another’s activity', () => {
    const foreign = signed({ ...good, endpoint: randomUUID() });
    expect(check(foreign)).toMatchObject({ ok: false, fault: 'addressee', activity: null });
  });

  it('S-05 that has expired by the server’s clock is refused, and the activity reported so', () => {
    const expiresAt = now - 61_000;
    expect(check(signed({ ...good, expiresAt }))).toEqual({
      ok: false,
      fault: 'expired',
      reason: 'the order expired 61 s before it came',
      activity: { id: '12.post-1.2', expiresAt },
    });
  });

  it('S-05 of a kind that this agent does not know is refused, and the activity reported so', () => {
    const unknown = signed({ ...good, work: { kind: 'dance' } });
    expect(check(unknown)).toMatchObject({
      fault: 'malformed',
      reason: expect.stringContaining('does not understand the order (work.kind: '),
      activity: { id: '12.post-1.2' },
    });
  });

  it.each(['', 'null', '[]', '{"order":"start"}', '{'])('S-05 that reads %j is refused', (payload) => {
    expect(check(signed(payload))).toMatchObject({ ok: false, fault: 'malformed', activity: null });
  });

  it('S-05 given any texts, then none is taken for a signed order and none does harm', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (payload, signature) => {
        expect(check({ payload, signature })).toMatchObject({ ok: false, fault: 'signature' });
      }),
    );
  });
});

describe('keys', () => {
  it('S-04 are Ed25519: 32 raw bytes in public, and a signature that only its key makes', () => {
    const key = generateKey();
    expect(Buffer.from(key.publicKey, 'base64')).toHaveLength(32);
    const signature = signText(key.privateKey, 'text');
    expect(Buffer.from(signature, 'base64')).toHaveLength(64);
    expect(isSignedBy(key.publicKey, 'text', signature)).toBe(true);
    expect(isSignedBy(key.publicKey, 'other text', signature)).toBe(false);
    expect(isSignedBy(generateKey().publicKey, 'text', signature)).toBe(false);
    expect(isSignedBy('no key', 'text', signature)).toBe(false);
  });
});
