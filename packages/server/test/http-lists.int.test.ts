import type { ActivitySummary } from '@patchbay/contracts/activity';
import type { EndpointSummary } from '@patchbay/contracts/endpoint';
import type { Page } from '@patchbay/contracts/page';
import type { Task } from '@patchbay/contracts/task';
import { waitFor } from '@patchbay/testkit/wait-for';
import { beforeAll, describe, expect, it } from 'vitest';
import { useHttp } from './http-fixture.ts';

const http = useHttp();

/** The names of a whole list, read two at a time. */
async function allNames(list: string, query: string): Promise<string[]> {
  const names: string[] = [];
  let cursor = '';
  for (;;) {
    const page = await http.ok<Page<{ name: string }>>('GET', `${list}?limit=2&${query}${cursor}`);
    names.push(...page.items.map(({ name }) => name));
    if (page.nextCursor === null) return names;
    cursor = `&cursor=${page.nextCursor}`;
  }
}

describe('sorted lists', () => {
  it.each(['scripts', 'tasks', 'workflows'])(
    'L-21 O-10 given %s that were saved in turn, then they are listed by name or by time, both ways, page by page',
    async (list) => {
      for (const name of ['Beta', 'alpha', 'Delta', 'Gamma', 'epsilon']) {
        if (list !== 'workflows') await http.task({ name: `${list} ${name}` });
        else await http.ok('POST', 'workflows', { name: `${list} ${name}`, os: 'linux' });
      }
      // Two that were saved at the same moment have an order as well.
      await http.column(
        `update ${list} set updated_at = now() where name in ($1, $2)`,
        `${list} Delta`,
        `${list} Gamma`,
      );
      const search = `search=${list} `;
      const bare = async (sort: string) =>
        (await allNames(list, `${search}&sort=${sort}`)).map((name) => name.split(' ')[1]);
      expect(await bare('name')).toEqual(['alpha', 'Beta', 'Delta', 'epsilon', 'Gamma']);
      expect(await bare('-name')).toEqual(['Gamma', 'epsilon', 'Delta', 'Beta', 'alpha']);
      const byTime = await bare('updatedAt');
      expect(byTime.slice(0, 3)).toEqual(['Beta', 'alpha', 'epsilon']);
      expect(byTime.slice(3).sort((a, b) => String(a).localeCompare(String(b)))).toEqual(['Delta', 'Gamma']);
      expect(await bare('-updatedAt')).toEqual(byTime.toReversed());
    },
  );

  it('O-10 given the cursor of another order, or none, then it is refused', async () => {
    const { nextCursor } = await http.ok<Page<Task>>('GET', 'tasks?limit=1&sort=updatedAt');
    for (const wrong of [
      String(nextCursor),
      'AAAA',
      Buffer.from('["2026-02-31T00:00:00+00:00","x"]').toString('base64url'),
    ]) {
      expect((await http.call('GET', `tasks?limit=1&cursor=${wrong}`)).status, wrong).toBe(400);
    }
    const never = ['2026-02-31T00:00:00+00:00', '00000000-0000-4000-8000-000000000000'];
    const cursor = Buffer.from(JSON.stringify(never)).toString('base64url');
    const { status, problem } = await http.call('GET', `tasks?sort=updatedAt&cursor=${cursor}`);
    expect([status, problem.code]).toEqual([400, 'INVALID_INPUT']);
    expect((await http.call('GET', 'tasks?sort=colour')).status).toBe(400);
  });

  it('O-10 endpoints are listed by name or by when they came', async () => {
    for (const name of ['list-c', 'list-a', 'list-b']) await http.endpoints('aix', name);
    expect(await allNames('endpoints', 'os=aix')).toEqual(['list-a', 'list-b', 'list-c']);
    expect(await allNames('endpoints', 'os=aix&sort=-enrolledAt')).toEqual(['list-b', 'list-a', 'list-c']);
  });
});

