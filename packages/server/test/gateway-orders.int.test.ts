import { order, type StartOrder } from '@patchbay/contracts/activity-order';
import type { ServerMessage } from '@patchbay/contracts/agent-protocol';
import { orderText } from '@patchbay/contracts/signing-text';
import { openScriptedRuns, scriptedSnapshot } from '@patchbay/testkit/scripted-fleet';
import { createVerifier } from '@patchbay/testkit/scripted-identity';
import { describe, expect, it } from 'vitest';
import { withTransaction } from '../src/db/pool.ts';
import { insertSnapshot, type Snapshot } from '../src/db/snapshots.ts';
import { eventually, useGateway } from './gateway-fixture.ts';

const sealed = 'sealed: ';
const gateway = useGateway({
  openSecret: (text) => {
    if (!text.startsWith(sealed)) throw new Error('the key does not fit');
    return text.slice(sealed.length);
  },
});

type OrderMessage = Extract<ServerMessage, { type: 'order' }>;

/** An agent that keeps the orders it gets, and never answers a start. */
async function listeningAgent() {
  const identity = await gateway.addEndpoint();
  const orders: OrderMessage[] = [];
  const agent = await gateway.agent({
    identity,
    onOrder: () => null,
    onMessage: (message) => {
      if (message.type === 'order') orders.push(message);
    },
  });
  await agent.connect();
  return { agent, orders, endpoint: identity.endpoint };
}

function startOf(message: OrderMessage | undefined): StartOrder {
  const parsed = order.parse(JSON.parse(message?.payload ?? 'null'));
  if (parsed.order !== 'start') throw new Error(`${parsed.order} is not a start`);
  return parsed;
}

function withEnvironment(environment: Record<string, string>, secretNames: string[]): Snapshot {
  const snapshot = scriptedSnapshot([{ key: 'task' }]);
  const step = snapshot.works['task'];
  if (step?.work.kind !== 'script') throw new Error('the step has no script');
  return { ...snapshot, works: { task: { ...step, work: { ...step.work, environment, secretNames } } } };
}

describe('S-05 given an activity for a connected endpoint', () => {
  it('S-05 when it is sent then it is signed by the installation, addressed to the endpoint, and expires', async () => {
    const { orders, endpoint } = await listeningAgent();
    const before = Date.now();
    const snapshot = scriptedSnapshot([{ key: 'task', content: 'echo "ü"' }]);
    const [run] = await openScriptedRuns(gateway.pool, gateway.server.engine, snapshot, [endpoint]);
    const message = await eventually('the order', () => orders[0]);
    const verify = createVerifier(gateway.server.installationKey);
    expect(verify(orderText(message.payload), message.signature)).toBe(true);
    expect(verify(orderText(`${message.payload} `), message.signature)).toBe(false);
    expect(verify(message.payload, message.signature)).toBe(false);
    const start = startOf(message);
    expect(start).toMatchObject({ endpoint, activity: `${run}.task.1`, rehearsal: false });
    expect(start.work).toMatchObject({ kind: 'script', content: 'echo "ü"' });
    expect(start.issuedAt).toBeGreaterThanOrEqual(before);
    expect(start.expiresAt).toBe(start.issuedAt + 15 * 60_000);
  });

  it('S-05 when it is sent again after a reconnection then it is issued and signed anew', async () => {
    const { agent, orders, endpoint } = await listeningAgent();
    agent.lose();
    await openScriptedRuns(gateway.pool, gateway.server.engine, scriptedSnapshot([{ key: 'task' }]), [
      endpoint,
    ]);
    await agent.connect();
    await eventually('the order', () => orders.length === 1);
    const status = 'select status from activities where endpoint = $1';
    await eventually('the beginning', async () => (await gateway.value(status, endpoint)) === 'running');
    agent.loseJournal();
    // It was never begun as far as the server knows, when the message "started" is lost too.
    await gateway.pool.query(
      `update activities set status = 'queued', started_at = null where endpoint = $1`,
      [endpoint],
    );
    await agent.reconnect();
    await eventually('the order, once more', () => orders.length === 2);
    const [first, second] = [startOf(orders[0]), startOf(orders[1])];
    expect(second.activity).toBe(first.activity);
    expect(second.issuedAt).toBeGreaterThan(first.issuedAt);
    expect(orders[1]?.signature).not.toBe(orders[0]?.signature);
  });

  it('S-05 when its run is cancelled then the order to stop follows, signed as well', async () => {
    const { agent, orders, endpoint } = await listeningAgent();
    const snapshot = scriptedSnapshot([{ key: 'task' }]);
    const [run] = await openScriptedRuns(gateway.pool, gateway.server.engine, snapshot, [endpoint]);
    await eventually('the start', () => orders.length === 1);
    await gateway.server.engine.submit(run ?? 0, { kind: 'cancel', at: Date.now(), by: 'Ada' });
    const stop = await eventually('the stop', () => orders[1]);
    expect(JSON.parse(stop.payload)).toMatchObject({ order: 'stop', endpoint, activity: `${run}.task.1` });
    const result = 'select result from runs where id = $1';
    await eventually('the result', async () => (await gateway.value(result, run)) === 'cancelled');
    expect(agent.refusedOrders).toBe(0);
  });

  it('when start and stop are dispatched at once then the stop does not overtake the start', async () => {
    const { orders, endpoint } = await listeningAgent();
    const snapshot = await withTransaction(gateway.pool, (tx) =>
      insertSnapshot(tx, scriptedSnapshot([{ key: 'task', content: 'x'.repeat(900_000) }])),
    );
    const toSend = { run: 900_001, step: 'task', attempt: 1, endpoint, snapshot };
    gateway.server.gateway.dispatch([
      { ...toSend, action: 'start' },
      { ...toSend, action: 'stop' },
    ]);
    await eventually('both orders', () => orders.length === 2);
    expect(orders.map(({ payload }) => JSON.parse(payload).order)).toEqual(['start', 'stop']);
  });
});

