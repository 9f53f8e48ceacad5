import type { JournalEntry, ServerMessage } from '@patchbay/contracts/agent-protocol';
import type { Engine } from '../engine/engine.ts';

/** A signed-in agent's connection. */
export interface Session {
  readonly endpoint: string;
  send(message: ServerMessage): void;
  close(code: string, reason: string, retry: boolean): void;
}

/** The agents that are connected to this server node, at most one connection for each endpoint. */
export interface Sessions {
  enter(session: Session, bootId: string, journal: readonly JournalEntry[]): Promise<void>;
  leave(session: Session): Promise<void>;
  of(endpoint: string): Session | undefined;
  /** Says goodbye to all; they are to come back. */
  closeAll(reason: string): Promise<void>;
}

/** Keeps the sessions and tells the engine who came and went, in that order for each endpoint. */
export function createSessions(engine: Engine): Sessions {
  const byEndpoint = new Map<string, Session>();
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
    enter(session, bootId, journal) {
      const { endpoint } = session;
      byEndpoint.get(endpoint)?.close('REPLACED', 'the endpoint has connected again', true);
      byEndpoint.set(endpoint, session);
      return inOrder(endpoint, () => engine.connected(endpoint, bootId, journal));
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
    async closeAll(reason) {
      for (const session of byEndpoint.values()) session.close('SERVER_STOPS', reason, true);
      await Promise.all(tails.values());
    },
  };
}