describe('O-01 activities', () => {
  beforeAll(async () => {
    for (const [endpoint, task] of [
      ['search-web', 'Drain the shop'],
      ['search-db', 'Vacuum'],
      ['search-mail', '=Sum(1)'],
    ] as const) {
      const [id] = await http.endpoints('linux', endpoint);
      await http.context.engine.connected(String(id), 'boot-1', []);
      await http.ok('POST', 'task-runs', {
        task: await http.task({ name: task }),
        on: `endpoint:${endpoint}`,
      });
      const query = `activities?endpoint=${endpoint}`;
      await waitFor(async () => (await http.ok<Page<ActivitySummary>>('GET', query)).items.length > 0, {
        what: 'the activity',
      });
    }
  });

  const found = async (search: string): Promise<string[]> =>
    (
      await http.ok<Page<ActivitySummary>>('GET', `activities?search=${encodeURIComponent(search)}`)
    ).items.map(({ endpoint, name }) => `${endpoint.name}: ${name}`);

  it('O-01 given a part of the name of a task or an endpoint, then its activities are found', async () => {
    expect(await found('the SHOP')).toEqual(['search-web: Drain the shop']);
    expect(await found('ch-db')).toEqual(['search-db: Vacuum']);
    expect(await found('search-')).toEqual([
      'search-mail: =Sum(1)',
      'search-db: Vacuum',
      'search-web: Drain the shop',
    ]);
    expect(await found('a')).toHaveLength(3);
    expect(await found('nowhere at all')).toEqual([]);
    expect(await found('%')).toEqual([]);
  });

  it('O-01 given the other order, then the earliest run comes first', async () => {
    const { items } = await http.ok<Page<ActivitySummary>>('GET', 'activities?search=search-&sort=run');
    expect(items.map(({ name }) => name)).toEqual(['Drain the shop', 'Vacuum', '=Sum(1)']);
  });

  it('O-01 given a filter, then its list is exported as CSV', async () => {
    const { status, headers, text } = await http.call('GET', 'activities/export?search=search-&sort=run');
    expect([status, headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
    const [head, ...lines] = text.trimEnd().split('\r\n');
    expect(head).toMatch(/^activity,endpoint,task,plan,cycle,run,/);
    expect(lines.map((line) => line.split(',').slice(1, 3))).toEqual([
      ['search-web', 'Drain the shop'],
      ['search-db', 'Vacuum'],
      ['search-mail', "'=Sum(1)"],
    ]);
    expect((await http.call('GET', 'activities/export?limit=5')).status).toBe(400);
  });
});

describe('two people at once', () => {
  it('L-22 given a task that somebody saved meanwhile, then the second save is told who, and both versions can be seen', async () => {
    const task = await http.task();
    const read = await http.call<Task>('GET', `tasks/${task}`);
    const etag = { 'if-match': String(read.headers['etag']) };
    const body = { name: task, os: 'linux', script: task };
    await http.ok('PUT', `tasks/${task}`, { ...body, description: 'first' }, etag);
    const second = await http.call('PUT', `tasks/${task}`, {
      body: { ...body, description: 'second' },
      headers: etag,
    });
    expect([second.status, second.problem.code]).toEqual([412, 'EDIT_CONFLICT']);
    expect(second.problem.detail).toMatch(
      /^administrator of the test saved version "2" at .*; this edit was made from "1"\.$/,
    );
    const now = await http.call<Task>('GET', `tasks/${task}`);
    expect(now.body).toMatchObject({ description: 'first', updatedBy: 'administrator of the test' });
    expect(now.headers['etag']).toBe('"2"');
  });

  it('O-10 the list of endpoints says what it is sorted by only in words it knows', async () => {
    const { items } = await http.ok<Page<EndpointSummary>>('GET', 'endpoints?sort=-name&search=search-');
    expect(items.map(({ name }) => name)).toEqual(['search-web', 'search-mail', 'search-db']);
    expect((await http.call('GET', 'endpoints?sort=updatedAt')).status).toBe(400);
  });
});
