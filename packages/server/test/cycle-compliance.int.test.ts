import type { CycleReport } from '@patchbay/contracts/cycle-report';
import type { ApplicablePatch } from '@patchbay/contracts/inventory';
import { beforeAll, describe, expect, it } from 'vitest';
import { createEndpointStore } from '../src/gateway/endpoint-store.ts';
import { minuteMs, patched, usePlans } from './plan-fixture.ts';

const plans = usePlans();
const { http } = plans;

beforeAll(async () => {
  await http.ok('POST', 'workflows', { name: 'Linux default', os: 'linux' });
  await http.ok('POST', 'workflows/Linux default/set-default');
});

function patch(name: string): ApplicablePatch {
  return {
    id: `${name}=2`,
    title: name,
    package: name,
    currentVersion: '1',
    version: '2',
    classification: 'other',
    severity: 'unknown',
    cves: [],
    sizeBytes: null,
    rebootHint: false,
  };
}

/** An endpoint tells what is applicable to it, a minute after whatever was before. */
async function scan(endpoint: string | undefined, ...names: string[]): Promise<void> {
  plans.advance(minuteMs);
  const store = createEndpointStore(http.context.pool, 'node', plans.now);
  await store.saveScan(endpoint ?? '', { patches: names.map(patch) });
}

const figures = async (cycle: number) => {
  const { before, after, runs } = await http.ok<CycleReport>('GET', `cycles/${cycle}/report`);
  const each = runs.map(({ patchesBefore, patchesAfter }) => `${patchesBefore} → ${patchesAfter}`);
  return [`${before?.patches} → ${after.patches}`, ...each];
};

describe('compliance before and after', () => {
  it('P-15 given a cycle that has ended, when endpoints are scanned later, then its report tells how it left them', async () => {
    const [one, two, away] = await plans.fleet('report', 3);
    for (const id of [one, two, away]) await scan(id, 'curl', 'zlib');
    await http.context.engine.disconnected(away ?? '');
    await plans.plan('Report', 'endpoint:report-00,endpoint:report-01,endpoint:report-02', {
      deadlineMinutes: 60,
    });
    const cycle = await plans.opened('Report');
    await plans.look(cycle);
    await plans.finish(patched);
    await scan(one, 'zlib');
    expect(await figures(cycle)).toEqual(['6 → 5', '2 → 1', '2 → 2', '2 → 2']);
    plans.advance(60 * minuteMs);
    await plans.look(cycle);
    await plans.look(cycle);
    expect((await plans.cycle(cycle)).status).toBe('finished');

    await scan(two);
    await scan(one, 'zlib', 'bash', 'dash');
    await scan(two, 'bash', 'dash');
    await scan(away, 'bash');
    expect(await figures(cycle)).toEqual(['6 → 3', '2 → 1', '2 → 0', '2 → 2']);
  });
});
