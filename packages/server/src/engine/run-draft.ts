import type { ActivityKey } from '@patchbay/domain/activity/activity-id';
import { healthVerdict } from '@patchbay/domain/health/verdict';
import type { LogEntry } from '@patchbay/domain/log/log-entry';
import { runEntries } from '@patchbay/domain/log/run-entries';
import { decide } from '@patchbay/domain/run/decide';
import type { ActivityOutcome, RunCommand, RunEvent } from '@patchbay/domain/run/event';
import { nextWake, type RunState, type StepRecord } from '@patchbay/domain/run/state';
import type { RunDecision } from '@patchbay/domain/run/walk';
import type { ActivityChange, ActivityStatus, NewActivity } from '../db/activities.ts';
import type { HealthResult } from '../db/endpoint-health.ts';
import type { KnownRun, SteppedEvent, SteppedRun } from '../db/run-steps.ts';
import type { ActivityToSend } from './engine.ts';
import type { KnownSnapshot } from './snapshot-cache.ts';
import type { ReportWork } from './work.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** An activity of Interactive Reboot whose endpoint is to give it up, asked for at an epoch millisecond. */
export type FlowToStop = ActivityKey & { readonly endpoint: string; readonly at: number };

/** A change of an activity that changes nothing yet. */
export function unchangedActivity({ run, step, attempt }: ActivityKey, endpoint: string): ActivityChange {
  return {
    run,
    step,
    attempt,
    endpoint,
    status: null,
    startedAt: null,
    stopAskedAt: null,
    finishedAt: null,
    concludedBy: null,
    bootId: null,
    exitCode: null,
    outcome: null,
    cutStdoutBytes: null,
    cutStderrBytes: null,
  };
}

/** One run during a batch: its state moves on event by event, and what is to be written collects. */
export class RunDraft {
  readonly known: KnownRun;
  readonly events: SteppedEvent[] = [];
  readonly activities: NewActivity[] = [];
  /** What Logs & Alerts are to tell (O-04). */
  readonly logEntries: LogEntry[] = [];
  /** Activities of Interactive Reboot that are to be given up (W-13). */
  readonly flowsToStop: FlowToStop[] = [];
  /** What health checks said of the endpoint, the latest last (L-27). */
  readonly health: HealthResult[] = [];
  readonly #changes = new Map<string, Mutable<ActivityChange>>();
  readonly #orders = new Map<string, ActivityToSend>();
  readonly #snapshot: KnownSnapshot;
  #state: RunState;
  #seq: number;
  #startedAt: number | null = null;
  #woken = false;

  constructor(known: KnownRun, snapshot: KnownSnapshot) {
    this.known = known;
    this.#snapshot = snapshot;
    this.#state = known.state;
    this.#seq = known.seq;
  }

  get state(): RunState {
    return this.#state;
  }

