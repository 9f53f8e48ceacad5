import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decidePlan, hasCycle } from '../src/plan/decide.ts';
import {
  boardColumns,
  endpointsHeld,
  newPlanState,
  type PlanCommand,
  type PlanEvent,
  type PlanState,
  planStatuses,
} from '../src/plan/state.ts';
import { planTransitions } from '../src/plan/transitions.ts';

const at = 1_000;
const activate: PlanEvent = { kind: 'activate', at, by: 'ada', approvalRequired: false, start: null };
const judge = (
  kind: 'approve' | 'reject',
  by: string,
  more: Partial<Extract<PlanEvent, { kind: 'approve' | 'reject' }>> = {},
) =>
  ({
    kind,
    at,
    by,
    onBehalfOf: null,
    authors: ['ada'],
    authorsMayApprove: false,
    reference: null,
    reason: null,
    endpoints: 2,
    next: null,
    ...more,
  }) as PlanEvent;
const finished = (ending: 'done' | 'cancelled' | 'expired', next: number | null): PlanEvent => ({
  kind: 'cycleFinished',
  at,
  ending,
  next,
});

function follow(...events: PlanEvent[]): {
  state: PlanState;
  commands: readonly PlanCommand[];
  last: string;
} {
  let state = newPlanState(true);
  let commands: readonly PlanCommand[] = [];
  let last = '';
  for (const event of events) {
    const decision = decidePlan(state, event);
    last = decision.kind === 'accepted' ? decision.kind : decision.reason;
    commands = decision.kind === 'accepted' ? decision.commands : [];
    if (decision.kind === 'accepted') state = decision.state;
  }
  return { state, commands, last };
}

