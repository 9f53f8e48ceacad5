import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Api, openApi } from '@patchbay/cli/api';
import { type CommandOptions, type CommandResult, runCommand } from './lab/run-command.ts';
import { waitFor } from './wait-for.ts';

const program = path.resolve(import.meta.dirname, '../../cli/src/main.ts');
const startLimitMs = 60_000;
const readyLine = /^\{.*"url":"(http:[^"]+)".*"msg":"The server is ready".*\}$/m;

/**
 * `patchbay server` as a process of its own, with an embedded PostgreSQL in a data directory of its own, or on the
 * database of a `DATABASE_URL`. `await using` ends it and removes its data directory.
 */
export class PatchbayServer {
  /** Of an administrator. */
  readonly token = randomBytes(32).toString('base64url');
  readonly #directory: string;
  readonly #databaseUrl: string | undefined;
  #child: ChildProcess | undefined;
  #url: string | undefined;
  #starts = 0;

  /** Made by `startPatchbayServer`; `directory` is removed with it. */
  constructor(directory: string, databaseUrl?: string) {
    this.#directory = directory;
    this.#databaseUrl = databaseUrl;
  }

  /** The address without a path; it stays when the server is started again. */
  get url(): string {
    if (this.#url === undefined) throw new Error('the server has not been started');
    return this.#url;
  }

  /** The process id; another one after `kill` or `shutDown` and `start`. */
  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error('the server does not run');
    return this.#child.pid;
  }

  /** The HTTP API with the administrator's token. */
  get api(): Api {
    return openApi({ url: this.url, token: this.token });
  }

  /** All that it has printed since it was started last. */
  get output(): string {
    return readFileSync(this.#logFile, 'utf8');
  }

  /** Starts it, again after `kill` or `shutDown`: on the same data and port. */
  async start(): Promise<void> {
    if (this.#child !== undefined) throw new Error('the server runs already');
    this.#starts += 1;
    const logFile = this.#logFile;
    const log = openSync(logFile, 'w');
    const child = spawn(process.execPath, [program, 'server'], {
      env: this.#environment(),
      stdio: ['ignore', log, log],
      // Ctrl-C must not end it before the test does.
      detached: true,
    });
    closeSync(log);
    this.#child = child;
    child.once('exit', () => {
      this.#child = undefined;
    });
    const found = await waitFor(
      () => (this.#child === child ? readyLine.exec(readFileSync(logFile, 'utf8')) : 'ended'),
      { timeoutMs: startLimitMs, what: `the server to be ready, see ${logFile}` },
    );
    if (found === 'ended')
      throw new Error(`the server ended:\n${readFileSync(logFile, 'utf8').slice(-4000)}`);
    this.#url = found[1];
  }

  /** kill -9 of the server; its PostgreSQL is left to itself. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Asks it to stop and waits until it has. */
  async shutDown(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Runs `patchbay` with these arguments against it, as a user with the administrator's token would. */
  async patchbay(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    const { HOME, PATH } = this.#environment();
    const env = { HOME, PATH, PATCHBAY_URL: this.url, PATCHBAY_TOKEN: this.token, ...options.env };
    return runCommand([process.execPath, program, ...args], { timeoutMs: 120_000, ...options, env });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Only a server can end the PostgreSQL that a killed one has left.
    if (this.#child === undefined && this.#url !== undefined) await this.start();
    await this.#end('SIGTERM');
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }

  get #logFile(): string {
    return path.join(this.#directory, `server-${this.#starts}.log`);
  }

  #environment() {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.#directory,
      PATCHBAY_DATA_DIR: path.join(this.#directory, 'data'),
      PATCHBAY_PORT: this.#url === undefined ? '0' : new URL(this.#url).port,
      PATCHBAY_ADMIN_TOKEN: this.token,
      DATABASE_URL: this.#databaseUrl ?? '',
    };
  }
}

/** Starts a server on an empty data directory; `databaseUrl`: on this database instead of its own. */
export async function startPatchbayServer(databaseUrl?: string): Promise<PatchbayServer> {
  const directory = await mkdtemp(path.join(tmpdir(), 'patchbay-server-'));
  // Where PostgreSQL's user may not pass, its data would be put somewhere else and stay.
  await chmod(directory, 0o711);
  const server = new PatchbayServer(directory, databaseUrl);
  try {
    await server.start();
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}
