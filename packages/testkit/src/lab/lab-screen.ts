import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../wait-for.ts';
import { FrameBuffer, type Rectangle } from './frame-buffer.ts';

const LIMIT_MS = 20_000;
/** An animated part of the screen changes within this time. */
const FRAME_MS = 20;

/** Why displays cannot be started here, in a few words for the name of the skipped test; null: they can. */
export function reasonAgainstScreens(): string | null {
  const folders = (process.env['PATH'] ?? '').split(':');
  const missing = ['Xvfb', 'xdotool'].filter(
    (command) => !folders.some((folder) => existsSync(path.join(folder, command))),
  );
  return missing.length > 0 ? `needs ${missing.join(', ')}` : null;
}

/** A display that nobody looks at, with a pointer. `await using` ends it. */
export class LabScreen {
  /** Its name for programs: `:99`. Endpoints of the lab reach it too: they have this machine's network. */
  readonly display: string;
  readonly #folder: string;
  readonly #server: ChildProcess;
  /** Those found before, by the place of their window. */
  readonly #buttons = new Map<string, Rectangle[]>();

  private constructor(folder: string, server: ChildProcess, display: string) {
    this.#folder = folder;
    this.#server = server;
    this.display = display;
  }

  static async start(): Promise<LabScreen> {
    const folder = mkdtempSync(path.join(tmpdir(), 'patchbay-screen-'));
    const args = ['-displayfd', '1', '-screen', '0', '1024x768x24', '-nolisten', 'tcp', '-ac'];
    const server = spawn('Xvfb', [...args, '-fbdir', folder], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [number] = (await once(server.stdout, 'data')) as [Buffer];
    return new LabScreen(folder, server, `:${number.toString().trim()}`);
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
    await endProcess(this.#server);
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
        env: { PATH: process.env['PATH'], DISPLAY: this.display },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    } catch {
      // A window that is not there, or has gone meanwhile.
      return '';
    }
  }
}

/** Kills a process and waits until it has ended. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