describe('the status of a plan', () => {
  it('P-12 every status has exactly one column of the board', () => {
    expect(Object.values(boardColumns).flat().toSorted()).toEqual([...planStatuses].toSorted());
  });

  it('P-12 given a plan with something missing then it is incomplete and cannot be activated', () => {
    const incomplete = newPlanState(false);
    expect(incomplete.status).toBe('incomplete');
    expect(decidePlan(incomplete, activate)).toEqual({ kind: 'rejected', reason: 'the plan is incomplete' });
    const mended = decidePlan(incomplete, { kind: 'edited', at, complete: true });
    expect(mended).toMatchObject({ state: { status: 'readyToActivate' } });
  });

  it('P-12 given a plan for now when it is activated then its cycle opens, runs and is done', () => {
    expect(follow(activate)).toMatchObject({
      state: { status: 'running' },
      commands: [{ kind: 'openCycle', plannedAt: at }],
    });
    expect(follow(activate, finished('done', null)).state.status).toBe('done');
  });

  it('P-05 given a plan for later then it waits for its time, and a recurring one for the next', () => {
    const later = { ...activate, start: 5_000 } as PlanEvent;
    expect(follow(later)).toMatchObject({
      state: { status: 'waiting', waitsFor: { what: 'start', at: 5_000 } },
      commands: [{ kind: 'wakeAt', at: 5_000 }],
    });
    const due: PlanEvent = { kind: 'due', at: 5_000, deadline: null, next: null };
    expect(follow(later, due).commands).toEqual([{ kind: 'openCycle', plannedAt: 5_000 }]);
    for (const ending of ['done', 'expired'] as const) {
      expect(follow(later, due, finished(ending, 9_000)).state).toMatchObject({
        status: 'waiting',
        waitsFor: { what: 'start', at: 9_000 },
      });
    }
    expect(follow(later, due, finished('cancelled', 9_000)).state.status).toBe('cancelled');
  });

  it('P-05 P-13 given a server that was down over the time of a plan then the cycle opens late until its deadline, and after it the time is expired and a recurring plan goes on', () => {
    const hour = 3_600_000;
    const later = { ...activate, start: 0 } as PlanEvent;
    const back = (at: number, next: number | null): PlanEvent => ({
      kind: 'due',
      at,
      deadline: 4 * hour,
      next,
    });
    const late = decidePlan(follow(later).state, back(3 * hour, null));
    expect(late).toMatchObject({
      state: { status: 'running' },
      commands: [{ kind: 'openCycle', plannedAt: 0 }],
      notes: [expect.any(String), 'It opens 3 h late; its deadline counts from its time.'],
    });
    const reason = 'its time was 4 h ago, and the deadline has passed';
    expect(follow(later, back(4 * hour, null))).toMatchObject({
      state: { status: 'expired' },
      commands: [{ kind: 'tellNotOpened', reason }],
    });
    expect(follow(later, back(4 * hour, 24 * hour))).toMatchObject({
      state: { status: 'waiting', waitsFor: { what: 'start', at: 24 * hour } },
      commands: [
        { kind: 'tellNotOpened', reason },
        { kind: 'wakeAt', at: 24 * hour },
      ],
    });
  });

  it('P-12 given an open cycle whose first window opens later then the plan waits for it', () => {
    const events: PlanEvent[] = [activate, { kind: 'windowAwaited', at, until: 7_000 }];
    expect(follow(...events).state).toMatchObject({
      status: 'waiting',
      waitsFor: { what: 'window', at: 7_000 },
    });
    expect(hasCycle(follow(...events).state)).toBe(true);
    expect(follow(...events, { kind: 'firstRunStarted', at }).state.status).toBe('running');
    expect(follow(...events, { kind: 'cancel', at, by: 'ada' }).commands).toEqual([
      { kind: 'cancelCycle', by: 'ada' },
    ]);
  });

  it('P-12 given an open cycle whose endpoints are offline in their window then the plan waits for them, and for the next window when that ends', () => {
    const offline: PlanEvent = { kind: 'endpointsAwaited', at, why: 'offline' };
    const events: PlanEvent[] = [activate, { kind: 'windowAwaited', at, until: 7_000 }, offline];
    expect(follow(...events).state).toMatchObject({ status: 'waiting', waitsFor: { what: 'endpoints' } });
    expect(hasCycle(follow(...events).state)).toBe(true);
    expect(follow(...events, offline).last).toBe('the plan waits already');
    expect(follow(...events, { ...offline, why: 'busy' }).state).toMatchObject({ waitsFor: { why: 'busy' } });
    expect(follow(...events, { kind: 'windowAwaited', at, until: 9_000 }).state).toMatchObject({
      waitsFor: { what: 'window', at: 9_000 },
    });
    expect(follow(...events, { kind: 'firstRunStarted', at }).state.status).toBe('running');
    expect(follow({ ...activate, start: 5_000 }, offline).state).toMatchObject({
      waitsFor: { what: 'start' },
    });
  });

  it('P-12 given a halted cycle then the plan is halted with the reason until it is resumed or cancelled', () => {
    const halted: PlanEvent = { kind: 'cycleHalted', at, reason: '3 runs failed' };
    expect(follow(activate, halted).state).toMatchObject({ status: 'halted', reason: '3 runs failed' });
    expect(follow(activate, halted, { kind: 'cycleResumed', at }).state.status).toBe('running');
    expect(follow(activate, halted, finished('cancelled', null)).state.status).toBe('cancelled');
  });

  it('P-12 given a time at which no cycle can be opened then it says so, and waits for the next one if there is any', () => {
    const later = { ...activate, start: 5_000 } as PlanEvent;
    const failed = {
      kind: 'notOpened',
      at,
      reason: 'there is no workflow for AIX',
      next: 9_000,
    } as const;
    expect(follow(later, failed)).toMatchObject({
      state: { status: 'waiting' },
      commands: [
        { kind: 'tellNotOpened', reason: failed.reason },
        { kind: 'wakeAt', at: 9_000 },
      ],
    });
    expect(follow(later, { ...failed, next: null }).state.status).toBe('readyToActivate');
  });

  it('L-49 given a plan that is edited while its cycle is open then the cycle goes on and the plan has to be activated anew', () => {
    const edit: PlanEvent = { kind: 'edited', at, complete: true };
    expect(follow(activate, edit).state).toMatchObject({ status: 'running', changed: 'complete' });
    expect(follow(activate, edit, finished('done', 9_000)).state.status).toBe('readyToActivate');
    const lacking: PlanEvent = { kind: 'edited', at, complete: false };
    expect(follow(activate, edit, lacking, finished('done', 9_000)).state.status).toBe('incomplete');
    expect(follow(activate, lacking, edit, finished('done', 9_000)).state.status).toBe('readyToActivate');
    expect(follow({ ...activate, start: 5_000 }, edit)).toMatchObject({
      state: { status: 'readyToActivate' },
      commands: [{ kind: 'stopWaiting' }],
    });
  });
});

