import { parseActivityId } from '@patchbay/domain/activity/activity-id';
import type pg from 'pg';
import type { BaseLogger } from 'pino';
import { saveConnections } from '../db/connections.ts';
import { closeFinishedCycles } from '../db/cycles.ts';
import { registerNode } from '../db/nodes.ts';
import { insertRuns, isAnyoneAtWork, runsUnderWay } from '../db/runs.ts';
import type { Dispatch, Engine, EngineMeter, SubmitResult } from './engine.ts';
import { createFlowEnds } from './flow-ends.ts';
import { Loop } from './loop.ts';
import { NodeBell } from './node-bell.ts';
import { createNodeWatch } from './node-watch.ts';
import { Outbox } from './outbox.ts';
import { Presence } from './presence.ts';
import { SnapshotCache } from './snapshot-cache.ts';
import { Starter } from './starter.ts';
import { createTimers } from './timers.ts';
import type { Work } from './work.ts';
import { WorkQueue } from './work-queue.ts';

/** How an engine is made. Times in milliseconds. */
export interface EngineOptions {
  /** At least `parallelBatches` + 3 connections, of the kind with generic plans. */
  readonly pool: pg.Pool;
  /** This server process; another one after each start. */
  readonly node: string;
  readonly now: () => number;
  readonly dispatch: Dispatch;
  readonly log: BaseLogger;
  readonly meter?: EngineMeter;
  /** Most events in one transaction. */
  readonly batchSize?: number;
  /** Transactions under way at once. */
  readonly parallelBatches?: number;
  /** How long more events are waited for before a transaction begins that has room for them. */
  readonly flushDelayMs?: number;
  /** Runs have ended or endpoints have come: cycles may go on. Must not throw. */
  readonly moved?: () => void;
  /** How often it looks for due clocks and startable runs when nothing tells it to. */
  readonly pollIntervalMs?: number;
  /** How long after its start nobody is given up, so that agents can come back first (E-09). */
  readonly reconnectHoldMs?: number;
  /** After this time without a sign of life another node counts as dead. */
  readonly nodeDeadAfterMs?: number;
}

const closeCyclesEveryMs = 5_000;

