import type { Page } from '@patchbay/contracts/page';
import type {
  Script,
  ScriptRevision,
  ScriptRevisionSummary,
  ScriptSummary,
} from '@patchbay/contracts/script';
import { describe, expect, it } from 'vitest';
import { useHttp } from './http-fixture.ts';

const http = useHttp();
const script = (name: string, over: object = {}) => ({
  name,
  os: ['linux'],
  interpreter: 'sh',
  content: 'echo "done"',
  ...over,
});

describe('scripts', () => {
  it('L-01 L-02 given a new script, then it is listed as personal with all its fields', async () => {
    const parameters = [{ name: 'host', type: 'string', required: true, help: 'Which host' }];
    const made = await http.call<Script>('POST', 'scripts', {
      body: script('Drain', { description: 'Drains', category: 'Balancer', parameters, note: 'first' }),
    });
    expect(made.status).toBe(201);
    expect(made.headers).toMatchObject({ etag: '"1"', location: `/api/v1/scripts/${made.body.id}` });
    expect(made.body).toMatchObject({
      name: 'Drain',
      description: 'Drains',
      category: 'Balancer',
      origin: 'personal',
      os: ['linux'],
      interpreter: 'sh',
      content: 'echo "done"',
      parameters: [{ name: 'host', label: '', default: null, choices: [] }],
      createdBy: 'administrator of the test',
    });
    const list = await http.ok<Page<ScriptSummary>>('GET', 'scripts?origin=personal&search=dra&os=linux');
    expect(list.items.map(({ name }) => name)).toEqual(['Drain']);
    expect(list.items[0]).not.toHaveProperty('content');
    // By name, whatever the case, and by id.
    expect(await http.ok('GET', 'scripts/dRAIN')).toEqual(made.body);
    expect(await http.ok('GET', `scripts/${made.body.id}`)).toEqual(made.body);
  });

  it('L-05 every save makes a new revision with author, time and note; earlier ones stay', async () => {
    await http.ok('POST', 'scripts', script('Revised', { note: 'one' }));
    const edit = script('Revised', { content: 'echo 2', note: 'two' });
    const saved = await http.ok<Script>('PUT', 'scripts/Revised', edit, { 'if-match': '"1"' });
    expect(saved.revision).toBe(2);
    const revisions = await http.ok<Page<ScriptRevisionSummary>>('GET', 'scripts/Revised/revisions');
    expect(revisions.items.map(({ revision, note, author }) => [revision, note, author])).toEqual([
      [2, 'two', 'administrator of the test'],
      [1, 'one', 'administrator of the test'],
    ]);
    const first = await http.ok<ScriptRevision>('GET', 'scripts/Revised/revisions/1');
    expect(first.content).toBe('echo "done"');
  });

  it('L-05 an earlier revision is restored as a new one, unless somebody has changed the script meanwhile', async () => {
    const parameters = [{ name: 'host', type: 'string' }];
    await http.ok('POST', 'scripts', script('Restored', { parameters, description: 'old' }));
    const edit = script('Restored', { content: 'echo 2', description: 'new', category: 'Other' });
    await http.ok('PUT', 'scripts/Restored', edit, { 'if-match': '"1"' });
    const restore = (revision: number, etag: string) =>
      http.call<Script>('POST', `scripts/Restored/revisions/${revision}/restore`, {
        headers: { 'if-match': etag },
      });
    const late = await restore(1, '"1"');
    expect([late.status, late.problem.code]).toEqual([412, 'EDIT_CONFLICT']);
    expect((await restore(3, '"2"')).status).toBe(404);
    const restored = await restore(1, '"2"');
    expect(restored.status).toBe(200);
    expect(restored.headers).toMatchObject({ etag: '"3"' });
    // What a revision does not hold stays as it is.
    expect(restored.body).toMatchObject({
      revision: 3,
      content: 'echo "done"',
      description: 'new',
      category: 'Other',
      parameters: [{ name: 'host' }],
    });
    const [newest] = (await http.ok<Page<ScriptRevisionSummary>>('GET', 'scripts/Restored/revisions')).items;
    expect(newest).toMatchObject({ revision: 3, note: 'Restored from revision 1' });
    const { content } = await http.ok<ScriptRevision>('GET', 'scripts/Restored/revisions/2');
    expect(content).toBe('echo 2');
  });

  it('L-05 L-22 a revision that tasks would not fit any more is not restored', async () => {
    const parameters = [{ name: 'host', type: 'string' }];
    await http.ok('POST', 'scripts', script('Grown'));
    await http.ok('PUT', 'scripts/Grown', script('Grown', { parameters }), { 'if-match': '*' });
    await http.ok('POST', 'tasks', {
      name: 'Grows',
      os: 'linux',
      script: 'Grown',
      parameters: { host: 'a' },
    });
    const { status, problem } = await http.call('POST', 'scripts/Grown/revisions/1/restore', {
      headers: { 'if-match': '*' },
    });
    expect([status, problem.code]).toEqual([400, 'INVALID_INPUT']);
    expect(problem.errors[0]?.message).toContain('does not fit the task "Grows"');
    expect(await http.ok('GET', 'scripts/Grown')).toMatchObject({ revision: 2 });
  });

  it('L-06 an invalid script is refused with one message per field, and nothing is stored', async () => {
    const before = await http.column('select count(*) from scripts');
    const { status, problem } = await http.call('POST', 'scripts', {
      body: script('Wrong', {
        content: ' ',
        interpreter: 'cmd',
        parameters: [
          { name: 'a', type: 'string' },
          { name: 'A', type: 'string' },
        ],
      }),
    });
    expect(status).toBe(400);
    expect(problem).toMatchObject({ code: 'INVALID_INPUT', status: 400 });
    expect(problem.errors.map(({ path }) => path)).toEqual(['interpreter', 'content', 'parameters.1.name']);
    expect(await http.column('select count(*) from scripts')).toEqual(before);
  });

  it('L-02 a name can be had once, whatever its case', async () => {
    await http.ok('POST', 'scripts', script('Only one'));
    const { status, problem } = await http.call('POST', 'scripts', { body: script('ONLY ONE') });
    expect([status, problem.code]).toEqual([409, 'NAME_TAKEN']);
  });

  it('L-05 an edit of what somebody else has changed meanwhile is refused', async () => {
    await http.ok('POST', 'scripts', script('Raced'));
    await http.ok('PUT', 'scripts/Raced', script('Raced', { content: 'a' }), { 'if-match': '"1"' });
    const late = await http.call('PUT', 'scripts/Raced', {
      body: script('Raced', { content: 'b' }),
      headers: { 'if-match': '"1"' },
    });
    expect([late.status, late.problem.code]).toEqual([412, 'EDIT_CONFLICT']);
    const blind = await http.call('PUT', 'scripts/Raced', { body: script('Raced') });
    expect([blind.status, blind.problem.errors[0]?.path]).toEqual([400, 'If-Match']);
    expect(await http.ok('GET', 'scripts/Raced')).toMatchObject({ content: 'a', revision: 2 });
  });

  it('L-09 a duplicate is an editable personal copy under a new name', async () => {
    await http.ok('POST', 'scripts', script('Original', { description: 'It' }));
    const copy = await http.ok<Script>('POST', 'scripts/Original/duplicate');
    expect(copy).toMatchObject({
      name: 'Original (copy)',
      description: 'It',
      origin: 'personal',
      revision: 1,
    });
    expect(await http.ok('POST', 'scripts/Original/duplicate')).toMatchObject({ name: 'Original (copy 2)' });
    expect(await http.ok('POST', 'scripts/Original/duplicate', { name: 'Mine' })).toMatchObject({
      name: 'Mine',
    });
  });

  it('L-10 a script that tasks use cannot be deleted, and the refusal lists them', async () => {
    await http.task({ name: 'Uses it' });
    const { status, problem } = await http.call('DELETE', 'scripts/Uses it');
    expect([status, problem.code]).toEqual([409, 'IN_USE']);
    expect(problem.detail).toContain('the task "Uses it"');
    await http.ok('DELETE', 'tasks/Uses it');
    expect((await http.call('DELETE', 'scripts/Uses it')).status).toBe(204);
    expect((await http.call('GET', 'scripts/Uses it')).status).toBe(404);
  });

  it('L-22 a save that a task following the latest would not fit is refused and names the task', async () => {
    await http.task({ name: 'Follower' });
    const { status, problem } = await http.call('PUT', 'scripts/Follower', {
      body: script('Follower', { parameters: [{ name: 'host', type: 'string', required: true }] }),
      headers: { 'if-match': '*' },
    });
    expect(status).toBe(400);
    expect(problem.errors).toEqual([
      { path: 'parameters', message: 'does not fit the task "Follower" (parameters.host: is required)' },
    ]);
  });
});

describe('lists', () => {
  it('O-01 pages follow each other without gap or repetition', async () => {
    for (let index = 0; index < 7; index += 1) await http.ok('POST', 'scripts', script(`Paged ${index}`));
    const seen: string[] = [];
    let cursor: string | null = '';
    do {
      const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: Page<ScriptSummary> = await http.ok('GET', `scripts?search=paged&limit=3${after}`);
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(Array.from({ length: 7 }, (_, index) => `Paged ${index}`));
  });

  it.each(['AAAA', 'WzFd', 'bnVsbA', 'WyJcdTAwMDAiXQ', '!!'])(
    'S-07 the cursor %j is refused',
    async (cursor) => {
      const { status, problem } = await http.call('GET', `scripts?cursor=${encodeURIComponent(cursor)}`);
      expect([status, problem.code, problem.errors[0]?.path]).toEqual([400, 'INVALID_INPUT', 'cursor']);
    },
  );
});
