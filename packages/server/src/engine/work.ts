import type { ActivityKey } from '@patchbay/domain/activity/activity-id';
import type { RunEvent } from '@patchbay/domain/run/event';
import type { ReportedActivity } from '../db/activities.ts';
import type { AuditedDeed } from '../db/audit.ts';
import { brokenConstraint } from '../db/system-error.ts';
import type { ReportResult, SubmitResult } from './engine.ts';

/** How the one who waits for a piece of work hears of its end: after the commit, or that there will be none. */
interface Waiting<Result> {
  readonly done: (result: Result) => void;
  readonly fail: (error: Error) => void;
}

/** A piece of work for one run; works of one run are done in the order in which they come. Times in epoch milliseconds. */
export type Work = EventWork | StartWork | ReportWork | StartedWork | ReconnectedWork | DisconnectedWork;

/** Hand an event to the run; what somebody did with it goes into the audit if it is accepted (O-09). */
export type EventWork = {
  readonly kind: 'event';
  readonly run: number;
  readonly event: RunEvent;
  readonly deed?: AuditedDeed | undefined;
} & Waiting<SubmitResult>;

/** Start the run, if its endpoint is still connected. */
export type StartWork = {
  readonly kind: 'start';
  readonly run: number;
  readonly endpoint: string;
  readonly at: number;
} & Waiting<SubmitResult>;

/** An agent's report of an activity's end. */
export type ReportWork = {
  readonly kind: 'report';
  readonly endpoint: string;
  readonly report: ReportedActivity;
  readonly at: number;
} & ActivityKey &
  Waiting<ReportResult>;

/** An agent has begun an activity. Nobody waits for it: the report says the same again. */
export type StartedWork = {
  readonly kind: 'started';
  readonly endpoint: string;
  readonly at: number;
} & ActivityKey;

/** The run's endpoint has connected, and its journal holds these activities. */
export type ReconnectedWork = {
  readonly kind: 'reconnected';
  readonly run: number;
  readonly bootId: string;
  readonly journal: ReadonlySet<string>;
  readonly at: number;
} & Waiting<SubmitResult>;

/** The run's endpoint has no connection any more, unless it has made a new one meanwhile. */
export type DisconnectedWork = {
  readonly kind: 'disconnected';
  readonly run: number;
  readonly endpoint: string;
  readonly at: number;
} & Waiting<SubmitResult>;

/** What those who wait are told when the engine stops before their work is done. */
export class EngineStopped extends Error {
  override readonly name = 'EngineStopped';

  constructor() {
    super('the engine has stopped');
  }
}

/** Tells the one who waits, if anybody does, that the work was not done. */
export function fail(work: Work, error: Error): void {
  if (work.kind !== 'started') work.fail(error);
}

/** Ends a work that no transaction can contain: the one who waits hears so, and the run stays as it is. */
export function refuse(work: Work, error: unknown): void {
  switch (work.kind) {
    case 'started':
      return;
    case 'report':
      return work.fail(new Error('the report cannot be stored', { cause: error }));
    case 'event':
    case 'start':
    case 'reconnected':
    case 'disconnected': {
      const reason = brokenConstraint(error, 'runs_at_work')
        ? 'the endpoint works on another run'
        : 'the event could not be processed; the log of the server says why';
      return work.done({ kind: 'rejected', reason });
    }
  }
}