describe('L-03 given an activity with a secret', () => {
  it('L-03 when the order is made then the secret is opened for it alone', async () => {
    const { orders, endpoint } = await listeningAgent();
    const environment = { PATCHBAY_USER: 'app', PATCHBAY_PASSWORD: `${sealed}s3cret` };
    const snapshot = withEnvironment(environment, ['PATCHBAY_PASSWORD']);
    await openScriptedRuns(gateway.pool, gateway.server.engine, snapshot, [endpoint]);
    const start = startOf(await eventually('the order', () => orders[0]));
    expect(start.work).toMatchObject({
      environment: { PATCHBAY_USER: 'app', PATCHBAY_PASSWORD: 's3cret' },
      secretNames: ['PATCHBAY_PASSWORD'],
    });
    expect(await gateway.value(`select count(*) from snapshots where works::text like '%"s3cret"%'`)).toBe(0);
  });

  it('L-03 when the secret cannot be opened then the activity ends as not started, and says why', async () => {
    const { orders, endpoint } = await listeningAgent();
    const snapshot = withEnvironment({ PATCHBAY_PASSWORD: 'of another key' }, ['PATCHBAY_PASSWORD']);
    const [run] = await openScriptedRuns(gateway.pool, gateway.server.engine, snapshot, [endpoint]);
    const ended = 'select status from activities where run = $1 and finished_at is not null';
    await eventually('the end', () => gateway.value(ended, run));
    expect(await gateway.value(ended, run)).toBe('notStarted');
    expect(await gateway.value(`select outcome ->> 'reason' from activities where run = $1`, run)).toContain(
      'PATCHBAY_PASSWORD cannot be opened',
    );
    expect(orders).toEqual([]);
  });
});

describe('S-07 given work that does not fit into a message', () => {
  it('S-07 when the order would be larger than an agent takes then the activity ends as not started', async () => {
    const { orders, endpoint } = await listeningAgent();
    const environment = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`PATCHBAY_P${index}`, '\u0001'.repeat(32 * 1024)]),
    );
    const [run] = await openScriptedRuns(
      gateway.pool,
      gateway.server.engine,
      withEnvironment(environment, []),
      [endpoint],
    );
    const ended = `select outcome ->> 'reason' from activities where run = $1 and finished_at is not null`;
    await eventually('the end', () => gateway.value(ended, run));
    expect(await gateway.value(ended, run)).toContain('too large');
    expect(orders).toEqual([]);
  });
});

describe('E-03 given somebody who wants a scan', () => {
  it('E-03 when the endpoint is connected then it is asked at once', async () => {
    const { agent, endpoint } = await listeningAgent();
    expect(gateway.server.gateway.requestScan(endpoint)).toBe(true);
    await eventually('the order', () => agent.scanOrders === 1);
  });

  it('E-03 when the endpoint is not connected then it is asked when it comes, once', async () => {
    const identity = await gateway.addEndpoint();
    expect(gateway.server.gateway.requestScan(identity.endpoint)).toBe(false);
    await gateway.pool.query('update endpoints set scan_requested_at = now() where id = $1', [
      identity.endpoint,
    ]);
    const agent = await gateway.agent({ identity });
    await agent.connect();
    await eventually('the order', () => agent.scanOrders === 1);
    await gateway.pool.query('update endpoints set scanned_at = now() where id = $1', [identity.endpoint]);
    await agent.reconnect();
    await eventually('the arrival', () => gateway.server.context.sessions.arrived().length === 1);
    gateway.server.gateway.requestScan(identity.endpoint);
    await eventually('the order that was asked for now', () => agent.scanOrders > 1);
    expect(agent.scanOrders).toBe(2);
  });
});
