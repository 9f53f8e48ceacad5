import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../src/run/decide.ts';
import type { RunDefinition } from '../src/run/definition.ts';
import type { RunEvent } from '../src/run/event.ts';
import { initialRunState, nextWake, type RunState, runResults, runStatuses } from '../src/run/state.ts';
import type { RunDecision } from '../src/run/walk.ts';
import { definitions, draws, eventFor } from './run-arbitraries.ts';
import { checkDecision, witness } from './run-invariants.ts';

/** Random event sequences per property. */
const sequences = Number(process.env.PATCHBAY_PROPERTY_RUNS ?? 20_000);

type Observer = (before: RunState, event: RunEvent, decision: RunDecision) => void;

/** Plays the draws from a run's opening; the observer sees every decision. Answers the last state. */
function play(
  definition: RunDefinition,
  drawn: readonly (readonly [number, number, number])[],
  observe: Observer,
): RunState {
  let state = initialRunState;
  let previous: RunEvent | null = null;
  let now = 1_000_000;
  for (const draw of drawn) {
    const event = eventFor(definition, state, draw, now, previous);
    const decision = decide(definition, state, event);
    observe(state, event, decision);
    if (decision.kind === 'accepted') state = decision.state;
    previous = event;
    if (state.status === 'finished' && state.result !== 'failed' && draw[2] % 3 === 0) break;
    // Clocks of several machines: time mostly moves on, and sometimes back.
    now = Math.max(now, event.at) + (draw[1] % 7 === 0 ? -5 : draw[2]);
  }
  return state;
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}

describe('the rules of a run under random events', { timeout: 120_000 }, () => {
  const seen: Record<string, number> = {};
  const count = (what: string) => {
    seen[what] = (seen[what] ?? 0) + 1;
  };

  it('W-02 W-11 W-12 W-13 W-14 P-07 P-10 given any events then every decision keeps the rules and is explained', () => {
    fc.assert(
      fc.property(definitions, draws, (definition, drawn) => {
        const follow = witness(definition);
        const last = play(definition, drawn, (before, event, decision) => {
          checkDecision(definition, before, event, decision);
          follow(before, event, decision);
          count(decision.kind);
          if (decision.kind !== 'accepted') return;
          count(decision.state.status);
          if (decision.state.status === 'finished') count(decision.state.result);
        });
        count(last.status === 'finished' ? 'ended finished' : 'ended open');
      }),
      { numRuns: sequences },
    );
    const share = (seen['ended finished'] ?? 0) / sequences;
    expect(share, 'most sequences really finish their run').toBeGreaterThan(0.6);
    expect(share, 'and some are left in the middle').toBeLessThan(0.98);
    expect(seen.accepted, 'runs are walked, not only begun').toBeGreaterThan(sequences * 5);
    for (const reached of [...runStatuses.slice(1), ...runResults, 'ignored', 'rejected']) {
      expect(seen[reached], `"${reached}" is reached again and again`).toBeGreaterThan(sequences / 100);
    }
  });

  it('W-14 given any events then deciding leaves its input alone, is repeatable, and its states survive storage', () => {
    fc.assert(
      fc.property(definitions, draws, (definition, drawn) => {
        const copy: RunDefinition = freeze(structuredClone(definition));
        play(definition, drawn, (before, event, decision) => {
          const stored: RunState = JSON.parse(JSON.stringify(before));
          const again = decide(copy, freeze(stored), freeze(event));
          if (!isDeepStrictEqual(stored, before)) throw new Error('a state does not survive storage');
          if (!isDeepStrictEqual(again, decision)) throw new Error('the same input led to another decision');
          freeze(decision);
        });
      }),
      { numRuns: sequences / 4 },
    );
  });

  it('W-08 W-10 W-13 given any run left to itself then its clocks, its start and its user’s answer end it', () => {
    fc.assert(
      fc.property(definitions, draws, (definition, drawn) => {
        let state = play(definition, drawn, () => {});
        const attempts = definition.steps.reduce((sum, step) => sum + 1 + step.retries.count, 0);
        // Each attempt takes a clock to give it up and one to try again; the start and the user's answer come on top.
        for (let left = 2 * attempts + 2; state.status !== 'finished'; left -= 1) {
          if (left === 0) throw new Error(`a run has no way out of ${state.status}`);
          const at = nextWake(state);
          const event: RunEvent =
            at !== null
              ? { kind: 'wake', at }
              : state.status === 'queued'
                ? { kind: 'start', at: 0, bootId: 'boot' }
                : { kind: 'userFlowEnded', at: 0, ending: 'notNeeded' };
          const decision = decide(definition, state, event);
          if (decision.kind !== 'accepted')
            throw new Error(`${event.kind} does not lead out of ${state.status}`);
          state = decision.state;
        }
      }),
      { numRuns: sequences / 2 },
    );
  });
});
