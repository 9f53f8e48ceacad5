import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { limits } from '@patchbay/contracts/limits';
import { WebSocketServer } from 'ws';
import type { Dispatch } from '../engine/engine.ts';
import { createAdmission } from './admission.ts';
import { startConnectionCheck } from './connection-check.ts';
import { createDispatch } from './dispatch.ts';
import type { GatewayContext } from './gateway-context.ts';
import { scanOrder } from './order-sender.ts';
import { openSession } from './session.ts';

/** The agents' side of a server node. */
export interface Gateway {
  /** Sends what the engine has committed to those endpoints that are connected here; never throws. */
  readonly dispatch: Dispatch;
  /** Asks an endpoint for a scan now; false when it is not connected here. */
  requestScan(endpoint: string): boolean;
  /** Ends a revoked endpoint's connection at once; called after the commit of the revocation (S-04). */
  revoke(endpoint: string): void;
  /** Says goodbye to all agents and waits until the engine knows that they are gone. Ends no HTTP connection. */
  stop(): Promise<void>;
}

const agentPath = '/agent/v1';
/** How long the agents may take to answer the goodbye when the server stops. */
const farewellMs = 1_000;

/** Serves the agent protocol on the HTTP server's upgrades of `/agent/v1`. */
export function openGateway(server: Server, context: GatewayContext): Gateway {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    // Answered in the session: what an agent does not read must not pile up here.
    autoPong: false,
  });
  const admission = createAdmission();
  const connectionCheck = startConnectionCheck(context);
  let stopping = false;

  server.on('upgrade', (request, socket, head) => {
    if (request.url?.split('?')[0] !== agentPath) return refuse(socket, '404 Not Found');
    const admitted = stopping ? null : admission.admit(socket);
    if (admitted === null) return refuse(socket, '503 Service Unavailable');
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      openSession({ socket: webSocket, stream: socket, admitted }, context);
    });
  });

  return {
    dispatch: createDispatch(context),
    requestScan(endpoint) {
      const session = context.sessions.of(endpoint);
      session?.send(scanOrder(endpoint, context.key, context.now()));
      return session !== undefined;
    },
    revoke(endpoint) {
      context.sessions.of(endpoint)?.close('REVOKED', 'the endpoint was revoked');
    },
    async stop() {
      stopping = true;
      connectionCheck.stop();
      const closed = new Promise<void>((done) => sockets.close(() => done()));
      context.sessions.closeAll('the server stops');
      const waited = new AbortController();
      await Promise.race([closed, delay(farewellMs, undefined, { signal: waited.signal })]);
      waited.abort();
      for (const socket of sockets.clients) socket.terminate();
      await closed;
      await context.sessions.settled();
    },
  };
}

function refuse(socket: Duplex, status: string): void {
  // Without a listener, a peer that hangs up at the wrong moment would end the process.
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
