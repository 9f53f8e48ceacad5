import { randomUUID } from 'node:crypto';
import type { AgentMessage } from '@patchbay/contracts/agent-protocol';
import type { ApplicablePatch } from '@patchbay/contracts/inventory';
import type { ScriptedAgent } from '@patchbay/testkit/scripted-agent';
import { scriptedInventory } from '@patchbay/testkit/scripted-identity';
import { describe, expect, it } from 'vitest';
import { eventually, useGateway } from './gateway-fixture.ts';

const gateway = useGateway();

async function connected(): Promise<ScriptedAgent> {
  const agent = await gateway.agent();
  await agent.connect();
  return agent;
}

const patch = (id: string): ApplicablePatch => ({
  id,
  title: `${id} is newer`,
  package: id,
  currentVersion: '1',
  version: '2',
  classification: 'security',
  severity: 'critical',
  cves: ['CVE-2026-0001'],
  sizeBytes: 1024,
  rebootHint: false,
});

type Part = Extract<AgentMessage, { type: 'patches' }>;

function scanPart(part: number, last: boolean, ids: readonly string[], more: Partial<Part> = {}): Part {
  return { type: 'patches', scan: scanId, part, last, problem: null, patches: ids.map(patch), ...more };
}
const scanId = randomUUID();

const patchesOf = (agent: ScriptedAgent): Promise<unknown> =>
  gateway.value('select array_agg(id order by id) from endpoint_patches where endpoint = $1', agent.endpoint);
const problemOf = (agent: ScriptedAgent): Promise<unknown> =>
  gateway.value('select scan_problem from endpoints where id = $1', agent.endpoint);

describe('E-02 given a connected endpoint', () => {
  it('E-02 when it sends its inventory then it replaces what was known', async () => {
    const agent = await connected();
    agent.send({
      type: 'inventory',
      inventory: { ...scriptedInventory('renamed'), kernel: '6.12.0', extra: { rack: '7' } },
      readiness: [{ name: 'diskSpace', state: 'warning', message: 'little is left', action: 'Free some.' }],
      reboot: { needed: true, reasons: ['linux-image'] },
    });
    const kernel = `select inventory ->> 'kernel' from endpoints where id = $1`;
    await eventually('the inventory', async () => (await gateway.value(kernel, agent.endpoint)) === '6.12.0');
    const { rows } = await gateway.pool.query('select readiness, reboot from endpoints where id = $1', [
      agent.endpoint,
    ]);
    expect(rows[0]).toMatchObject({ readiness: [{ name: 'diskSpace' }], reboot: { needed: true } });
  });

  it('E-02 when it signs in with another policy and version then they are noted', async () => {
    const identity = await gateway.addEndpoint();
    const policy = { scan: true, run: true, install: false, reboot: false };
    const agent = await gateway.agent({ identity, policy });
    await agent.connect();
    const noted = 'select policy from endpoints where id = $1';
    await eventually('the policy', async () => {
      const known = (await gateway.value(noted, identity.endpoint)) as typeof policy;
      return !known.install;
    });
    expect(await gateway.value(noted, identity.endpoint)).toEqual(policy);
  });
});

describe('E-03 given a scan in parts', () => {
  it('E-03 when the last part has come then it replaces what was known, and not before', async () => {
    const agent = await connected();
    agent.send(scanPart(0, true, ['old']));
    await eventually('the first scan', () => patchesOf(agent));
    agent.send(scanPart(0, false, ['a', 'b']));
    agent.send(scanPart(1, false, ['c']));
    // Handled behind the two parts: what it leaves behind shows that they were taken in.
    agent.send({
      type: 'inventory',
      inventory: scriptedInventory('between'),
      readiness: [],
      reboot: { needed: false, reasons: [] },
    });
    const hostname = `select inventory ->> 'hostname' from endpoints where id = $1`;
    await eventually('the parts', async () => (await gateway.value(hostname, agent.endpoint)) === 'between');
    expect(await patchesOf(agent)).toEqual(['old']);
    agent.send(scanPart(2, true, ['d']));
    await eventually('the scan', async () => String(await patchesOf(agent)) === 'a,b,c,d');
    expect(
      await gateway.value('select scanned_at from endpoints where id = $1', agent.endpoint),
    ).not.toBeNull();
  });

  it('E-03 when the scan failed then what was known stays, and the problem is shown', async () => {
    const agent = await connected();
    agent.send(scanPart(0, true, ['known']));
    await eventually('the first scan', () => patchesOf(agent));
    agent.send(scanPart(0, true, [], { problem: 'the repository cannot be reached' }));
    await eventually('the problem', () => problemOf(agent));
    expect(await problemOf(agent)).toBe('the repository cannot be reached');
    expect(await patchesOf(agent)).toEqual(['known']);
    agent.send(scanPart(0, true, []));
    await eventually('the next scan', async () => (await problemOf(agent)) === null);
    expect(await patchesOf(agent)).toBeNull();
  });

  it('E-03 when the same patch is listed twice then it is kept once', async () => {
    const agent = await connected();
    agent.send(scanPart(0, true, ['twin', 'twin']));
    await eventually('the scan', () => patchesOf(agent));
    expect(await patchesOf(agent)).toEqual(['twin']);
  });
});
