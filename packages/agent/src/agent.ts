import { mkdir, rmdir } from 'node:fs/promises';
import { Activities } from './activities.ts';
import { AgentError } from './agent-error.ts';
import { agentVersion } from './agent-version.ts';
import { type BackOff, defaultBackOff } from './back-off.ts';
import {
  type Identity,
  makeStateDir,
  readIdentity,
  readPolicy,
  type StatePaths,
  statePaths,
} from './config.ts';
import { Connection, type SentAway, type ServerRequest } from './connection.ts';
import type { EndpointSystem } from './endpoint-system.ts';
import { messageOf } from './error-code.ts';
import { runScript, type ScriptRunner } from './execute/run-script.ts';
import { canUseScopes } from './execute/scope.ts';
import { makeWorkRoot } from './execute/work-directory.ts';
import { Journal } from './journal.ts';
import { readLastScan, writeLastScan } from './last-scan.ts';
import type { Log } from './log.ts';
import { checkOrder } from './orders.ts';
import { OutputSender } from './output.ts';
import { endpointClock, type FlowClock } from './reboot/flow-clock.ts';
import { FlowDriver } from './reboot/flow-driver.ts';
import { recover } from './recover.ts';
import { Scans } from './scans.ts';
import { ServerClock } from './server-clock.ts';
import { type StateLock, takeStateLock } from './state-lock.ts';
import { type ConnectionStatus, writeConnectionStatus } from './status-file.ts';

export interface AgentOptions {
  readonly stateDir: string;
  readonly system: EndpointSystem;
  readonly log: Log;
  readonly backOff?: BackOff;
  /** Between SIGTERM and SIGKILL of a script's process tree, in milliseconds. */
  readonly graceMs?: number;
  /** How long `stop` waits for a running activity, in milliseconds. */
  readonly stopWaitMs?: number;
  /** Whether scripts get systemd scopes; decided by what the machine can do unless given. */
  readonly useScope?: boolean;
  /** Runs the scripts; as processes of this machine unless given. */
  readonly runScript?: ScriptRunner;
  /** Takes note of how the agent stands with its server; a file for `patchbay agent status` unless given. */
  readonly noteConnection?: (status: ConnectionStatus) => Promise<void>;
  readonly clock?: ServerClock;
  /** What Interactive Reboot goes by; the endpoint's own clocks unless given. */
  readonly flowClock?: FlowClock;
  readonly random?: () => number;
}

/** A running agent. */
export interface Agent {
  readonly endpoint: string;
  readonly name: string;
  /** Resolves when the server says that coming back is of no use: revoked, or unknown. It then only waits to be stopped. */
  readonly sentAway: Promise<SentAway>;
  /** Whether no activity is under way or waits for its turn. */
  readonly isIdle: boolean;
  /** Waits a while for the running activity, ends it otherwise, and lets go of the state directory. */
  stop(): Promise<void>;
}

const defaultGraceMs = 5000;
const defaultStopWaitMs = 10_000;
/** Entries of the journal that fit into a sign-in; the server asks for others again, and they are answered then. */
const helloEntries = 1000;