describe('approvals', () => {
  const ask = { ...activate, approvalRequired: true } as PlanEvent;

  it('P-09 given a plan that needs an approval then it waits for it, and the reference is kept', () => {
    expect(follow(ask)).toMatchObject({
      state: { status: 'awaitingApproval' },
      commands: [{ kind: 'askApproval', by: 'ada' }],
    });
    const approved = follow(ask, judge('approve', 'grace', { reference: 'CHG-17' }));
    expect(approved).toMatchObject({
      state: { status: 'running', approval: { by: 'grace', at, reference: 'CHG-17' } },
      commands: [{ kind: 'openCycle', plannedAt: at }],
    });
  });

  it('P-09 given an approver who wrote the plan then it is refused, unless the setting allows it', () => {
    expect(follow(ask, judge('approve', 'ada')).last).toBe(
      'ada has written the plan, and somebody else has to approve it (system configuration)',
    );
    expect(follow(ask, judge('approve', 'ada', { authorsMayApprove: true })).state.status).toBe('running');
    expect(follow(ask, judge('reject', 'ada')).state.status).toBe('rejected');
  });

  it('P-09 P-05 given an approval after the time of the plan then nothing opens at once: it waits for the next time, or needs another', () => {
    const later = { ...ask, start: at + 60 } as PlanEvent;
    const early = judge('approve', 'grace', { next: at + 100 });
    expect(follow(later, early).state).toMatchObject({ waitsFor: { what: 'start', at: at + 60 } });
    const late = { at: at + 60, next: at + 100 };
    const waits = follow(later, judge('approve', 'grace', late));
    expect(waits.state).toMatchObject({ status: 'waiting', waitsFor: { what: 'start', at: at + 100 } });
    expect(waits.commands).toEqual([{ kind: 'wakeAt', at: at + 100 }]);
    const refused = follow(later, judge('approve', 'grace', { ...late, next: null }));
    expect(refused.state.status).toBe('awaitingApproval');
    expect(refused.last).toBe('its time has passed: it needs another one');
    expect(follow(later, judge('reject', 'grace', { ...late, next: null })).state.status).toBe('rejected');
  });

  it('P-09 given a rejected plan then the reason is kept, and it can be activated again', () => {
    const rejected = follow(ask, judge('reject', 'grace', { reason: 'not on a Friday' }));
    expect(rejected.state).toMatchObject({ status: 'rejected', verdict: { reason: 'not on a Friday' } });
    expect(follow(ask, judge('reject', 'grace'), ask).state.status).toBe('awaitingApproval');
  });

  it('P-09 given a system that passes an approval on then it is kept for whom, and the plan moves as for anybody', () => {
    const more = { onBehalfOf: 'Grace Hopper', reference: 'CHG0012345', reason: 'agreed' };
    const passedOn = follow(ask, judge('approve', 'ServiceNow', more));
    expect(passedOn.state).toMatchObject({ status: 'running', approval: { by: 'ServiceNow', at, ...more } });
    const decision = decidePlan(follow(ask).state, judge('approve', 'ServiceNow', more));
    expect(decision).toMatchObject({
      notes: ['ServiceNow approved the plan for Grace Hopper (CHG0012345): agreed.'],
    });
  });

  it('P-09 given a system that passes the approval of an author on then it is refused, however the name is written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('ada', 'ADA', ' Ada ', 'grace', 'Eve', null),
        fc.constantFrom('ada', 'Ada', 'ServiceNow'),
        fc.boolean(),
        (onBehalfOf, by, authorsMayApprove) => {
          const { state } = follow(ask, judge('approve', by, { onBehalfOf, authorsMayApprove }));
          const isAuthor = [by, onBehalfOf].some((one) => one?.trim().toLowerCase() === 'ada');
          expect(state.status).toBe(isAuthor && !authorsMayApprove ? 'awaitingApproval' : 'running');
        },
      ),
    );
  });

  it('P-09 given an approval that nobody waits for then it is refused', () => {
    expect(follow(judge('approve', 'grace')).last).toBe('the plan is not activated');
  });
});

