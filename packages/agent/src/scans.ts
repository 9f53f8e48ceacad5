import { randomUUID } from 'node:crypto';
import { type AgentMessage, agentMessage } from '@patchbay/contracts/agent-protocol';
import { type ApplicablePatch, applicablePatch, type LocalPolicy } from '@patchbay/contracts/inventory';
import { limits } from '@patchbay/contracts/limits';
import { cleanText } from './clean-text.ts';
import type { EndpointSystem } from './endpoint-system.ts';
import { messageOf } from './error-code.ts';
import type { Log } from './log.ts';

export interface ScansOptions {
  readonly system: EndpointSystem;
  readonly policy: () => Promise<LocalPolicy>;
  readonly send: (message: AgentMessage) => boolean;
  /** When this endpoint was last scanned, in epoch milliseconds; null: never since its enrolment. */
  readonly lastScanAt: () => Promise<number | null>;
  readonly saveScanAt: (at: number) => Promise<void>;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
}

/** Bytes of patches in one message, far below what the server accepts. */
const partBytes = 2 * 1024 * 1024;

/**
 * Facts and applicable patches of this endpoint (E-02, E-03): sent on enrolment, on a schedule with random spread,
 * on demand and after every installation. One scan at a time, and none while patches are being installed.
 */
export class Scans {
  readonly #options: ScansOptions;
  readonly #stop = new AbortController();
  #packageManager: Promise<unknown> = Promise.resolve();
  /** A scan that has been asked for and has not begun. */
  #isAsked = false;
  #timer: NodeJS.Timeout | undefined;
  /** What was found without a connection to tell it. */
  #unsent: AgentMessage[] = [];

  constructor(options: ScansOptions) {
    this.#options = options;
  }

  /** Signed in: sends what was found meanwhile, and sees that a scan comes about every `everyMs`. */
  async connected(everyMs: number): Promise<void> {
    const found = this.#unsent;
    this.#unsent = [];
    for (const message of found) this.#send(message);
    const { lastScanAt, now, random } = this.#options;
    const last = await lastScanAt();
    clearTimeout(this.#timer);
    if (last === null) return this.request();
    const spread = everyMs * (0.5 + random());
    this.#schedule(Math.max(0, last + spread - now()), everyMs);
  }

  /** Asks for a scan; one that waits already is enough. */
  request(): void {
    if (this.#isAsked || this.#stop.signal.aborted) return;
    this.#isAsked = true;
    this.withPackageManager(async () => {
      this.#isAsked = false;
      if (!this.#stop.signal.aborted) await this.#scan();
    }).catch((error: unknown) => {
      this.#options.log('error', 'a scan failed inside the agent', { problem: messageOf(error) });
    });
  }

  /** Does work that must not run beside a scan. */
  withPackageManager<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#packageManager.then(work);
    this.#packageManager = done.catch(() => {});
    return done;
  }

  /** Gives up a running scan and plans no further one. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
  }

  #schedule(inMs: number, everyMs: number): void {
    const longest = 2 ** 31 - 1;
    this.#timer = setTimeout(
      () => {
        this.request();
        this.#schedule(everyMs * (0.5 + this.#options.random()), everyMs);
      },
      Math.min(inMs, longest),
    ).unref();
  }

  async #scan(): Promise<void> {
    const { system, now, saveScanAt, log } = this.#options;
    this.#unsent = [];
    const [inventory, readiness, reboot] = await Promise.all([
      system.inventory(),
      system.readiness(),
      system.rebootNeed(),
    ]);
    this.#send({ type: 'inventory', inventory, readiness, reboot });
    for (const part of scanParts(randomUUID(), await this.#applicable())) this.#send(part);
    await saveScanAt(now()).catch((error: unknown) => {
      log('warn', 'the time of the scan could not be noted', { problem: messageOf(error) });
    });
  }

  async #applicable(): Promise<ApplicablePatch[] | { readonly problem: string }> {
    const { system, policy, log } = this.#options;
    if (!(await policy()).scan)
      return { problem: 'the local policy of this endpoint does not allow patch scans' };
    if (system.patches === null) {
      return { problem: 'this agent has no patch provider for the operating system yet' };
    }
    try {
      const found = await system.patches.scan({
        log: (text) => log('debug', text),
        signal: this.#stop.signal,
      });
      return found.filter((patch) => {
        const isReportable = applicablePatch.safeParse(patch).success;
        if (!isReportable) log('warn', 'a patch breaks the limits of the protocol', { patch: patch.id });
        return isReportable;
      });
    } catch (error) {
      log('warn', 'the patch scan failed', { problem: messageOf(error) });
      return { problem: cleanText(messageOf(error), 4000) };
    }
  }

  /** What the protocol does not allow is not sent: the server would close the connection, and again after each return. */
  #send(message: AgentMessage): void {
    const checked = agentMessage.safeParse(message);
    if (!checked.success) {
      const problem = checked.error.issues[0]?.message;
      this.#options.log('error', 'the facts break the limits of the protocol', {
        type: message.type,
        problem,
      });
      return;
    }
    if (!this.#options.send(message)) this.#unsent.push(message);
  }
}

type PatchesMessage = Extract<AgentMessage, { type: 'patches' }>;

/** Cuts a scan into messages that the server accepts; there is always one, and the last one says so. */
export function scanParts(
  scan: string,
  found: readonly ApplicablePatch[] | { readonly problem: string },
): PatchesMessage[] {
  if ('problem' in found) {
    return [{ type: 'patches', scan, part: 0, last: true, problem: found.problem, patches: [] }];
  }
  const parts: ApplicablePatch[][] = [[]];
  let size = 0;
  for (const patch of found) {
    const bytes = Buffer.byteLength(JSON.stringify(patch));
    const current = parts.at(-1);
    if (current && current.length < limits.patchesPerMessage && size + bytes <= partBytes) {
      current.push(patch);
      size += bytes;
    } else {
      parts.push([patch]);
      size = bytes;
    }
  }
  return parts.map((patches, part) => {
    const last = part === parts.length - 1;
    return { type: 'patches', scan, part, last, problem: null, patches };
  });
}