/** Makes the engine of a server node; it works after `start`. */
export function createEngine(options: EngineOptions): Engine {
  const { pool, node, now, dispatch, log } = options;
  const { batchSize = 500, parallelBatches = 4, flushDelayMs = 5 } = options;
  const { pollIntervalMs = 1_500, reconnectHoldMs = 30_000, nodeDeadAfterMs = 15_000 } = options;
  let heldUntil = Number.POSITIVE_INFINITY;
  const holdUntil = () => heldUntil;

  const queue = new WorkQueue({
    pool,
    snapshots: new SnapshotCache(),
    log,
    batchSize,
    parallelBatches,
    flushDelayMs,
    meter: options.meter,
    committed: ({ orders, freed }, works, uncertain) => {
      outbox.send(orders);
      if (freed.length > 0) {
        starter.look(freed);
        cycles.ask();
        options.moved?.();
        flowEnds.ask();
      }
      if (uncertain) outbox.checkAll();
    },
  });
  const ask = (work: WithoutWaiting<AnsweredWork>): Promise<SubmitResult> =>
    new Promise((done, fail) => queue.add({ ...work, done, fail }));
  const submit: Engine['submit'] = (run, event, deed) => ask({ kind: 'event', run, event, deed });

  const bell = new NodeBell({
    pool,
    node,
    log,
    onRing: ({ runs, endpoints }) => {
      if (runs) starter.lookEverywhere();
      if (endpoints) outbox.check(endpoints);
    },
    onGap: () => {
      starter.lookEverywhere();
      outbox.checkAll();
    },
  });
  const outbox = new Outbox({
    pool,
    dispatch,
    elsewhere: (endpoints) => bell.ringForEndpoints(endpoints),
    everyMs: pollIntervalMs * 4,
    log,
  });
  const starter = new Starter({
    pool,
    node,
    now,
    everyMs: pollIntervalMs,
    start: (run, endpoint) => ask({ kind: 'start', run, endpoint, at: now() }),
    revoked: (run) => submit(run, { kind: 'endpointRevoked', at: now() }),
    log,
  });
  const disconnect = (run: number, endpoint: string): Promise<SubmitResult> =>
    ask({ kind: 'disconnected', run, endpoint, at: now() });
  const presence = new Presence({
    pool,
    node,
    log,
    came: async ({ endpoint, bootId, journal }, runs) => {
      // Two of one endpoint cannot both go on; those that wait for a user hear of a reboot by their flow.
      const [run] = runs;
      if (run !== undefined) await ask({ kind: 'reconnected', run, bootId, journal, at: now() });
      starter.look([endpoint]);
      options.moved?.();
    },
    went: async (endpoint, runs) => {
      await Promise.all(runs.map((run) => disconnect(run, endpoint)));
    },
  });
  const timers = createTimers({
    pool,
    now,
    holdUntil,
    everyMs: pollIntervalMs,
    wake: (run, at) => submit(run, { kind: 'wake', at }),
    log,
  });
  const flowEnds = createFlowEnds({
    pool,
    now,
    everyMs: pollIntervalMs * 4,
    tell: (run, ending) => submit(run, { kind: 'userFlowEnded', at: now(), ending }),
    log,
  });
  const cycles = new Loop({
    what: 'close finished cycles',
    everyMs: closeCyclesEveryMs,
    log,
    task: () => closeFinishedCycles(pool, now()),
  });
  const nodes = createNodeWatch({
    pool,
    node,
    deadAfterMs: nodeDeadAfterMs,
    now,
    holdUntil,
    log,
    lost: async (runs) => {
      await Promise.all(runs.map(({ run, endpoint }) => disconnect(run, endpoint)));
    },
    revived: async () => {
      const connected = outbox.connected;
      const bootIds = new Map(connected.map(({ endpoint, bootId }) => [endpoint, bootId]));
      await saveConnections(pool, node, connected);
      for (const { run, endpoint } of await runsUnderWay(pool, [...bootIds.keys()])) {
        const bootId = bootIds.get(endpoint);
        if (bootId !== undefined) await submit(run, { kind: 'endpointConnected', at: now(), bootId });
      }
      starter.lookEverywhere();
    },
  });
  const background = [timers, starter, cycles, flowEnds, nodes, outbox];

  return {
    async start() {
      await registerNode(pool, node);
      // Only agents that have something under way are missed; without any, a clock is as good as ever.
      heldUntil = now() + ((await isAnyoneAtWork(pool)) ? reconnectHoldMs : 0);
      await bell.start();
      for (const one of background) one.start();
    },
    async stop() {
      await bell.stop();
      await presence.stop();
      const stopping = background.map((one) => one.stop());
      await queue.stop();
      await Promise.all(stopping);
    },
    submit,
    report(endpoint, report) {
      const key = parseActivityId(report.activity);
      if (key === null) return Promise.resolve('unknown');
      return new Promise((done, fail) => {
        queue.add({ kind: 'report', ...key, endpoint, report, at: now(), done, fail });
      });
    },
    started(endpoint, { run, step, attempt }, at) {
      const noted = Math.min(Math.max(at, 0), now());
      queue.add({ kind: 'started', run, step, attempt, endpoint, at: noted });
    },
    async connected(endpoint, bootId, journal) {
      const settled = outbox.enter(endpoint, bootId);
      const ids = new Set(journal.map((entry) => entry.activity));
      await presence.change({ kind: 'came', endpoint, bootId, journal: ids });
      settled();
    },
    async disconnected(endpoint) {
      outbox.leave(endpoint);
      await presence.change({ kind: 'went', endpoint });
    },
    openRuns: (tx, runs) => insertRuns(tx, runs, now()),
    flowsEnded: () => flowEnds.ask(),
    stopsAsked(endpoints) {
      outbox.check(endpoints);
      bell.ringForEndpoints(endpoints);
    },
    wake() {
      starter.lookEverywhere();
      flowEnds.ask();
      bell.ringForRuns();
    },
    async idle() {
      const busy = [presence, queue, starter, cycles, flowEnds];
      while (busy.some((one) => one.busy)) await Promise.all(busy.map((one) => one.idle()));
    },
  };
}

type AnsweredWork = Exclude<Work, { kind: 'report' | 'started' }>;
type WithoutWaiting<T> = T extends unknown ? Omit<T, 'done' | 'fail'> : never;
