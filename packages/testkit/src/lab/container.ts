import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { waitFor } from '../wait-for.ts';
import type { EndpointHold } from './endpoint-hold.ts';

/** With this exit code systemd-nspawn says that the system inside asked for a reboot. */
const ASKED_FOR_REBOOT = 133;
const START_LIMIT_MS = 30_000;

export interface Boot {
  readonly bootId: string;
  /** Milliseconds since 1970 at which this process was told of it. */
  readonly startedAt: number;
}

/** One machine under systemd-nspawn: powered on until it powers off, and started again when it reboots. */
export class Container {
  /** The boots so far, oldest first. */
  readonly boots: Boot[] = [];
  /** How often the system inside asked for a reboot and got it. */
  reboots = 0;
  readonly #hold: EndpointHold;
  readonly #name: string;
  readonly #binds: ReadonlyMap<string, string>;
  #starts = 0;
  #nspawn: ChildProcess | undefined;
  #restarts = true;

  /** `binds`: paths inside by paths of this machine, mounted read only. */
  constructor(hold: EndpointHold, name: string, binds: ReadonlyMap<string, string>) {
    this.#hold = hold;
    this.#name = name;
    this.#binds = binds;
  }

  powerOn(): void {
    if (this.#nspawn !== undefined) throw new Error(`endpoint ${this.#name} is on already`);
    this.#restarts = true;
    this.#start();
  }

  /** Takes the power away: every process is gone at once, nothing is told. */
  async cutPower(): Promise<void> {
    this.#restarts = false;
    const nspawn = this.#nspawn;
    if (nspawn === undefined) return;
    const exit = once(nspawn, 'exit');
    // It may not have reached its control group yet.
    nspawn.kill('SIGKILL');
    await this.#hold.killAll();
    await exit;
  }

  /** The process of this machine that is number 1 inside; undefined unless the system inside has begun to boot. */
  leader(): number | undefined {
    const parent = this.#nspawn?.pid;
    if (parent === undefined) return undefined;
    return readProc(`${parent}/task/${parent}/children`)
      .split(' ')
      .map(Number)
      .find(
        (pid) => /^NSpid:.*\t1$/m.test(readProc(`${pid}/status`)) && readProc(`${pid}/comm`) === 'systemd\n',
      );
  }

  /** The boot id as the system inside sees it, read without entering it; undefined unless it has begun to boot. */
  bootId(): string | undefined {
    const leader = this.leader();
    return (leader && readProc(`${leader}/root/proc/sys/kernel/random/boot_id`).trim()) || undefined;
  }

  /** What came out at the console: the last lines, of this boot and the ones before. */
  consoleTail(): string {
    if (!existsSync(this.#consoleFile())) return '';
    return readFileSync(this.#consoleFile(), 'utf8').split('\n').slice(-20).join('\n');
  }

  #start(): void {
    const startedAt = Date.now();
    this.#starts += 1;
    const [file = '', ...args] = this.#hold.enter(`boot-${this.#starts}`, [
      'systemd-nspawn',
      '--quiet',
      '--register=no',
      '--keep-unit',
      '--boot',
      `--directory=${this.#hold.root}`,
      `--machine=${this.#name}`,
      '--link-journal=no',
      '--console=pipe',
      ...[...this.#binds].map(([inside, outside]) => `--bind-ro=${outside}:${inside}`),
    ]);
    const console = openSync(this.#consoleFile(), 'a');
    const nspawn = spawn(file, args, { stdio: ['ignore', console, console], detached: true });
    closeSync(console);
    this.#nspawn = nspawn;
    nspawn.once('exit', (code) => {
      this.#nspawn = undefined;
      if (code !== ASKED_FOR_REBOOT || !this.#restarts) return;
      this.reboots += 1;
      this.#start();
    });
    void this.#record(nspawn, startedAt);
  }

  async #record(nspawn: ChildProcess, startedAt: number): Promise<void> {
    const bootId = await waitFor(
      () => {
        if (this.#nspawn !== nspawn) return 'gone';
        return this.bootId();
      },
      { timeoutMs: START_LIMIT_MS, what: `endpoint ${this.#name} to start` },
    ).catch(() => 'gone');
    if (bootId !== 'gone') this.boots.push({ bootId, startedAt });
  }

  #consoleFile(): string {
    return path.join(this.#hold.directory, 'console');
  }
}

/** The content of a file below /proc; nothing if its process is gone. */
function readProc(file: string): string {
  try {
    return readFileSync(`/proc/${file}`, 'utf8');
  } catch {
    return '';
  }
}
