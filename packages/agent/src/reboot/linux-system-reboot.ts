import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../error-code.ts';
import { runTool } from '../execute/run-tool.ts';
import { searchPath } from '../execute/search-path.ts';
import type { SystemReboot } from './system-reboot.ts';

/** What tests put in place of the real thing; the agent uses the defaults. */
export interface LinuxSystemRebootOptions {
  readonly runTool?: typeof runTool;
  readonly now?: () => number;
  /** Is there where systemd runs the machine. */
  readonly systemd?: string;
  /** Says across restarts of the agent that the pending `shutdown` is the agent's; gone after a reboot. */
  readonly shutdownMark?: string;
  /** Name of the systemd timer. */
  readonly unit?: string;
  /** Where `shutdown` is looked for. */
  readonly path?: string;
}

const toolLimitMs = 30_000;
const minuteMs = 60_000;
/** A moment that is over before the system has been told of it would never come. */
const earliestMs = 2000;
/** How long `shutdown` has to refuse. */
const settleMs = 1000;
/** How often the agent compares its own timer with the clock, which may be changed. */
const compareEveryMs = 15_000;

/**
 * Schedules reboots with the system itself, so that they come even if the agent is not there to see them:
 * with a timer of systemd, to the second; where there is no systemd, with `shutdown`, which knows minutes only, so
 * the agent asks for the reboot itself at the second and `shutdown` comes up to a minute later if the agent cannot.
 */
export function createLinuxSystemReboot(options: LinuxSystemRebootOptions = {}): SystemReboot {
  return new LinuxSystemReboot(options);
}

class LinuxSystemReboot implements SystemReboot {
  readonly #options: Required<LinuxSystemRebootOptions>;
  #own: NodeJS.Timeout | undefined;

  constructor(options: LinuxSystemRebootOptions) {
    this.#options = {
      runTool,
      now: Date.now,
      systemd: '/run/systemd/system',
      shutdownMark: '/run/patchbay-agent/shutdown',
      unit: 'patchbay-reboot',
      path: searchPath,
      ...options,
    };
  }

  async schedule(at: number): Promise<string> {
    const { now, systemd } = this.#options;
    await this.unschedule();
    const when = Math.max(at, now() + earliestMs);
    const problems: string[] = [];
    const byShutdown = (): Promise<string> => this.#byShutdown(when);
    const byTimer = (): Promise<string> => this.#byTimer(when);
    for (const means of existsSync(systemd) ? [byTimer, byShutdown] : [byShutdown]) {
      try {
        return await means();
      } catch (error) {
        problems.push(messageOf(error));
      }
    }
    throw new Error(`the system does not let itself be scheduled to reboot: ${problems.join('; ')}`);
  }

  async unschedule(): Promise<void> {
    const { systemd, unit, shutdownMark } = this.#options;
    clearTimeout(this.#own);
    // A timer that is not there is no failure; one that has failed would keep its name.
    if (existsSync(systemd)) {
      await this.#run('systemctl', ['stop', `${unit}.timer`], 0, 5);
      await this.#run('systemctl', ['reset-failed', `${unit}.timer`, `${unit}.service`], 0, 1, 5);
    }
    // A shutdown that somebody else has scheduled is theirs to cancel.
    if (existsSync(shutdownMark)) {
      await this.#run('shutdown', ['-c'], 0, 1);
      rmSync(shutdownMark, { force: true });
    }
  }

  async #byTimer(at: number): Promise<string> {
    const { unit } = this.#options;
    // Whole seconds, and never earlier than the user was told.
    const moment = new Date(Math.ceil(at / 1000) * 1000).toISOString().slice(0, 19).replace('T', ' ');
    await this.#run(
      'systemd-run',
      [
        '--quiet',
        `--unit=${unit}`,
        '--description=Reboot that Patchbay told the users of',
        `--on-calendar=${moment} UTC`,
        '--timer-property=AccuracySec=100ms',
        '--',
        // The users were asked; a program that holds shutdowns back has no say in what they were told.
        'systemctl',
        '--ignore-inhibitors',
        'reboot',
      ],
      0,
    );
    return `systemd timer ${unit}.timer at ${moment} UTC`;
  }

  async #byShutdown(at: number): Promise<string> {
    const { now, shutdownMark, path } = this.#options;
    const minutes = Math.max(1, Math.ceil((at - now()) / minuteMs));
    mkdirSync(dirname(shutdownMark), { recursive: true });
    writeFileSync(shutdownMark, '');
    try {
      await startShutdown(['-r', `+${minutes}`], path);
    } catch (error) {
      rmSync(shutdownMark, { force: true });
      throw error;
    }
    this.#rebootAt(at);
    return `shutdown -r +${minutes}, by the agent to the second`;
  }

  /** The clock may be changed and the machine may sleep meanwhile: what counts is the time of day that was told. */
  #rebootAt(at: number): void {
    const left = at - this.#options.now();
    if (left > 0) {
      this.#own = setTimeout(() => this.#rebootAt(at), Math.min(left, compareEveryMs));
      return;
    }
    // The pending one is in the way where only one may be under way. If this fails it stays the safety net.
    void this.#run('shutdown', ['-c'], 0, 1)
      .then(() => this.#run('shutdown', ['-r', 'now'], 0))
      .catch(() => startShutdown(['-r', '+1'], this.#options.path))
      .catch(() => {});
  }

  /** @throws unless the tool ends with one of these codes */
  async #run(tool: string, args: readonly string[], ...accepted: readonly number[]): Promise<void> {
    const { code, stderr, timedOut } = await this.#options.runTool(tool, args, { timeoutMs: toolLimitMs });
    if (timedOut) throw new Error(`${tool} did not answer`);
    if (code === null || !accepted.includes(code)) {
      throw new Error(`${tool} ended with ${code ?? 'a signal'}: ${stderr.trim().slice(0, 300)}`);
    }
  }
}

/** Some of these programs return at once, others stay until it is time: those outlive the agent. */
async function startShutdown(args: readonly string[], path: string): Promise<void> {
  const child = spawn('shutdown', args, { detached: true, stdio: 'ignore', cwd: '/', env: { PATH: path } });
  const ended = once(child, 'exit').then(([code]) => Number(code ?? -1));
  const code = await Promise.race([ended, delay(settleMs, 0, { ref: false })]);
  child.unref();
  if (code !== 0) throw new Error(`shutdown ended with ${code}`);
}
