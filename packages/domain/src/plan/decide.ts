import type { Decision } from '../decision.ts';
import { duration } from '../run/wording.ts';
import { latenessInWords } from './opening.ts';
import {
  endpointsHeldWords,
  type PlanCommand,
  type PlanEvent,
  type PlanState,
  type PlanStatus,
  type Verdict,
  type WaitingFor,
} from './state.ts';
import { planTransitions } from './transitions.ts';

export type PlanDecision = Decision<PlanState, PlanCommand>;

/**
 * The one function that moves a plan (P-09, P-12). What the table of transitions does not list is refused when
 * somebody asked for it, and ignored when it is only late.
 */
export function decidePlan(state: PlanState, event: PlanEvent): PlanDecision {
  if (planTransitions[state.status][event.kind] === undefined) return notNow(state, event);
  switch (event.kind) {
    case 'edited':
      return edited(state, event.complete);
    case 'activate': {
      const { by, start, approvalRequired } = event;
      if (!approvalRequired) return begin(null, start, event.at, [`${by} activated the plan.`]);
      return accepted(
        { status: 'awaitingApproval', start, askedBy: by, approval: null, changed: false },
        [{ kind: 'askApproval', by }],
        [`${by} activated the plan, which waits for an approval.`],
      );
    }
    case 'approve':
    case 'reject':
      return state.status === 'awaitingApproval' ? judged(state.start, event) : notNow(state, event);
    case 'due':
      return state.status === 'waiting' && state.waitsFor.what === 'start'
        ? due(state, state.waitsFor.at, event)
        : { kind: 'ignored', reason: 'the plan does not wait for its time' };
    case 'notOpened':
      return notOpened(state, event);
    case 'windowAwaited': {
      const waitsFor = { what: 'window', at: event.until } as const;
      return cycleWaits(state, waitsFor, 'The plan waits for the first maintenance window of its endpoints.');
    }
    case 'endpointsAwaited':
      return cycleWaits(
        state,
        { what: 'endpoints', why: event.why },
        `The plan waits for its endpoints: those whose turn it is ${endpointsHeldWords[event.why]}.`,
      );
    case 'firstRunStarted':
      return hasCycle(state)
        ? accepted(running(state), [], ['The first run of its cycle started.'])
        : { kind: 'ignored', reason: 'the plan has no open cycle' };
    case 'cycleHalted': {
      if (!hasCycle(state)) return { kind: 'ignored', reason: 'the plan has no open cycle' };
      const { reason } = event;
      return accepted(
        { ...kept(state), status: 'halted', reason },
        [],
        [`The cycle of the plan was halted: ${reason}.`],
      );
    }
    case 'cycleResumed':
      return accepted(running(state), [], ['The cycle of the plan was resumed.']);
    case 'cycleFinished':
      return cycleFinished(state, event);
    case 'cancel':
      return cancel(state, event.by);
  }
}

/** Whether a cycle of the plan is open. */
export function hasCycle(state: PlanState): boolean {
  if (state.status === 'waiting') return state.waitsFor.what !== 'start';
  return state.status === 'running' || state.status === 'halted';
}

/** Before the first run of an open cycle starts. */
function cycleWaits(
  state: PlanState,
  waitsFor: Exclude<WaitingFor, { what: 'start' }>,
  note: string,
): PlanDecision {
  if (!hasCycle(state)) return { kind: 'ignored', reason: 'the plan has no open cycle' };
  if (state.status === 'waiting' && isSame(state.waitsFor, waitsFor)) {
    return { kind: 'ignored', reason: 'the plan waits already' };
  }
  return accepted({ ...kept(state), status: 'waiting', waitsFor }, [], [note]);
}

function isSame(one: WaitingFor, other: WaitingFor): boolean {
  const detail = (awaited: WaitingFor) => (awaited.what === 'endpoints' ? awaited.why : awaited.at);
  return one.what === other.what && detail(one) === detail(other);
}

/** An edit withdraws what was approved and activated; an open cycle goes on as it was frozen (L-49). */
function edited(state: PlanState, complete: boolean): PlanDecision {
  if (hasCycle(state)) {
    const note = 'The plan was edited; its open cycle goes on as it was.';
    return accepted({ ...state, changed: complete ? 'complete' : 'incomplete' }, [], [note]);
  }
  const active = state.status === 'waiting' || state.status === 'awaitingApproval';
  return accepted(idle(complete), state.status === 'waiting' ? [{ kind: 'stopWaiting' }] : [], [
    active ? 'The plan was edited and has to be activated again.' : 'The plan was edited.',
  ]);
}

function judged(
  start: number | null,
  event: Extract<PlanEvent, { kind: 'approve' | 'reject' }>,
): PlanDecision {
  const { by, onBehalfOf, at, reference, reason, endpoints } = event;
  const verdict: Verdict = { by, onBehalfOf, at, reference, reason, endpoints };
  const words = `${onBehalfOf === null ? '' : ` for ${onBehalfOf}`}${reference === null ? '' : ` (${reference})`}${reason === null ? '' : `: ${reason}`}`;
  if (event.kind === 'reject') {
    const state: PlanState = { status: 'rejected', verdict, approval: null, changed: false };
    return accepted(state, [], [`${by} rejected the plan${words}.`]);
  }
  const author = authorAmong(event.authors, [by, onBehalfOf]);
  if (!event.authorsMayApprove && author !== null) {
    return {
      kind: 'rejected',
      reason: `${author} has written the plan, and somebody else has to approve it (system configuration)`,
    };
  }
  const note = `${by} approved the plan${words}.`;
  if (start === null || start > at) return begin(verdict, start, at, [note]);
  // Who approves on Monday what was meant for Saturday night does not mean that it begins now.
  if (event.next === null) return { kind: 'rejected', reason: 'its time has passed: it needs another one' };
  return begin(verdict, event.next, at, [note, 'Its time has passed: it waits for the next one.']);
}

