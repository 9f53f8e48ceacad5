import { type AgentMessage, activityReport, agentMessage } from '@patchbay/contracts/agent-protocol';
import { openScriptedRuns, scriptedSnapshot } from '@patchbay/testkit/scripted-fleet';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, useGateway } from './gateway-fixture.ts';
import { helloOf, openRaw, type RawAgent, signInRaw } from './raw-agent.ts';
import { arbitraryOf, brokenVariantOf } from './schema-arbitrary.ts';

const gateway = useGateway();
const message = arbitraryOf(agentMessage);
const epochMs = activityReport.shape.finishedAt;

const tables = ['endpoints', 'endpoint_patches', 'activities', 'activity_output', 'runs', 'run_events'];

/** Everything in these tables, except when an endpoint's connection ended. */
async function stored(which = tables): Promise<unknown> {
  const digests = which.map(
    (table) =>
      `(select md5(string_agg((to_jsonb(t) - 'seen_at')::text, ',' order by t::text)) from ${table} t)`,
  );
  return gateway.value(`select array[${digests.join(', ')}]`);
}

/** An activity of another endpoint runs all the time, and nothing that others say may touch it. */
let bystander: { readonly run: number; readonly finish: () => Promise<unknown> };

beforeEach(async () => {
  const agent = await gateway.agent({ onOrder: () => null });
  await agent.connect();
  const snapshot = scriptedSnapshot([{ key: 'task' }]);
  const [run = 0] = await openScriptedRuns(gateway.pool, gateway.server.engine, snapshot, [agent.endpoint]);
  await eventually('its start', async () => {
    return (await gateway.value('select status from activities where run = $1', run)) === 'running';
  });
  bystander = {
    run,
    finish: () => {
      agent.finish(`${run}.task.1`);
      const result = 'select result from runs where id = $1';
      return eventually('its result', () => gateway.value(result, run));
    },
  };
});
afterEach(async () => {
  const result = await bystander.finish();
  if (result !== 'succeeded') throw new Error(`the run of another endpoint: ${String(result)}`);
});

/** What JSON makes of it: lone surrogates and NUL are escaped, what is undefined is missing. */
const written = (value: unknown): string => JSON.stringify(value) ?? '';

const isValid = (value: unknown): boolean => {
  const text = written(value);
  return text !== '' && agentMessage.safeParse(JSON.parse(text)).success;
};

const ends = ['INVALID_MESSAGE', 'PROTOCOL_VERSION', 'NOT_SIGNED_IN', 'SIGN_IN_REFUSED'];

describe('S-07 given any message with something wrong in it', () => {
  const broken = message.chain(brokenVariantOf).filter((value) => !isValid(value));

  it('S-07 when a signed-in agent sends it then the connection ends and nothing is stored', async () => {
    const identity = await gateway.addEndpoint();
    // Signing in notes the policy and the version: the same ones each time.
    (await signInRaw(gateway.server.address, identity)).socket.close();
    const before = await stored();
    const property = fc.asyncProperty(broken, async (value) => {
      const raw = await signInRaw(gateway.server.address, identity);
      raw.socket.send(written(value));
      expect(ends).toContain(await raw.ended());
    });
    await fc.assert(property, { numRuns: 200 });
    expect(await stored()).toEqual(before);
  });

  it('S-07 when it comes instead of a sign-in then the connection ends and nothing is stored', async () => {
    const before = await stored();
    const property = fc.asyncProperty(fc.oneof(broken, message), async (value) => {
      const raw = await openRaw(gateway.server.address);
      raw.socket.send(written(value));
      expect([...ends, 1006]).toContain(await raw.ended());
    });
    await fc.assert(property, { numRuns: 150 });
    expect(await stored()).toEqual(before);
  });

  it('S-07 when it is a sign-in with one thing changed then nobody is let in', async () => {
    const [identity, stranger] = [await gateway.addEndpoint(), await gateway.addEndpoint()];
    const field = fc.constantFrom('endpoint' as const, 'nonce' as const, 'signature' as const);
    const property = fc.asyncProperty(field, async (wrong) => {
      const raw = await openRaw(gateway.server.address);
      const { nonce } = await raw.expect('challenge');
      raw.socket.send(
        JSON.stringify({ ...helloOf(identity, nonce), [wrong]: helloOf(stranger, nonce)[wrong] }),
      );
      expect(await raw.ended()).toBe('SIGN_IN_REFUSED');
    });
    await fc.assert(property, { numRuns: 30 });
    const connected = 'select count(*) from connections where endpoint = $1';
    expect(await gateway.value(connected, identity.endpoint)).toBe(0);
  });

  it('S-07 when it is any text or any bytes then the connection ends', async () => {
    const identity = await gateway.addEndpoint();
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((data) => Buffer.from(data)),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
      fc.json().map((text) => Buffer.from(text)),
    );
    const property = fc.asyncProperty(bytes, async (data) => {
      const raw = await signInRaw(gateway.server.address, identity);
      raw.socket.send(data, { binary: false });
      expect(['INVALID_MESSAGE', 1007]).toContain(await raw.ended());
    });
    await fc.assert(property, { numRuns: 100 });
  });
});

