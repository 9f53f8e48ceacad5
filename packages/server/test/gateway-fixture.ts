import { useTestDatabase } from '@patchbay/testkit/database';
import {
  type GatewayServer,
  type GatewayServerOptions,
  openGatewayServer,
} from '@patchbay/testkit/gateway-server';
import { ScriptedAgent, type ScriptedAgentOptions } from '@patchbay/testkit/scripted-agent';
import { addScriptedEndpoints } from '@patchbay/testkit/scripted-fleet';
import type { ScriptedIdentity } from '@patchbay/testkit/scripted-identity';
import { waitFor } from '@patchbay/testkit/wait-for';
import type pg from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll } from 'vitest';

/** A gateway on a database of its own, and what tests do with it. */
export interface GatewayFixture {
  readonly pool: pg.Pool;
  readonly server: GatewayServer;
  /** A new endpoint that nobody has connected as. */
  addEndpoint(): Promise<ScriptedIdentity>;
  /** An agent of a new endpoint, or of this one; it leaves at the end of the test. */
  agent(options?: Partial<ScriptedAgentOptions>): Promise<ScriptedAgent>;
  /** The one row of a query, with its one value. */
  value(sql: string, ...values: readonly unknown[]): Promise<unknown>;
}

/** Gives the test file a gateway; logs of the server are kept silent, since hostile peers are expected. */
export function useGateway(
  options: Partial<Omit<GatewayServerOptions, 'pool' | 'log'>> = {},
): GatewayFixture {
  const database = useTestDatabase({ genericPlans: true });
  let server: GatewayServer | undefined;
  const agents: ScriptedAgent[] = [];

  beforeAll(async () => {
    server = await openGatewayServer({ pool: database.pool, log: pino({ level: 'silent' }), ...options });
  });
  afterEach(async () => {
    await Promise.all(agents.splice(0).map((agent) => agent.stop()));
  });
  afterAll(() => server?.stop());

  const running = (): GatewayServer => {
    if (server === undefined) throw new Error('the gateway exists in tests and hooks only');
    return server;
  };
  const addEndpoint = async (): Promise<ScriptedIdentity> => {
    const [identity] = await addScriptedEndpoints(database.pool, running().installationKey, 1);
    if (identity === undefined) throw new Error('no endpoint was added');
    return identity;
  };
  return {
    get pool() {
      return database.pool;
    },
    get server() {
      return running();
    },
    addEndpoint,
    async agent(agentOptions = {}) {
      const identity = agentOptions.identity ?? (await addEndpoint());
      const agent = new ScriptedAgent({ server: running().address, ...agentOptions, identity });
      agents.push(agent);
      return agent;
    },
    async value(sql, ...values) {
      const { rows } = await database.pool.query<Record<string, unknown>>(sql, [...values]);
      return Object.values(rows[0] ?? {})[0];
    },
  };
}

/** Waits for a condition that has to come true soon. */
export function eventually<T>(what: string, condition: () => T | Promise<T>): ReturnType<typeof waitFor<T>> {
  return waitFor(condition, { what });
}
