import type { Page } from '@patchbay/contracts/page';
import type {
  PatchFilterPreview,
  SavedPatchFilter,
  SavedPatchFilterSummary,
} from '@patchbay/contracts/patch-filter';
import type { Plan } from '@patchbay/contracts/plan';
import { beforeAll, describe, expect, it } from 'vitest';
import { savePatches } from '../src/db/endpoints.ts';
import { withTransaction } from '../src/db/pool.ts';
import { useHttp } from './http-fixture.ts';

const http = useHttp();

beforeAll(async () => {
  await http.endpoints('linux', 'web-1');
  await http.ok('POST', 'workflows', { name: 'Linux default', os: 'linux' });
  await http.ok('POST', 'workflows/Linux default/set-default');
});

const urgent = { classifications: ['security'], severities: ['critical', 'important'] };

describe('P-02 patch filters', () => {
  it('P-02 given a saved filter when a plan uses it then it cannot be deleted, and the refusal names the plan', async () => {
    const made = await http.call<SavedPatchFilter>('POST', 'patch-filters', {
      body: { name: 'Urgent', filter: urgent },
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: 'Urgent', filter: { ...urgent, text: '' }, usedBy: [] });
    const plan = await http.ok<Plan>('POST', 'plans', {
      name: 'Uses it',
      patches: { choice: { which: 'filter', filter: 'urgent' } },
    });
    const shown = await http.ok<SavedPatchFilter>('GET', 'patch-filters/URGENT');
    expect(shown.usedBy).toEqual([{ id: plan.id, name: 'Uses it' }]);
    const refused = await http.call('DELETE', 'patch-filters/Urgent');
    expect([refused.status, refused.problem.code]).toEqual([409, 'IN_USE']);
    expect(refused.problem.detail).toContain('the plan "Uses it"');
    await http.ok('DELETE', 'plans/Uses it');
    expect((await http.call('DELETE', 'patch-filters/Urgent')).status).toBe(204);
    expect((await http.call('GET', 'patch-filters/Urgent')).status).toBe(404);
  });

  it('P-02 given two editors when the second saves with an old ETag then nothing is lost', async () => {
    await http.ok('POST', 'patch-filters', { name: 'Edited' });
    const { headers } = await http.call('GET', 'patch-filters/Edited');
    const etag = String(headers['etag']);
    const body = { name: 'Renamed', filter: { text: 'openssl' } };
    const saved = await http.call<SavedPatchFilter>('PUT', 'patch-filters/Edited', {
      body,
      headers: { 'if-match': etag },
    });
    expect(saved.body).toMatchObject({ name: 'Renamed', filter: { classifications: [], text: 'openssl' } });
    const late = await http.call('PUT', 'patch-filters/Renamed', { body, headers: { 'if-match': etag } });
    expect([late.status, late.problem.code]).toEqual([412, 'EDIT_CONFLICT']);
    const list = await http.ok<Page<SavedPatchFilterSummary>>('GET', 'patch-filters?search=name');
    expect(list.items.map(({ name }) => name)).toEqual(['Renamed']);
    expect(
      await http.column(`select action from audit where object_kind = 'patchFilter' order by id`),
    ).toContain('patchFilter.edit');
  });

  it('P-02 a filter that cannot be, a taken name and a filter that does not exist are refused in words', async () => {
    await http.ok('POST', 'patch-filters', { name: 'Taken' });
    const taken = await http.call('POST', 'patch-filters', { body: { name: 'TAKEN' } });
    expect([taken.status, taken.problem.code]).toEqual([409, 'NAME_TAKEN']);
    const wrong = await http.call('POST', 'patch-filters', {
      body: { name: 'Wrong', filter: { severities: ['awful'], colour: 'red' } },
    });
    expect(wrong.status).toBe(400);
    expect(wrong.problem.errors.map(({ path }) => path)).toContain('filter.severities.0');
    const plan = await http.call('POST', 'plans', {
      body: { name: 'Lost', patches: { choice: { which: 'filter', filter: 'Nowhere' } } },
    });
    expect(plan.status).toBe(400);
    expect(plan.problem.errors[0]?.message).toContain('Nowhere');
    expect((await http.call('POST', 'patch-filters', { as: 'operator', body: { name: 'No' } })).status).toBe(
      403,
    );
  });
});

describe('what patch filters match', () => {
  it('P-02 given patches of several endpoints when a filter is saved, listed or only tried then what it matches now is counted', async () => {
    const [one = '', two = '', gone = ''] = await http.endpoints('linux', 'db-1', 'db-2', 'db-gone');
    await scan(one, [patch('openssl', 'critical'), patch('vim', 'low')]);
    await scan(two, [patch('openssl', 'critical'), patch('curl', 'important')]);
    await scan(gone, [patch('openssl', 'critical'), patch('bash', 'critical')]);
    await http.ok('POST', 'endpoints/db-gone/revoke');

    const tried = await http.ok<PatchFilterPreview>('POST', 'patch-filters/preview', { filter: urgent });
    expect(tried.matches).toEqual({ patches: 2, endpoints: 2 });
    expect(tried.patches.map(({ package: name, endpoints }) => [name, endpoints])).toEqual([
      ['openssl', 2],
      ['curl', 1],
    ]);
    const every = await http.ok<PatchFilterPreview>('POST', 'patch-filters/preview', { filter: {} });
    expect(every.matches).toEqual({ patches: 3, endpoints: 2 });
    const none = await http.ok<PatchFilterPreview>('POST', 'patch-filters/preview', {
      filter: { text: 'no such patch' },
    });
    expect(none).toEqual({ matches: { patches: 0, endpoints: 0 }, patches: [] });

    await http.ok('POST', 'patch-filters', { name: 'Match urgent', filter: urgent });
    await http.ok('POST', 'patch-filters', { name: 'Match vim', filter: { text: 'VIM' } });
    const list = await http.ok<Page<SavedPatchFilterSummary>>('GET', 'patch-filters?search=match');
    expect(list.items.map(({ name, matches }) => [name, matches])).toEqual([
      ['Match urgent', { patches: 2, endpoints: 2 }],
      ['Match vim', { patches: 1, endpoints: 1 }],
    ]);
    const shown = await http.ok<SavedPatchFilter>('GET', 'patch-filters/Match vim');
    expect(shown.matches).toEqual({ patches: 1, endpoints: 1 });
  });
});

type Patches = Parameters<typeof savePatches>[2];

const scan = (endpoint: string, patches: Patches) =>
  withTransaction(http.context.pool, (tx) => savePatches(tx, endpoint, patches, Date.now()));

function patch(name: string, severity: Patches[number]['severity']): Patches[number] {
  return {
    id: `${name}=2`,
    title: name,
    package: name,
    currentVersion: '1',
    version: '2',
    classification: 'security',
    severity,
    cves: [],
    sizeBytes: null,
    rebootHint: false,
  };
}