describe('S-07 given any valid messages of an endpoint', () => {
  const said = fc.array(
    message.filter(({ type }) => type !== 'hello'),
    { minLength: 1, maxLength: 8 },
  );

  /** The activity of the bystander is aimed at now and then. */
  const aimed = (one: AgentMessage, aim: boolean): AgentMessage => {
    const activity = `${bystander.run}.task.1`;
    if (!aim) return one;
    if (one.type === 'finished') return { ...one, report: { ...one.report, activity } };
    return 'activity' in one ? { ...one, activity } : one;
  };

  async function allHandled(raw: RawAgent, messages: readonly AgentMessage[]): Promise<void> {
    const answered = messages.filter(({ type }) => type === 'finished' || type === 'output').length;
    const answers = () =>
      raw.received.filter(({ type }) => type === 'reportStored' || type === 'outputStored');
    await eventually('the answers', () => answers().length >= answered || raw.closeCode !== null);
    expect(raw.closeCode).toBeNull();
  }

  it('S-07 when they are of activities that are not its own then nothing of others changes', async () => {
    const others = ['activities', 'activity_output', 'runs', 'run_events'];
    const before = await stored(others);
    const identity = await gateway.addEndpoint();
    const property = fc.asyncProperty(said, fc.boolean(), async (messages, aim) => {
      const raw = await signInRaw(gateway.server.address, identity);
      const sent = messages.map((one) => aimed(agentMessage.parse(one), aim));
      for (const one of sent) raw.socket.send(JSON.stringify(one));
      await allHandled(raw, sent);
      raw.socket.close();
      await raw.ended();
    });
    await fc.assert(property, { numRuns: 100 });
    expect(await stored(others)).toEqual(before);
  });

  it('S-07 when it reports its own activities in any valid way then each of them ends', async () => {
    const orders: string[] = [];
    const acknowledged: string[] = [];
    const agent = await gateway.agent({
      onOrder: () => null,
      onMessage: (one) => {
        if (one.type === 'order') orders.push(JSON.parse(one.payload).activity);
        if (one.type === 'reportStored') acknowledged.push(one.activity);
      },
    });
    await agent.connect();
    const snapshot = scriptedSnapshot([{ key: 'task' }]);
    const property = fc.asyncProperty(arbitraryOf(activityReport), arbitraryOf(epochMs), async (any, at) => {
      const [run] = await openScriptedRuns(gateway.pool, gateway.server.engine, snapshot, [agent.endpoint]);
      const activity = `${run}.task.1`;
      await eventually('the order', () => orders.includes(activity));
      agent.send({ type: 'started', activity, at });
      agent.send({ type: 'finished', report: { ...activityReport.parse(any), activity } });
      await eventually('the acknowledgement', () => acknowledged.includes(activity));
      expect(await gateway.value('select status from runs where id = $1', run)).toBe('finished');
    });
    await fc.assert(property, { numRuns: 40 });
  });
});
