import { type ChildProcess, spawn } from 'node:child_process';
import { waitFor } from '@patchbay/testkit/wait-for';

/** How a child process has ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What is started, and how. */
export interface ChildOptions {
  readonly cwd?: string;
  /** Over this process's own; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What standard input holds; null: it stays open for {@link Child.write}. Default: nothing. */
  readonly input?: string | null;
  /** The user and group to run as. */
  readonly user?: number;
}

/** A child process in a session of its own, as a program that was started from another terminal. */
export class Child {
  readonly #process: ChildProcess;
  readonly #name: string;
  readonly end: Promise<ChildEnd>;
  stdout = '';
  stderr = '';
  ended: ChildEnd | null = null;

  constructor(command: readonly string[], options: ChildOptions = {}) {
    const [program = '', ...args] = command;
    this.#name = command.join(' ');
    this.#process = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      ...(options.user === undefined ? {} : { uid: options.user, gid: options.user }),
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // A program that ends without having read its input is no fault of the test.
    this.#process.stdin?.on('error', () => undefined);
    if (options.input !== null) this.#process.stdin?.end(options.input ?? '');
    this.#process.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      this.stdout += chunk;
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.stderr += chunk;
    });
    this.end = new Promise((resolve) => {
      const ended = (end: ChildEnd): void => {
        this.ended ??= end;
        resolve(this.ended);
      };
      this.#process.on('error', (error) => {
        this.stderr += error.message;
        ended({ code: null, signal: null });
      });
      this.#process.on('close', (code, signal) => ended({ code, signal }));
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** All it has printed, for the message of a failure. */
  get output(): string {
    return `${this.stdout}${this.stderr}`;
  }

  /** Waits until it has printed this. */
  async prints(text: string | RegExp): Promise<void> {
    const matches = (): boolean =>
      typeof text === 'string' ? this.output.includes(text) : text.test(this.output);
    await waitFor(() => matches() || this.ended !== null, {
      what: `${text} of ${this.#name}`,
    });
    if (!matches()) throw new Error(`${this.#name} has ended without printing ${text}:\n${this.output}`);
  }

  write(text: string): void {
    this.#process.stdin?.write(text);
  }

  /** Signals the process alone. */
  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Signals its whole process group, as a terminal does for Ctrl-C. */
  killGroup(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Runs a program to its end. */
export async function runToEnd(
  command: readonly string[],
  options: ChildOptions = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = new Child(command, options);
  const { code } = await child.end;
  return { code, stdout: child.stdout, stderr: child.stderr };
}
