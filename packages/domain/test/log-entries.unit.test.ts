import { describe, expect, it } from 'vitest';
import { approvalAskedEntry, rolloutEntries } from '../src/log/cycle-entries.ts';
import { silentEntry } from '../src/log/endpoint-entries.ts';
import { runEntries } from '../src/log/run-entries.ts';
import { decide } from '../src/run/decide.ts';
import type { RunDefinition } from '../src/run/definition.ts';
import type { RunEvent } from '../src/run/event.ts';
import { initialRunState } from '../src/run/state.ts';
import {
  cancel,
  ended,
  exited,
  pre,
  retriedOnce,
  start,
  task,
  wake,
  windowEnded,
  workflow,
} from './run-spec.ts';

/** What Logs & Alerts tell of a run that all this happens to. */
function told(definition: RunDefinition, ...events: readonly RunEvent[]): string[] {
  let before = initialRunState;
  return events.flatMap((event) => {
    const decision = decide(definition, before, event);
    if (decision.kind !== 'accepted') throw new Error(decision.reason);
    const after = decision.state;
    const entries = runEntries({ run: 12, endpoint: 'web-1', definition, before, after, at: event.at });
    before = after;
    return entries.map(({ level, category, message }) => `${level} ${category}: ${message}`);
  });
}

describe('O-04 what Logs & Alerts tell of runs', () => {
  it('O-04 given a run that goes well or is cancelled, when it ends, then nothing is told', () => {
    expect(told(workflow([task()]), start(0), exited(1, 'task', 0))).toEqual([]);
    expect(told(workflow([task()]), cancel(0))).toEqual([]);
  });

  it('O-04 given a run that fails, when it ends, then the reason is told once', () => {
    expect(told(workflow([pre(1), pre(2)]), start(0), exited(1, 'pre-1', 3))).toEqual([
      'error run: Run 12 failed: pre-patching step "Do pre-1" failed: exit code 3 is not in its success list [0].',
    ]);
    expect(told(workflow([task()]), windowEnded(0))).toEqual([
      'warning run: Run 12 missed its window: the maintenance window ended before the run could start.',
    ]);
  });

  it('O-04 given an endpoint that refuses an order, when it says so, then the activity is told of', () => {
    const refused = ended(1, 'pre-1', { kind: 'refused', reason: 'local policy: run is off.\nAsk root' });
    const [first, second] = told(workflow([pre(1)]), start(0), refused);
    expect(first).toBe(
      'warning activity: Pre-patching step "Do pre-1" failed: the endpoint refused it: local policy: run is off. Ask root.',
    );
    expect(second).toContain('error run: Run 12 failed');
  });

  it('O-04 given an interrupted activity that is tried again, when it succeeds, then only the interruption is told of', () => {
    const step = task({ ...retriedOnce, safeToRepeat: true });
    const interrupted = ended(1, 'task', { kind: 'interrupted', reason: 'the power failed' });
    expect(
      told(workflow([step]), start(0), interrupted, wake(60_000), exited(60_001, 'task', 0, { attempt: 2 })),
    ).toEqual(['warning activity: Task "Do task" failed: it was interrupted: the power failed.']);
  });

  it('O-04 given a silent endpoint, when it is told of, then the time is in words', () => {
    const news = { endpoint: 'id', name: 'web-1', at: 5 };
    expect(silentEntry(news, 1).message).toBe('The endpoint "web-1" has not been heard of for an hour.');
    expect(silentEntry(news, 24)).toMatchObject({ at: 5, level: 'warning', endpoint: 'id' });
  });
});

describe('O-04 what Logs & Alerts tell of plans and cycles', () => {
  const cycle = {
    id: 12,
    plan: 'Shops',
    definition: {
      waves: [
        { name: 'Canary', gate: null },
        { name: 'Rest', gate: null },
      ],
      maximumConcurrent: null,
      failureThreshold: null,
      deadlineAt: null,
    },
  };

  it('P-08 O-04 given a cycle that asks for an approval between waves or is halted, then that is told, and nothing else', () => {
    const entries = rolloutEntries(
      cycle,
      [
        { kind: 'openWave', wave: 0 },
        { kind: 'askApproval', wave: 1 },
        { kind: 'tellHalted', reason: '2 runs failed' },
      ],
      5,
    );
    expect(entries.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      'warning: Cycle 12 of the plan "Shops" waits for an approval before its wave "Rest" opens.',
      'error: Cycle 12 of the plan "Shops" was halted: 2 runs failed.',
    ]);
  });

  it('P-09 O-04 given a plan that is activated and needs an approval, then it is told who asks', () => {
    expect(approvalAskedEntry('Shops', 'ada', 5)).toMatchObject({
      actor: 'ada',
      message: 'ada activated the plan "Shops", which waits for an approval.',
    });
  });
});
