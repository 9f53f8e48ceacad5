import type { ActivityKey } from '@patchbay/domain/activity/activity-id';
import type { RunEvent } from '@patchbay/domain/run/event';
import type { RunState } from '@patchbay/domain/run/state';
import type { ReportedActivity } from '../db/activities.ts';
import type { AuditedDeed } from '../db/audit.ts';
import type { Transaction } from '../db/pool.ts';
import type { RunToOpen } from '../db/runs.ts';

/** An order that an endpoint is to be sent; the same one may come again, agents tell repetitions apart (E-08). */
export interface ActivityToSend {
  readonly action: 'start' | 'stop';
  readonly run: number;
  readonly step: string;
  readonly attempt: number;
  readonly endpoint: string;
  readonly snapshot: number;
}

/**
 * Sends orders to endpoints that are connected here. Called after the commit only; must not throw. An order for
 * an endpoint that is not connected is dropped: the engine sends it again when the endpoint comes back.
 */
export type Dispatch = (orders: readonly ActivityToSend[]) => void;

/** What became of an event, known after the commit. */
export type SubmitResult =
  | { readonly kind: 'accepted'; readonly state: RunState; readonly notes: readonly string[] }
  | { readonly kind: 'ignored' | 'rejected'; readonly reason: string };

/**
 * What became of an agent's report: `stored`; `repeated`, known already; `late`, the server had concluded the
 * activity before; `unknown`, there is no such activity of this endpoint. Any of them may be acknowledged.
 */
export type ReportResult = 'stored' | 'repeated' | 'late' | 'unknown';

/** What an agent's journal holds of an activity. */
export interface JournalledActivity {
  readonly activity: string;
}

/** Hears how the engine's work goes (O-08). Must not throw. */
export interface EngineMeter {
  /**
   * A batch was committed: how long its transaction took, how many works it has done, how many activities it has
   * ordered, and how those have ended that it has concluded.
   */
  committed(batch: {
    readonly seconds: number;
    readonly works: number;
    readonly ordered: number;
    readonly ended: readonly string[];
  }): void;
}

/** The durable shell around `decide`: the only writer of runs, their events and their activities. */
export interface Engine {
  start(): Promise<void>;
  /** Finishes what is under way, and resolves when no connection of the pool is used any more. */
  stop(): Promise<void>;
  /**
   * Hands one event to one run. Resolves after the commit; rejects only when the engine stops before that. If the
   * event is accepted, the deed is in the audit by the same commit (O-09).
   */
  submit(run: number, event: RunEvent, deed?: AuditedDeed): Promise<SubmitResult>;
  /** Takes an agent's report of an activity's end. Resolves after the commit: then it may be acknowledged. */
  report(endpoint: string, report: ReportedActivity): Promise<ReportResult>;
  /** Notes that an endpoint has begun an activity; `at` in epoch milliseconds. */
  started(endpoint: string, activity: ActivityKey, at: number): void;
  /**
   * An endpoint's agent has connected to this node, and `dispatch` reaches it from now on. Nothing else that
   * came over this connection may be handed in before this resolves. What the endpoint has not received is sent
   * again; what it had begun and does not know any more is concluded as interrupted.
   */
  connected(endpoint: string, bootId: string, journal: readonly JournalledActivity[]): Promise<void>;
  /** The endpoint's connection to this node has ended, and no other one has replaced it here. */
  disconnected(endpoint: string): Promise<void>;
  /** Adds queued runs in the caller's transaction; `wake` after its commit. Returns their ids in order. */
  openRuns(tx: Transaction, runs: readonly RunToOpen[]): Promise<number[]>;
  /** Flows of Interactive Reboot are over: their runs are told now. After the commit. */
  flowsEnded(): void;
  /** Orders to stop were put on record for these endpoints: they are sent now, from whichever node. After the commit. */
  stopsAsked(endpoints: readonly string[]): void;
  /** Looks now for runs that can start, go on, or end because their endpoint was revoked; on all nodes. */
  wake(): void;
  /** Resolves when nothing waits in memory; for tests. */
  idle(): Promise<void>;
}
