import type { Decision } from '../decision.ts';
import { sampleOf, unfinished } from './counting.ts';
import type {
  CycleCommand,
  CycleDefinition,
  CycleEnding,
  CycleEvent,
  CycleProgress,
  CycleState,
  ObservedWave,
} from './cycle-state.ts';
import { gateVerdict } from './gate.ts';
import { tooManyFailures } from './threshold.ts';

export type CycleDecision = Decision<CycleState, CycleCommand>;

/** A decision in the making. */
interface Draft {
  readonly state: CycleState;
  readonly commands: readonly CycleCommand[];
  readonly notes: readonly string[];
}

/**
 * The one function that moves a cycle (P-08, P-12, P-13). Pure: it goes by the counts that come with the event, never
 * by single runs, so that it costs the same for ten endpoints and for a hundred thousand.
 */
export function decideCycle(
  definition: CycleDefinition,
  state: CycleState,
  event: CycleEvent,
): CycleDecision {
  if (state.status === 'finished' && event.kind !== 'look') {
    return { kind: 'ignored', reason: 'the cycle has finished' };
  }
  const draft: Draft = { state, commands: [], notes: [] };
  switch (event.kind) {
    case 'look':
      return outcome(state, look(definition, draft, event));
    case 'approveGate':
      return approveGate(definition, state, event);
    case 'halt': {
      if (state.status !== 'running') return { kind: 'rejected', reason: `the cycle ${whatItDoes(state)}` };
      const note = `${event.by} halted the cycle: ${event.reason}.`;
      const halted = { status: 'halted', cause: 'person', by: event.by, reason: event.reason } as const;
      return outcome(state, look(definition, noted(changed(draft, { ...state, ...halted }), note), event));
    }
    case 'resume':
      return resume(definition, state, event);
    case 'cancel': {
      if (state.status === 'ending' && state.ending === 'cancelled') {
        return { kind: 'ignored', reason: 'the cycle is cancelled already' };
      }
      const next: CycleState = { ...progressOf(state), status: 'ending', ending: 'cancelled' };
      const cancelled = commanded(changed(draft, next), { kind: 'cancelRuns', by: event.by });
      return outcome(state, look(definition, noted(cancelled, `${event.by} cancelled the cycle.`), event));
    }
  }
}

function approveGate(
  definition: CycleDefinition,
  state: CycleState,
  event: Extract<CycleEvent, { kind: 'approveGate' }>,
): CycleDecision {
  if (state.status !== 'running') return { kind: 'rejected', reason: `the cycle ${whatItDoes(state)}` };
  const asks = definition.waves[state.openWaves - 1]?.gate?.approval === true;
  if (!asks || state.openWaves >= definition.waves.length) {
    return { kind: 'rejected', reason: 'no wave waits for an approval' };
  }
  if (state.approvedBy !== null) {
    return { kind: 'ignored', reason: `${state.approvedBy} has approved it already` };
  }
  const draft = { state: { ...state, approvedBy: event.by }, commands: [], notes: [] };
  const next = definition.waves[state.openWaves]?.name ?? '';
  return outcome(state, look(definition, noted(draft, `${event.by} approved the wave "${next}".`), event));
}

/** A person who resumes a cycle puts up with what halted it: failures so far, or a gate that cannot pass. */
function resume(
  definition: CycleDefinition,
  state: CycleState,
  event: Extract<CycleEvent, { kind: 'resume' }>,
): CycleDecision {
  if (state.status !== 'halted') return { kind: 'rejected', reason: `the cycle ${whatItDoes(state)}` };
  const forgiven = event.waves.map(sampleOf);
  const resumed: Draft = {
    state: { ...progressOf(state), status: 'running', forgiven },
    commands: [],
    notes: [`${event.by} resumed the cycle.`],
  };
  const passed = state.cause === 'gate' ? openNext(definition, resumed, `${event.by} resumed it`) : resumed;
  return outcome(state, look(definition, passed, event));
}

/** What follows from the counts and the clock, in this order: the end, the deadline, a halt, waves, admission. */
function look(definition: CycleDefinition, draft: Draft, { at, waves }: CycleEvent): Draft {
  const { state } = draft;
  // An operator may have a failed run of it go on (W-12).
  if (state.status === 'finished') return letGoOn(definition, draft, waves).draft;
  if (waves.every((wave) => unfinished(wave) === 0)) {
    return finished(draft, state.status === 'ending' ? state.ending : 'done');
  }
  if (state.status === 'ending') return letGoOn(definition, draft, waves).draft;
  if (state.timers.deadline !== undefined && state.timers.deadline <= at) {
    const next: CycleState = { ...progressOf(state), timers: {}, status: 'ending', ending: 'expired' };
    const ending = noted(
      changed(draft, next),
      'The deadline of the cycle has passed: nothing more is started.',
    );
    return letGoOn(definition, commanded(ending, { kind: 'passOverQueued' }), waves).draft;
  }
  const { draft: gone, free } = letGoOn(definition, draft, waves);
  if (state.status === 'halted') return gone;
  const failures = tooManyFailures(definition, waves, state.forgiven);
  if (failures !== null) return halted(gone, 'threshold', failures);
  const opened = openWaves(definition, gone, waves, at);
  return opened.state.status === 'running' ? admit(opened, waves, free) : opened;
}

