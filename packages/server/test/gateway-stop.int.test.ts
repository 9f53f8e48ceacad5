import { useTestDatabase } from '@patchbay/testkit/database';
import { openGatewayServer } from '@patchbay/testkit/gateway-server';
import { ScriptedAgent } from '@patchbay/testkit/scripted-agent';
import { addScriptedEndpoints } from '@patchbay/testkit/scripted-fleet';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { signInRaw } from './raw-agent.ts';

const database = useTestDatabase({ genericPlans: true });

describe('E-09 given a server that stops', () => {
  it('E-09 when agents are connected then each is told to come back, and none counts as connected', async () => {
    const server = await openGatewayServer({ pool: database.pool, log: pino({ level: 'silent' }) });
    const identities = await addScriptedEndpoints(database.pool, server.installationKey, 21);
    const agents = identities
      .slice(1)
      .map((identity) => new ScriptedAgent({ identity, server: server.address }));
    await Promise.all(agents.map((agent) => agent.connect()));
    // One that never answers a goodbye.
    const [first] = identities;
    const deaf = first && (await signInRaw(server.address, first));
    deaf?.socket.pause();
    await server.stop();
    expect(agents.map((agent) => agent.goodbye?.code)).toEqual(agents.map(() => 'SERVER_STOPS'));
    expect(agents.every((agent) => agent.goodbye?.retry)).toBe(true);
    const { rows } = await database.pool.query('select count(*) from connections');
    expect(rows).toEqual([{ count: 0 }]);
    deaf?.socket.terminate();
  });
});
