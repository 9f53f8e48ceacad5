import { randomUUID } from 'node:crypto';
import type { PlanDraft } from '@patchbay/contracts/plan';
import { beforeAll, describe, expect, it } from 'vitest';
import { savePatches } from '../src/db/endpoints.ts';
import { insertPatchFilter } from '../src/db/patch-filters.ts';
import { withTransaction } from '../src/db/pool.ts';
import { createOpenWork } from '../src/gateway/open-work.ts';
import { dayMs, usePlans } from './plan-fixture.ts';

const plans = usePlans();
const { http } = plans;
let endpoint = '';

type Patches = Parameters<typeof savePatches>[2];

const patch = (
  id: string,
  classification: Patches[number]['classification'],
  severity: Patches[number]['severity'],
): Patches[number] => ({
  id: `${id}=2`,
  title: id,
  package: id,
  currentVersion: '1',
  version: '2',
  classification,
  severity,
  cves: [],
  sizeBytes: null,
  rebootHint: false,
});

const scan = (patches: Patches) =>
  withTransaction(http.context.pool, (tx) => savePatches(tx, endpoint, patches, plans.now()));

beforeAll(async () => {
  await http.ok('POST', 'workflows', { name: 'Linux default', os: 'linux' });
  await http.ok('POST', 'workflows/Linux default/set-default');
  [endpoint = ''] = await http.endpoints('linux', 'shop');
});

/** What the agent is told to install by a plan with these patches. */
async function ordered(patches: PlanDraft['patches']): Promise<unknown> {
  const name = `Plan ${randomUUID()}`;
  await plans.plan(name, 'endpoint:shop', { patches });
  const cycle = await plans.opened(name);
  const [row] = (await http.column(
    `select json_build_object('run', id, 'snapshot', snapshot) from runs where cycle = $1`,
    cycle,
  )) as { run: number; snapshot: number }[];
  const open = createOpenWork(http.context.pool, (sealed) => sealed, plans.now);
  const { run = 0, snapshot = 0 } = row ?? {};
  const { work } = await open({ action: 'start', run, snapshot, step: 'patch', attempt: 1, endpoint });
  await http.ok('POST', `plans/${name}/cancel`);
  return work.kind === 'patch' ? work.selection : work;
}

describe('which patches an endpoint is told to install', () => {
  it('P-02 given patches of several ages and kinds, when a plan chooses among them, then exactly those are ordered', async () => {
    const old = [patch('curl', 'security', 'critical'), patch('vim', 'bugfix', 'low')];
    await scan(old);
    plans.advance(10 * dayMs);
    await scan([...old, patch('bash', 'security', 'moderate')]);
    const matching = (severities: ('critical' | 'moderate')[]) => ({
      which: 'matching' as const,
      severities,
    });
    const all = { which: 'all' as const };
    expect(await ordered({})).toEqual({ which: 'all', ids: [], exclude: [] });
    expect(await ordered({ choice: { which: 'matching', classifications: ['security'] } })).toMatchObject({
      which: 'security',
    });
    expect(await ordered({ choice: all, minimumAgeDays: 7 })).toMatchObject({
      which: 'listed',
      ids: expect.toSatisfy((ids: string[]) => ids.toSorted().join() === 'curl=2,vim=2'),
    });
    expect(await ordered({ choice: matching(['moderate']) })).toMatchObject({
      which: 'listed',
      ids: ['bash=2'],
    });
    expect(await ordered({ choice: matching(['critical', 'moderate']), exclude: ['bash'] })).toMatchObject({
      ids: ['curl=2'],
      exclude: ['bash'],
    });
    expect(await ordered({ choice: { which: 'listed', ids: ['vim=2', 'bash=2'] } })).toMatchObject({
      which: 'listed',
      ids: ['vim=2', 'bash=2'],
    });
    expect(
      await ordered({ choice: { which: 'listed', ids: ['vim=2', 'bash=2'] }, minimumAgeDays: 7 }),
    ).toMatchObject({ ids: ['vim=2'] });
  });

  it('P-02 L-49 given a saved filter, when a cycle has opened, then an order follows the filter as it was', async () => {
    const saved = { by: 'test', at: new Date() };
    const filter = { classifications: [], severities: [], text: 'VI' };
    await withTransaction(http.context.pool, (tx) =>
      insertPatchFilter(tx, { name: 'Editors', description: '', filter }, saved),
    );
    expect(await ordered({ choice: { which: 'filter', filter: 'editors' } })).toMatchObject({
      ids: ['vim=2'],
    });
    const unknown = await http.call('POST', 'plans', {
      body: { name: 'Unknown', patches: { choice: { which: 'filter', filter: 'Nothing' } } },
    });
    expect(unknown.status).toBe(400);
  });

  it('P-02 given a patch that was gone and is offered again, when it is scanned, then it is known since it was first seen', async () => {
    const known = () => http.column(`select first_seen_at from known_patches where id = 'curl=2'`);
    const before = await known();
    await scan([]);
    plans.advance(dayMs);
    await scan([patch('curl', 'security', 'critical')]);
    expect(await known()).toEqual(before);
  });
});