function openWaves(
  definition: CycleDefinition,
  draft: Draft,
  waves: readonly ObservedWave[],
  at: number,
): Draft {
  let current = draft;
  while (current.state.openWaves < definition.waves.length) {
    const { openWaves: open, soakSince, approvedBy, timers } = current.state;
    const before = definition.waves[open - 1];
    const counts = waves[open - 1];
    if (before === undefined || counts === undefined) {
      current = openNext(definition, current, 'the cycle opened');
      continue;
    }
    const verdict = gateVerdict(before.gate, counts, { at, soakSince, approvedBy });
    const { soak: _, ...others } = timers;
    switch (verdict.kind) {
      case 'passed':
        current = openNext(definition, current, verdict.why);
        continue;
      case 'impossible':
        return halted(current, 'gate', `the gate of the wave "${before.name}" cannot pass: ${verdict.why}`);
      case 'soaking': {
        if (soakSince !== null) return current;
        const soaking = { ...current.state, soakSince: at, timers: { ...others, soak: verdict.until } };
        return noted(changed(current, soaking), `The wave "${before.name}" does well: ${verdict.why}.`);
      }
      case 'approval': {
        if (soakSince !== null && timers.soak === undefined) return current;
        const waiting = { ...current.state, soakSince: soakSince ?? at, timers: others };
        const asked = noted(
          changed(current, waiting),
          `The wave "${before.name}" does well: ${verdict.why}.`,
        );
        return commanded(asked, { kind: 'askApproval', wave: open });
      }
      case 'waiting': {
        const reset = changed(current, { ...current.state, soakSince: null, timers: others });
        return soakSince === null
          ? current
          : noted(reset, `The wave "${before.name}" does well no more: ${verdict.why}.`);
      }
    }
  }
  return current;
}

function openNext(definition: CycleDefinition, draft: Draft, why: string): Draft {
  const { soak: _, ...timers } = draft.state.timers;
  const wave = draft.state.openWaves;
  if (wave >= definition.waves.length) return draft;
  const next = { ...draft.state, openWaves: wave + 1, soakSince: null, approvedBy: null, timers };
  const opened = noted(changed(draft, next), `The wave "${definition.waves[wave]?.name}" opened: ${why}.`);
  return commanded(opened, { kind: 'openWave', wave });
}

/**
 * Runs that a user kept waiting have the first claim to the concurrent runs that are free, and never go beyond them:
 * many users may answer at the same moment. They have begun, so that a cycle that is halted or ends finishes them, too
 * (P-08, W-15).
 */
function letGoOn(
  { maximumConcurrent }: CycleDefinition,
  draft: Draft,
  waves: readonly ObservedWave[],
): { readonly draft: Draft; readonly free: number } {
  const active = waves.reduce((sum, wave) => sum + wave.active, 0);
  let free = (maximumConcurrent ?? Number.POSITIVE_INFINITY) - active;
  let current = draft;
  for (const [wave, { answered }] of waves.entries()) {
    const count = Math.min(free, answered);
    if (count <= 0) continue;
    free -= count;
    current = commanded(current, { kind: 'letGoOn', wave, count });
  }
  return { draft: current, free };
}

/** Gives away the concurrent runs that are left, to earlier waves first. */
function admit(draft: Draft, waves: readonly ObservedWave[], concurrent: number): Draft {
  let free = concurrent;
  let current = draft;
  for (const [wave, { ready, queued }] of waves.slice(0, draft.state.openWaves).entries()) {
    const count = Math.min(free, ready, queued);
    if (count <= 0) continue;
    free -= count;
    current = commanded(current, { kind: 'admit', wave, count });
  }
  return current;
}

function halted(draft: Draft, cause: 'threshold' | 'gate', reason: string): Draft {
  const next: CycleState = { ...progressOf(draft.state), status: 'halted', cause, by: null, reason };
  const told = noted(changed(draft, next), `The cycle was halted: ${reason}.`);
  return commanded(told, { kind: 'tellHalted', reason });
}

function finished(draft: Draft, ending: CycleEnding): Draft {
  const next: CycleState = { ...progressOf(draft.state), timers: {}, status: 'finished', ending };
  const ended = noted(changed(draft, next), endings[ending]);
  return commanded(ended, { kind: 'finish', ending });
}

const endings: Record<CycleEnding, string> = {
  done: 'Every run of the cycle has ended.',
  cancelled: 'The cancelled cycle has ended.',
  expired: 'The cycle ended after its deadline.',
};

function whatItDoes(state: CycleState): string {
  if (state.status === 'halted') return 'is halted';
  if (state.status === 'running') return 'is running';
  if (state.status === 'finished') return 'has finished';
  return state.ending === 'cancelled' ? 'is being cancelled' : 'has passed its deadline';
}

function progressOf({ openWaves, soakSince, approvedBy, forgiven, timers }: CycleState): CycleProgress {
  return { openWaves, soakSince, approvedBy, forgiven, timers };
}

function changed(draft: Draft, state: CycleState): Draft {
  return { ...draft, state };
}

function commanded(draft: Draft, command: CycleCommand): Draft {
  return { ...draft, commands: [...draft.commands, command] };
}

function noted(draft: Draft, note: string): Draft {
  return { ...draft, notes: [...draft.notes, note] };
}

/** An admission explains itself by its counts, so that a cycle's story is not filled with them. */
function outcome(before: CycleState, { state, commands, notes }: Draft): CycleDecision {
  if (state === before && commands.length === 0)
    return { kind: 'ignored', reason: 'nothing follows from it' };
  return { kind: 'accepted', state, commands, notes };
}
