import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { withFileLock } from './file-lock.ts';
import type { LabAvailability } from './lab-available.ts';
import { labDirectory } from './lab-image.ts';
import { runCommand, runOrThrow } from './run-command.ts';

const wine = '/usr/lib/wine/wine64';
const needed = [
  wine,
  '/usr/bin/wineserver',
  '/usr/bin/Xvfb',
  '/usr/bin/xdotool',
  '/usr/bin/import',
  '/usr/bin/x86_64-w64-mingw32-gcc',
];

/** Whether programs of Windows can be run, built and clicked here; if not, the reason in a few words. */
export function wineAvailable(): LabAvailability {
  const missing = needed.filter((file) => !existsSync(file)).map((file) => path.basename(file));
  return missing.length === 0 ? { ok: true } : { ok: false, reason: `needs ${missing.join(', ')}` };
}

/** A user's Windows, as far as Wine goes, with a screen that nobody sees. */
export interface WineDesktop {
  /** A command that runs a Windows program, to be followed by its arguments. */
  command(program: string): [string, ...string[]];
  /** Runs a Windows program and answers its output; throws when it does not exit with 0. */
  run(program: string, ...args: string[]): Promise<string>;
  /** The folder that is `C:\`. */
  readonly driveC: string;
  /** Makes Wine say that it is this Windows, such as `win10`. */
  setVersion(version: string): Promise<void>;
  /** Where the window of this title is on the screen; null: there is none. */
  findWindow(title: string): Promise<WindowPlace | null>;
  /** The middle of every button of a window, from left to right and from the top down. */
  findButtons(window: WindowPlace): Promise<ScreenPoint[]>;
  /** Presses the left button of the mouse there. */
  click(point: ScreenPoint): Promise<void>;
  /** Presses a key, as xdotool names it. */
  press(key: string): Promise<void>;
  /** A picture of the screen, to be looked at by people. */
  screenshot(file: string): Promise<void>;
  stop(): Promise<void>;
}

export interface ScreenPoint {
  readonly x: number;
  readonly y: number;
}

export interface WindowPlace extends ScreenPoint {
  readonly width: number;
  readonly height: number;
}

/** Starts a desktop of its own; what programs leave on its disk and in its registry is gone with it. */
export async function startWineDesktop(): Promise<WineDesktop> {
  const base = await prepareWine();
  const prefix = await mkdtemp(path.join(labDirectory(), 'wine-'));
  const screen = await startScreen();
  const { display } = screen;
  // Links cost nothing; the registry is what programs write to.
  await runOrThrow(['cp', '-al', `${base}/.`, prefix]);
  const registry = ['system.reg', 'user.reg', 'userdef.reg'];
  for (const file of registry) {
    await rm(path.join(prefix, file));
    await runOrThrow(['cp', path.join(base, file), path.join(prefix, file)]);
  }
  const settings = [...wineSettings(prefix), `DISPLAY=${display}`];
  const command = (program: string): [string, ...string[]] => ['env', ...settings, wine, program];
  const x = (...args: string[]): Promise<string> => runOrThrow(['env', `DISPLAY=${display}`, ...args]);
  const run = (program: string, ...args: string[]): Promise<string> =>
    runOrThrow([...command(program), ...args]);
  // Wine starts with its first program and ends with the last one, which takes seconds: one is always there.
  const [program, ...args] = command('cmd.exe');
  const logon = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  await once(logon.stdout, 'data');
  // There is no window manager; Wine would wait for one whenever a window goes.
  await run('reg.exe', 'add', 'HKCU\\Software\\Wine\\X11 Driver', '/v', 'Managed', '/d', 'N', '/f');
  return {
    command,
    run,
    driveC: path.join(prefix, 'drive_c'),
    async setVersion(version) {
      await run('winecfg.exe', '-v', version);
    },
    async findWindow(title) {
      const find = ['xdotool', 'search', '--onlyvisible', '--name', title, 'getwindowgeometry', '--shell'];
      const { code, stdout } = await runCommand(['env', `DISPLAY=${display}`, ...find]);
      const place = new Map(stdout.split('\n').map((line) => line.split('=') as [string, string]));
      const value = (name: string): number => Number(place.get(name));
      return code === 0
        ? { x: value('X'), y: value('Y'), width: value('WIDTH'), height: value('HEIGHT') }
        : null;
    },
    async findButtons({ x: left, y: top, width, height }) {
      const crop = `${width}x${height}+${left}+${top}`;
      const picture = ['-window', 'root', '-crop', crop, '-depth', '8', '-compress', 'none', 'pgm:-'];
      return findWhiteBoxes(await x('import', ...picture)).map((box) => ({
        x: left + box.x,
        y: top + box.y,
      }));
    },
    async click(point) {
      const to = [String(point.x), String(point.y)];
      // Away again: a button looks different below the mouse.
      await x('xdotool', 'mousemove', ...to, 'click', '1', 'mousemove', '0', '0');
    },
    async press(key) {
      await x('xdotool', 'key', key);
    },
    async screenshot(file) {
      await mkdir(path.dirname(file), { recursive: true });
      await x('import', '-window', 'root', file);
    },
    async stop() {
      logon.stdin.end();
      await runCommand(['env', ...settings, 'wineserver', '-k']);
      await runCommand(['env', ...settings, 'wineserver', '-w']);
      await screen.stop();
      await rm(prefix, { recursive: true, force: true });
    },
  };
}

