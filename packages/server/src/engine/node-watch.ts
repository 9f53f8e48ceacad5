import type pg from 'pg';
import type { BaseLogger } from 'pino';
import { removeStaleConnections } from '../db/connections.ts';
import { registerNode, removeDeadNodes, touchNode } from '../db/nodes.ts';
import { type RunOfEndpoint, runsUnawareOfLoss } from '../db/runs.ts';
import { Loop } from './loop.ts';

/** How a {@link createNodeWatch} loop is made. Times in milliseconds. */
export interface NodeWatchOptions {
  readonly pool: pg.Pool;
  readonly node: string;
  readonly deadAfterMs: number;
  readonly now: () => number;
  /** Before this instant nobody's connections are given up (E-09). */
  readonly holdUntil: () => number;
  /** Tells runs that their endpoint's connection went down with its node. */
  readonly lost: (runs: readonly RunOfEndpoint[]) => Promise<void>;
  /** The other nodes have counted this one as dead: its connections have to be put on record again. */
  readonly revived: () => Promise<void>;
  readonly log: BaseLogger;
}

/** Gives this node's signs of life, and takes care of what dead nodes have left. */
export function createNodeWatch(options: NodeWatchOptions): Loop {
  const { pool, node, deadAfterMs, now, holdUntil, lost, revived, log } = options;
  let lastTouch = performance.now();
  let firstLook = true;

  /** Not right after a pause of this node or the database: the others had no chance to give a sign either. */
  const mayJudge = (sinceLastTouch: number): boolean => sinceLastTouch < deadAfterMs && now() >= holdUntil();

  return new Loop({
    what: 'watch the nodes',
    everyMs: deadAfterMs / 3,
    log,
    task: async () => {
      if (!(await touchNode(pool, node))) {
        log.warn('The other nodes had counted this one as dead');
        await registerNode(pool, node);
        await revived();
      }
      const sinceLastTouch = performance.now() - lastTouch;
      lastTouch = performance.now();
      if (!mayJudge(sinceLastTouch)) return;
      const gone = await removeStaleConnections(pool, deadAfterMs);
      const dead = await removeDeadNodes(pool, deadAfterMs);
      if (gone.length > 0) log.warn({ endpoints: gone.length }, 'Connections have ended with their node');
      // Whoever removed connections may have died before the runs were told, so it is not enough to tell those of `gone`.
      if (firstLook || gone.length > 0 || dead > 0) await lost(await runsUnawareOfLoss(pool));
      firstLook = false;
    },
  });
}