/**
 * Starts the agent of an enrolled endpoint: puts in order what a crash has left, then works for its server until it
 * is stopped. Without the server it goes on trying.
 *
 * @throws AgentError when it is not enrolled or already running
 */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const paths = statePaths(options.stateDir);
  await makeStateDir(paths);
  const lock = await takeStateLock(paths.lock);
  try {
    const identity = await readIdentity(paths);
    if (identity === null)
      throw new AgentError('refused', 'this endpoint is not enrolled: patchbay agent enroll');
    return await runAgent(paths, identity, lock, options);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Like {@link startAgent}, for who holds the state directory already; `lock` is let go when the agent has stopped. */
export async function runAgent(
  paths: StatePaths,
  identity: Identity,
  lock: StateLock,
  { system, log, ...options }: Omit<AgentOptions, 'stateDir'>,
): Promise<Agent> {
  const random = options.random ?? Math.random;
  const graceMs = options.graceMs ?? defaultGraceMs;
  const clock = options.clock ?? new ServerClock(Date.now);
  const policy = () => readPolicy(paths, log);
  const bootId = await system.bootId();
  await mkdir(paths.spool, { recursive: true, mode: 0o700 });
  const workRoot = await makeWorkRoot(paths.work);
  const journal = await Journal.open(paths.journal, log);
  const { endpoint } = identity;

  let connection: Connection | null = null;
  const send: Connection['send'] = (message) => connection?.send(message) ?? false;
  const flows = await FlowDriver.open({
    journalPath: paths.flows,
    notifier: system.notifier ?? null,
    systemReboot: system.systemReboot ?? null,
    rebootNeed: () => system.rebootNeed(),
    policy,
    bootId,
    clock: options.flowClock ?? endpointClock,
    send,
    log,
  });
  await recover(journal, {
    endpoint,
    bootId,
    now: clock.now(),
    spoolRoot: paths.spool,
    graceMs,
    flowOutcome: (activity) => flows.recovered(activity),
    log,
  });
  const output = new OutputSender(paths.spool, send);
  output.restore();
  const scans = new Scans({
    system,
    policy,
    send,
    bootId,
    readLastScan: () => readLastScan(paths),
    writeLastScan: (scan) => writeLastScan(paths, scan),
    now: () => clock.now(),
    random,
    log,
  });
  const activities = new Activities({
    journal,
    executor: {
      endpoint,
      workRoot,
      useScope: options.useScope ?? (await canUseScopes()),
      graceMs,
      runScript: options.runScript ?? runScript,
      patches: system.patches,
      flows,
      log,
    },
    output,
    spoolRoot: paths.spool,
    clock,
    policy,
    bootId,
    send,
    onPatched: () => scans.request(),
    withPackageManager: (work) => scans.withPackageManager(work),
    log,
  });

  const attempt = (what: Promise<void>): void => {
    what.catch((error: unknown) => log('error', 'the agent failed', { problem: messageOf(error) }));
  };
  const note = options.noteConnection ?? ((status) => writeConnectionStatus(paths, status));
  let noted: Promise<void> = Promise.resolve();
  const noteConnection = (connected: boolean, problem: string | null): void => {
    const status = { pid: process.pid, connected, since: new Date().toISOString(), problem };
    noted = noted
      .then(() => note(status))
      .catch((error: unknown) => {
        log('warn', 'the state of the connection cannot be noted', { problem: messageOf(error) });
      });
  };
  const takeRequest = (request: ServerRequest): void => {
    switch (request.type) {
      case 'reportStored':
        return attempt(journal.acknowledge(request.activity));
      case 'outputStored':
        return output.stored(request.activity, request.stream, request.offset);
      case 'rebootEventsStored':
        return attempt(flows.stored(request.flow, request.count));
      case 'order':
        return takeOrder(request);
    }
  };
  const takeOrder = (request: Extract<ServerRequest, { type: 'order' }>): void => {
    const checked = checkOrder(request, identity, clock.now());
    if (!checked.ok) {
      const { fault, reason, activity } = checked;
      log('error', 'an order was refused', { fault, reason, activity: activity?.id });
      if (activity) attempt(activities.refuse(activity, reason));
      return;
    }
    const { order } = checked;
    if (order.order === 'start') activities.start(order);
    else if (order.order === 'scan') scans.request();
    else {
      attempt(activities.stop({ id: order.activity, expiresAt: order.expiresAt }));
      attempt(flows.stop(order.activity));
    }
  };

  const away = Promise.withResolvers<SentAway>();
  connection = new Connection({
    identity,
    backOff: options.backOff ?? defaultBackOff,
    hello: async () => ({
      agentVersion,
      bootId,
      policy: await policy(),
      journal: [
        ...journal.running().map(({ activity }) => ({ activity, state: 'running' as const })),
        ...journal.unacknowledged().map(({ activity }) => ({ activity, state: 'finished' as const })),
      ].slice(0, helloEntries),
    }),
    onSignedIn: ({ serverTime, scanEveryMs }) => {
      clock.correct(serverTime);
      journal.forget(clock.now());
      noteConnection(true, null);
      activities.reconnected();
      output.reconnected();
      flows.reconnected();
      attempt(scans.connected(scanEveryMs));
    },
    onRequest: takeRequest,
    onGone: (problem, sentAway) => {
      noteConnection(false, problem);
      scans.disconnected();
      if (sentAway) away.resolve(sentAway);
    },
    log,
    random,
  });
  connection.start();

  const stop = async (): Promise<void> => {
    try {
      scans.stop();
      await activities.close(options.stopWaitMs ?? defaultStopWaitMs);
      await flows.close();
      await connection?.stop();
      await noted;
      await journal.close();
      // It is empty unless a script still runs.
      await rmdir(workRoot).catch(() => {});
    } finally {
      await lock.release();
    }
  };
  let stopped: Promise<void> | undefined;
  return {
    endpoint,
    name: identity.name,
    sentAway: away.promise,
    get isIdle() {
      return activities.isIdle;
    },
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}