/** A Wine prefix that every desktop starts from; made once and kept. */
async function prepareWine(): Promise<string> {
  const folder = labDirectory();
  await mkdir(folder, { recursive: true });
  return withFileLock(path.join(folder, 'wine.lock'), async () => {
    const version = (await runOrThrow([wine, '--version'])).trim();
    const base = path.join(folder, `${version}-base`);
    if (existsSync(base)) return base;
    const unfinished = `${base}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    const settings = wineSettings(unfinished);
    await runOrThrow(['env', ...settings, wine, 'wineboot.exe', '--init'], { timeoutMs: 120_000 });
    await runCommand(['env', ...settings, 'wineserver', '-w']);
    await rename(unfinished, base);
    return base;
  });
}

/** Without Mono and Gecko, for which a new prefix would ask on the screen. */
function wineSettings(prefix: string): string[] {
  return [`WINEPREFIX=${prefix}`, 'WINEDEBUG=-all', 'WINEDLLOVERRIDES=mscoree=;mshtml='];
}

async function startScreen(): Promise<{ display: string; stop(): Promise<void> }> {
  const args = ['-displayfd', '3', '-screen', '0', '1024x768x24', '-nolisten', 'tcp'];
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const exit = once(server, 'exit');
  const number = await Promise.race([
    once(server.stdio[3] as NodeJS.ReadableStream, 'data'),
    exit.then(() => Promise.reject(new Error('Xvfb has ended'))),
  ]);
  return {
    display: `:${String(number[0]).trim()}`,
    async stop() {
      server.kill();
      await exit;
    },
  };
}

const smallestButton = 40;
const tallestButton = 60;

/**
 * The middles of the white boxes in a picture (plain PGM), which in Wine's dialogs are the buttons. Only their first
 * rows are looked at, since there is text further down.
 */
function findWhiteBoxes(picture: string): ScreenPoint[] {
  const [, width = 0, height = 0, , ...samples] = picture.split(/\s+/).map(Number);
  const boxes: { top: number; from: number; to: number }[] = [];
  let above: WhiteRun[] = [];
  for (let row = 0; row < height; row += 1) {
    const runs = whiteRuns(samples.slice(row * width, (row + 1) * width));
    for (const run of runs) {
      const isKnown = boxes.some((box) => row - box.top < tallestButton && overlaps(box, run));
      // A single row is the edge of a window.
      if (!isKnown && above.some((one) => overlaps(one, run))) boxes.push({ top: row, ...run });
    }
    above = runs;
  }
  return boxes.map(({ top, from, to }) => ({ x: Math.round((from + to) / 2), y: top + 8 }));
}

type WhiteRun = { readonly from: number; readonly to: number };

function whiteRuns(samples: readonly number[]): WhiteRun[] {
  const runs: WhiteRun[] = [];
  let from = 0;
  for (let column = 0; column <= samples.length; column += 1) {
    if (samples[column] === 255) continue;
    if (column - from >= smallestButton) runs.push({ from, to: column - 1 });
    from = column + 1;
  }
  return runs;
}

function overlaps(one: WhiteRun, other: WhiteRun): boolean {
  return one.from <= other.to && other.from <= one.to;
}
