import type { Page } from '@patchbay/contracts/page';
import type {
  EndpointTimetable,
  MaintenanceWindow,
  MaintenanceWindowDetail,
  WindowCheck,
} from '@patchbay/contracts/window';
import { beforeAll, describe, expect, it } from 'vitest';
import { useHttp } from './http-fixture.ts';

// A summer evening in Berlin, where it is 21:00.
const now = Date.parse('2026-06-12T19:00:00Z');
const http = useHttp(() => now);

const recurrence = { rule: 'FREQ=DAILY', start: '2026-01-01', time: '22:00', timeZone: 'Europe/Berlin' };
const night = { name: 'Night', endpoints: 'group:Web', recurrence, durationMinutes: 240 };

beforeAll(async () => {
  await http.endpoints('linux', 'web-01', 'web-02', 'db-01', 'free-01');
  await http.ok('POST', 'groups', { name: 'Web', rule: { fact: 'name', is: 'like', value: 'web-*' } });
});

describe('P-06 maintenance windows', () => {
  it('P-06 given a window for a group when it is saved then its next opening is told', async () => {
    const made = await http.ok<MaintenanceWindowDetail>('POST', 'windows', night);
    expect(made).toMatchObject({
      members: 2,
      warnings: [],
      inWords: 'every day, 22:00 Europe/Berlin',
      current: null,
      next: { opensAt: '2026-06-12T20:00:00.000Z', closesAt: '2026-06-13T00:00:00.000Z' },
    });
    const monthly = { ...recurrence, rule: 'FREQ=MONTHLY;BYDAY=2TU', afterDays: 3, time: '20:00' };
    const second = await http.ok<MaintenanceWindowDetail>('POST', 'windows', {
      name: 'Patch night',
      endpoints: 'endpoint:web-01,endpoint:db-01',
      recurrence: monthly,
      durationMinutes: 180,
    });
    expect(second.current).toEqual({
      opensAt: '2026-06-12T18:00:00.000Z',
      closesAt: '2026-06-12T21:00:00.000Z',
    });
    expect(second.next?.opensAt).toBe('2026-07-17T18:00:00.000Z');
    expect(second.warnings).toEqual([
      'It overlaps with the window "Night" on one endpoint, first on 2026-06-12: there they count as one.',
    ]);
  });

  it('P-06 given a window that is not saved when it is checked then its overlaps are told, and what cannot be is refused', async () => {
    const check = (body: object) => http.call<WindowCheck>('POST', 'windows/check', { body });
    const overlap = /^It overlaps with the window "(?:Night|Patch night)" on /;
    const fresh = await check({ window: { ...night, name: 'Another', durationMinutes: 60 } });
    expect(fresh.body.members).toBe(2);
    expect(fresh.body.warnings.filter((warning) => overlap.test(warning))).toHaveLength(2);
    const saved = await http.ok<MaintenanceWindowDetail>('GET', 'windows/Night');
    const same = await check({ window: night, replaces: saved.id });
    expect(same.body).toEqual({ members: saved.members, warnings: saved.warnings });
    const never = { ...night, recurrence: { ...recurrence, rule: 'FREQ=MONTHLY;BYDAY=6TU' } };
    const refused = await check({ window: never });
    expect([refused.status, refused.problem.errors.map(({ path }) => path)]).toEqual([
      400,
      ['recurrence.rule'],
    ]);
    const lost = await check({ window: { ...night, endpoints: 'group:Nowhere' } });
    expect(lost.problem.errors[0]?.message).toContain('Nowhere');
    expect((await http.ok<{ items: unknown[] }>('GET', 'windows')).items).toHaveLength(2);
  });

  it('P-06 given an endpoint with several windows when its timetable is asked for then they are one', async () => {
    const of = (name: string) => http.ok<EndpointTimetable>('GET', `endpoints/${name}/timetable`);
    const web = await of('web-01');
    expect(web.restricted).toBe(true);
    expect(web.current).toEqual({
      opensAt: '2026-06-12T18:00:00.000Z',
      closesAt: '2026-06-13T00:00:00.000Z',
    });
    expect(web.next).toHaveLength(10);
    expect(web.next[0]).toEqual({
      opensAt: '2026-06-13T20:00:00.000Z',
      closesAt: '2026-06-14T00:00:00.000Z',
    });
    expect(await of('free-01')).toEqual({ restricted: false, current: null, next: [] });
    const windows = await http.ok<Page<MaintenanceWindow>>('GET', 'windows?endpoint=web-01');
    expect(windows.items.map(({ name }) => name)).toEqual(['Night', 'Patch night']);
    expect((await http.ok<Page<unknown>>('GET', 'windows?endpoint=free-01')).items).toEqual([]);
    expect((await http.call('GET', 'windows?endpoint=nobody')).status).toBe(404);
  });

  it.each([
    [{ recurrence: { ...recurrence, rule: 'FREQ=MONTHLY;BYDAY=6TU' } }, 'recurrence.rule', /never comes/],
    [
      { recurrence: { ...recurrence, timeZone: 'Europe/Atlantis' } },
      'recurrence.timeZone',
      /not a time zone/,
    ],
    [{ recurrence: { ...recurrence, time: '25:00' } }, 'recurrence.time', /time of the day/],
    [{ durationMinutes: 1500 }, 'durationMinutes', /open again, on 2026-01-02, before it has closed/],
    [{ blackouts: [{ from: '2025-01-01', to: '2199-12-31' }] }, 'blackouts', /never opens/],
    [{ endpoints: 'group:Nobody' }, 'endpoints', /there is no group "Nobody"/],
    [{ endpoints: 'host:web' }, 'endpoints', /is not a selector/],
  ])('P-06 given %j when the window is edited then what is wrong is told', async (over, path, message) => {
    const { status, problem } = await http.call('POST', 'windows', {
      body: { ...night, name: 'Wrong', ...over },
    });
    expect([status, problem.errors]).toEqual([400, [{ path, message: expect.stringMatching(message) }]]);
  });

  it('P-06 given a window that can do nothing when it is saved then the reasons are warned of', async () => {
    await http.ok('POST', 'groups', { name: 'Nobody yet', rule: { fact: 'tag.none', is: 'present' } });
    const idle = await http.ok<MaintenanceWindowDetail>('POST', 'windows', {
      name: 'Idle',
      endpoints: 'endpoint:lost,group:Nobody yet',
      recurrence: { ...recurrence, rule: 'FREQ=DAILY;UNTIL=20260301' },
      durationMinutes: 30,
    });
    expect(idle.next).toBeNull();
    expect(idle.warnings).toEqual([
      'It does not open any more.',
      'Alone it is too short to start anything: nothing starts in the last 30 minutes of a window.',
      'There is no endpoint "lost".',
      'No endpoint belongs to the group "Nobody yet" now.',
    ]);
  });

  it('P-07 given another buffer in the settings then a window is measured by it', async () => {
    await http.ok('PUT', 'settings/window.bufferMinutes', { value: 300 });
    const { warnings } = await http.ok<MaintenanceWindowDetail>('GET', 'windows/Night');
    expect(warnings[0]).toContain('nothing starts in the last 300 minutes');
    await http.ok('PUT', 'settings/window.bufferMinutes', { value: 30 });
  });

  it('P-06 given an edit of a window that has changed meanwhile then it is refused', async () => {
    const edit = (tag: string) =>
      http.call('PUT', 'windows/Night', {
        body: { ...night, durationMinutes: 120 },
        headers: { 'if-match': tag },
      });
    expect((await edit('"1"')).status).toBe(200);
    expect((await edit('"1"')).problem.code).toBe('EDIT_CONFLICT');
    expect((await http.call('DELETE', 'windows/Night')).status).toBe(204);
    expect((await http.call('GET', 'windows/Night')).status).toBe(404);
  });
});
