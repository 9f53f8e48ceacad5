import { activityId } from '@patchbay/domain/activity/activity-id';
import type { LogEntry } from '@patchbay/domain/log/log-entry';
import type { RunDecision } from '@patchbay/domain/run/walk';
import type { ActivityChange, NewActivity, UnfinishedActivity } from '../db/activities.ts';
import type { AuditedDeed } from '../db/audit.ts';
import type { HealthResult } from '../db/endpoint-health.ts';
import type { KnownRun, SteppedEvent, SteppedRun, StepRows } from '../db/run-steps.ts';
import type { ActivityToSend, SubmitResult } from './engine.ts';
import { activityOutcome } from './reported-outcome.ts';
import { type FlowToStop, RunDraft, unchangedActivity } from './run-draft.ts';
import type { KnownSnapshot } from './snapshot-cache.ts';
import type { DisconnectedWork, ReconnectedWork, ReportWork, StartedWork, StartWork, Work } from './work.ts';

/** What a batch is decided on: the works in order, and what is known of their runs. */
export interface BatchInput {
  readonly works: readonly Work[];
  readonly runs: readonly KnownRun[];
  readonly snapshots: ReadonlyMap<number, KnownSnapshot>;
  /** Boot ids by connected endpoint, for works that depend on it. */
  readonly connections: ReadonlyMap<string, string>;
  /** Queued runs that may start; nobody can hold them back before this batch is done (P-08). */
  readonly startable: ReadonlySet<number>;
  /** Activities that have not ended, of runs whose endpoint has connected. */
  readonly unfinished: readonly UnfinishedActivity[];
}

/** What a batch came to. */
export interface BatchPlan {
  readonly rows: StepRows;
  /** The runs as they will be. */
  readonly known: readonly KnownRun[];
  /** Cycles of finished runs that go on. */
  readonly reopenedCycles: readonly number[];
  readonly logEntries: readonly LogEntry[];
  /** Activities of Interactive Reboot that are to be given up, whether or not their flow has begun. */
  readonly flowsToStop: readonly FlowToStop[];
  /** Endpoints whose run has finished, or waits for a user and holds them up no more (W-15). */
  readonly freed: readonly string[];
  readonly orders: readonly ActivityToSend[];
  /** What people did and was accepted (O-09). */
  readonly deeds: readonly AuditedDeed[];
  /** Reports that changed nothing: the activities' rows tell why. */
  readonly unwanted: readonly ReportWork[];
  /** Tells those who wait; to be called after the commit. */
  readonly settle: readonly (() => void)[];
}

const noSuchRun: SubmitResult = { kind: 'rejected', reason: 'there is no such run' };
const offline: SubmitResult = { kind: 'ignored', reason: 'the endpoint is not connected' };
const heldBack: SubmitResult = { kind: 'ignored', reason: 'the run may not start (any more)' };
const stillThere: SubmitResult = { kind: 'ignored', reason: 'the endpoint is connected again' };

/** Decides all works of a batch in memory, in their order (W-14). */
export function decideBatch(input: BatchInput): BatchPlan {
  const drafts = new Map<number, RunDraft>();
  for (const run of input.runs) {
    const snapshot = input.snapshots.get(run.snapshot);
    if (snapshot === undefined) throw new Error(`snapshot ${run.snapshot} is not loaded`);
    drafts.set(run.id, new RunDraft(run, snapshot));
  }
  const unfinished = new Map(input.unfinished.map((activity) => [activityId(activity), activity]));
  const started = new Map<string, StartedWork>();
  const unwanted: ReportWork[] = [];
  const settle: (() => void)[] = [];
  const deeds: AuditedDeed[] = [];

  const decideOne = (work: Exclude<Work, ReportWork | StartedWork>): SubmitResult => {
    const draft = drafts.get(work.run);
    if (draft === undefined) return noSuchRun;
    switch (work.kind) {
      case 'event':
        return resultOf(draft.submit(work.event));
      case 'start':
        return input.startable.has(work.run) ? start(draft, work, input.connections) : heldBack;
      case 'disconnected':
        return disconnect(draft, work, input.connections);
      case 'reconnected':
        return resultOf(reconnect(draft, work, unfinished, started));
    }
  };

  for (const work of input.works) {
    if (work.kind === 'started') {
      started.set(activityId(work), work);
    } else if (work.kind === 'report') {
      if (takeReport(drafts.get(work.run), work)) {
        settle.push(() => work.done('stored'));
        started.delete(activityId(work));
      } else {
        unwanted.push(work);
      }
    } else {
      const result = decideOne(work);
      const deed = work.kind === 'event' ? work.deed : undefined;
      if (deed !== undefined && result.kind === 'accepted') deeds.push(deed);
      settle.push(() => work.done(result));
    }
  }
  return { ...collect(drafts, started), deeds, unwanted, settle };
}

function resultOf(decision: RunDecision): SubmitResult {
  return decision.kind === 'accepted'
    ? { kind: 'accepted', state: decision.state, notes: decision.notes }
    : decision;
}

