import type { Group, GroupPreview, GroupSummary } from '@patchbay/contracts/group';
import type { Library, LibraryApplied } from '@patchbay/contracts/library-document';
import type { Page } from '@patchbay/contracts/page';
import { beforeAll, describe, expect, it } from 'vitest';
import { useHttp } from './http-fixture.ts';

const http = useHttp();
const linux = { is: 'equal', fact: 'os', value: 'linux' };
const pilots = { is: 'equal', fact: 'tag.ring', value: 'pilot' };

beforeAll(async () => {
  await http.endpoints('linux', 'web-01', 'web-02', 'db-01');
  await http.endpoints('windows', 'desk-01');
  await http.ok('PUT', 'endpoints/web-01/tags', { tags: { ring: 'pilot' } });
});

describe('E-13 groups', () => {
  it('E-13 given a group by rule when facts and tags change then its live member count follows', async () => {
    const made = await http.ok<Group>('POST', 'groups', {
      name: 'Pilots',
      rule: { is: 'all', of: [linux, pilots] },
    });
    expect(made).toMatchObject({ members: 1, warnings: [], usedBy: [] });
    expect(made.inWords).toBe('operating system is linux, and tag ring is pilot');
    await http.ok('PUT', 'endpoints/web-02/tags', { tags: { ring: 'pilot' } });
    expect((await http.ok<Group>('GET', 'groups/pilots')).members).toBe(2);
    await http.ok('PUT', 'endpoints/web-02/tags', { tags: {} });
    const { items } = await http.ok<Page<GroupSummary>>('GET', 'groups?search=pil');
    expect(items.map(({ name, members }) => [name, members])).toEqual([['Pilots', 1]]);
    const groups = await http.ok<Page<{ name: string }>>('GET', 'endpoints/web-01/groups');
    expect(groups.items.map(({ name }) => name)).toEqual(['Pilots']);
    expect((await http.ok<Page<unknown>>('GET', 'endpoints/desk-01/groups')).items).toEqual([]);
  });

  it('E-13 given a rule that is not saved when it is previewed then its members are told', async () => {
    const preview = await http.ok<GroupPreview>('POST', 'groups/preview', {
      rule: { fact: 'name', is: 'like', value: 'WEB-*' },
    });
    expect(preview.members).toBe(2);
    expect(preview.endpoints.map(({ name }) => name)).toEqual(['web-01', 'web-02']);
    const empty = await http.ok<GroupPreview>('POST', 'groups/preview', {
      rule: { fact: 'tag.x', is: 'present' },
    });
    expect(empty.warnings).toEqual(['No endpoint belongs to it now.']);
    const wrong = await http.call('POST', 'groups/preview', {
      body: { rule: { is: 'any', of: [linux, { ...linux, value: 'linus' }] } },
    });
    expect(wrong.problem.errors.map(({ path }) => path)).toEqual(['rule.of.1.value']);
  });

  it('E-13 given a fixed list of names when it is a group then those endpoints belong to it', async () => {
    const rule = { fact: 'name', is: 'oneOf', values: ['db-01', 'DESK-01', 'not-there-yet'] };
    expect((await http.ok<Group>('POST', 'groups', { name: 'By name', rule })).members).toBe(2);
    const { items } = await http.ok<Page<{ name: string }>>(
      'GET',
      `endpoints?selector=${encodeURIComponent('group:by NAME')}`,
    );
    expect(items.map(({ name }) => name)).toEqual(['db-01', 'desk-01']);
  });

  it('E-13 given a selector with a group when it is used then it means the endpoints of the group', async () => {
    await http.ok('POST', 'groups', { name: 'Linux', rule: linux });
    const task = await http.task();
    const opened = await http.ok<{ runs: { total: number } }>('POST', 'task-runs', {
      task,
      on: 'group:Linux',
      parameters: {},
    });
    expect(opened.runs.total).toBe(3);
    const missing = await http.call('POST', 'task-runs', { body: { task, on: 'group:Nobody' } });
    expect([missing.status, missing.problem.detail]).toEqual([404, 'There is no group "Nobody".']);
    await http.ok('POST', 'groups', { name: 'Empty', rule: { fact: 'tag.none', is: 'present' } });
    const empty = await http.call('POST', 'task-runs', { body: { task, on: 'group:Empty' } });
    expect([empty.status, empty.problem.detail]).toEqual([409, 'No endpoint matches "group:Empty".']);
  });

  it('E-13 given a group that a plan and a window use when it is deleted or renamed then both are named', async () => {
    await http.ok('POST', 'groups', { name: 'Used', rule: linux });
    await http.ok('POST', 'plans', {
      name: 'Nightly',
      assignments: [{ endpoints: 'os:aix,group:USED', os: 'linux' }],
    });
    const recurrence = { rule: 'FREQ=DAILY', start: '2026-01-01', time: '22:00', timeZone: 'UTC' };
    await http.ok('POST', 'windows', {
      name: 'Night',
      endpoints: 'group:Used',
      recurrence,
      durationMinutes: 60,
    });
    const { status, problem } = await http.call('DELETE', 'groups/Used');
    expect([status, problem.code]).toEqual([409, 'IN_USE']);
    expect(problem.detail).toBe(
      'The group "Used" cannot be deleted: it is used by the plan "Nightly", the window "Night".',
    );
    const rename = (name: string) =>
      http.call<Group>('PUT', 'groups/Used', { body: { name, rule: linux }, headers: { 'if-match': '*' } });
    expect((await rename('Other')).problem.errors).toEqual([
      { path: 'name', message: 'cannot be changed: the plan "Nightly" uses it' },
    ]);
    expect((await rename('used')).body.usedBy.map(({ name }) => name)).toEqual(['Nightly', 'Night']);
    await http.ok('DELETE', 'plans/Nightly');
    await http.ok('DELETE', 'windows/Night');
    expect((await http.call('DELETE', 'groups/Used')).status).toBe(204);
  });

  it('E-13 given a task run that waits for its time when its group is deleted then it is named', async () => {
    await http.ok('POST', 'groups', { name: 'Awaited', rule: linux });
    const task = await http.task({ name: 'Later' });
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const wrong = await http.call('POST', 'task-runs', { body: { task, on: 'group:Nobody', at } });
    expect(wrong.problem.errors).toEqual([{ path: 'on', message: 'there is no group "Nobody"' }]);
    await http.ok('POST', 'task-runs', { task, on: 'group:Awaited', at });
    const { problem } = await http.call('DELETE', 'groups/Awaited');
    expect(problem.detail).toContain('it is used by the schedule "Later"');
  });

  it('E-13 given a plan that names a group that does not exist when it is saved then that is told', async () => {
    const { problem } = await http.call('POST', 'plans', {
      body: { name: 'Lost', assignments: [{ endpoints: 'group:Nowhere', os: 'linux' }] },
    });
    expect(problem.errors).toEqual([
      { path: 'assignments.0.endpoints', message: 'there is no group "Nowhere"' },
    ]);
  });

  it('E-13 given an edit of a group that has changed meanwhile then it is refused', async () => {
    await http.ok('POST', 'groups', { name: 'Raced', rule: linux });
    const edit = (tag: string) =>
      http.call('PUT', 'groups/Raced', {
        body: { name: 'Raced', rule: pilots },
        headers: { 'if-match': tag },
      });
    expect((await edit('"1"')).headers['etag']).toBe('"2"');
    expect((await edit('"1"')).problem.code).toBe('EDIT_CONFLICT');
    expect((await http.call('POST', 'groups', { body: { name: 'RACED', rule: linux } })).problem.code).toBe(
      'NAME_TAKEN',
    );
    const comma = await http.call('POST', 'groups', { body: { name: 'A, B', rule: linux } });
    expect(comma.problem.errors).toEqual([{ path: 'name', message: 'must not contain a comma' }]);
  });
});

