import type { RunDefinition } from './definition.ts';
import type { RunEvent } from './event.ts';
import type { RunState } from './state.ts';
import { accepted, changed, draftOf, finish, noted, type RunDecision, stepOf, walkPast } from './walk.ts';

/** W-13: queued ends at once, a script is asked to stop, patching is never cut, nothing further starts. */
export function decideCancel(
  definition: RunDefinition,
  state: RunState,
  event: Extract<RunEvent, { kind: 'cancel' }>,
): RunDecision {
  if (state.status === 'finished') return { kind: 'rejected', reason: 'the run is already finished' };
  if (state.cancelledBy !== null) return { kind: 'ignored', reason: 'the run is already being cancelled' };
  const draft = changed(noted(draftOf(state), `${event.by} cancelled the run.`), { cancelledBy: event.by });
  if (state.status === 'queued') {
    return finish(draft, { result: 'cancelled', reason: `cancelled by ${event.by} before it started` });
  }
  const step = stepOf(definition, state.step);
  if (state.status !== 'running') return walkPast(definition, draft, step, event.at);
  if (step.kind === 'patch') {
    return accepted(noted(draft, 'The patch operation is not cut: it ends first.'), {
      ...state,
      cancelledBy: event.by,
    });
  }
  const stopping = noted(draft, `The endpoint was asked to end "${step.name}".`);
  return accepted(
    { ...stopping, commands: [{ kind: 'stopActivity', step: step.key, attempt: state.attempt }] },
    {
      ...state,
      cancelledBy: event.by,
      timers: { ...state.timers, stop: event.at + definition.limits.cancelMs },
    },
  );
}
