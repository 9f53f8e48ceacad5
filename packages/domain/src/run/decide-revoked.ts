import type { RunDefinition } from './definition.ts';
import { resultOf } from './result.ts';
import type { RunState } from './state.ts';
import { commanded, draftOf, finish, noted, type RunDecision, recorded, restNotRun, stepOf } from './walk.ts';

const revoked = 'the endpoint was revoked';

/** S-04: the endpoint may never come back. The run ends where it is, and what it was at counts as lost (W-08). */
export function decideRevoked(definition: RunDefinition, state: RunState): RunDecision {
  if (state.status === 'finished') return { kind: 'ignored', reason: 'the run is finished' };
  const draft = draftOf(state);
  if (state.status === 'queued') {
    return finish(restNotRun(definition, draft, revoked), { result: 'skipped', reason: revoked });
  }
  const { key: step } = stepOf(definition, state.step);
  const attempt = state.attempts[step] ?? 1;
  const lost = { outcome: 'failed', attempt, failure: 'lost', detail: revoked, tolerated: false } as const;
  const told = noted(draft, 'The endpoint was revoked.');
  // What asks the user has succeeded already (W-15).
  const ended = state.status === 'awaitingUser' ? told : recorded(told, step, lost);
  const concluded =
    state.status === 'running'
      ? commanded(ended, {
          kind: 'concludeActivity',
          step,
          attempt,
          outcome: { kind: 'lost', reason: revoked },
        })
      : ended;
  const left = restNotRun(definition, concluded, revoked);
  return finish(left, resultOf(definition, left.progress));
}
