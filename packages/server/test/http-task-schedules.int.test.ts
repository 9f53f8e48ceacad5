import type { AuditEntry } from '@patchbay/contracts/audit';
import type { Page } from '@patchbay/contracts/page';
import type { RunSummary } from '@patchbay/contracts/run';
import type { TaskRunInput } from '@patchbay/contracts/task';
import type { TaskSchedule } from '@patchbay/contracts/task-schedule';
import { createJobs } from '@patchbay/server/jobs/jobs';
import { taskScheduleWorker } from '@patchbay/server/jobs/task-schedules';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { useHttp } from './http-fixture.ts';

let ahead = 0;
const now = (): number => Date.now() + ahead;
const http = useHttp(now);
const minute = 60_000;
const inAnHour = (): string => new Date(now() + 60 * minute).toISOString();

const order = (over: Partial<TaskRunInput>): Promise<TaskSchedule> =>
  http.ok('POST', 'task-runs', { on: 'all', at: inAnHour(), ...over });
const read = (id: string): Promise<TaskSchedule> => http.ok('GET', `task-schedules/${id}`);

/** Lets time pass and a node do what is due then; resolves with the schedule as that left it. */
async function later(minutes: number, id: string): Promise<TaskSchedule> {
  ahead += minutes * minute;
  const { pool, engine, sealer } = http.context;
  const workers = [taskScheduleWorker({ engine, sealer, random: () => 0.5 })];
  const jobs = createJobs({ pool, workers, now, log: pino({ level: 'silent' }) });
  jobs.start();
  await jobs.idle();
  await jobs.stop();
  return read(id);
}

const runsOf = async (cycle: number | null): Promise<string[]> =>
  (await http.ok<Page<RunSummary>>('GET', `runs?cycle=${cycle}`)).items
    .map(({ endpoint }) => endpoint.name)
    .sort();

