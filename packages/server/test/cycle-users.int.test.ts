import type { Cycle } from '@patchbay/contracts/cycle';
import type { CycleReport } from '@patchbay/contracts/cycle-report';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ActivityToSend } from '../src/engine/engine.ts';
import { minuteMs, patched, plainRollout, rehearsedPatch, usePlans } from './plan-fixture.ts';

const plans = usePlans();
const { http } = plans;

beforeAll(async () => {
  await http.storeLibrary();
  const check = await http.task();
  await http.ok('POST', 'workflows', {
    name: 'Asks its users',
    os: 'linux',
    postPatching: [{ task: 'Interactive Reboot (Linux)' }],
    afterReboot: [{ task: check }],
  });
  await http.ok('POST', 'workflows/Asks its users/set-default');
});

const on = (name: string, count: number): string =>
  Array.from({ length: count }, (_, n) => `endpoint:${name}-${String(n).padStart(2, '0')}`).join(',');

/** Patches are installed and users asked at once; checks take until they are finished. */
function play({ step }: ActivityToSend) {
  if (step === 'patch') return patched;
  return step === 'post-1' ? ({ kind: 'userAsked' } as const) : null;
}

/** The users of the first `count` runs that wait for one let their flow end. */
async function answer(cycle: number, count: number, ending: 'rebooted' | 'cancelled'): Promise<void> {
  await http.column(
    `with waiting as (
       select id as run, endpoint, step, id || '.' || step as flow from runs r
       where cycle = $1 and status = 'awaitingUser'
         and not exists (select from reboot_members m where m.run = r.id) order by id limit $2
     ), flows as (
       insert into reboot_flows (id, endpoint, run, settings, state, status, ending, started_at, reported_at, ended_at)
       select flow, endpoint, run, '{}', '{}', 'ended', $3, now(), now(), now() from waiting
     )
     insert into reboot_members (run, step, attempt, endpoint, flow) select run, step, 1, endpoint, flow from waiting`,
    cycle,
    count,
    ending,
  );
  http.context.engine.flowsEnded();
  await plans.settled();
}

const places = async (cycle: number) => {
  const { rollout } = await plans.cycle(cycle);
  const { active, awaitingUser, queued, succeeded } = rollout?.waves[0]?.counts ?? {};
  return { queued, active, awaitingUser, succeeded };
};

describe('users who would be asked', () => {
  it('P-10 P-15 given a rehearsal, when its report is read, then it tells of the reboots that there would be', async () => {
    await plans.fleet('rehearsed', 2);
    await plans.plan('Rehearsed', on('rehearsed', 2));
    plans.answerWith(({ step }) => (step === 'patch' ? rehearsedPatch : null));
    const { id } = await http.ok<Cycle>('POST', 'plans/Rehearsed/rehearse');
    await plans.lookUntil(
      id,
      'the rehearsal to end',
      async () => (await plans.cycle(id)).status === 'finished',
    );
    const { reboots } = await http.ok<CycleReport>('GET', `cycles/${id}/report`);
    expect(
      reboots.map(({ endpoint, step, interactive, ending }) => [endpoint.name, step, interactive, ending]),
    ).toEqual([
      ['rehearsed-00', 'Interactive Reboot (Linux)', true, 'foreseen'],
      ['rehearsed-01', 'Interactive Reboot (Linux)', true, 'foreseen'],
    ]);
    const page = await http.call('GET', `cycles/${id}/report.html`);
    expect(page.text).toContain('Interactive Reboot (Linux): a user would be asked');
  });
});

describe('users who answer', () => {
  it('P-08 W-15 given more users who answer at once than runs may work, when their runs go on, then no more at a time than may, also of a halted cycle', async () => {
    await plans.fleet('user', 7);
    await plans.plan('Users', on('user', 7), { rollout: { ...plainRollout, maximumConcurrent: 2 } });
    plans.answerWith(play);
    const cycle = await plans.opened('Users');
    await plans.lookUntil(cycle, 'users to be asked', async () => {
      return (await places(cycle)).awaitingUser === 7;
    });

    await answer(cycle, 6, 'rebooted');
    await plans.look(cycle);
    expect(await places(cycle)).toEqual({ queued: 0, active: 2, awaitingUser: 5, succeeded: 0 });
    expect(plans.waiting.map(({ step }) => step)).toEqual(['check-1', 'check-1']);
    await plans.look(cycle);
    expect(plans.waiting).toHaveLength(2);

    // One whose user does not want the reboot has nothing left to do, and needs no place to end.
    await answer(cycle, 1, 'cancelled');
    expect(await places(cycle)).toMatchObject({ awaitingUser: 4, succeeded: 1 });

    await http.ok('POST', `cycles/${cycle}/halt`, { reason: 'a bad patch' });
    for (const succeeded of [3, 5, 7]) {
      await plans.finish({ kind: 'exited', exitCode: 0, facts: {} });
      await plans.look(cycle);
      expect(await places(cycle)).toMatchObject({ active: succeeded === 7 ? 0 : 2, succeeded });
    }
    expect((await plans.cycle(cycle)).status).toBe('finished');
  });

  it('P-08 W-15 given a run that may go on and whose endpoint is at work otherwise, when a minute has passed, then another has its place', async () => {
    const [first] = await plans.fleet('busy', 2);
    await plans.plan('Busy', on('busy', 2), { rollout: { ...plainRollout, maximumConcurrent: 1 } });
    plans.answerWith(play);
    const cycle = await plans.opened('Busy');
    await plans.lookUntil(cycle, 'users to be asked', async () => {
      return (await places(cycle)).awaitingUser === 2;
    });
    await answer(cycle, 2, 'rebooted');
    // A server let it go on and died; before another one looks, the endpoint is at work on something else.
    await http.column(
      `with let as (
         update runs set admitted_at = $3 where cycle = $1 and endpoint = $2 returning snapshot, endpoint, state
       )
       insert into runs (snapshot, endpoint, opened_by, opened_at, status, state)
       select snapshot, endpoint, 'ada', now(), 'running', state from let`,
      cycle,
      first,
      new Date(plans.now()),
    );
    await plans.look(cycle);
    expect(plans.waiting).toEqual([]);
    plans.advance(2 * minuteMs);
    await plans.look(cycle);
    expect(plans.waiting.map(({ endpoint }) => endpoint === first)).toEqual([false]);
    await http.column(`delete from runs where cycle is null and endpoint = $1`, first);
    await plans.finish({ kind: 'exited', exitCode: 0, facts: {} });
    await plans.look(cycle);
    expect(plans.waiting.map(({ endpoint }) => endpoint === first)).toEqual([true]);
  });
});
