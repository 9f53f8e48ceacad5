import type { RunDefinition, StepKey } from '../run/definition.ts';
import type { FailureKind, RunState, StepRecord } from '../run/state.ts';
import { stepOf } from '../run/walk.ts';
import { capitalised, stepName } from '../run/wording.ts';
import { type LogEntry, serverActor } from './log-entry.ts';

/** A run that an accepted event has moved from one state to the next, `at` in epoch milliseconds. */
export interface MovedRun {
  readonly run: number;
  readonly endpoint: string;
  readonly definition: RunDefinition;
  readonly before: RunState;
  readonly after: RunState;
  readonly at: number;
}

/** What Logs & Alerts tells of a run that has moved: only what somebody may have to look after (O-04). */
export function runEntries(moved: MovedRun): LogEntry[] {
  return [...activityEntries(moved), ...endEntries(moved)];
}

/** Failures that say something about the endpoint, whatever the run makes of them. */
const remarkable: ReadonlySet<FailureKind> = new Set(['refused', 'notStarted', 'interrupted', 'lost']);

function activityEntries(moved: MovedRun): LogEntry[] {
  const { definition, before, after } = moved;
  return Object.entries(after.records).flatMap(([key, record]: [StepKey, StepRecord]) => {
    if (record === before.records[key] || record.outcome !== 'failed') return [];
    const { attempt, detail, failure } = record;
    if (!remarkable.has(failure)) return [];
    const message = `${capitalised(stepName(stepOf(definition, key)))} failed: ${detail}.`;
    const activity = { run: moved.run, step: key, attempt };
    return [{ ...entryOf(moved, message), level: 'warning', category: 'activity', activity } as const];
  });
}

function endEntries(moved: MovedRun): LogEntry[] {
  const { before, after, run } = moved;
  if (after.status !== 'finished' || before.status === 'finished') return [];
  switch (after.result) {
    case 'failed':
      return [entryOf(moved, `Run ${run} failed: ${after.reason}.`)];
    case 'missedWindow':
      return [{ ...entryOf(moved, `Run ${run} missed its window: ${after.reason}.`), level: 'warning' }];
    case 'succeeded':
    case 'partial':
    case 'cancelled':
    case 'skipped':
      return [];
  }
}

function entryOf({ run, endpoint, at }: MovedRun, message: string): LogEntry {
  const about = { endpoint, run, activity: null, flow: null };
  return { at, level: 'error', category: 'run', actor: serverActor, message, ...about };
}