describe('L-26 Run Task at a set time', () => {
  it('L-26 given a task for later, then nothing runs before, and at its time it runs on who is meant then', async () => {
    await http.endpoints('linux', 'early');
    const task = await http.task();
    const answer = await http.call<TaskSchedule>('POST', 'task-runs', {
      body: { task, on: 'all', at: inAnHour() },
    });
    expect([answer.status, answer.headers['location']]).toEqual([
      202,
      `/api/v1/task-schedules/${answer.body.id}`,
    ]);
    expect(answer.body).toMatchObject({
      status: 'waiting',
      lastCycle: null,
      note: null,
      task: { name: task },
    });
    await http.endpoints('linux', 'newcomer');
    const done = await later(60.5, answer.body.id);
    expect(done).toMatchObject({ status: 'started', nextAt: null });
    expect(await runsOf(done.lastCycle)).toEqual(['early', 'newcomer']);
    const { items } = await http.ok<Page<AuditEntry>>('GET', `audit?object=${encodeURIComponent(task)}`);
    expect(items.map(({ action, actor }) => [action, actor]).slice(0, 2)).toEqual([
      ['task.run', 'administrator of the test'],
      ['task.schedule', 'administrator of the test'],
    ]);
    expect(items[0]?.details).toMatchObject({ schedule: done.id, cycle: String(done.lastCycle) });
  });

  it('L-26 given that no server was there in time, then it runs late and says so, or not at all beyond its limit', async () => {
    const [late, missed] = [
      await order({ task: await http.task() }),
      await order({ task: await http.task(), withinMinutes: 30 }),
    ];
    const started = await later(60 + 45, late.id);
    expect(started.status).toBe('started');
    expect(started.note).toMatch(
      /^It started 4[45] minutes late, as no server was there to start it in time\.$/,
    );
    const given = await read(missed.id);
    expect(given).toMatchObject({ status: 'missed', lastCycle: null, nextAt: null });
    expect(given.note).toContain('It did not start');
  });

  it('L-26 given a task that was deleted meanwhile, or endpoints that are gone, then it is told why it did not start', async () => {
    const task = await http.task();
    const deleted = await order({ task });
    await http.ok('DELETE', `tasks/${task}`);
    expect((await read(deleted.id)).task).toEqual({ id: null, name: task });
    expect(await later(60.5, deleted.id)).toMatchObject({
      status: 'failed',
      note: `The task "${task}" has been deleted.`,
    });
    await http.endpoints('aix', 'stays', 'goes');
    const aix = await http.task({ os: 'aix' });
    const both = await order({ task: aix, on: 'endpoint:stays,endpoint:goes' });
    const none = await order({ task: aix, on: 'endpoint:goes' });
    await http.ok('POST', 'endpoints/goes/revoke');
    const partly = await later(60.5, both.id);
    expect(partly).toMatchObject({ status: 'started', note: 'There is no endpoint "goes" any more.' });
    expect(await runsOf(partly.lastCycle)).toEqual(['stays']);
    const failed = await read(none.id);
    expect(failed.status).toBe('failed');
    expect(failed.note).toContain('no such endpoint matches "endpoint:goes"');
    const { items } = await http.ok<Page<AuditEntry>>('GET', 'audit?action=taskSchedule.notStarted');
    expect(items.map(({ details }) => details['schedule'])).toContain(none.id);
  });

  it('L-26 L-03 given a secret for later, then it is stored sealed, never shown, and used', async () => {
    const name = 'Needs a secret';
    const parameters = [{ name: 'token', label: 'Token', type: 'secret', required: true }];
    await http.ok('POST', 'scripts', {
      name,
      os: ['linux'],
      interpreter: 'sh',
      content: 'exit 0',
      parameters,
    });
    await http.ok('POST', 'tasks', { name, os: 'linux', script: name, parameters: { token: 'of the task' } });
    const made = await order({ task: name, parameters: { token: 'hunter2-later' } });
    expect(made.parameters).toEqual({ token: { secret: 'stored' } });
    const stored = await http.column(
      'select row_to_json(s)::text from task_schedules s where id = $1',
      made.id,
    );
    expect(String(stored)).not.toContain('hunter2-later');
    const { lastCycle } = await later(60.5, made.id);
    const [sealed] = await http.column(
      `select s.works #>> '{task,work,environment,PATCHBAY_TOKEN}' from runs r join snapshots s on s.id = r.snapshot
       where r.cycle = $1 limit 1`,
      lastCycle,
    );
    expect(http.context.sealer.open(String(sealed), 'parameter')).toBe('hunter2-later');
  });

  it('L-26 what cannot be is refused with the field that is wrong', async () => {
    const task = await http.task();
    const wrong = async (over: object): Promise<string[]> => {
      const body = { task, on: 'all', at: inAnHour(), ...over };
      const { status, problem } = await http.call('POST', 'task-runs', { body });
      return status === 400 ? problem.errors.map(({ path }) => path) : [String(status)];
    };
    expect(await wrong({ at: '2020-01-01T00:00:00Z' })).toEqual(['at']);
    expect(await wrong({ at: 'tomorrow' })).toEqual(['at']);
    expect(await wrong({ at: null, withinMinutes: 5 })).toEqual(['withinMinutes']);
    expect(await wrong({ everyMinutes: 60 })).toEqual(['everyMinutes']);
    expect(await wrong({ on: 'nonsense' })).toEqual(['on']);
    expect(await wrong({ parameters: { no: 1 } })).toEqual(['parameters.no']);
    expect(await wrong({ task: 'nowhere' })).toEqual(['404']);
  });

  it('L-26 given one that waits, when it is cancelled, then it does not start; what has started cannot be cancelled', async () => {
    const task = await http.task();
    const cancelled = await order({ task });
    const other = await order({ task });
    await http.ok('POST', `task-schedules/${cancelled.id}/cancel`);
    await later(60.5, other.id);
    expect(await read(cancelled.id)).toMatchObject({
      status: 'cancelled',
      nextAt: null,
      lastCycle: null,
      cancelledBy: 'administrator of the test',
    });
    const again = await http.call('POST', `task-schedules/${other.id}/cancel`);
    expect([again.status, again.problem.code]).toEqual([409, 'NOT_POSSIBLE_NOW']);
    const list = await http.ok<Page<TaskSchedule>>(
      'GET',
      `task-schedules?task=${encodeURIComponent(task)}&limit=1`,
    );
    expect(list.items.map(({ id }) => id)).toEqual([other.id]);
    const rest = await http.ok<Page<TaskSchedule>>(
      'GET',
      `task-schedules?task=${encodeURIComponent(task)}&limit=1&cursor=${list.nextCursor}`,
    );
    expect([rest.items.map(({ id }) => id), rest.nextCursor]).toEqual([[cancelled.id], null]);
  });
});

describe('L-27 health checks on a schedule', () => {
  it('L-27 given a check every hour, then it is repeated in its rhythm, each endpoint within its spread, and nothing piles up', async () => {
    await http.endpoints('solaris', 'here', 'away');
    const task = await http.task({ os: 'solaris', category: 'Health Check' });
    const made = await order({ task, at: null, everyMinutes: 60, spreadMinutes: 20 });
    const first = await later(0, made.id);
    expect(first).toMatchObject({ status: 'waiting', note: null });
    expect(Date.parse(String(first.nextAt)) - Date.parse(first.startsAt)).toBe(60 * minute);
    const [spread] = await http.column(
      `select distinct extract(epoch from start_after - opened_at) / 60 from runs where cycle = $1`,
      first.lastCycle,
    );
    expect(Number(spread)).toBeCloseTo(10, 1);
    const [run] = await http.column(
      `select r.id from runs r join endpoints e on e.id = r.endpoint where r.cycle = $1 and e.name = 'here'`,
      first.lastCycle,
    );
    await http.ok('POST', `runs/${String(run)}/cancel`);
    const second = await later(60, made.id);
    expect(await runsOf(second.lastCycle)).toEqual(['here']);
    expect(second.note).toBe('1 of 2 endpoints have not finished the check before this one.');
    const third = await later(60, made.id);
    expect(third).toMatchObject({
      status: 'waiting',
      lastCycle: second.lastCycle,
      note: 'No endpoint has finished the check before this one.',
    });
    await http.ok('POST', `task-schedules/${made.id}/cancel`);
  });
});
