import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../wait-for.ts';
import { FrameBuffer, type Rectangle } from './frame-buffer.ts';

/** An unprivileged user that every Debian has. */
export const desktopUser = { name: 'nobody', uid: 65_534 } as const;

const COMMANDS = ['Xvfb', 'xdotool', 'dbus-daemon', 'gdbus', 'notify-send', 'zenity', 'setpriv'];
const FOLDERS = (process.env['PATH'] ?? '').split(':');
const LIMIT_MS = 20_000;
/** An animated part of the screen changes within this time. */
const FRAME_MS = 20;
// A bus that starts nothing by itself: whether there is a notification daemon is the test's choice.
const BUS_CONFIGURATION = (socket: string): string => `<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

/** Why desktops cannot be started here, in a few words for the name of the skipped test; null: they can. */
export function reasonAgainstDesktops(): string | null {
  if (process.platform !== 'linux' || process.geteuid?.() !== 0) return 'needs root on Linux';
  const missing = COMMANDS.filter((name) => !FOLDERS.some((folder) => existsSync(path.join(folder, name))));
  if (notificationDaemon() === null) missing.push('xfce4-notifyd');
  return missing.length > 0 ? `needs ${missing.join(', ')}` : null;
}

/** A desktop of {@link desktopUser} on a display that nobody looks at. `await using` ends it. */
export class LabDesktop {
  /** Has `<uid>/bus` in it, as `/run/user` has. */
  readonly runtimeRoot: string;
  /** What the user's programs find in their environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #folder: string;
  readonly #processes: ChildProcess[] = [];
  /** Those found before, by the place of their window. */
  readonly #buttons = new Map<string, Rectangle[]>();
  #daemon: ChildProcess | null = null;

  private constructor(folder: string, display: string) {
    this.#folder = folder;
    this.runtimeRoot = path.join(folder, 'run');
    const runtime = path.join(this.runtimeRoot, String(desktopUser.uid));
    this.environment = {
      DISPLAY: display,
      XDG_RUNTIME_DIR: runtime,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtime}/bus`,
      LANG: 'de_DE.UTF-8',
    };
  }

  static async start(): Promise<LabDesktop> {
    const folder = mkdtempSync(path.join(tmpdir(), 'patchbay-desktop-'));
    execFileSync('chmod', ['755', folder]);
    const args = ['-displayfd', '1', '-screen', '0', '1024x768x24', '-nolisten', 'tcp', '-ac'];
    const server = spawn('Xvfb', [...args, '-fbdir', folder], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [number] = (await once(server.stdout, 'data')) as [Buffer];
    const desktop = new LabDesktop(folder, `:${number.toString().trim()}`);
    desktop.#processes.push(server);
    try {
      await desktop.#startBus();
    } catch (error) {
      await desktop[Symbol.asyncDispose]();
      throw error;
    }
    return desktop;
  }

  async #startBus(): Promise<void> {
    const runtime = this.environment['XDG_RUNTIME_DIR'] ?? '';
    mkdirSync(this.runtimeRoot);
    mkdirSync(runtime, { mode: 0o700 });
    chownSync(runtime, desktopUser.uid, desktopUser.uid);
    const configuration = path.join(this.#folder, 'bus.conf');
    writeFileSync(configuration, BUS_CONFIGURATION(path.join(runtime, 'bus')));
    this.#processes.push(this.spawn(['dbus-daemon', `--config-file=${configuration}`, '--nofork']));
    await waitFor(() => existsSync(path.join(runtime, 'bus')), {
      timeoutMs: LIMIT_MS,
      what: 'the session bus',
    });
  }

  /** Starts a program as the user. */
  spawn(command: readonly string[]): ChildProcess {
    const { uid } = desktopUser;
    return spawn('setpriv', [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--', ...command], {
      env: { PATH: '/usr/bin:/bin', HOME: this.environment['XDG_RUNTIME_DIR'], ...this.environment },
      stdio: 'ignore',
    });
  }

  /** Starts the notification daemon. */
  async startDaemon(): Promise<void> {
    this.#daemon = this.spawn([notificationDaemon() ?? '']);
    const wait = ['gdbus', 'wait', '--session', '--timeout=20', 'org.freedesktop.Notifications'];
    const [code] = (await once(this.spawn(wait), 'exit')) as [number];
    if (code !== 0) throw new Error('the notification daemon does not start');
  }

  /** Ends it without a warning. */
  async killDaemon(): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = null;
    if (daemon !== null) await end(daemon);
  }

  /** Sends a signal to the notification daemon: SIGSTOP makes it hang. */
  signalDaemon(signal: NodeJS.Signals): void {
    this.#daemon?.kill(signal);
  }

  /** Writes a picture of the whole screen. */
  screenshot(file: string): void {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, this.#frame().png());
  }

  /** The windows on the screen, each with its place. */
  windows(): Rectangle[] {
    return this.#xdotool('search', '--onlyvisible', '--name', '.*')
      .split('\n')
      .filter((id) => /^\d+$/.test(id))
      .flatMap((id) => {
        const geometry = this.#xdotool('getwindowgeometry', '--shell', id);
        const get = (name: string): number =>
          Number(new RegExp(`^${name}=(-?\\d+)$`, 'm').exec(geometry)?.[1]);
        const found = { left: get('X'), top: get('Y'), width: get('WIDTH'), height: get('HEIGHT') };
        return found.width > 50 && found.width < 1000 ? [found] : [];
      });
  }

  /** Clicks the button that is the `index`-th from the left in the only window, wherever the theme puts it. */
  async clickButton(index: number, count: number): Promise<void> {
    const window = await waitFor(() => this.windows()[0], { timeoutMs: LIMIT_MS, what: 'a window' });
    const place = JSON.stringify([window, count]);
    const buttons = this.#buttons.get(place) ?? (await this.#findButtons(window, count));
    this.#buttons.set(place, buttons);
    const button = buttons[index];
    if (!button) throw new Error('there is no such button');
    const middle = [button.left + button.width / 2, button.top + button.height / 2]
      .map(Math.round)
      .map(String);
    this.#xdotool('mousemove', ...middle);
    await this.#settled();
    this.#xdotool('click', '1');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.killDaemon();
    for (const process of this.#processes.toReversed()) await end(process);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Buttons are what lights up under the pointer: the parts of a window that change while the pointer is there. */
  async #findButtons(window: Rectangle, count: number): Promise<Rectangle[]> {
    return waitFor(
      async () => {
        this.#xdotool('mousemove', '0', '767');
        const before = await this.#settled();
        const found = new Map<string, Rectangle>();
        for (let y = window.top + window.height - 8; y > window.top && found.size < count; y -= 16) {
          for (let x = window.left + 10; x < window.left + window.width; x += 40) {
            const isInside = (one: Rectangle): boolean =>
              x >= one.left && x < one.left + one.width && y >= one.top && y < one.top + one.height;
            if ([...found.values()].some(isInside)) continue;
            this.#xdotool('mousemove', String(x), String(y));
            const lit = (await this.#settled()).difference(before, window);
            if (lit && isInside(lit) && lit.width < window.width / 1.5) found.set(JSON.stringify(lit), lit);
          }
        }
        return found.size === count && [...found.values()].toSorted((one, other) => one.left - other.left);
      },
      { timeoutMs: LIMIT_MS, what: `${count} buttons that light up` },
    );
  }

  /** The screen when it has stopped to change. */
  async #settled(): Promise<FrameBuffer> {
    const whole = { left: 0, top: 0, width: 1024, height: 768 };
    let last = this.#frame();
    for (let same = 0; same < 2; ) {
      await delay(FRAME_MS);
      const next = this.#frame();
      same = next.difference(last, whole) === null ? same + 1 : 0;
      last = next;
    }
    return last;
  }

  #frame(): FrameBuffer {
    return new FrameBuffer(path.join(this.#folder, 'Xvfb_screen0'));
  }

  #xdotool(...args: string[]): string {
    try {
      return execFileSync('xdotool', args, {
        env: { PATH: process.env['PATH'], DISPLAY: this.environment['DISPLAY'] },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    } catch {
      // A window that is not there, or has gone meanwhile.
      return '';
    }
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

function notificationDaemon(): string | null {
  const libraries = [
    '/usr/lib',
    ...(existsSync('/usr/lib') ? readdirSync('/usr/lib') : []).map((one) => `/usr/lib/${one}`),
  ];
  return (
    libraries.map((one) => `${one}/xfce4/notifyd/xfce4-notifyd`).find((file) => existsSync(file)) ?? null
  );
}
