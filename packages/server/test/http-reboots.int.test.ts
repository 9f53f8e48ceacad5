import type { Endpoint } from '@patchbay/contracts/endpoint';
import type { LiveEvent } from '@patchbay/contracts/live-event';
import type { LogEntryView } from '@patchbay/contracts/log';
import type { Page } from '@patchbay/contracts/page';
import { rebootEvent } from '@patchbay/contracts/reboot-event';
import type { RebootFlow, RebootFlowEvent, RebootFlowSummary } from '@patchbay/contracts/reboot-flow';
import type { RebootEvent } from '@patchbay/domain/reboot/event';
import { takeRebootEvents } from '@patchbay/server/gateway/reboot-intake';
import { openScriptedRuns, scriptedSnapshot } from '@patchbay/testkit/scripted-fleet';
import { waitFor } from '@patchbay/testkit/wait-for';
import { describe, expect, it } from 'vitest';
import { useHttp } from './http-fixture.ts';

const http = useHttp();
const hour = 3_600_000;
const zone = { offsetMinutes: 0, change: null };
const oneOClock = Date.UTC(2026, 9, 5, 13);
const session = { id: 'c1', user: 'erika', active: true, console: true, busy: false };
const now = (at: number) => ({ at: oneOClock + at, up: hour + at, zone });

/** An endpoint that has reported the first notification and a snooze, of a flow with count 2. */
async function snoozingEndpoint(name: string) {
  const [endpoint] = await http.endpoints('linux', name);
  const step = { key: 'task', kind: 'interactiveReboot', settings: { notificationCount: 2 } } as const;
  const { pool, engine } = http.context;
  const [run] = await openScriptedRuns(pool, engine, scriptedSnapshot([step]), [String(endpoint)]);
  await http.column(
    `insert into activities (run, attempt, step, endpoint, phase, kind, task_name, status, created_at)
     values ($1, 1, 'task', $2, 'task', 'interactiveReboot', 'Ask', 'succeeded', $3)`,
    run,
    endpoint,
    new Date(oneOClock - 60_000),
  );
  const flow = `${run}.task.1`;
  let from = 0;
  const report = async (...events: RebootEvent[]): Promise<void> => {
    const parsed = events.map((event) => rebootEvent.parse(event));
    const message = { type: 'rebootEvents', flow, from, events: parsed } as const;
    await takeRebootEvents(pool, String(endpoint), message, Date.now());
    from += events.length;
  };
  await report(
    { kind: 'begin', now: now(0), activity: flow, bootId: 'boot-1', needed: true, sessions: [session] },
    { kind: 'shown', now: now(1), notification: 1, session: 'c1' },
    { kind: 'answered', now: now(1), notification: 1, session: 'c1', answer: { kind: 'snooze', choice: 0 } },
  );
  return { endpoint: String(endpoint), run: Number(run), flow, report };
}

