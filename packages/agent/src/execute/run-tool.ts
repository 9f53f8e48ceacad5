import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endTree, findTree, markVariable } from './process-tree.ts';
import { canUseScopes, inScope, scopeUnit } from './scope.ts';
import { searchPath } from './search-path.ts';

export interface ToolOptions {
  /** Added to a clean environment (PATH, HOME, LC_ALL=C.UTF-8); may replace its values. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to the tool's stdin; without it stdin is empty. */
  readonly input?: string;
  /** After this the whole process tree is ended and the result says `timedOut`. */
  readonly timeoutMs: number;
  readonly onOutput?: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
  /** Takes what the tool writes to descriptor 3. */
  readonly extraFd?: (chunk: Buffer) => void;
  /** Ends the whole process tree; the result says `aborted`. */
  readonly signal?: AbortSignal;
  /** What asks the tool to end, before it is killed; SIGTERM unless given. */
  readonly endWith?: NodeJS.Signals;
  /** Called once when it has been started. */
  readonly onStart?: (pid: number) => void;
  /** The tool goes on when the agent dies or is restarted: a package manager must not be cut in the middle. */
  readonly survivesAgent?: boolean;
}

export interface ToolResult {
  /** null: ended by `signal`. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it printed, the first 32 MiB of each stream. */
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly aborted: boolean;
}

/** How much of each stream is kept for the result. */
const captureBytes = 32 * 1024 * 1024;
/** A tool that prints more than this into one stream has gone wild and is ended. */
const wildBytes = 1024 * 1024 * 1024;
const readEveryMs = 100;
const graceMs = 5000;

/**
 * Runs one of the operating system's own tools. Rejects when it cannot be started (`ENOENT`: not installed).
 *
 * Its output goes through unlinked files and not through pipes: a tool that outlives the agent would be killed by
 * writing into a pipe that nobody reads.
 */
export async function runTool(
  command: string,
  args: readonly string[],
  options: ToolOptions,
): Promise<ToolResult> {
  const id = randomUUID();
  const unit = options.survivesAgent && (await canUseScopes()) ? scopeUnit(`tool-${id}`) : null;
  const [program = command, ...rest] = unit ? inScope(unit, [command, ...args]) : [command, ...args];
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-tool-'));
  const stdout = new OutputFile(join(folder, 'stdout'), (chunk) => options.onOutput?.('stdout', chunk));
  const stderr = new OutputFile(join(folder, 'stderr'), (chunk) => options.onOutput?.('stderr', chunk));
  const extra = options.extraFd ? new OutputFile(join(folder, 'extra'), options.extraFd) : null;
  rmSync(folder, { recursive: true });
  const files = [stdout, stderr, ...(extra ? [extra] : [])];
  try {
    const child = spawn(program, rest, {
      detached: true,
      cwd: '/',
      env: {
        PATH: searchPath,
        HOME: process.env['HOME'] ?? '/',
        LC_ALL: 'C.UTF-8',
        ...options.env,
        [markVariable]: id,
      },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', ...files.map(({ fd }) => fd)],
    });
    const ended = await watch(child, files, { mark: id, unit }, options);
    return { ...ended, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    for (const file of files) file.close();
  }
}

/** Feeds the tool and hands its output on until it has ended, or ends its tree. */
async function watch(
  child: ChildProcess,
  files: readonly OutputFile[],
  tree: { mark: string; unit: string | null },
  options: ToolOptions,
): Promise<Omit<ToolResult, 'stdout' | 'stderr'>> {
  let cause: 'timedOut' | 'aborted' | 'wild' | null = null;
  let treeEnded: Promise<unknown> = Promise.resolve();
  const end = (why: 'timedOut' | 'aborted' | 'wild'): void => {
    if (cause !== null || child.pid === undefined) return;
    cause = why;
    treeEnded = endTree(() => findTree(tree, child.pid ?? null), graceMs, options.endWith);
  };
  const abort = (): void => end('aborted');
  const timer = setTimeout(() => end('timedOut'), options.timeoutMs);
  const reader = setInterval(() => {
    for (const file of files) file.read();
    if (files.some((file) => file.size > wildBytes)) end('wild');
  }, readEveryMs);
  options.signal?.addEventListener('abort', abort);
  try {
    const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => resolve({ code, signal }));
    });
    // A tool that does not read its input to the end is none of our errors.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input);
    if (child.pid !== undefined) options.onStart?.(child.pid);
    if (options.signal?.aborted) abort();
    const { code, signal } = await ended;
    await treeEnded;
    for (const file of files) file.read();
    if (cause === 'wild') throw new Error(`${child.spawnfile} printed more than ${wildBytes} bytes`);
    return { code, signal, timedOut: cause === 'timedOut', aborted: cause === 'aborted' };
  } finally {
    clearTimeout(timer);
    clearInterval(reader);
    options.signal?.removeEventListener('abort', abort);
  }
}

/** A file that a tool prints into and the agent reads behind it; it needs no name once it is open. */
class OutputFile {
  readonly fd: number;
  size = 0;
  readonly #take: (chunk: Buffer) => void;
  readonly #kept: Buffer[] = [];

  constructor(path: string, take: (chunk: Buffer) => void) {
    this.fd = openSync(path, 'ax+', 0o600);
    this.#take = take;
  }

  read(): void {
    while (this.size < fstatSync(this.fd).size) {
      const chunk = Buffer.alloc(64 * 1024);
      const length = readSync(this.fd, chunk, 0, chunk.length, this.size);
      if (length === 0) return;
      const part = chunk.subarray(0, length);
      if (this.size < captureBytes) this.#kept.push(part.subarray(0, captureBytes - this.size));
      this.size += length;
      this.#take(part);
    }
  }

  text(): string {
    return Buffer.concat(this.#kept).toString('utf8');
  }

  close(): void {
    closeSync(this.fd);
  }
}
