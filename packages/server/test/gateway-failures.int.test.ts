import type { ScriptedAgent, ScriptedAgentOptions } from '@patchbay/testkit/scripted-agent';
import { openScriptedRuns, scriptedSnapshot } from '@patchbay/testkit/scripted-fleet';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { eventually, useGateway } from './gateway-fixture.ts';

const gateway = useGateway();
const noDatabase = new Error('the database does not answer');

afterEach(() => {
  vi.restoreAllMocks();
});

/** An agent that comes back by itself, and keeps the codes of the goodbyes that it gets. */
async function loyalAgent(
  options: Partial<ScriptedAgentOptions> = {},
): Promise<{ agent: ScriptedAgent; goodbyes: string[] }> {
  const goodbyes: string[] = [];
  const agent = await gateway.agent({
    comeBack: { minMs: 1, maxMs: 10 },
    onMessage: (message) => {
      if (message.type === 'goodbye') goodbyes.push(message.code);
    },
    ...options,
  });
  return { agent, goodbyes };
}

async function resultOfRun(agent: ScriptedAgent): Promise<unknown> {
  const snapshot = scriptedSnapshot([{ key: 'pre-1' }, { key: 'post-1' }]);
  const [run] = await openScriptedRuns(gateway.pool, gateway.server.engine, snapshot, [agent.endpoint]);
  return eventually('the result', () => gateway.value('select result from runs where id = $1', run));
}

describe('E-08 given a database that does not answer for a moment', () => {
  it('E-08 when a report cannot be stored then it is not acknowledged, and is stored when it comes again', async () => {
    const { agent, goodbyes } = await loyalAgent();
    await agent.connect();
    const report = vi.spyOn(gateway.server.engine, 'report').mockRejectedValueOnce(noDatabase);
    expect(await resultOfRun(agent)).toBe('succeeded');
    await eventually('the acknowledgements', () => agent.isSettled);
    expect(goodbyes).toEqual(['INTERNAL']);
    expect(report.mock.calls.length).toBeGreaterThan(2);
    expect(agent.executions).toBe(2);
  });

  it('O-02 when output cannot be stored then it comes again', async () => {
    const { agent, goodbyes } = await loyalAgent({
      onOrder: () => ({ outcome: { kind: 'exited', exitCode: 0, facts: {} }, output: { stdout: 'printed' } }),
    });
    await agent.connect();
    vi.spyOn(gateway.server.context.output, 'append').mockRejectedValueOnce(noDatabase);
    expect(await resultOfRun(agent)).toBe('succeeded');
    await eventually('all output', () => agent.isSettled);
    expect(goodbyes).toEqual(['INTERNAL']);
    const kept =
      'select count(*) from activity_output join activities using (run, step, attempt) where endpoint = $1';
    expect(await gateway.value(kept, agent.endpoint)).toBe(2);
  });

  it('E-08 when an order cannot be made then it is made when the agent is back', async () => {
    const { agent, goodbyes } = await loyalAgent();
    await agent.connect();
    vi.spyOn(gateway.server.context, 'openWork').mockRejectedValueOnce(noDatabase);
    expect(await resultOfRun(agent)).toBe('succeeded');
    expect(goodbyes).toEqual(['INTERNAL']);
    expect(agent.executions).toBe(2);
  });

  it('S-04 when nobody can be looked up then the agent is not sent away for good', async () => {
    const { agent, goodbyes } = await loyalAgent();
    vi.spyOn(gateway.server.context.store, 'findForSignIn').mockRejectedValueOnce(noDatabase);
    await expect(agent.connect()).rejects.toThrow('INTERNAL');
    await eventually('the sign-in', () => agent.isSignedIn);
    expect(goodbyes).toEqual(['INTERNAL']);
  });

  it('W-08 when an arrival cannot be recorded then the connection ends, and the next one counts', async () => {
    const { agent } = await loyalAgent();
    vi.spyOn(gateway.server.engine, 'connected').mockRejectedValueOnce(noDatabase);
    await agent.connect();
    expect(await resultOfRun(agent)).toBe('succeeded');
  });

  it('W-08 when a departure cannot be recorded then the server stays up', async () => {
    const agent = await gateway.agent();
    await agent.connect();
    const disconnected = vi.spyOn(gateway.server.engine, 'disconnected').mockRejectedValueOnce(noDatabase);
    agent.lose();
    await eventually('the departure', () => disconnected.mock.calls.length === 1);
    await agent.connect();
    expect(await resultOfRun(agent)).toBe('succeeded');
  });
});
