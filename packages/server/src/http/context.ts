import type pg from 'pg';
import type { Logger } from 'pino';
import type { Sealer } from '../db/secrets.ts';
import type { Engine } from '../engine/engine.ts';
import type { LiveEvents } from './live-events.ts';

/** What the API can ask of the agents' side. */
export interface AgentSide {
  /** Asks an endpoint for a patch scan now; false when it is not connected to this node. */
  requestScan(endpoint: string): boolean;
  /** Ends a revoked endpoint's connection; called after the commit (S-04). */
  revoke(endpoint: string): void;
}

/** Everything the API works with. `now` in epoch milliseconds. */
export interface HttpContext {
  readonly pool: pg.Pool;
  readonly engine: Engine;
  readonly agents: AgentSide;
  readonly sealer: Sealer;
  readonly liveEvents: LiveEvents;
  readonly now: () => number;
  readonly log: Logger;
}
