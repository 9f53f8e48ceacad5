import type { GatewayContext } from './gateway-context.ts';

const everyMs = 10_000;

/**
 * Closes connections that the database does not count as connected to this node: another node has taken this one for
 * dead, the endpoint was revoked there (S-04), or it has connected there. An agent that may still come signs in again.
 */
export function startConnectionCheck({
  sessions,
  store,
  log,
}: Pick<GatewayContext, 'sessions' | 'store' | 'log'>): { check(): Promise<void>; stop(): void } {
  const check = async (): Promise<void> => {
    const checked = new Map(sessions.arrived().map((session) => [session.endpoint, session]));
    if (checked.size === 0) return;
    for (const endpoint of await store.notConnectedHere([...checked.keys()])) {
      checked.get(endpoint)?.close('CONNECT_AGAIN', 'the server does not count this connection any more');
    }
  };
  const timer = setInterval(() => {
    check().catch((err: unknown) => log.warn({ err }, 'the connections could not be checked'));
  }, everyMs);
  return { check, stop: () => clearInterval(timer) };
}
