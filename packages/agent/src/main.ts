import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { LocalPolicy } from '@patchbay/contracts/inventory';
import { name as endpointName, tags as endpointTags } from '@patchbay/contracts/text';
import { type Agent, type AgentOptions, startAgent } from './agent.ts';
import { AgentError } from './agent-error.ts';
import { agentVersion } from './agent-version.ts';
import {
  defaultStateDir,
  makeStateDir,
  readIdentity,
  readPolicy,
  rehearsalOnly,
  removeState,
  statePaths,
  writeIdentity,
  writePolicy,
} from './config.ts';
import type { EndpointSystem } from './endpoint-system.ts';
import { enrol } from './enrol.ts';
import { readToken, type TokenSource } from './enrolment-token.ts';
import { messageOf } from './error-code.ts';
import { createLinuxSystem } from './inventory/linux-system.ts';
import { jsonLog, type Log } from './log.ts';
import { type AskedNow, type RebootAnswerOptions, rebootAnswer } from './notify/reboot-answer.ts';
import { ServerClock } from './server-clock.ts';
import { takeStateLock } from './state-lock.ts';
import { type ConnectionStatus, readConnectionStatus } from './status-file.ts';

/** The agent as the command line and `npm start` use it. Everything here throws AgentError for what a user can mend. */

export interface EnrolCommandOptions extends TokenSource {
  readonly server: string;
  readonly stateDir?: string | undefined;
  /** The endpoint's name; the host's name unless given. */
  readonly name?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly allowPlainHttp?: boolean | undefined;
  /** File with further certificate authorities (PEM) for the server. */
  readonly caFile?: string | undefined;
  /** This machine is only rehearsed on: it refuses to install and to reboot. */
  readonly rehearsalOnly?: boolean | undefined;
}

/** Enrols this machine (E-01) and answers under which name. */
export async function enrolCommand(
  options: EnrolCommandOptions,
): Promise<{ endpoint: string; name: string }> {
  const paths = statePaths(options.stateDir ?? ownStateDir());
  await makeStateDir(paths);
  const lock = await takeStateLock(paths.lock);
  try {
    const known = await readIdentity(paths);
    if (known !== null) {
      throw new AgentError(
        'refused',
        `this machine is enrolled already as ${known.name} at ${known.server}; patchbay agent unenroll makes it free`,
      );
    }
    if (options.rehearsalOnly) await writePolicy(paths, rehearsalOnly);
    const identity = await enrol({
      server: options.server,
      allowPlainHttp: options.allowPlainHttp ?? false,
      ca: options.caFile === undefined ? null : await readCa(options.caFile),
      token: await readToken(options),
      name: checked(endpointName, options.name ?? hostname(), 'name'),
      tags: checked(endpointTags, options.tags ?? {}, 'tags'),
      inventory: await thisSystem(new ServerClock(Date.now)).inventory(),
      policy: await readPolicy(paths, () => {}),
    });
    await writeIdentity(paths, identity);
    return { endpoint: identity.endpoint, name: identity.name };
  } finally {
    await lock.release();
  }
}

export interface RunCommandOptions {
  readonly stateDir?: string | undefined;
  /** Resolves when the agent shall stop. */
  readonly stopped: Promise<unknown>;
  readonly log?: Log | undefined;
}

/** Runs the agent until it is stopped, or until the server says that it shall not come back (refused). */
export async function runCommand(options: RunCommandOptions): Promise<void> {
  const log =
    options.log ??
    jsonLog(
      (line) => process.stderr.write(line),
      () => new Date(),
    );
  const agent = await startLocalAgent({ stateDir: options.stateDir ?? ownStateDir(), log });
  const sentAway = await Promise.race([agent.sentAway, options.stopped.then(() => null)]);
  await agent.stop();
  if (sentAway) {
    throw new AgentError('refused', `the server has sent this agent away: ${sentAway.reason}`, sentAway.code);
  }
}

/** Starts the agent of this machine inside the calling process. */
export function startLocalAgent(options: Omit<AgentOptions, 'system'>): Promise<Agent> {
  const clock = options.clock ?? new ServerClock(Date.now);
  return startAgent({ ...options, clock, system: thisSystem(clock) });
}

/** What `patchbay agent status` tells. */
export interface AgentStatus {
  readonly version: string;
  readonly stateDir: string;
  readonly enrolled: { readonly endpoint: string; readonly name: string; readonly server: string } | null;
  readonly policy: LocalPolicy;
  readonly running: boolean;
  /** How the agent stands or last stood with its server. */
  readonly connection: ConnectionStatus | null;
}

/** How the agent of this machine is. */
export async function statusCommand(options: { stateDir?: string | undefined } = {}): Promise<AgentStatus> {
  const paths = statePaths(options.stateDir ?? ownStateDir());
  const identity = await readIdentity(paths);
  return {
    version: agentVersion,
    stateDir: paths.dir,
    enrolled: identity && { endpoint: identity.endpoint, name: identity.name, server: identity.server },
    policy: await readPolicy(paths, () => {}),
    running: identity !== null && (await isRunning(paths.lock)),
    connection: await readConnectionStatus(paths),
  };
}

/** Shows and answers what Interactive Reboot asks the user of a terminal. */
export function rebootAnswerCommand(options: RebootAnswerOptions): Promise<AskedNow> {
  return rebootAnswer(options);
}

/** Forgets the enrolment: key, journal and output. The endpoint is to be revoked on the server besides. */
export async function unenrolCommand(options: { stateDir?: string | undefined } = {}): Promise<void> {
  const paths = statePaths(options.stateDir ?? ownStateDir());
  await makeStateDir(paths);
  const lock = await takeStateLock(paths.lock);
  try {
    await removeState(paths);
  } finally {
    await lock.release();
  }
}

function ownStateDir(): string {
  return defaultStateDir(process.getuid?.());
}

function thisSystem(clock: ServerClock): EndpointSystem {
  if (process.platform === 'linux') return createLinuxSystem({ clockSkewMs: () => clock.skewMs() });
  throw new AgentError('failed', `there is no agent for ${process.platform} yet, only for Linux`);
}

async function isRunning(lockFile: string): Promise<boolean> {
  try {
    await (await takeStateLock(lockFile)).release();
    return false;
  } catch (error) {
    if (error instanceof AgentError && error.kind === 'refused') return true;
    throw error;
  }
}

async function readCa(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new AgentError('usage', `the certificate file cannot be read: ${messageOf(error)}`);
  }
}

function checked<T>(schema: { safeParse(value: unknown): { success: boolean } }, value: T, field: string): T {
  if (schema.safeParse(value).success) return value;
  throw new AgentError('usage', `the ${field} of the endpoint has a form that is not allowed`);
}