/** Another system may write a name with other capitals. */
function authorAmong(authors: readonly string[], deciders: readonly (string | null)[]): string | null {
  const folded = new Set(authors.map((name) => name.trim().toLowerCase()));
  return deciders.find((one) => one !== null && folded.has(one.trim().toLowerCase())) ?? null;
}

function begin(
  approval: Verdict | null,
  start: number | null,
  at: number,
  notes: readonly string[],
): PlanDecision {
  if (start === null) {
    const open = { kind: 'openCycle', plannedAt: at } as const;
    return accepted({ status: 'running', approval, changed: false }, [open], notes);
  }
  const waitsFor = { what: 'start', at: start } as const;
  return accepted(
    { status: 'waiting', waitsFor, approval, changed: false },
    [{ kind: 'wakeAt', at: start }],
    notes,
  );
}

/** A server that was down over a plan's time opens the cycle late, and not at all after its deadline (P-05, P-13). */
function due(
  state: PlanState,
  plannedAt: number,
  { at, deadline, next }: Extract<PlanEvent, { kind: 'due' }>,
): PlanDecision {
  if (deadline === null || at < deadline) {
    const late = latenessInWords(plannedAt, at);
    const note = 'The time of the plan came: its cycle opens.';
    return accepted(
      running(state),
      [{ kind: 'openCycle', plannedAt }],
      [note, ...(late === null ? [] : [late])],
    );
  }
  const reason = `its time was ${duration(at - plannedAt)} ago, and the deadline has passed`;
  const tell = { kind: 'tellNotOpened', reason } as const;
  const note = `No cycle was opened: ${reason}.`;
  if (next === null) return accepted({ status: 'expired', approval: null, changed: false }, [tell], [note]);
  const waitsFor = { what: 'start', at: next } as const;
  return accepted(
    { ...kept(state), status: 'waiting', waitsFor },
    [tell, { kind: 'wakeAt', at: next }],
    [note, 'The plan goes on to its next time.'],
  );
}

/** What was in the way may be gone by the next time; who activates the plan before is told if it is not. */
function notOpened(
  state: PlanState,
  { reason, next }: Extract<PlanEvent, { kind: 'notOpened' }>,
): PlanDecision {
  if (hasCycle(state)) return { kind: 'ignored', reason: 'the plan has an open cycle' };
  const tell = { kind: 'tellNotOpened', reason } as const;
  const notes = [`No cycle was opened: ${reason}.`];
  if (next === null) return accepted(idle(true), [tell], notes);
  const waitsFor = { what: 'start', at: next } as const;
  return accepted(
    { ...kept(state), status: 'waiting', waitsFor },
    [tell, { kind: 'wakeAt', at: next }],
    notes,
  );
}

function cycleFinished(
  state: PlanState,
  { ending, next }: Extract<PlanEvent, { kind: 'cycleFinished' }>,
): PlanDecision {
  if (!hasCycle(state)) return { kind: 'ignored', reason: 'the plan has no open cycle' };
  const note = endings[ending];
  if (ending === 'cancelled' || next === null) {
    return accepted({ status: ending, approval: null, changed: false }, [], [note]);
  }
  if (state.changed !== false) {
    const edited = 'It was edited and has to be activated again.';
    return accepted(idle(state.changed === 'complete'), [], [note, edited]);
  }
  const waitsFor = { what: 'start', at: next } as const;
  return accepted(
    { ...kept(state), status: 'waiting', waitsFor },
    [{ kind: 'wakeAt', at: next }],
    [note, 'The plan waits for its next time.'],
  );
}

const endings = {
  done: 'The cycle of the plan is done.',
  cancelled: 'The cycle of the plan was cancelled.',
  expired: 'The cycle of the plan ended after its deadline.',
} as const;

function cancel(state: PlanState, by: string): PlanDecision {
  if (hasCycle(state)) {
    return accepted(state, [{ kind: 'cancelCycle', by }], [`${by} cancelled the cycle of the plan.`]);
  }
  return accepted(idle(true), state.status === 'waiting' ? [{ kind: 'stopWaiting' }] : [], [
    `${by} took the activation of the plan back.`,
  ]);
}

const doing: Record<PlanStatus, string> = {
  incomplete: 'is incomplete',
  readyToActivate: 'is not activated',
  awaitingApproval: 'waits for an approval',
  rejected: 'was rejected',
  waiting: 'is activated and waits for its time',
  running: 'is running',
  halted: 'is halted',
  done: 'is done',
  cancelled: 'was cancelled',
  expired: 'has expired',
};

const asked: ReadonlySet<PlanEvent['kind']> = new Set(['edited', 'activate', 'approve', 'reject', 'cancel']);

function notNow(state: PlanState, event: PlanEvent): PlanDecision {
  return { kind: asked.has(event.kind) ? 'rejected' : 'ignored', reason: `the plan ${doing[state.status]}` };
}

function idle(complete: boolean): PlanState {
  return { status: complete ? 'readyToActivate' : 'incomplete', approval: null, changed: false };
}

function running(state: PlanState): PlanState {
  return { ...kept(state), status: 'running' };
}

function kept({ approval, changed }: PlanState): Pick<PlanState, 'approval' | 'changed'> {
  return { approval, changed };
}

function accepted(
  state: PlanState,
  commands: readonly PlanCommand[],
  notes: readonly string[],
): PlanDecision {
  return { kind: 'accepted', state, commands, notes };
}
