import { setTimeout as delay } from 'node:timers/promises';
import { PatchToolError } from '../endpoint-system.ts';
import { runTool, type ToolResult } from '../execute/run-tool.ts';
import { parseLockHolder } from './apt-failures.ts';

const lockPollMs = 1000;
/** The longest time-out that a timer takes, about 24 days. */
export const unlimitedMs = 2 ** 31 - 1;

/** How one command of apt or dpkg is run. */
export interface AptCommand {
  readonly program: 'apt-get' | 'apt-cache' | 'apt-mark' | 'dpkg' | 'dpkg-query';
  readonly args: readonly string[];
  /** Ends the command; left out for what must not be cut in the middle. */
  readonly signal?: AbortSignal;
  readonly timeoutMs: number;
  readonly onOutput?: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
  /** Takes apt's machine-readable status, which `APT::Status-Fd=3` asks for. */
  readonly onStatus?: (chunk: Buffer) => void;
  /** The command changes packages: it goes on even if the agent dies. */
  readonly changesPackages?: boolean;
}

/** Runs apt and dpkg in one environment. */
export interface AptCommands {
  /** Runs a command; rejects with {@link PatchToolError} when it cannot be run or takes too long, and when aborted. */
  run(command: AptCommand): Promise<ToolResult>;
  /**
   * The same for commands that need apt's or dpkg's locks: while somebody else holds one the command is tried again,
   * up to `lockWaitMs`, then it is a {@link PatchToolError} that says who holds it (E-04).
   * apt's own `DPkg::Lock::Timeout` does not wait for the lock of the package lists, and older releases lack it.
   */
  runUnlocked(command: AptCommand, lock: LockWait): Promise<ToolResult>;
}

export interface LockWait {
  readonly waitMs: number;
  /** Gives up waiting. */
  readonly signal: AbortSignal;
  /** Is told, once, who is waited for. */
  readonly onWait: (holder: string) => void;
}

/**
 * The environment in which packages are changed: nobody is asked anything, changed configuration files stay, and
 * services are not restarted by `needrestart` behind the plan's back (it only lists what should be).
 */
const environment = {
  DEBIAN_FRONTEND: 'noninteractive',
  APT_LISTCHANGES_FRONTEND: 'none',
  UCF_FORCE_CONFFOLD: '1',
  NEEDRESTART_MODE: 'l',
};

/** Proxies are set in the agent's environment where apt's own configuration has none. */
const proxyVariables = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

/** apt and dpkg of this endpoint. `extra` is added to their environment. */
export function aptCommands(extra: Readonly<Record<string, string>>): AptCommands {
  const proxies = proxyVariables.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const env = { ...Object.fromEntries(proxies), ...environment, ...extra };

  async function run(command: AptCommand): Promise<ToolResult> {
    const { program, args, signal, timeoutMs, onOutput, onStatus, changesPackages = false } = command;
    const result = await runTool(program, args, {
      env,
      timeoutMs,
      survivesAgent: changesPackages,
      ...(signal && { signal }),
      ...(onOutput && { onOutput }),
      ...(onStatus && { extraFd: onStatus }),
    }).catch((cause: unknown) => {
      throw new PatchToolError(`${program} could not be run: ${String(cause)}`);
    });
    if (result.aborted) signal?.throwIfAborted();
    if (result.timedOut) {
      throw new PatchToolError(`${program} was ended because the time for patching was over`);
    }
    return result;
  }

  async function runUnlocked(command: AptCommand, lock: LockWait): Promise<ToolResult> {
    const giveUpAt = performance.now() + lock.waitMs;
    for (let attempt = 1; ; attempt += 1) {
      const result = await run(command);
      const holder = result.code === 0 ? null : parseLockHolder(result.stderr);
      if (holder === null) return result;
      if (attempt === 1) lock.onWait(holder);
      if (performance.now() >= giveUpAt) {
        throw new PatchToolError(
          `the package manager is locked by ${holder}; waited ${Math.round(lock.waitMs / 1000)} s for it`,
        );
      }
      const leftMs = Math.max(giveUpAt - performance.now(), 1);
      await delay(Math.min(lockPollMs, leftMs), undefined, { signal: lock.signal });
    }
  }

  return { run, runUnlocked };
}
