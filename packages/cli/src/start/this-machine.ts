import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Agent } from '@patchbay/agent/agent';
import { AgentError } from '@patchbay/agent/agent-error';
import { readIdentity, statePaths, writeIdentity } from '@patchbay/agent/config';
import type { Log } from '@patchbay/agent/log';
import { enrolCommand, startLocalAgent, unenrolCommand } from '@patchbay/agent/main';
import { type Endpoint, endpoint } from '@patchbay/contracts/endpoint';
import { createdEnrolmentToken } from '@patchbay/contracts/enrolment-token';
import { type Api, part } from '../api.ts';
import { CommandError, exitCode } from '../exit-code.ts';

/** Names that are tried when an endpoint of another time already has this machine's. */
const nameTries = 9;
const comeWithinMs = 20_000;

/** A rehearsal is cut at once when the user wants to stop. */
const stopWaitMs = 500;

/**
 * Makes this machine an endpoint in the policy *rehearsal only*, at the first start, and starts its agent inside this
 * process. The agent follows a server that has moved to another port. Rejects when `stop` aborts.
 */
export async function startThisMachine(
  server: Api,
  dataDir: string,
  log: Log,
  stop: AbortSignal,
): Promise<{ agent: Agent; machine: Endpoint }> {
  const stateDir = join(dataDir, 'agent');
  const paths = statePaths(stateDir);
  const identity = await readIdentity(paths);
  if (identity === null) await enrolThisMachine(server, stateDir);
  else if (identity.server !== server.url) await writeIdentity(paths, { ...identity, server: server.url });

  const connect = async (): Promise<{ agent: Agent; machine: Endpoint }> => {
    const agent = await startLocalAgent({ stateDir, log, stopWaitMs });
    try {
      return { agent, machine: await connected(server, agent, stop) };
    } catch (error) {
      await agent.stop();
      throw error;
    }
  };
  try {
    return await connect();
  } catch (error) {
    // The database is another one than at the last start: this machine is new to it.
    if (!(error instanceof SentAway)) throw error;
    await unenrolCommand({ stateDir });
    await enrolThisMachine(server, stateDir);
    return connect();
  }
}

class SentAway extends Error {}

async function enrolThisMachine(server: Api, stateDir: string): Promise<void> {
  const { token } = await server.send(
    'POST',
    '/enrolment-tokens',
    { description: 'npm start: this machine', uses: 1, expiresInMinutes: 10 },
    createdEnrolmentToken,
  );
  for (let turn = 1; ; turn += 1) {
    const name = turn === 1 ? hostname() : `${hostname()}-${turn}`;
    try {
      await enrolCommand({
        server: server.url,
        stateDir,
        name,
        environment: token,
        rehearsalOnly: true,
        // Whichever its address is, the server is on this machine.
        allowPlainHttp: true,
      });
      return;
    } catch (error) {
      if (!(error instanceof AgentError) || error.code !== 'NAME_TAKEN' || turn === nameTries) throw error;
    }
  }
}

/** Waits until the server sees the agent. */
async function connected(server: Api, agent: Agent, stop: AbortSignal): Promise<Endpoint> {
  const until = performance.now() + comeWithinMs;
  let away = false;
  void agent.sentAway.then(() => {
    away = true;
  });
  for (;;) {
    if (away) throw new SentAway();
    const machine = await server
      .get(`/endpoints/${part(agent.endpoint)}`, endpoint)
      .catch((error: unknown) => {
        if (error instanceof CommandError && error.exitCode === exitCode.refused) return null;
        throw error;
      });
    if (machine?.status === 'connected') return machine;
    if (performance.now() > until) {
      throw new CommandError(exitCode.failed, 'the agent of this machine did not connect to the server');
    }
    await delay(100, undefined, { signal: stop });
  }
}