  /** Decides an event and takes in what an accepted one leads to. Throws what `decide` throws, unchanged. */
  submit(event: RunEvent): RunDecision {
    const decision = decide(this.#snapshot.definition, this.#state, event);
    if (event.kind === 'wake') this.#woken = true;
    if (decision.kind !== 'accepted') return decision;
    this.#log(this.#state, decision.state, event.at);
    this.#state = decision.state;
    this.#seq += 1;
    this.events.push({ run: this.known.id, seq: this.#seq, at: event.at, event, notes: decision.notes });
    if (event.kind === 'start') this.#startedAt = event.at;
    if (event.kind === 'activityFinished') {
      this.#conclude(event.step, event.attempt, event.outcome, event.at, event.bootId);
    }
    for (const command of decision.commands) this.#obey(command, event.at);
    return decision;
  }

  /** Adds to a concluded activity what only its agent's report tells. */
  addReport({ step, attempt, report, at }: ReportWork): void {
    const { outcome, startedAt, finishedAt, outputBytes, cutBytes } = report;
    const change = this.#changeOf(step, attempt);
    change.concludedBy = 'endpoint';
    change.outcome = outputBytes.stdout + outputBytes.stderr > 0 ? { ...outcome, outputBytes } : outcome;
    if (startedAt !== null) change.startedAt = Math.min(Math.max(startedAt, 0), at);
    change.finishedAt = Math.min(Math.max(finishedAt, 0), at);
    change.cutStdoutBytes = Math.trunc(cutBytes.stdout);
    change.cutStderrBytes = Math.trunc(cutBytes.stderr);
  }

  /** Has an order sent after the commit. */
  send(action: ActivityToSend['action'], step: string, attempt: number): void {
    const { id: run, endpoint } = this.known;
    const order = { action, run, step, attempt, endpoint, snapshot: this.#snapshot.id };
    this.#orders.set(`${action} ${activityKey(step, attempt)}`, order);
  }

  /** What is to be sent, without orders for activities that have come to an end meanwhile. */
  get orders(): ActivityToSend[] {
    const ended = ({ step, attempt }: ActivityToSend): boolean =>
      (this.#changes.get(activityKey(step, attempt))?.finishedAt ?? null) !== null;
    return [...this.#orders.values()].filter((order) => !ended(order));
  }

  get activityChanges(): Iterable<ActivityChange> {
    return this.#changes.values();
  }

  /** The run as it will be known after the batch. */
  get after(): KnownRun {
    return { ...this.known, seq: this.#seq, wakeAt: this.#wakeAt, state: this.#state };
  }

  /** The run's row as it is to be written; null when nothing about it has changed. */
  get row(): SteppedRun | null {
    const wakeAt = this.#wakeAt;
    if (this.events.length === 0 && wakeAt === this.known.wakeAt) return null;
    const state = this.#state;
    const step = state.status !== 'queued' && 'step' in state ? state.step : null;
    return {
      id: this.known.id,
      status: state.status,
      result: state.status === 'finished' ? state.result : null,
      phase: (step === null ? null : this.#snapshot.steps.get(step)?.step.phase) ?? null,
      step,
      seqBefore: this.known.seq,
      seq: this.#seq,
      wakeAt,
      startedAt: this.#startedAt,
      finishedAt: state.status === 'finished' ? (this.events.at(-1)?.at ?? null) : null,
      state,
    };
  }

  /** Waking too early does no harm, so a later clock is only put on record when the run has been woken. */
  get #wakeAt(): number | null {
    const next = nextWake(this.#state);
    const before = this.known.wakeAt;
    return this.#woken || next === null || before === null ? next : Math.min(before, next);
  }

  #log(before: RunState, after: RunState, at: number): void {
    const { id: run, endpoint } = this.known;
    const { definition } = this.#snapshot;
    this.logEntries.push(...runEntries({ run, endpoint, definition, before, after, at }));
  }

  #obey(command: RunCommand, at: number): void {
    const { step, attempt } = command;
    switch (command.kind) {
      case 'startActivity': {
        const known = this.#snapshot.steps.get(step);
        if (known === undefined)
          throw new Error(`step "${step}" is not part of snapshot ${this.#snapshot.id}`);
        this.activities.push({
          run: this.known.id,
          step,
          attempt,
          endpoint: this.known.endpoint,
          phase: known.step.phase,
          kind: known.step.kind,
          taskName: known.taskName,
          scriptRevision: known.scriptRevision,
          bootId: this.#state.bootId,
          createdAt: at,
        });
        return this.send('start', step, attempt);
      }
      case 'stopActivity':
        this.#changeOf(step, attempt).stopAskedAt = at;
        if (this.#snapshot.steps.get(step)?.step.kind === 'interactiveReboot') {
          const { id: run, endpoint } = this.known;
          this.flowsToStop.push({ run, step, attempt, endpoint, at });
        }
        return this.send('stop', step, attempt);
      case 'concludeActivity':
        return this.#conclude(step, attempt, command.outcome, at, null);
    }
  }

  #conclude(
    step: string,
    attempt: number,
    outcome: ActivityOutcome,
    at: number,
    bootId: string | null,
  ): void {
    const change = this.#changeOf(step, attempt);
    change.status = statusOf(this.#state.records[step]);
    change.concludedBy = 'server';
    change.outcome = outcome;
    change.exitCode = outcome.kind === 'exited' ? outcome.exitCode : null;
    change.finishedAt = at;
    change.bootId = bootId;
    this.#judgeHealth(step, at);
  }

  #judgeHealth(step: string, at: number): void {
    const task = this.#snapshot.steps.get(step)?.healthCheck ?? null;
    const record = this.#state.records[step];
    if (task === null || record === undefined) return;
    const state = this.#state;
    const retried = (state.status === 'retrying' || state.status === 'running') && state.step === step;
    const verdict = healthVerdict(record, retried);
    const { id: run, endpoint } = this.known;
    if (verdict !== null) this.health.push({ ...verdict, endpoint, task, run, at });
  }

  #changeOf(step: string, attempt: number): Mutable<ActivityChange> {
    const key = activityKey(step, attempt);
    const known = this.#changes.get(key);
    if (known !== undefined) return known;
    const fresh = unchangedActivity({ run: this.known.id, step, attempt }, this.known.endpoint);
    this.#changes.set(key, fresh);
    return fresh;
  }
}

function activityKey(step: string, attempt: number): string {
  return `${step}.${attempt}`;
}

/** An activity's status follows what its run made of it, so that the two cannot tell different stories. */
function statusOf(record: StepRecord | undefined): ActivityStatus {
  if (record === undefined) return 'failed';
  switch (record.outcome) {
    case 'succeeded':
    case 'partial':
    case 'cancelled':
      return record.outcome;
    case 'skipped':
    case 'notRun':
      return 'failed';
    case 'failed':
      switch (record.failure) {
        case 'timedOut':
        case 'lost':
        case 'interrupted':
        case 'refused':
        case 'notStarted':
          return record.failure;
        case 'exitCode':
        case 'wrongReport':
        case 'nothingInstalled':
        case 'patchTool':
        case 'didNotReturn':
          return 'failed';
      }
  }
}
