import { decideActivity } from './decide-activity.ts';
import type { RunDefinition } from './definition.ts';
import type { RunEvent } from './event.ts';
import { resultOf } from './result.ts';
import type { RunState } from './state.ts';
import { changed, draftOf, finish, noted, type RunDecision, recorded, startStep, stepOf } from './walk.ts';

type Wake = Extract<RunEvent, { kind: 'wake' }>;

const notDue: RunDecision = { kind: 'ignored', reason: 'no clock of the run is due' };

/** Fires the clock that is due (retry, W-08 lost or overdue, W-10 return, W-13 stop); a stale wake is ignored. */
export function decideWake(definition: RunDefinition, state: RunState, event: Wake): RunDecision {
  const due = (at: number | undefined) => at !== undefined && at <= event.at;
  const { timers } = state;
  switch (state.status) {
    case 'retrying': {
      if (!due(timers.retry)) return notDue;
      const step = stepOf(definition, state.step);
      const { [step.key]: _, ...records } = state.records;
      return startStep(definition, changed(draftOf(state), { records }), step, event.at, state.retriesLeft);
    }
    case 'running':
      if (!due(timers.overdue) && !due(timers.lost) && !due(timers.stop)) return notDue;
      return giveUp(definition, state, event.at);
    case 'returning':
      return due(timers.return) ? didNotReturn(definition, state) : notDue;
    case 'queued':
    case 'awaitingUser':
    case 'finished':
      return notDue;
  }
}

/** Concludes a silent activity as lost and lets the run go on from there. */
function giveUp(
  definition: RunDefinition,
  state: Extract<RunState, { status: 'running' }>,
  at: number,
): RunDecision {
  const decision = decideActivity(definition, state, {
    kind: 'activityFinished',
    at,
    step: state.step,
    attempt: state.attempt,
    outcome: { kind: 'lost' },
    bootId: state.bootId ?? '',
  });
  if (decision.kind !== 'accepted') return decision;
  const { step, attempt } = state;
  return {
    ...decision,
    commands: [{ kind: 'concludeActivity', step, attempt, outcome: { kind: 'lost' } }, ...decision.commands],
  };
}

function didNotReturn(
  definition: RunDefinition,
  state: Extract<RunState, { status: 'returning' }>,
): RunDecision {
  const step = stepOf(definition, state.step);
  const minutes = Math.round(definition.limits.returnMs / 60_000);
  let draft = recorded(draftOf(state), step.key, {
    outcome: 'failed',
    attempt: state.attempts[step.key] ?? 1,
    failure: 'didNotReturn',
    detail: `did not return within ${minutes} min`,
    tolerated: false,
  });
  draft = noted(draft, `The endpoint did not come back from its reboot within ${minutes} min.`);
  for (const later of definition.steps.slice(definition.steps.indexOf(step) + 1)) {
    draft = recorded(draft, later.key, { outcome: 'notRun', detail: 'the endpoint did not return' });
  }
  return finish(draft, resultOf(definition, draft.progress));
}