describe('R-17 flows of Interactive Reboot in the API', () => {
  it('R-17 R-08 shows what was shown and answered, what comes next and the latest possible reboot', async () => {
    const { flow, endpoint } = await snoozingEndpoint('flow-1');
    const shown = await http.ok<RebootFlow>('GET', `reboots/${flow}`);
    expect(shown).toMatchObject({
      endpoint: { id: endpoint, name: 'flow-1' },
      status: 'snoozed',
      ending: null,
      pending: true,
      used: 1,
      notificationCount: 2,
      startedAt: '2026-10-05T13:00:00.000Z',
      nextAt: '2026-10-05T17:00:00.001Z',
      endedAt: null,
      disputed: false,
      activities: [{ id: flow, stopAskedAt: null }],
      canCancel: true,
    });
    expect(shown.forecast.map(({ kind }) => kind)).toEqual(['reminder', 'snoozed', 'finalWarning', 'reboot']);
    expect(shown.forecast.at(-1)?.at).toBe(shown.latestRebootAt);
    const { items } = await http.ok<Page<RebootFlowEvent>>('GET', `reboots/${flow}/events`);
    expect(items.map(({ kind, notification, answer }) => [kind, notification, answer])).toEqual([
      ['begin', null, null],
      ['shown', 1, null],
      ['answered', 1, 'snooze'],
    ]);
    const { items: log } = await http.ok<Page<LogEntryView>>('GET', 'logs?category=reboot&endpoint=flow-1');
    expect(log.every((entry) => entry.reboot === flow)).toBe(true);
    expect(log.some(({ actor }) => actor === 'erika')).toBe(true);
  });

  it('R-02 R-17 the list and the endpoints tell where a reboot is pending', async () => {
    const one = await snoozingEndpoint('flow-2');
    const two = await snoozingEndpoint('flow-3');
    await two.report({ kind: 'booted', now: now(hour), bootId: 'boot-2' });
    const list = async (query: string) =>
      (await http.ok<Page<RebootFlowSummary>>('GET', `reboots?${query}`)).items.map(({ id }) => id);
    expect(await list('pending=true')).toContain(one.flow);
    expect(await list('pending=true')).not.toContain(two.flow);
    expect(await list('pending=false&ending=rebooted')).toEqual([two.flow]);
    expect(await list('endpoint=flow-2')).toEqual([one.flow]);
    expect(await list('status=snoozed&limit=500')).toContain(one.flow);
    const endpoints = async (query: string) =>
      (await http.ok<Page<Endpoint>>('GET', `endpoints?search=flow-&${query}`)).items;
    const pending = await endpoints('pendingReboot=true');
    expect(pending.map(({ name }) => name)).toContain('flow-2');
    expect(pending.find(({ name }) => name === 'flow-2')?.pendingReboot).toBe(one.flow);
    expect((await endpoints('pendingReboot=false')).map(({ name }) => name)).toEqual(['flow-3']);
    expect((await http.ok<Endpoint>('GET', 'endpoints/flow-3')).pendingReboot).toBeNull();
  });

  it('W-13 an operator may cancel a flow once, which is told and audited, and not one that has ended', async () => {
    const { flow, report } = await snoozingEndpoint('flow-4');
    const { status } = await http.call('POST', `reboots/${flow}/cancel`, { as: 'viewer' });
    expect(status).toBe(403);
    const { body } = await http.call<RebootFlow>('POST', `reboots/${flow}/cancel`, { as: 'operator' });
    expect(body).toMatchObject({ pending: true, canCancel: false });
    expect(body.activities[0]?.stopAskedAt).not.toBeNull();
    await http.ok('POST', `reboots/${flow}/cancel`);
    const { items } = await http.ok<Page<LogEntryView>>('GET', `logs?category=reboot&endpoint=flow-4`);
    const asked = items.filter(({ message }) => message.includes('asked the endpoint to give up'));
    expect(asked.map(({ actor }) => actor)).toEqual(['operator of the test']);
    expect(await http.column(`select count(*) from audit where action = 'reboot.cancel'`)).toEqual([1]);
    await report({ kind: 'stopped', now: now(hour), activity: flow });
    const { problem } = await http.call('POST', `reboots/${flow}/cancel`);
    expect(problem.code).toBe('NOT_POSSIBLE_NOW');
    expect((await http.call('GET', 'reboots/9999999.task.1')).problem.code).toBe('NOT_FOUND');
  });

  it('R-17 O-04 who listens hears of flows and of entries', async () => {
    const heard: LiveEvent[] = [];
    const stop = http.context.liveEvents.subscribe((event) => heard.push(event));
    const { flow, report } = await snoozingEndpoint('flow-live');
    await waitFor(
      async () => {
        // The first look of the server may have been after what happened before.
        await report({ kind: 'sessionsChanged', now: now(2), sessions: [session] });
        return (
          heard.some(({ kind, ids }) => kind === 'reboot' && ids.includes(flow)) &&
          heard.some(({ kind }) => kind === 'log')
        );
      },
      { what: 'the news' },
    );
    stop();
  });
});
