import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEngine, type EngineOptions } from '@patchbay/server/engine/create-engine';
import type { Engine } from '@patchbay/server/engine/engine';
import { generateInstallationKey, loadInstallationKey } from '@patchbay/server/gateway/ed25519';
import { createEndpointStore } from '@patchbay/server/gateway/endpoint-store';
import { type Gateway, openGateway } from '@patchbay/server/gateway/gateway';
import type { GatewayContext } from '@patchbay/server/gateway/gateway-context';
import { createOpenWork } from '@patchbay/server/gateway/open-work';
import { createOutputStore } from '@patchbay/server/gateway/output-store';
import { createSessions } from '@patchbay/server/gateway/sessions';
import type pg from 'pg';
import type { Logger } from 'pino';

/** An engine and the agents' gateway on a port of their own, without the rest of the server. */
export interface GatewayServer {
  /** The address without a path. */
  readonly address: string;
  /** What agents pin at enrolment. */
  readonly installationKey: string;
  readonly node: string;
  readonly engine: Engine;
  readonly gateway: Gateway;
  readonly context: GatewayContext;
  stop(): Promise<void>;
}

/** What can be set otherwise than a real server has it. */
export interface GatewayServerOptions {
  readonly pool: pg.Pool;
  readonly log: Logger;
  readonly engine?: Partial<Omit<EngineOptions, 'pool' | 'log' | 'dispatch'>>;
  readonly context?: Partial<GatewayContext>;
  /** Seals are opened by this; default: nothing is sealed. */
  readonly openSecret?: (sealed: string) => string;
}

/** Starts an engine and a gateway as the server composes them. */
export async function openGatewayServer(options: GatewayServerOptions): Promise<GatewayServer> {
  const { pool, log, openSecret = (sealed) => sealed } = options;
  const node = options.engine?.node ?? randomUUID();
  const keys = generateInstallationKey();
  const key = loadInstallationKey(keys.publicKey, keys.privateKey);
  const engine = createEngine({
    pool,
    log,
    now: Date.now,
    dispatch: (orders) => gateway.dispatch(orders),
    ...options.engine,
    node,
  });
  const context: GatewayContext = {
    engine,
    sessions: createSessions(engine),
    store: createEndpointStore(pool, node, Date.now),
    output: createOutputStore(pool),
    key,
    openWork: createOpenWork(pool, openSecret, Date.now),
    heartbeatMs: 5_000,
    scanEveryMs: () => Promise.resolve(86_400_000),
    now: Date.now,
    log,
    ...options.context,
  };
  const server = createServer((_request, response) => response.writeHead(404).end());
  const gateway = openGateway(server, context);
  await engine.start();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    installationKey: key.publicKey,
    node,
    engine,
    gateway,
    context,
    async stop() {
      await gateway.stop();
      server.close();
      server.closeAllConnections();
      await engine.stop();
    },
  };
}
