import { randomUUID } from 'node:crypto';
import { type AgentMessage, agentMessage } from '@patchbay/contracts/agent-protocol';
import { type ApplicablePatch, applicablePatch, type LocalPolicy } from '@patchbay/contracts/inventory';
import { limits } from '@patchbay/contracts/limits';
import { cleanText } from './clean-text.ts';
import type { EndpointSystem } from './endpoint-system.ts';
import { messageOf } from './error-code.ts';
import type { LastScan } from './last-scan.ts';
import type { Log } from './log.ts';

export interface ScansOptions {
  readonly system: EndpointSystem;
  readonly policy: () => Promise<LocalPolicy>;
  readonly send: (message: AgentMessage) => boolean;
  /** Of the boot that the agent lives in. */
  readonly bootId: string;
  readonly readLastScan: () => Promise<LastScan | null>;
  readonly writeLastScan: (scan: LastScan) => Promise<void>;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
}

/** Bytes of patches in one message, far below what the server accepts. */
const partBytes = 2 * 1024 * 1024;
/** What was told less than this before the connection was lost may not have arrived, in milliseconds. */
const uncertainMs = 60_000;

/**
 * Facts and applicable patches of this endpoint (E-02, E-03): sent on enrolment, after a reboot, on a schedule with
 * random spread, on demand and after every installation. One scan at a time, and none while patches are being installed.
 */
export class Scans {
  readonly #options: ScansOptions;
  readonly #stop = new AbortController();
  #packageManager: Promise<unknown> = Promise.resolve();
  /** A scan that has been asked for and has not begun. */
  #isAsked = false;
  #timer: NodeJS.Timeout | undefined;
  /** What the last scan found; it is told again when the connection may have swallowed it. */
  #found: AgentMessage[] = [];
  #toldAt: number | null = null;

  constructor(options: ScansOptions) {
    this.#options = options;
  }

  /** Signed in: sends what was found meanwhile, and sees that a scan comes about every `everyMs`. */
  async connected(everyMs: number): Promise<void> {
    if (this.#toldAt === null) this.#tell();
    const { readLastScan, bootId, now, random } = this.#options;
    const last = await readLastScan();
    clearTimeout(this.#timer);
    // After a reboot the facts are others, the need of a reboot above all.
    if (last?.bootId !== bootId) this.request();
    const due = (last?.at ?? now()) + everyMs * (0.5 + random());
    this.#schedule(Math.max(0, due - now()), everyMs);
  }

  /** The connection is lost, and with it perhaps what was told just before: nobody acknowledges a scan. */
  disconnected(): void {
    if (this.#toldAt !== null && this.#options.now() - this.#toldAt < uncertainMs) this.#toldAt = null;
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
    const { system, now, bootId, writeLastScan, log } = this.#options;
    const [inventory, readiness, reboot] = await Promise.all([
      system.inventory(),
      system.readiness(),
      system.rebootNeed(),
    ]);
    const facts: AgentMessage = { type: 'inventory', inventory, readiness, reboot };
    const patches = scanParts(randomUUID(), await this.#applicable());
    this.#found = [facts, ...patches].filter((message) => this.#isAllowed(message));
    this.#tell();
    await writeLastScan({ at: now(), bootId }).catch((error: unknown) => {
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

  #tell(): void {
    const isTold = this.#found.every((message) => this.#options.send(message));
    this.#toldAt = isTold ? this.#options.now() : null;
  }

  /** What the protocol does not allow is not sent: the server would close the connection, and again after each return. */
  #isAllowed(message: AgentMessage): boolean {
    const checked = agentMessage.safeParse(message);
    if (checked.success) return true;
    const problem = checked.error.issues[0]?.message;
    this.#options.log('error', 'the facts break the limits of the protocol', { type: message.type, problem });
    return false;
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
