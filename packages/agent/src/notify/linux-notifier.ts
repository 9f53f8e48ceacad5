import { createHash } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NotificationView } from '@patchbay/domain/reboot/notification-view';
import { hasCode, messageOf } from '../error-code.ts';
import { runTool } from '../execute/run-tool.ts';
import { makePassable, promptDirectory } from './answer-prompt.ts';
import { isBusy } from './linux-busy.ts';
import { openDesktop } from './linux-desktop.ts';
import { showByNotifySend } from './linux-notify-send.ts';
import { notifierVariable, type UserProcess, userProcesses } from './linux-processes.ts';
import type { LinuxSession, RunTool } from './linux-session.ts';
import { findSessions } from './linux-sessions.ts';
import { showOnTerminal } from './linux-terminal.ts';
import { showByZenity } from './linux-zenity.ts';
import type { NotificationEnd, Notifier, ShowOptions, UserSession } from './notifier.ts';

/** What tests put in place of the real thing; the agent uses the defaults. Times in milliseconds. */
export interface LinuxNotifierOptions {
  readonly runTool?: RunTool;
  readonly now?: () => number;
  readonly processes?: () => readonly UserProcess[];
  /** Where users have their runtime directories. */
  readonly runtimeRoot?: string;
  /** Where terminal users find what they are asked, and answer it. */
  readonly prompts?: string;
  /** The directory of terminals. */
  readonly devices?: string;
  /** Whether a pop-up's process has a window. */
  readonly isOnScreen?: (pid: number) => boolean;
  /** How long it may take until a notification is on the screen. */
  readonly renderLimitMs?: number;
  /** How often is looked whether the notification daemon lives. */
  readonly watchEveryMs?: number;
  /** How often is looked for a terminal user's answer. */
  readonly lookEveryMs?: number;
}

/** Longer than this a timer of the runtime does not wait. */
const longestMs = 0x7fff_ffff;
const logoBytes = 1024 * 1024;
const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * Shows notifications on Linux: on a desktop as a notification with buttons or, where that fails, as a pop-up
 * window; on a terminal as text. Whatever hangs or crashes becomes a `failed` with its reason.
 */
export function createLinuxNotifier(options: LinuxNotifierOptions = {}): Notifier {
  return new LinuxNotifier(options);
}

class LinuxNotifier implements Notifier {
  readonly #options: Required<Omit<LinuxNotifierOptions, 'isOnScreen'>> & LinuxNotifierOptions;
  #hasSwept = false;

  constructor(options: LinuxNotifierOptions) {
    this.#options = {
      runTool,
      now: Date.now,
      processes: userProcesses,
      runtimeRoot: '/run/user',
      prompts: promptDirectory(process.getuid?.() ?? -1),
      devices: '/dev',
      renderLimitMs: 10_000,
      watchEveryMs: 10_000,
      lookEveryMs: 500,
      ...options,
    };
  }

  async sessions(): Promise<readonly UserSession[]> {
    const found = await this.#find();
    return found.map(({ id, user, kind, active, console, busy, language }) => ({
      id,
      user,
      kind,
      active,
      console,
      busy,
      language,
    }));
  }

  async show(
    view: NotificationView,
    { id }: UserSession,
    { signal, onShown }: ShowOptions,
  ): Promise<NotificationEnd> {
    try {
      this.#sweep();
      const session = (await findSessions(this.#options)).find((one) => one.id === id);
      if (!session) return { kind: 'failed', reason: 'the session has ended' };
      const staysMs = view.expiresAt - this.#options.now();
      if (staysMs <= 0 || signal.aborted) return { kind: 'closed' };
      const showing = { signal, onShown, staysMs: Math.min(staysMs, longestMs) };
      const whole = { ...session, busy: false };
      return session.kind === 'graphical'
        ? await this.#showOnDesktop(view, whole, showing)
        : await showOnTerminal(view, whole, {
            ...this.#options,
            ...showing,
            isActive: () => this.#isActive(id),
          });
    } catch (error) {
      return { kind: 'failed', reason: messageOf(error) };
    }
  }

  async #showOnDesktop(
    view: NotificationView,
    session: LinuxSession,
    showing: ShowOptions & { staysMs: number },
  ): Promise<NotificationEnd> {
    let isShown = false;
    const desktop = openDesktop(this.#options.runTool, session, this.#mark());
    const options = {
      ...this.#options,
      ...showing,
      logoFile: this.#writeLogo(view.logo),
      onShown: () => {
        if (isShown) return;
        isShown = true;
        showing.onShown();
      },
    };
    const first = await showByNotifySend(view, desktop, options);
    if (first.kind !== 'failed') return first;
    if (showing.signal.aborted) return { kind: 'closed' };
    // One that has gone from the screen is shown again in the other way: its user has not answered.
    const second = await showByZenity(view, desktop, options, this.#options.isOnScreen);
    if (second.kind !== 'failed') return second;
    return { kind: 'failed', reason: `no notification: ${first.reason}; no pop-up: ${second.reason}` };
  }

  async #find(): Promise<LinuxSession[]> {
    this.#sweep();
    return Promise.all(
      (await findSessions(this.#options)).map(async (session) => ({
        ...session,
        busy:
          session.kind === 'graphical' &&
          (await isBusy(
            openDesktop(this.#options.runTool, session, this.#mark()),
            session.environment['XDG_CURRENT_DESKTOP'] ?? '',
          )),
      })),
    );
  }

  async #isActive(id: string): Promise<boolean> {
    return (await findSessions(this.#options)).some((one) => one.id === id && one.active);
  }

  /** Takes off the screens what an agent before this one has left there: nobody would take its answers. */
  #sweep(): void {
    if (this.#hasSwept) return;
    this.#hasSwept = true;
    for (const { pid, environment } of this.#options.processes()) {
      if (environment[notifierVariable] !== this.#mark()) continue;
      try {
        process.kill(pid, 'SIGINT');
      } catch (error) {
        if (!hasCode(error, 'ESRCH', 'EPERM')) throw error;
      }
    }
  }

  /** The same for every agent that works in the same place. */
  #mark(): string {
    return this.#options.prompts;
  }

  /** The logo as a file that users can read; null where there is none or it is no picture. */
  #writeLogo(logo: string | null): string | null {
    const picture = Buffer.from(logo ?? '', 'base64');
    if (picture.length > logoBytes || !picture.subarray(0, pngStart.length).equals(pngStart)) return null;
    const directory = join(this.#options.prompts, 'logo');
    const file = join(directory, `${createHash('sha256').update(picture).digest('hex').slice(0, 16)}.png`);
    makePassable(directory);
    writeFileSync(file, picture);
    chmodSync(file, 0o644);
    return file;
  }
}
