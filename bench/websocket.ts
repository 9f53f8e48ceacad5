import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Snapshot } from '@patchbay/server/db/snapshots';
import { openGatewayServer } from '@patchbay/testkit/gateway-server';
import { addScriptedEndpoints, openScriptedRuns, scriptedSnapshot } from '@patchbay/testkit/scripted-fleet';
import { waitFor } from '@patchbay/testkit/wait-for';
import type pg from 'pg';
import type { Logger } from 'pino';
import { sixSteps } from './six-steps.ts';

const agentCount = 1_000;
/** About as long as scripts of administrators are. */
const content = `#!/bin/sh\n${'# What this line does is written down here.\n'.repeat(30)}exit 0\n`;
const { definition } = sixSteps;
const works = scriptedSnapshot(definition.steps.map(({ key }) => ({ key, content }))).works;
const snapshot: Snapshot = { ...sixSteps, works };

/**
 * Runs of six activities by 1,000 agents in another process: real WebSockets on loopback, every order signed and every
 * signature checked; activities per second.
 */
export async function measureWebSocket(pool: pg.Pool, log: Logger, runsPerAgent: number): Promise<number> {
  const server = await openGatewayServer({ pool, log });
  const agents = fork(fileURLToPath(new URL('websocket-agents.ts', import.meta.url)));
  try {
    const identities = await addScriptedEndpoints(pool, server.installationKey, agentCount);
    agents.send({ server: server.address, identities });
    await Promise.race([once(agents, 'message'), once(agents, 'exit').then(agentsEnded)]);
    const endpoints = identities.flatMap(({ endpoint }) =>
      Array.from({ length: runsPerAgent }, () => endpoint),
    );
    const begin = performance.now();
    const runs = await openScriptedRuns(pool, server.engine, snapshot, endpoints);
    const end = { timeoutMs: 300_000, what: 'the end of all runs' };
    await waitFor(() => areFinished(pool, runs), end);
    const seconds = (performance.now() - begin) / 1000;
    await verify(pool, runs);
    return (runs.length * definition.steps.length) / seconds;
  } finally {
    agents.disconnect();
    await server.stop();
  }
}

function agentsEnded(): never {
  throw new Error('the agents have ended before all were connected');
}

async function areFinished(pool: pg.Pool, runs: readonly number[]): Promise<boolean> {
  // Not counted: that would cost more than what is measured.
  const { rows } = await pool.query<{ any: boolean }>(
    `select exists (select from runs where id between $1 and $2 and status <> 'finished') as any`,
    [runs[0], runs.at(-1)],
  );
  return rows[0]?.any === false;
}

/** Every run succeeded, and every activity was reported by its endpoint, once. */
async function verify(pool: pg.Pool, runs: readonly number[]): Promise<void> {
  const { rows } = await pool.query<{ runs: number; activities: number }>(
    `select (select count(*) from runs where id = any($1::bigint[]) and result = 'succeeded') as runs,
       (select count(*) from activities where run = any($1::bigint[]) and status = 'succeeded'
          and concluded_by = 'endpoint' and attempt = 1) as activities`,
    [runs],
  );
  const activities = runs.length * definition.steps.length;
  if (rows[0]?.runs !== runs.length || rows[0].activities !== activities) {
    throw new Error(`${JSON.stringify(rows[0])} instead of ${runs.length} runs and ${activities} activities`);
  }
}