describe('L-52 groups and windows in a library', () => {
  it('L-52 given a library with groups, windows and a plan when it is applied again elsewhere then it is the same', async () => {
    const documents = [
      {
        kind: 'Plan',
        name: 'Of a library',
        assignments: [{ endpoints: 'group:Of the library', os: 'linux' }],
      },
      {
        kind: 'Window',
        name: 'Night of the library',
        endpoints: 'group:Of the library',
        recurrence: { rule: 'FREQ=WEEKLY;BYDAY=SA', start: '2026-01-01', time: '22:00', timeZone: 'UTC' },
        durationMinutes: 120,
      },
      { kind: 'Group', name: 'Of the library', rule: { is: 'none', of: [pilots] } },
    ];
    const apply = (list: readonly object[], prune = false) =>
      http.ok<LibraryApplied>('POST', 'library/apply', { documents: list, prune });
    expect((await apply(documents)).changes.map(({ change, kind }) => `${change} ${kind}`)).toEqual([
      'created Group',
      'created Window',
      'created Plan',
    ]);
    const exported = (await http.ok<Library>('GET', 'library')).documents;
    expect((await apply(exported)).changes).toEqual([]);
    const kept = exported.filter(({ name }) => name !== 'Of the library');
    const { problem } = await http.call('POST', 'library/apply', { body: { documents: kept, prune: true } });
    expect(problem.errors[0]?.message).toContain(
      'it is used by the plan "Of a library", the window "Night of the library"',
    );
    const gone = exported.filter(({ name }) => !name.endsWith('library'));
    expect((await apply(gone, true)).changes.map(({ change, kind }) => `${change} ${kind}`)).toEqual([
      'deleted Plan',
      'deleted Window',
      'deleted Group',
    ]);
  });
});
