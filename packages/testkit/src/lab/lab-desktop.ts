import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitFor } from '../wait-for.ts';
import { endProcess, LabScreen } from './lab-screen.ts';

/** An unprivileged user that every Debian has. */
export const desktopUser = { name: 'nobody', uid: 65_534 } as const;

const COMMANDS = ['Xvfb', 'xdotool', 'dbus-daemon', 'gdbus', 'notify-send', 'zenity', 'setpriv'];
const FOLDERS = (process.env['PATH'] ?? '').split(':');
const LIMIT_MS = 20_000;
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
  readonly screen: LabScreen;
  readonly #folder: string;
  readonly #processes: ChildProcess[] = [];
  #daemon: ChildProcess | null = null;

  private constructor(folder: string, screen: LabScreen) {
    this.#folder = folder;
    this.screen = screen;
    this.runtimeRoot = path.join(folder, 'run');
    const runtime = path.join(this.runtimeRoot, String(desktopUser.uid));
    this.environment = {
      DISPLAY: screen.display,
      XDG_RUNTIME_DIR: runtime,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtime}/bus`,
      LANG: 'de_DE.UTF-8',
    };
  }

  static async start(): Promise<LabDesktop> {
    const folder = mkdtempSync(path.join(tmpdir(), 'patchbay-desktop-'));
    execFileSync('chmod', ['755', folder]);
    const desktop = new LabDesktop(folder, await LabScreen.start());
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
    if (daemon !== null) await endProcess(daemon);
  }

  /** Sends a signal to the notification daemon: SIGSTOP makes it hang. */
  signalDaemon(signal: NodeJS.Signals): void {
    this.#daemon?.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.killDaemon();
    for (const process of this.#processes.toReversed()) await endProcess(process);
    await this.screen[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }
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