function start(draft: RunDraft, work: StartWork, connections: BatchInput['connections']): SubmitResult {
  const bootId = connections.get(work.endpoint);
  return bootId === undefined ? offline : resultOf(draft.submit({ kind: 'start', at: work.at, bootId }));
}

function disconnect(
  draft: RunDraft,
  work: DisconnectedWork,
  connections: BatchInput['connections'],
): SubmitResult {
  if (connections.has(work.endpoint)) return stillThere;
  return resultOf(draft.submit({ kind: 'endpointDisconnected', at: work.at }));
}

/** False when the report changes nothing. Whose activity it is comes first: nobody else may report it. */
function takeReport(draft: RunDraft | undefined, work: ReportWork): boolean {
  if (draft?.known.endpoint !== work.endpoint) return false;
  const { step, attempt, at, report } = work;
  const { bootId } = report;
  const outcome = activityOutcome(report.outcome);
  const decision = draft.submit({ kind: 'activityFinished', at, step, attempt, outcome, bootId });
  if (decision.kind !== 'accepted') return false;
  draft.addReport(work);
  return true;
}

/**
 * Tells the run that its endpoint is back, and settles the activity that was under way (W-08, E-08): what the
 * endpoint never received is sent again, and what it began and does not know any more was interrupted.
 */
function reconnect(
  draft: RunDraft,
  { at, bootId, journal }: ReconnectedWork,
  unfinished: ReadonlyMap<string, UnfinishedActivity>,
  started: ReadonlyMap<string, StartedWork>,
): RunDecision {
  const before = draft.state;
  const decision = draft.submit({ kind: 'endpointConnected', at, bootId });
  const { state } = draft;
  if (before.status !== 'running' || state.status !== 'running') return decision;
  const { step, attempt } = before;
  if (state.step !== step || state.attempt !== attempt) return decision;
  const id = activityId({ run: draft.known.id, step, attempt });
  const known = unfinished.get(id);
  const stopAsked = known?.stopAsked === true || state.timers.stop !== undefined;
  if (journal.has(id)) {
    if (stopAsked) draft.send('stop', step, attempt);
    return decision;
  }
  const begun = known?.status === 'running' || started.has(id);
  if (!begun && !stopAsked) {
    draft.send('start', step, attempt);
    return decision;
  }
  draft.submit({
    kind: 'activityFinished',
    at,
    step,
    attempt,
    outcome: begun
      ? { kind: 'interrupted', reason: 'the endpoint no longer knows the activity' }
      : { kind: 'cancelled' },
    bootId: known?.bootId ?? before.bootId ?? bootId,
  });
  return decision;
}

type Collected = Pick<
  BatchPlan,
  'rows' | 'known' | 'reopenedCycles' | 'logEntries' | 'flowsToStop' | 'freed' | 'orders'
>;

function collect(
  drafts: ReadonlyMap<number, RunDraft>,
  started: ReadonlyMap<string, StartedWork>,
): Collected {
  const known: KnownRun[] = [];
  const runs: SteppedRun[] = [];
  const events: SteppedEvent[] = [];
  const activities: NewActivity[] = [];
  const changes: ActivityChange[] = [];
  const health: HealthResult[] = [];
  const orders: ActivityToSend[] = [];
  const freed: string[] = [];
  const logEntries: LogEntry[] = [];
  const flowsToStop: FlowToStop[] = [];
  const reopenedCycles: number[] = [];
  for (const draft of drafts.values()) {
    const { row } = draft;
    if (row !== null) runs.push(row);
    known.push(draft.after);
    events.push(...draft.events);
    activities.push(...draft.activities);
    changes.push(...draft.activityChanges);
    health.push(...draft.health);
    orders.push(...draft.orders);
    logEntries.push(...draft.logEntries);
    flowsToStop.push(...draft.flowsToStop);
    const before = draft.known.state.status;
    const after = draft.state.status;
    if (after !== before && (after === 'finished' || after === 'awaitingUser')) {
      freed.push(draft.known.endpoint);
    }
    if (after !== 'finished' && before === 'finished' && draft.known.cycle !== null) {
      reopenedCycles.push(draft.known.cycle);
    }
  }
  const activityChanges = started.size === 0 ? changes : withStarted(changes, started);
  const rows = { runs, events, activities, activityChanges, health };
  return { known, rows, orders, logEntries, flowsToStop, freed, reopenedCycles };
}

/** Adds the news that activities have begun, unless more is known about them already. */
function withStarted(
  changes: readonly ActivityChange[],
  started: ReadonlyMap<string, StartedWork>,
): ActivityChange[] {
  const byId = new Map(changes.map((change) => [activityId(change), change]));
  for (const [id, work] of started) {
    const known = byId.get(id) ?? unchangedActivity(work, work.endpoint);
    if (known.endpoint !== work.endpoint || known.finishedAt !== null) continue;
    byId.set(id, { ...known, status: 'running', startedAt: work.at });
  }
  return [...byId.values()];
}
