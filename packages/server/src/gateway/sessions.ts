import type { ServerMessage } from '@patchbay/contracts/agent-protocol';
import type { GoodbyeCode } from '@patchbay/contracts/goodbye';
import type { Engine } from '../engine/engine.ts';

/** A signed-in agent's connection. */
export interface Session {
  readonly endpoint: string;
  /** Drops the message when the connection has ended, and the connection when its peer does not read. */
  send(message: ServerMessage): void;
  close(code: GoodbyeCode, reason: string): void;
}

/** The agents that are connected to this server node, at most one connection for each endpoint. */
export interface Sessions {
  /** From now on `of` finds the session; `arrive` runs when what its predecessors began has ended. */
  enter(session: Session, arrive: () => Promise<void>): Promise<void>;
  leave(session: Session): Promise<void>;
  of(endpoint: string): Session | undefined;
  /** Those whose `arrive` has ended. */
  arrived(): Session[];
  /** Says goodbye to all; they are to come back. */
  closeAll(reason: string): void;
  /** Resolves when all who came or went so far are known to the engine. */
  settled(): Promise<void>;
}

/** Keeps the sessions and tells the engine who came and went, in that order for each endpoint. */
export function createSessions(engine: Pick<Engine, 'disconnected'>): Sessions {
  const byEndpoint = new Map<string, Session>();
  const arrived = new WeakSet<Session>();
  // A replaced connection's end must not overtake its successor's beginning.
  const tails = new Map<string, Promise<void>>();

  const inOrder = (endpoint: string, work: () => Promise<void>): Promise<void> => {
    const next = (tails.get(endpoint) ?? Promise.resolve()).then(work);
    const settled = next
      .catch(() => undefined)
      .then(() => {
        if (tails.get(endpoint) === settled) tails.delete(endpoint);
      });
    tails.set(endpoint, settled);
    return next;
  };

  return {
    enter(session, arrive) {
      const { endpoint } = session;
      byEndpoint.get(endpoint)?.close('REPLACED', 'the endpoint has connected again');
      byEndpoint.set(endpoint, session);
      return inOrder(endpoint, async () => {
        await arrive();
        arrived.add(session);
      });
    },
    leave(session) {
      const { endpoint } = session;
      return inOrder(endpoint, async () => {
        if (byEndpoint.get(endpoint) !== session) return;
        byEndpoint.delete(endpoint);
        await engine.disconnected(endpoint);
      });
    },
    of: (endpoint) => byEndpoint.get(endpoint),
    arrived: () => [...byEndpoint.values()].filter((session) => arrived.has(session)),
    closeAll(reason) {
      for (const session of byEndpoint.values()) session.close('SERVER_STOPS', reason);
    },
    async settled() {
      await Promise.all(tails.values());
    },
  };
}
