import type { Server } from 'node:http';
import { limits } from '@patchbay/contracts/limits';
import { WebSocketServer } from 'ws';
import type { Dispatch } from '../engine/engine.ts';
import type { GatewayContext } from './gateway-context.ts';
import { orderFor, scanOrder } from './order-sender.ts';
import { openSession } from './session.ts';
import type { Session } from './sessions.ts';

/** The agents' side of a server node. */
export interface Gateway {
  /** Sends what the engine has committed to those endpoints that are connected here; never throws. */
  readonly dispatch: Dispatch;
  /** Asks an endpoint for a scan now; false when it is not connected here. */
  requestScan(endpoint: string): boolean;
  /** Ends a revoked endpoint's connection at once (S-04). */
  revoke(endpoint: string): void;
  stop(): Promise<void>;
}

const agentPath = '/agent/v1';

/** Serves the agent protocol on the HTTP server's upgrades of `/agent/v1`. */
export function openGateway(server: Server, context: GatewayContext): Gateway {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    clientTracking: true,
  });
  let stopping = false;
  // Orders leave in the order in which they were committed: a stop must never overtake its start.
  const lastOrder = new WeakMap<Session, Promise<void>>();

  server.on('upgrade', (request, socket, head) => {
    const path = request.url?.split('?')[0];
    if (path !== agentPath || stopping) {
      socket.end(
        `HTTP/1.1 ${stopping ? '503 Service Unavailable' : '404 Not Found'}\r\nConnection: close\r\n\r\n`,
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => openSession(webSocket, context));
  });

  return {
    dispatch(orders) {
      for (const toSend of orders) {
        const session = context.sessions.of(toSend.endpoint);
        if (!session) continue;
        const order = orderFor(toSend, context.key, context.openWork, context.now());
        const sent = Promise.allSettled([order, lastOrder.get(session)]).then(([made]) => {
          if (made.status === 'fulfilled') session.send(made.value);
          else context.log.error({ err: made.reason, ...toSend }, 'an order could not be made');
        });
        lastOrder.set(session, sent);
      }
    },
    requestScan(endpoint) {
      const session = context.sessions.of(endpoint);
      session?.send(scanOrder(endpoint, context.key, context.now()));
      return session !== undefined;
    },
    revoke(endpoint) {
      context.sessions.of(endpoint)?.close('REVOKED', 'the endpoint was revoked', false);
    },
    async stop() {
      stopping = true;
      await context.sessions.closeAll('the server stops');
      for (const socket of sockets.clients) socket.terminate();
      await new Promise((done) => sockets.close(done));
    },
  };
}