describe('the published state machine', () => {
  const time = fc.integer({ min: 0, max: 9 });
  const maybe = fc.option(time, { nil: null });
  const by = fc.constantFrom('ada', 'grace');
  const verdict = {
    at: time,
    by,
    onBehalfOf: fc.constant(null),
    authors: fc.subarray(['ada', 'grace']),
    authorsMayApprove: fc.boolean(),
    reference: fc.constant(null),
    reason: fc.constant(null),
    endpoints: fc.nat({ max: 9 }),
    next: maybe,
  };
  const ending = fc.constantFrom('done' as const, 'cancelled' as const, 'expired' as const);
  const events: fc.Arbitrary<PlanEvent> = fc.oneof(
    fc.record({ kind: fc.constant('edited' as const), at: time, complete: fc.boolean() }),
    fc.record({
      kind: fc.constant('activate' as const),
      at: time,
      by,
      approvalRequired: fc.boolean(),
      start: maybe,
    }),
    fc.record({ kind: fc.constantFrom('approve' as const, 'reject' as const), ...verdict }),
    fc.record({ kind: fc.constant('due' as const), at: time, deadline: maybe, next: maybe }),
    fc.record({
      kind: fc.constant('notOpened' as const),
      at: time,
      reason: fc.constant('why'),
      next: maybe,
    }),
    fc.record({ kind: fc.constant('windowAwaited' as const), at: time, until: time }),
    fc.record({
      kind: fc.constantFrom('firstRunStarted' as const, 'cycleResumed' as const),
      at: time,
    }),
    fc.record({
      kind: fc.constant('endpointsAwaited' as const),
      at: time,
      why: fc.constantFrom(...endpointsHeld),
    }),
    fc.record({ kind: fc.constant('cycleHalted' as const), at: time, reason: fc.constant('why') }),
    fc.record({
      kind: fc.constant('cycleFinished' as const),
      at: time,
      ending,
      next: maybe,
    }),
    fc.record({ kind: fc.constant('cancel' as const), at: time, by }),
  );

  it('P-12 given any events then exactly what the table lists happens, a cycle never opens twice, and all is explained', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(events, { minLength: 100, maxLength: 100 }), fc.boolean(), (drawn, complete) => {
        let state = newPlanState(complete);
        for (const event of drawn) {
          const decision = decidePlan(state, event);
          if (decision.kind !== 'accepted') continue;
          const to = decision.state;
          const transition = `${state.status} ${event.kind} ${to.status}`;
          const opens = decision.commands.some(({ kind }) => kind === 'openCycle');
          const woken = decision.commands.some(({ kind }) => kind === 'wakeAt');
          const waits = to.status === 'waiting' && to.waitsFor.what === 'start';
          const rules = {
            listed: planTransitions[state.status][event.kind]?.includes(to.status),
            explained: decision.notes.length > 0,
            'opens no second cycle': !(opens && hasCycle(state)),
            'keeps its cycle':
              hasCycle(to) === (opens || (hasCycle(state) && event.kind !== 'cycleFinished')),
            'waits with a clock': !waits || woken,
          };
          const broken = Object.entries(rules).find(([, holds]) => !holds);
          if (broken !== undefined) throw new Error(`${transition}: not ${broken[0]}`);
          seen.add(transition);
          state = to;
        }
      }),
      { numRuns: 8_000 },
    );
    const listed = Object.entries(planTransitions).flatMap(([from, byEvent]) =>
      Object.entries(byEvent).flatMap(([kind, to]) => to.map((status) => `${from} ${kind} ${status}`)),
    );
    expect(listed.filter((transition) => !seen.has(transition))).toEqual([]);
  });
});
